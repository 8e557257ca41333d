"""Checkout Sessions with Stripe's Elements and shipping by the server (`ui_mode=elements`, `server_only`)."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from delivery.setups import Setup
from delivery.stripe_choices import Payable
from delivery.stripe_sessions import CHECKOUT_SESSION
from plugin.shops.stripe.noted import basket_in
from plugin.shops.stripe.payments import Delivery, Kind, Seen, check_currency, check_own
from plugin.shops.stripe.problems import PaymentClosed, PaymentNotUsable

if TYPE_CHECKING:
    from stripe import StripeClient
    from stripe.params.checkout import SessionUpdateParams

PREFIX = "cs_"


def read(client: "StripeClient", setup: Setup, session_id: str, client_secret: str) -> Seen:
    """Raises PaymentNotFound, PaymentClosed, PaymentNotUsable."""
    facts = client.v1.checkout.sessions.retrieve(session_id).to_dict()
    check_own(facts, client_secret)
    if facts["status"] != "open":
        raise PaymentClosed(f"The session is {facts['status']}.")
    _check_made_for_it(facts)
    check_currency(facts, setup)
    expires_at = datetime.fromtimestamp(facts["expires_at"], UTC)
    return Seen(Payable(session_id, CHECKOUT_SESSION, basket_in(facts["metadata"] or {}), expires_at), facts)


def _check_made_for_it(facts: Mapping[str, Any]) -> None:
    by_whom = (facts.get("permissions") or {}).get("update_shipping_details")
    if facts["mode"] != "payment" or facts["ui_mode"] != "elements" or by_whom != "server_only":
        raise PaymentNotUsable(
            "Make it with mode=payment, ui_mode=elements and permissions[update_shipping_details]=server_only."
        )


def tell(client: "StripeClient", seen: Seen, delivery: Delivery) -> int:
    """Address, options and notes in one call: never a new address with the fee of the old one."""
    changes: SessionUpdateParams = {
        "collected_information": {"shipping_details": delivery.shipping_details},  # type: ignore[typeddict-item]
        "shipping_options": list(delivery.options) or "",
        "metadata": dict(delivery.notes),
        "payment_intent_data": {"metadata": dict(delivery.notes)},
    }
    updated = client.v1.checkout.sessions.update(seen.payable.id, changes)
    return updated.amount_total or 0


def end(client: "StripeClient", session_id: str) -> str:
    """Stripe's state of it afterwards. One that is complete already stays so."""
    from stripe import InvalidRequestError

    try:
        return client.v1.checkout.sessions.expire(session_id).status or ""
    except InvalidRequestError:
        return client.v1.checkout.sessions.retrieve(session_id).status or ""


KIND = Kind(PREFIX, read, tell, end)
