"""What became of what was put up for payment at Stripe: an order and its booking, or the place is let go.

It is told how things stand there now, never what happened: so the order in which that is heard does not matter, nor how often.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update

from delivery import holds, payments, stripe_sessions
from delivery.booking_rows import Booking, get
from delivery.choices import choice_token
from delivery.choosing import place_of_booking
from delivery.holds import Hold, find_hold
from delivery.links import PageLinks
from delivery.orders import Order, place_order
from delivery.problems import HoldNotFound, WrongState
from delivery.rules.parcels import Basket
from delivery.setups import Setup
from delivery.signing import Signer
from delivery.store.engine import Session
from delivery.store.tables import stripe_sessions as rows
from delivery.stripe_sessions import EXPIRED, FAILED, OPEN, PAID, UNPAID, StripeSession
from delivery.texts.sentences import N_

MONEY_COMES_WITHIN = timedelta(days=14)
"""How long a payment that was begun may take, such as a bank's debit: so long its place is kept."""

TAKEN_MEANWHILE = N_("It was paid, but what was chosen is gone: the shopper was asked to choose again.")
PAID_TOO_LATE = N_(
    "The money came, but the place was given away meanwhile: agree on another one, or give the money back."
)
CANCELLED_MEANWHILE = N_("The money came for a delivery that is cancelled: give it back.")
PAID_TWICE = N_("The same order was paid a second time: give the money back.")
DESPITE = (None, TAKEN_MEANWHILE, PAID_TOO_LATE)
"""How an outcome is tried: as it was wanted, then with less and less of it."""

_MAY_BECOME: Mapping[str, frozenset[str]] = {
    OPEN: frozenset({UNPAID, PAID, FAILED, EXPIRED}),
    UNPAID: frozenset({PAID, FAILED}),
    FAILED: frozenset({UNPAID, PAID}),
    EXPIRED: frozenset({UNPAID, PAID}),
    PAID: frozenset(),
}
"""What may follow what. Who pays by another card after one that failed has paid; what was paid stays paid."""


@dataclass(frozen=True, slots=True)
class Bought:
    """What the order says, if there is one: the shop's number, who gets it and where, the basket of the shop's server, and the
    hold whose fee was paid."""

    order: str
    recipient: Mapping[str, Any]
    address: Mapping[str, Any] | None
    basket: Basket
    hold_id: str | None
    locale: str | None


@dataclass(frozen=True, slots=True)
class Seen:
    """A Checkout Session or a PaymentIntent as it stands at Stripe. Amounts in minor units; `fee` is what was really taken for
    the delivery, None where Stripe does not say. `bought` is None for a payment that is no order with us; `link` is the payment
    link by which it was paid, if it was."""

    id: str
    kind: str
    state: str
    currency: str
    paid: int
    refunded: int
    fee: int | None
    payment_intent: str | None
    is_disputed: bool
    bought: Bought | None
    link: str | None = None


def of_intent(session: Session, merchant_id: str, intent_id: str) -> StripeSession | None:
    """What was paid by this PaymentIntent, or waits to be."""
    own = (rows.c.merchant_id == merchant_id, rows.c.payment_intent == intent_id)
    found = session.execute(select(rows.c.id).where(*own).limit(1)).scalar_one_or_none()
    return stripe_sessions.find(session, merchant_id, found) if found else None


def of_booking(session: Session, merchant_id: str, booking_id: str) -> StripeSession | None:
    """What this booking was paid by; the first one, should it have been paid twice."""
    own = (rows.c.merchant_id == merchant_id, rows.c.booking_id == booking_id)
    found = session.execute(select(rows.c.id).where(*own).order_by(rows.c.created_at).limit(1)).scalar_one_or_none()
    return stripe_sessions.find(session, merchant_id, found) if found else None


