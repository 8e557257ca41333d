"""When a message may be sent: not at night by the shopper's clock, unless it cannot wait for the morning."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from delivery.booking_rows import Booking
from delivery.booking_states import DELIVERY_FAILED, OUT_FOR_DELIVERY, READY_FOR_PICKUP
from delivery.messages import AT_RISK
from delivery.outcomes import promised_of
from delivery.rules.reminders import is_night, next_morning
from delivery.rules.wallclock import local_day, zone_named
from delivery.setups import Setup
from delivery.store.engine import Session
from delivery.texts.countries import zone_in

SOON = timedelta(hours=12)
"""A promise that ends sooner is told of at once when it cannot hold."""


def not_before(
    session: Session, now: datetime, setup: Setup, booking: Booking, kind: str, created_at: datetime
) -> datetime | None:
    """The morning until which a message waits; None when it may go now. `created_at` is when it was news."""
    zone = zone_of(setup, booking)
    if not is_night(now, zone) or _is_urgent(session, now, booking, kind, created_at, zone):
        return None
    return next_morning(now, zone)


def zone_of(setup: Setup, booking: Booking) -> ZoneInfo:
    """By which clock the shopper lives: that of the promise, or of the country it goes to."""
    if booking.option is not None:
        return zone_named(booking.option["time_zone"])
    return zone_in(booking.address["country"], setup.country, setup.time_zone)


def _is_urgent(
    session: Session, now: datetime, booking: Booking, kind: str, created_at: datetime, zone: ZoneInfo
) -> bool:
    if kind == READY_FOR_PICKUP:
        return local_day(created_at, zone) == local_day(now, zone)
    if kind == AT_RISK:
        promised = promised_of(session, booking)
        return promised is not None and promised.ends_at - now <= SOON
    return kind in (OUT_FOR_DELIVERY, DELIVERY_FAILED)
