"""The warning about a bad answer: once because it is bad, and once more when the shopper asks to be called."""

from datetime import datetime

from delivery import shop_alarms
from delivery.booking_rows import Booking
from delivery.setups import Setup
from delivery.store.engine import Session

KIND = "bad_answer"
BAD, CALL = "bad", "call"


def tell(session: Session, now: datetime, setup: Setup, booking: Booking, *, wants_call: bool) -> None:
    """Write that the shop is to hear of it."""
    shop_alarms.warn(session, now, setup, booking.id, KIND, CALL if wants_call else BAD)


def is_about_a_call(occasion: str) -> bool:
    """Whether it goes because the shopper asks to be called."""
    return shop_alarms.why_of(occasion) == CALL
