"""A payment at Stripe as the call from the shopper's page needs it: one kind for Checkout Sessions, one for PaymentIntents."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hmac import compare_digest
from typing import TYPE_CHECKING, Any

from delivery.holds import Hold
from delivery.setups import Setup
from delivery.stripe_choices import Payable
from plugin.shops.stripe.problems import PaymentNotFound, PaymentNotUsable

if TYPE_CHECKING:
    from stripe import StripeClient
    from stripe.params.checkout import SessionUpdateParamsShippingOption as ShippingOption

COUNTED_OTHERWISE = ("ISK", "MGA", "UGX")
"""Stripe's amounts of these have another number of decimals than ISO 4217 gives them: a fee would be a hundredth of what the
shopper saw, or a hundred times as much."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A payment as Stripe told of it: `facts` are Stripe's own."""

    payable: Payable
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Delivery:
    """What is to be told to Stripe. `hold` None: nothing was chosen yet, `options` are then those there are; `fee` is what Stripe
    charges, in minor units. An empty note takes away the one before."""

    shipping_details: Mapping[str, Any]
    hold: Hold | None
    fee: int
    options: tuple["ShippingOption", ...]
    notes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Kind:
    """`read` verifies that a payment with this id and client secret is the merchant's and takes a delivery; `tell` puts the
    delivery there and says what is to be paid now, in minor units; `end` lets nobody pay it any more."""

    prefix: str
    read: Callable[["StripeClient", Setup, str, str], Seen]
    tell: Callable[["StripeClient", Seen, Delivery], int]
    end: Callable[["StripeClient", str], str]


def check_own(facts: Mapping[str, Any], client_secret: str) -> None:
    """Only the page that was given the payment has its secret. Raises PaymentNotFound."""
    secret = facts.get("client_secret") or ""
    if not compare_digest(secret.encode(), client_secret.encode()):
        raise PaymentNotFound("There is no such payment.")


def check_currency(facts: Mapping[str, Any], setup: Setup) -> None:
    """Raises PaymentNotUsable."""
    if setup.currency in COUNTED_OTHERWISE:
        raise PaymentNotUsable(f"Stripe counts {setup.currency} in other units than we do.")
    if str(facts["currency"]).upper() != setup.currency:
        raise PaymentNotUsable(f"It is in {str(facts['currency']).upper()}, the shop here sells in {setup.currency}.")