def unpaid(session: Session, merchant_id: str) -> list[StripeSession]:
    """Those of which the money is still under way."""
    own = (rows.c.merchant_id == merchant_id, rows.c.state == UNPAID)
    found = session.scalars(select(rows.c.id).where(*own)).all()
    return [one for object_id in found if (one := stripe_sessions.find(session, merchant_id, object_id))]


class Crossed(Exception):
    """Somebody wrote the row after Stripe was asked: what it said may be old, so ask again."""


def settle(
    session: Session,
    now: datetime,
    signer: Signer,
    setup: Setup,
    links: PageLinks,
    seen: Seen,
    before: StripeSession | None,
    despite: str | None = None,
) -> None:
    """Let our side follow what stands at Stripe. `before` is our row as it was when Stripe was asked.

    Paid: the hold becomes a booking. Unpaid: it does too, but keeps its place and is not handed over until the money comes.
    Over: the place is let go.
    Raises Crossed; and ChoiceGone, ChoiceStale or ChoiceUsed when what was paid for cannot be had any more: then roll back and
    come again with `despite`, the next of DESPITE. TAKEN_MEANWHILE: the order comes without its choice, and the shopper is
    asked to choose once more. PAID_TOO_LATE: only the money is noted, and somebody of the shop has to look.
    """
    row = _locked(session, setup.merchant_id, seen.id)
    if row != before:
        raise Crossed
    if row is None:
        if seen.bought is None or seen.state not in (UNPAID, PAID):
            return
        row = _found_late(session, now, setup.merchant_id, seen)
    if seen.state != row.state and seen.state in _MAY_BECOME[row.state]:
        row = _become(session, now, signer, setup, links, seen, row, despite)
    _note_money(session, now, row, seen)


def _locked(session: Session, merchant_id: str, object_id: str) -> StripeSession | None:
    own = (rows.c.merchant_id == merchant_id, rows.c.id == object_id)
    session.execute(select(rows.c.id).where(*own).with_for_update()).one_or_none()
    return stripe_sessions.find(session, merchant_id, object_id)


def _found_late(session: Session, now: datetime, merchant_id: str, seen: Seen) -> StripeSession:
    """A payment of the shop's for which nobody ever chose: its order comes without a choice."""
    session.execute(
        insert(rows).values(
            merchant_id=merchant_id,
            id=seen.id,
            kind=seen.kind,
            state=OPEN,
            checkout="",
            locale=seen.bought and seen.bought.locale,
            currency=seen.currency,
            created_at=now,
        )
    )
    found = stripe_sessions.find(session, merchant_id, seen.id)
    assert found is not None
    return found


def _become(
    session: Session,
    now: datetime,
    signer: Signer,
    setup: Setup,
    links: PageLinks,
    seen: Seen,
    row: StripeSession,
    despite: str | None,
) -> StripeSession:
    if seen.state in (FAILED, EXPIRED):
        _let_go(session, now, row, seen.state)
        return _written(session, row, state=seen.state, ended_at=now, next_look_at=None)
    booking_id, problem = row.booking_id, despite
    if booking_id is None and seen.bought is not None and despite != PAID_TOO_LATE:
        booking, is_twice = _ordered(session, now, signer, setup, links, seen, row, seen.bought, despite)
        booking_id, problem = booking.id, PAID_TWICE if is_twice and seen.state == PAID else despite
    if booking_id is not None and seen.state == PAID and problem not in (PAID_TWICE, PAID_TOO_LATE):
        problem = _paid(session, now, setup, links, booking_id) or problem
    return _written(
        session,
        row,
        state=seen.state,
        booking_id=booking_id,
        problem=problem or row.problem,
        ended_at=now if seen.state == PAID else None,
        next_look_at=None,
    )


def _let_go(session: Session, now: datetime, row: StripeSession, state: str) -> None:
    if row.booking_id is None:
        stripe_sessions.ended(session, now, merchant_id=row.merchant_id, object_id=row.id, state=state)
        return
    try:
        payments.payment_failed(session, now, merchant_id=row.merchant_id, booking_id=row.booking_id)
    except WrongState:
        # It was paid in another way: the shop's server said so.
        return


