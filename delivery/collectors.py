"""Somebody else collects a parcel: the shopper names them on the delivery's page, and the counter gives it to them.

The name stands in the booking's instructions, beside what is wanted at a door: `{"collector": text}`.
"""

from datetime import datetime
from typing import Any

from delivery import change_rows
from delivery.booking_rows import Booking, get_locked
from delivery.booking_states import CHOICE_OPEN
from delivery.change_rows import COLLECTOR, SHOPPER
from delivery.changes import Change, carry_out
from delivery.counter_shelf import OVER
from delivery.links import PageLinks
from delivery.problems import WrongState
from delivery.setups import Setup
from delivery.store.engine import Session

LONGEST_NAME = 100


def may_be_named(booking: Booking) -> bool:
    """Whether it can still be said who collects it."""
    return booking.type == "pickup" and booking.state not in OVER | {CHOICE_OPEN}


def collector_of(booking: Booking) -> str:
    """Whom the shopper named, besides themselves; empty for nobody."""
    return str(booking.instructions.get("collector") or "")


def name_collector(
    session: Session, now: datetime, setup: Setup, links: PageLinks, *, booking_id: str, name: str
) -> Change | None:
    """Keep who else may collect it, at most LONGEST_NAME letters; empty takes it back. None: it was so already.

    Raises BookingNotFound, WrongState when it does not wait to be collected, ChangeWaiting, TooManyChanges.
    """
    booking = get_locked(session, merchant_id=setup.merchant_id, booking_id=booking_id)
    if not may_be_named(booking):
        raise WrongState(f"The booking is {booking.state}.")
    if name == collector_of(booking):
        return None
    change_rows.check_may_change(session, now, booking)
    said: dict[str, Any] = {key: text for key, text in booking.instructions.items() if key != "collector"}
    said |= {"collector": name} if name else {}
    return carry_out(session, now, links, booking, {"instructions": said}, kind=COLLECTOR, made_by=SHOPPER)
