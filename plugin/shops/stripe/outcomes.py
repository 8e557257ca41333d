"""How a payment stands at Stripe: read anew for each event, with the charge that took the money."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from delivery.stripe_outcomes import Bought, Seen
from delivery.stripe_sessions import CHECKOUT_SESSION, EXPIRED, FAILED, OPEN, PAID, PAYMENT_INTENT, UNPAID
from plugin.shops.stripe.noted import FEE, HOLD, LOCALE, basket_in, is_ours, order_number
from plugin.shops.stripe.problems import PaymentNotUsable

if TYPE_CHECKING:
    from stripe import StripeClient

Facts = Mapping[str, Any]

SETTLED = ("paid", "no_payment_required")
UNDER_WAY = ("processing", "requires_capture")
"""Of a PaymentIntent: the money may still come. What was only authorised is not there yet either."""


def read_session(client: "StripeClient", session_id: str) -> Seen:
    """A Checkout Session. Raises what the SDK raises."""
    asked = {"expand": ["payment_intent.latest_charge"]}
    facts = client.v1.checkout.sessions.retrieve(session_id, asked).to_dict()  # type: ignore[arg-type]
    intent = facts.get("payment_intent") or {}
    cost = facts.get("shipping_cost") or {}
    return Seen(
        id=session_id,
        kind=CHECKOUT_SESSION,
        state=_of_session(facts, intent),
        currency=str(facts["currency"]).upper(),
        fee=cost.get("amount_total"),
        payment_intent=intent.get("id"),
        bought=_bought(facts, facts.get("client_reference_id"), _from_session(facts)),
        link=facts.get("payment_link"),
        **_money(intent),
    )


def _of_session(facts: Facts, intent: Facts) -> str:
    """A completed session goes on saying `unpaid` after its payment failed: only its intent knows."""
    if facts["status"] == "open":
        return OPEN
    if facts["status"] == "expired":
        return EXPIRED
    if facts["payment_status"] in SETTLED:
        return PAID
    return UNPAID if intent.get("status") in UNDER_WAY else FAILED


def session_of(client: "StripeClient", intent_id: str) -> str | None:
    """The Checkout Session that this PaymentIntent pays, if it pays one."""
    found = client.v1.checkout.sessions.list({"payment_intent": intent_id, "limit": 1}).data
    return found[0].id if found else None


def read_intent(client: "StripeClient", intent_id: str) -> Seen:
    """A PaymentIntent. Raises what the SDK raises."""
    intent = client.v1.payment_intents.retrieve(intent_id, {"expand": ["latest_charge"]}).to_dict()
    fee = (intent["metadata"] or {}).get(FEE) or ""
    return Seen(
        id=intent_id,
        kind=PAYMENT_INTENT,
        state=_of_intent(intent),
        currency=str(intent["currency"]).upper(),
        fee=int(fee) if fee.isascii() and fee.isdigit() else None,
        payment_intent=intent_id,
        bought=_bought(intent, None, _from_intent(intent)),
        **_money(intent),
    )


def _of_intent(intent: Facts) -> str:
    """A card that was refused leaves it open: the shopper may try another. What failed after it was under way is over."""
    status = intent["status"]
    if status == "succeeded":
        return PAID
    if status in UNDER_WAY:
        return UNPAID
    if status == "canceled":
        return EXPIRED
    charge = intent.get("latest_charge") or {}
    return FAILED if charge.get("status") == "failed" and _was_slow(charge) else OPEN


def _was_slow(charge: Facts) -> bool:
    """Whether it was paid in a way of which Stripe hears later, such as a bank's debit."""
    return str((charge.get("payment_method_details") or {}).get("type", "card")) != "card"


def _money(intent: Facts) -> dict[str, Any]:
    charge = intent.get("latest_charge") or {}
    return {
        "paid": intent.get("amount_received") or 0,
        "refunded": charge.get("amount_refunded") or 0,
        "is_disputed": bool(charge.get("disputed")),
    }


def _bought(facts: Facts, reference: str | None, who: tuple[dict[str, Any], dict[str, Any] | None]) -> Bought | None:
    metadata = facts["metadata"] or {}
    if not is_ours(metadata):
        return None
    try:
        basket = basket_in(metadata)
    except PaymentNotUsable:
        return None
    recipient, address = who
    return Bought(
        order=order_number(metadata, reference, facts["id"]),
        recipient=recipient | {"locale": metadata.get(LOCALE) or None},
        address=address,
        basket=basket,
        hold_id=metadata.get(HOLD) or None,
        locale=metadata.get(LOCALE) or None,
    )


def _from_session(facts: Facts) -> tuple[dict[str, Any], dict[str, Any] | None]:
    customer = facts.get("customer_details") or {}
    shipping = (facts.get("collected_information") or {}).get("shipping_details") or {}
    email = customer.get("email") or facts.get("customer_email")
    name = shipping.get("name") or customer.get("name")
    return _person(name, email, customer.get("phone")), _address(shipping)


def _from_intent(intent: Facts) -> tuple[dict[str, Any], dict[str, Any] | None]:
    shipping = intent.get("shipping") or {}
    payer = (intent.get("latest_charge") or {}).get("billing_details") or {}
    email = intent.get("receipt_email") or payer.get("email")
    return _person(shipping.get("name") or payer.get("name"), email, shipping.get("phone")), _address(shipping)


def _person(name: str | None, email: str | None, phone: str | None) -> dict[str, Any]:
    return {"name": (name or "")[:200], "email": email and email[:254], "phone": phone and phone[:40]}


def _address(shipping: Facts) -> dict[str, Any] | None:
    there = shipping.get("address") or {}
    if not there.get("country"):
        return None
    lines = [line[:200] for line in (there.get("line1"), there.get("line2")) if line]
    cut = {name: (there.get(key) or "")[:100] or None for name, key in (("city", "city"), ("region", "state"))}
    return {"country": there["country"], "postal_code": there.get("postal_code") or None, **cut, "lines": lines}