def _ordered(
    session: Session,
    now: datetime,
    signer: Signer,
    setup: Setup,
    links: PageLinks,
    seen: Seen,
    row: StripeSession,
    bought: Bought,
    despite: str | None,
) -> tuple[Booking, bool]:
    """The booking of the order, made as the shop's own server would have; and whether it had been paid by another payment."""
    hold = None if despite else _hold_of(session, row, bought)
    order = Order(
        number=bought.order,
        part="",
        choice=choice_token(signer, hold) if hold else None,
        paid=seen.state == PAID,
        recipient=dict(bought.recipient),
        address=bought.address or _where(hold, setup),
        basket=bought.basket,
        notes="",
    )
    minutes = int(MONEY_COMES_WITHIN.total_seconds() // 60)
    patient = replace(setup, payment_minutes=max(setup.payment_minutes, minutes))
    booking, created = place_order(session, now, signer, patient, links, order)
    if created and row.hold_id and hold and row.hold_id != hold.id:
        # The shopper chose again just when this was paid.
        _release(session, now, row.merchant_id, row.hold_id)
    other = of_booking(session, row.merchant_id, booking.id)
    return booking, not created and other is not None and other.id != row.id and other.state == PAID


def _hold_of(session: Session, row: StripeSession, bought: Bought) -> Hold | None:
    """The hold whose fee was paid: Stripe keeps its id beside the amount. Else the one that we last put there."""
    for hold_id in (bought.hold_id, row.hold_id):
        if hold_id is None:
            continue
        try:
            hold = find_hold(session, merchant_id=row.merchant_id, hold_id=hold_id)
        except HoldNotFound:
            continue
        if row.checkout in ("", hold.checkout):
            return hold
    return None


def _release(session: Session, now: datetime, merchant_id: str, hold_id: str) -> None:
    try:
        holds.release(session, now, merchant_id=merchant_id, hold_id=hold_id)
    except HoldNotFound:
        return


def _where(hold: Hold | None, setup: Setup) -> dict[str, Any]:
    """Of an order that is collected, as far as it is known."""
    there = (hold.country, hold.postal_code) if hold else (setup.country, None)
    return {"country": there[0], "postal_code": there[1], "city": None, "region": None, "lines": []}


def _paid(session: Session, now: datetime, setup: Setup, links: PageLinks, booking_id: str) -> str | None:
    """The money is there: hand it over. What is wrong, if it cannot be. Raises ChoiceGone."""
    booking = get(session, merchant_id=setup.merchant_id, booking_id=booking_id)
    place = place_of_booking(setup, booking)
    whose = {"merchant_id": setup.merchant_id, "booking_id": booking_id}
    try:
        payments.paid(session, now, **whose, place=place, links=links)
    except WrongState:
        return CANCELLED_MEANWHILE
    return None


def _note_money(session: Session, now: datetime, row: StripeSession, seen: Seen) -> None:
    """What was taken, and what was given back; a dispute marks it for good."""
    session.execute(
        update(rows)
        .where(rows.c.merchant_id == row.merchant_id, rows.c.id == row.id)
        .values(
            payment_intent=seen.payment_intent or row.payment_intent,
            paid_amount=max(seen.paid, row.paid_amount),
            refunded_amount=max(seen.refunded, row.refunded_amount),
            fee_amount=row.fee_amount if seen.fee is None or seen.state != PAID else seen.fee,
            disputed_at=row.disputed_at or (now if seen.is_disputed else None),
        )
    )


def _written(session: Session, row: StripeSession, **values: Any) -> StripeSession:
    session.execute(update(rows).where(rows.c.merchant_id == row.merchant_id, rows.c.id == row.id).values(**values))
    return replace(row, **values)
