"""PaymentIntents of a shop that makes its own: the fee becomes part of the amount."""

from typing import TYPE_CHECKING

from delivery.setups import Setup
from delivery.stripe_choices import Payable
from delivery.stripe_sessions import PAYMENT_INTENT
from plugin.shops.stripe.noted import basket_in, goods_in
from plugin.shops.stripe.payments import Delivery, Kind, Seen, check_currency, check_own
from plugin.shops.stripe.problems import PaymentClosed

if TYPE_CHECKING:
    from stripe import StripeClient
    from stripe.params import PaymentIntentUpdateParams

PREFIX = "pi_"
CHANGEABLE = ("requires_payment_method", "requires_confirmation", "requires_action")
"""Stripe's states in which the amount can still be changed."""
OVER = ("canceled", "succeeded", "processing", "requires_capture")


def read(client: "StripeClient", setup: Setup, intent_id: str, client_secret: str) -> Seen:
    """Raises PaymentNotFound, PaymentClosed, PaymentNotUsable."""
    facts = client.v1.payment_intents.retrieve(intent_id).to_dict()
    check_own(facts, client_secret)
    if facts["status"] not in CHANGEABLE:
        raise PaymentClosed(f"The payment is {facts['status']}.")
    check_currency(facts, setup)
    metadata = facts["metadata"] or {}
    goods_in(metadata)
    return Seen(Payable(intent_id, PAYMENT_INTENT, basket_in(metadata), None), facts)


def tell(client: "StripeClient", seen: Seen, delivery: Delivery) -> int:
    """The amount is that of the goods, as the shop's server said, and the fee: never worked out from the amount before."""
    changes: PaymentIntentUpdateParams = {
        "amount": goods_in(seen.facts["metadata"]) + delivery.fee,
        "shipping": delivery.shipping_details,  # type: ignore[typeddict-item]
        "metadata": dict(delivery.notes),
    }
    return client.v1.payment_intents.update(seen.payable.id, changes).amount


def end(client: "StripeClient", intent_id: str) -> str:
    """Stripe's state of it afterwards. One that was paid already stays so."""
    from stripe import InvalidRequestError

    facts = client.v1.payment_intents.retrieve(intent_id)
    if facts.status in OVER:
        return facts.status
    try:
        return client.v1.payment_intents.cancel(intent_id, {"cancellation_reason": "abandoned"}).status
    except InvalidRequestError:
        return client.v1.payment_intents.retrieve(intent_id).status


KIND = Kind(PREFIX, read, tell, end)
