"""Bookings whose person was erased: whatever is said of them afterwards is kept without anybody in it."""

from sqlalchemy import select

from delivery.booking_rows import Booking
from delivery.store.engine import Session
from delivery.store.tables import bookings


def is_erased(session: Session, booking: Booking) -> bool:
    """Whether nobody is in this booking any more, and nobody may come back into it."""
    own = bookings.c.merchant_id == booking.merchant_id, bookings.c.id == booking.id
    return session.execute(select(bookings.c.erased_at).where(*own)).scalar_one_or_none() is not None
