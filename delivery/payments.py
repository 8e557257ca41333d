"""Payments: a booking that waits for its money keeps its place until a deadline, and is not handed over."""

from datetime import datetime

from sqlalchemy import bindparam, literal_column, select

from delivery.booking_rows import Booking, changed, get_locked
from delivery.booking_states import AWAITING_PAYMENT, CANCELLED, CHOICE_OPEN, CONFIRMED
from delivery.bookings import announce
from delivery.counters import Place, claim_booked, free_booked
from delivery.links import PageLinks
from delivery.problems import ChoiceGone, SlotFull, WrongState
from delivery.store.engine import Session
from delivery.store.tables import bookings

_OVERDUE = (
    select(bookings.c.merchant_id, bookings.c.id)
    .where(bookings.c.state == literal_column("'awaiting_payment'"), bookings.c.paid_until <= bindparam("now"))
    .order_by(bookings.c.paid_until)
    .limit(bindparam("at_most"))
    .with_for_update(skip_locked=True)
    .execution_options(across_merchants="a sweep")
)


def paid(
    session: Session, now: datetime, *, merchant_id: str, booking_id: str, place: Place | None, links: PageLinks
) -> Booking:
    """The money came: hand the booking over. Does nothing the second time.

    Too late, when the place was already given back: it is claimed anew (`place` says how many there are of it now).
    Raises BookingNotFound, ChoiceGone when that place or the stock is taken, and WrongState when the booking was cancelled.
    """
    booking = get_locked(session, merchant_id=merchant_id, booking_id=booking_id)
    if booking.was_not_paid:
        _claim_anew(session, now, booking, place)
    elif booking.state == CANCELLED:
        raise WrongState("The booking is cancelled.")
    elif booking.state != AWAITING_PAYMENT:
        return booking
    state = CHOICE_OPEN if booking.option is None else CONFIRMED
    confirmed = changed(session, now, booking, state=state, paid_until=None)
    announce(session, now, confirmed, links)
    return confirmed


def payment_failed(session: Session, now: datetime, *, merchant_id: str, booking_id: str) -> Booking:
    """No money will come: cancel the booking and give its place back. Does nothing the second time.

    Fulfilment is not told, because it never knew. Raises BookingNotFound, and WrongState when it was paid.
    """
    booking = get_locked(session, merchant_id=merchant_id, booking_id=booking_id)
    if booking.state == CANCELLED:
        return booking
    if booking.state != AWAITING_PAYMENT:
        raise WrongState(f"The booking is {booking.state}: it was paid.")
    return _let_go(session, now, booking)


def release_unpaid(session: Session, now: datetime, limit: int) -> int:
    """Let go up to `limit` bookings of all merchants whose payment did not come in time; how many."""
    overdue = session.execute(_OVERDUE, {"now": now, "at_most": limit}).all()
    found = [get_locked(session, merchant_id=row.merchant_id, booking_id=row.id) for row in overdue]
    in_order = sorted(found, key=_counter_order)
    for booking in in_order:
        _free(session, booking)
    for booking in in_order:
        changed(session, now, booking, state=CANCELLED)
    return len(found)


def _counter_order(booking: Booking) -> tuple[str, ...]:
    place = booking.place
    return (booking.merchant_id, *(map(str, place) if place else ()))


def _let_go(session: Session, now: datetime, booking: Booking) -> Booking:
    _free(session, booking)
    return changed(session, now, booking, state=CANCELLED)


def _free(session: Session, booking: Booking) -> None:
    if booking.place is not None:
        free_booked(session, booking.merchant_id, booking.place)


def _claim_anew(session: Session, now: datetime, booking: Booking, place: Place | None) -> None:
    if booking.place is None:
        return
    place = place and place.had_as(booking.place, booking.option or {})
    if place is None:
        raise ChoiceGone("The chosen window is no longer there.")
    try:
        claim_booked(session, now, booking.merchant_id, place)
    except SlotFull as error:
        raise ChoiceGone("The payment came too late: the place has been taken by someone else.") from error
