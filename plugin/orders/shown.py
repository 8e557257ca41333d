"""Bookings as the shop's server sees them."""

from collections.abc import Sequence
from typing import Any

from delivery import handovers, settlements
from delivery.bookings import Booking
from delivery.descriptions import describe
from delivery.store.engine import Session
from web.service import service


def shown(session: Session, booking: Booking) -> dict[str, Any]:
    """One booking, with how far its handover is and what is to be settled."""
    return shown_together(session, [booking])[0]


def shown_together(session: Session, found: Sequence[Booking]) -> list[dict[str, Any]]:
    """Bookings of one merchant; their handovers are read at once."""
    if not found:
        return []
    merchant_id, ids = found[0].merchant_id, [booking.id for booking in found]
    states = handovers.states_of(session, merchant_id, ids)
    due = settlements.of_bookings(session, merchant_id, ids)
    return [
        describe(booking, service().links, states[booking.id]) | {"settlements": due[booking.id]} for booking in found
    ]
