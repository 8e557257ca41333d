"""When a message may be sent: not at night by the shopper's clock, unless it cannot wait for the morning, or answers what the
shopper has just done."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from delivery.booking_rows import Booking
from delivery.booking_states import CANCELLED, CONFIRMED, DELIVERY_FAILED, OUT_FOR_DELIVERY, READY_FOR_PICKUP
from delivery.change_rows import CANCEL, SHOPPER, ChangeRow, of_booking
from delivery.messages import ARRIVAL_MOVED, AT_RISK, KEPT_LONGER, MADE, NOTICE, REFUSED, UNDONE
from delivery.open_choices import SHOPPER as CHOSE_THEMSELVES
from delivery.open_choices import known_of
from delivery.outcomes import promised_of
from delivery.rules.reminders import is_night, next_morning
from delivery.rules.wallclock import local_day, zone_named
from delivery.setups import Setup
from delivery.store.engine import Session
from delivery.texts.countries import zone_in

SOON = timedelta(hours=12)
"""A promise that ends sooner is told of at once when it cannot hold."""

JUST_NOW = timedelta(minutes=30)
"""Who did something so short a time ago is awake, and waits for the answer."""

AT_ONCE = frozenset({OUT_FOR_DELIVERY, ARRIVAL_MOVED, DELIVERY_FAILED, NOTICE})
"""What is of no use in the morning, or guards the order."""


def not_before(
    session: Session,
    now: datetime,
    setup: Setup,
    booking: Booking,
    kind: str,
    created_at: datetime,
    change: ChangeRow | None = None,
) -> datetime | None:
    """The morning until which a message waits; None when it may go now. `created_at` is when it was news, `change` what it is
    about."""
    zone = zone_of(setup, booking)
    if not is_night(now, zone) or _is_urgent(session, now, booking, kind, created_at, zone):
        return None
    done_at = _done_at(session, booking, kind, created_at, change)
    if done_at is not None and now - done_at <= JUST_NOW:
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
    return kind in AT_ONCE


def _done_at(
    session: Session, booking: Booking, kind: str, created_at: datetime, change: ChangeRow | None
) -> datetime | None:
    """When the shopper did what the message answers: ordered, chose, asked for a change; None when it answers nothing."""
    if kind in (MADE, REFUSED):
        return change.created_at if change and change.made_by == SHOPPER else None
    if kind in (UNDONE, KEPT_LONGER):
        return created_at
    if kind == CANCELLED:
        asked = [row.created_at for row in of_booking(session, booking) if (row.kind, row.made_by) == (CANCEL, SHOPPER)]
        return max(asked, default=None)
    if kind == CONFIRMED:
        known = known_of(session, booking.merchant_id, booking.id)
        return known.chosen_at if known and known.chosen_by == CHOSE_THEMSELVES else booking.created_at
    return booking.created_at if kind == "choose" else None
