"""The parts of one order: some of it delivered, some collected, each a booking of its own."""

from delivery.booking_rows import Booking, as_booking, select_bookings
from delivery.booking_states import CANCELLED
from delivery.store.engine import Session
from delivery.store.tables import bookings


def other_parts(session: Session, booking: Booking) -> list[Booking]:
    """The order's other parts that are on their way to the same person, oldest first; those that wait for their payment
    or were cancelled are left out. Whose contact is another one now is another person: a link to one part shows them nothing
    of the other."""
    rows = session.execute(
        select_bookings(booking.merchant_id)
        .where(bookings.c.order_number == booking.order, bookings.c.part != booking.part)
        .order_by(bookings.c.created_at, bookings.c.id)
    )
    return [other for other in map(as_booking, rows) if _goes_along(other) and _whose(other) == _whose(booking)]


def _goes_along(other: Booking) -> bool:
    return other.is_known_to_fulfilment and other.state != CANCELLED and bool(other.recipient.get("name"))


def _whose(booking: Booking) -> tuple[str, ...]:
    """By what a person is reached; by the name where there is nothing else."""
    reached = tuple(str(booking.recipient.get(by) or "").casefold() for by in ("email", "phone"))
    return reached if any(reached) else (str(booking.recipient.get("name")),)
