"""Which messages about an order the shopper does not want: kept with the booking, asked before one is sent."""

from collections.abc import Collection

from sqlalchemy import select, update

from delivery.booking_rows import Booking, get_locked
from delivery.messages import ASK, REMINDER
from delivery.store.engine import Session
from delivery.store.tables import bookings

OPTIONAL = ("choose_reminder", "packed", "delivered", REMINDER, ASK)
"""What can be done without. The rest says what the shopper has to know, or guards the order."""
_OFF = "off"


def unwanted(session: Session, booking: Booking) -> frozenset[str]:
    """The kinds that the shopper switched off for this order."""
    own = bookings.c.merchant_id == booking.merchant_id, bookings.c.id == booking.id
    found = session.execute(select(bookings.c.preferences).where(*own)).scalar_one_or_none() or {}
    return frozenset(found.get(_OFF, ())) & frozenset(OPTIONAL)


def switch_off(session: Session, booking: Booking, kinds: Collection[str] = OPTIONAL) -> None:
    """From now on none of these is sent about this order, and all others are; what is not optional stays."""
    get_locked(session, merchant_id=booking.merchant_id, booking_id=booking.id)
    own = bookings.c.merchant_id == booking.merchant_id, bookings.c.id == booking.id
    off = [kind for kind in OPTIONAL if kind in kinds]
    session.execute(update(bookings).where(*own).values(preferences={_OFF: off}))
