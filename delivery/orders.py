"""Orders: the shop's server redeems a choice, and a booking with its promise comes of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from delivery.booking_rows import destination_of
from delivery.bookings import Confirmed, confirm, find
from delivery.choices import open_choice
from delivery.choosing import place_of
from delivery.links import PageLinks
from delivery.problems import ChoiceStale
from delivery.questions import Question, basket_fingerprint
from delivery.redeemable import choice_key, live_choice
from delivery.rules.parcels import Basket
from delivery.rules.places import Destination
from delivery.setups import Setup
from delivery.signing import Signer
from delivery.store.engine import Session


@dataclass(frozen=True, slots=True)
class Order:
    """What the shop's server says. `number` and `part` are the shop's own; `choice` is a token or None."""

    number: str
    part: str
    choice: str | None
    paid: bool
    recipient: Mapping[str, Any]
    address: Mapping[str, Any]
    basket: Basket
    notes: str

    @property
    def destination(self) -> Destination:
        """Where it goes, as far as an offer needs it."""
        return destination_of(self.address)


def place_order(
    session: Session, now: datetime, signer: Signer, setup: Setup, links: PageLinks, order: Order
) -> Confirmed:
    """The booking of this order, and whether this call made it. The same order sent again gets the same booking.

    Price and window in the order are not read: the choice alone counts.
    Raises InvalidToken, ChoiceStale, ChoiceGone, ChoiceUsed; then nothing has changed.
    """
    known = find(session, merchant_id=setup.merchant_id, order=order.number, part=order.part)
    if known is not None:
        return Confirmed(known, created=False)
    choice = order.choice and live_choice(session, now, signer, setup, order.choice)
    return confirm(
        session,
        now,
        merchant_id=setup.merchant_id,
        order=order.number,
        part=order.part,
        hold_id=choice.hold_id if choice else None,
        place=place_of(setup, choice_key(choice)) if choice else None,
        paid=order.paid,
        payment_minutes=setup.payment_minutes,
        recipient=order.recipient,
        address=order.address,
        lines=_lines(order.basket),
        notes=order.notes,
        country=order.destination.country,
        postal_code=order.destination.normal_postal_code,
        basket=basket_fingerprint(order.basket),
        links=links,
    )


def _lines(basket: Basket) -> list[dict[str, Any]]:
    return [
        {
            "sku": line.sku,
            "quantity": line.quantity,
            "weight_g": line.weight_g,
            "handling_days": line.handling_days,
            "value": line.value,
        }
        for line in basket.lines
    ]


def question_again(setup: Setup, order: Order, signer: Signer, now: datetime) -> Question:
    """The question behind an order whose choice was refused: its own basket and address, its checkout if that is known."""
    checkout = None
    if order.choice:
        try:
            checkout = open_choice(signer, order.choice, setup.merchant_id, now).checkout
        except ChoiceStale:
            checkout = None
    locale = setup.locale_for(order.recipient.get("locale"))
    return Question(setup.merchant_id, order.destination, order.basket, locale, checkout)
