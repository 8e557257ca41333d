"""The parcel that waits at a centre: kept longer once when its shopper asks, and sent back when nobody collects it.

As long as a parcel that is to go back still lies there, it can be collected: the return is then called off. Its place on the
shelf is given back when it is reported as `returned`, or collected, and not before.
"""

from datetime import datetime

from sqlalchemy import bindparam, literal_column, or_, select

from delivery import change_rows, handovers, messages, settlements
from delivery.afterwards import REFUND
from delivery.booking_rows import Booking, changed, get_locked
from delivery.booking_states import COLLECTED, READY_FOR_PICKUP, RETURNED
from delivery.change_rows import GOES_BACK, LONGER, MADE, SHOP, SHOPPER, UNDONE, ChangeRow
from delivery.credits import BROKEN_PROMISE
from delivery.keeping import keeping_of, lies_longer_until, lies_until
from delivery.links import PageLinks
from delivery.problems import TooLate
from delivery.progress import events_of
from delivery.setups import Setup
from delivery.store.engine import Session
from delivery.store.tables import bookings
from delivery.telling import remind_later, remind_no_more

UNCOLLECTED = "uncollected"
"""The reason of a settlement; its ref is the booking's id."""

_DUE = (
    select(bookings.c.merchant_id, bookings.c.id)
    .where(
        bookings.c.state == literal_column("'ready_for_pickup'"),
        or_(
            bookings.c.kept_until.is_(None), bookings.c.kept_until <= bindparam("now", type_=bookings.c.kept_until.type)
        ),
        bookings.c.going_back_at.is_(None),
    )
    .order_by(bookings.c.kept_until)
    .limit(bindparam("at_most"))
    .with_for_update(skip_locked=True)
    .execution_options(across_merchants="a sweep")
)
"""What has waited its time; and what lay ready before anybody counted."""


def longer_until(session: Session, now: datetime, booking: Booking) -> datetime | None:
    """Until when the parcel would be kept if the shopper asked now; None when that cannot be asked: it does not wait, was
    asked for before, its time has passed, or the centre keeps nothing longer."""
    until = booking.kept_until
    if booking.state != READY_FOR_PICKUP or booking.kept_longer_at or booking.going_back_at:
        return None
    keeping = keeping_of(session, booking)
    if until is None or until <= now or keeping is None:
        return None
    return lies_longer_until(keeping, until)


def keep_longer(session: Session, now: datetime, links: PageLinks, *, merchant_id: str, booking_id: str) -> Booking:
    """Keep it for as many opening days more as the centre says, once: fulfilment hears of it, and the shopper until when.

    Raises BookingNotFound, and TooLate when it cannot be asked any more.
    """
    booking = get_locked(session, merchant_id=merchant_id, booking_id=booking_id)
    until = longer_until(session, now, booking)
    if until is None:
        raise TooLate("It cannot be kept longer.")
    new = changed(session, now, booking, kept_until=until, kept_longer_at=now)
    _hand_over(session, now, links, new, _noted(session, now, booking, new, LONGER, SHOPPER))
    remind_no_more(session, new)
    remind_later(session, now, new, " longer")
    messages.tell(session, now, new, messages.KEPT_LONGER)
    return new


def send_back(session: Session, now: datetime, links: PageLinks, at_most: int) -> int:
    """Send up to `at_most` parcels of all merchants back that nobody collected in time; how many were looked at. Of two at
    once each takes others."""
    due = session.execute(_DUE, {"now": now, "at_most": at_most}).all()
    for merchant_id, booking_id in due:
        _see_to(session, now, links, get_locked(session, merchant_id=merchant_id, booking_id=booking_id))
    return len(due)


def follow(session: Session, now: datetime, setup: Setup, links: PageLinks, booking: Booking) -> None:
    """What follows once a parcel that was going back has been collected after all, or is back. Doing it again does nothing."""
    if booking.kept_until is None or booking.state not in (COLLECTED, RETURNED):
        return
    called = [row for row in change_rows.of_booking(session, booking) if row.kind == GOES_BACK and row.state == MADE]
    if not called:
        return
    # Who collects it and brings it back within the minute collected it.
    if any(event.type == COLLECTED for event in events_of(session, booking.merchant_id, booking.id)):
        for row in called:
            _call_off(session, now, links, booking, row)
    elif setup.afterwards.uncollected_fee == REFUND:
        _give_fee_back(session, now, booking)


def _see_to(session: Session, now: datetime, links: PageLinks, booking: Booking) -> None:
    if booking.kept_until is None:
        # Whoever was never told a day is not sent back on the day that somebody begins to count.
        changed(session, now, booking, kept_until=lies_until(keeping_of(session, booking), booking, now))
        return
    new = changed(session, now, booking, going_back_at=now)
    _hand_over(session, now, links, new, _noted(session, now, booking, new, GOES_BACK, SHOP))
    remind_no_more(session, new)
    messages.tell(session, now, new, messages.GOING_BACK)


def _call_off(session: Session, now: datetime, links: PageLinks, booking: Booking, row: ChangeRow) -> None:
    """Fulfilment is told here unless the counter has told it already: then the booking goes back no more."""
    change_rows.mark(session, now, row, UNDONE)
    if booking.going_back_at is not None:
        _hand_over(session, now, links, changed(session, now, booking, going_back_at=None), row, UNDONE)


def _give_fee_back(session: Session, now: datetime, booking: Booking) -> None:
    """Once, and not beside what a broken promise gave back of the same fee."""
    known = settlements.of_bookings(session, booking.merchant_id, [booking.id])[booking.id]
    if any(one["reason"] in (UNCOLLECTED, BROKEN_PROMISE) and one["state"] != settlements.VOID for one in known):
        return
    settlements.add(session, now, booking, reason=UNCOLLECTED, ref=booking.id, difference=-booking.fee_amount)


def _noted(session: Session, now: datetime, old: Booking, new: Booking, kind: str, made_by: str) -> ChangeRow:
    return change_rows.add(session, now, old, new, kind=kind, state=MADE, made_by=made_by, difference=0)


def _hand_over(
    session: Session, now: datetime, links: PageLinks, booking: Booking, row: ChangeRow, state: str = MADE
) -> None:
    change = {"change": row.id, "kind": row.kind, "state": state}
    handovers.enqueue(session, now, booking, "booking.changed", links, change=change)
