"""Promises under way: those that can no longer hold, and those that passed unkept. Fulfilment hears of both; the shopper of a
new day before the old one passes; and a broken promise may give the fee back.

Each booking says when it is to be looked at (`look_at`): at every change, and at the moments that follow from its promise. So
the sweep reads no more than what is due.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update

from delivery import credits, handovers, messages, waiting
from delivery.booking_rows import Booking, changed, get_locked
from delivery.delays import Delay, delay_of, next_look
from delivery.links import PageLinks
from delivery.memory import Memory
from delivery.outcomes import promised_of
from delivery.progress import events_of
from delivery.rules.outcomes import Reported, judge
from delivery.setups import Setup
from delivery.store.engine import Session
from delivery.store.tables import bookings
from delivery.store.tables import handovers as handovers_table

AT_RISK, BROKEN = "promise.at_risk", "promise.broken"

_DUE = (
    select(bookings.c.merchant_id, bookings.c.id)
    .where(bookings.c.look_at <= bindparam("now", type_=bookings.c.look_at.type))
    .order_by(bookings.c.look_at)
    .limit(bindparam("at_most"))
    .with_for_update(skip_locked=True)
    .execution_options(across_merchants="a sweep")
)


def watch(session: Session, now: datetime, memory: Memory, links: PageLinks, at_most: int) -> int:
    """Look at up to `at_most` promises that are due and do what follows; how many they were. Of two at once each takes
    others, and what was done is not done again."""
    due = session.execute(_DUE, {"now": now, "at_most": at_most}).all()
    for merchant_id, booking_id in due:
        setup = memory.setup_of_merchant(session, merchant_id)
        _look(session, now, setup, links, get_locked(session, merchant_id=merchant_id, booking_id=booking_id))
    return len(due)


def _look(session: Session, now: datetime, setup: Setup, links: PageLinks, booking: Booking) -> None:
    again_at = None
    promised = promised_of(session, booking)
    if promised is not None and booking.arrived_at is None and booking.kept is None:
        events = events_of(session, booking.merchant_id, booking.id)
        reported = [Reported(event.type, event.at) for event in events]
        passed = judge(promised, reported, now)
        if passed is not None:
            booking = changed(session, now, booking, kept=passed.kept, broken_by=passed.broken_by)
        else:
            _tell_of_delay(session, now, links, booking, delay_of(now, setup, booking, promised, reported))
            again_at = next_look(now, setup, booking, promised, reported)
    if booking.kept is False:
        _tell_once(session, now, links, booking)
    if credits.settle(session, now, setup, booking):
        messages.tell_after_all(session, now, booking, messages.FEE_CREDITED)
    waiting.follow(session, now, setup, links, booking)
    _look_again(session, booking, again_at)


def _tell_of_delay(session: Session, now: datetime, links: PageLinks, booking: Booking, delay: Delay | None) -> None:
    """Once for each new day; a day that is earlier than the one told is a pleasant surprise and no news."""
    told: dict[str, Any] = dict(booking.expected or {})
    if delay is None:
        return
    latest = delay.latest and delay.latest.isoformat()
    if told and (latest is None or (told["latest"] is not None and latest <= told["latest"])):
        return
    earliest = delay.earliest and delay.earliest.isoformat()
    expected = {"earliest": earliest, "latest": latest, "told_at": now.isoformat()}
    new = changed(session, now, booking, expected=expected)
    handovers.enqueue(session, now, new, AT_RISK, links)
    messages.tell(session, now, new, messages.AT_RISK, occasion=latest or "unknown")


def _tell_once(session: Session, now: datetime, links: PageLinks, booking: Booking) -> None:
    told = session.execute(
        select(handovers_table.c.id)
        .where(
            handovers_table.c.merchant_id == booking.merchant_id,
            handovers_table.c.booking_id == booking.id,
            handovers_table.c.type == BROKEN,
        )
        .limit(1)
    ).first()
    if told is None:
        handovers.enqueue(session, now, booking, BROKEN, links)


def _look_again(session: Session, booking: Booking, at: datetime | None) -> None:
    session.execute(
        update(bookings)
        .where(bookings.c.merchant_id == booking.merchant_id, bookings.c.id == booking.id)
        .values(look_at=at)
    )
