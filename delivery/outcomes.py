"""How a booking ended: its promise and what was reported of it, in the words of the rules."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from delivery.booking_rows import Booking
from delivery.descriptions import promise
from delivery.rules.outcomes import Promised, Reported, end_of, ended_at, judge
from delivery.rules.wallclock import zone_named
from delivery.store.engine import Session
from delivery.store.tables import origins


def promised_of(session: Session, booking: Booking) -> Promised | None:
    """What was promised; None for a choice without a date, and as long as nothing is chosen."""
    if booking.option is None:
        return None
    said = promise(booking.option)
    zone = zone_named(said["time_zone"])
    leaves_by = _leaves_by(session, booking, zone)
    at_centre = booking.type == "pickup"
    if said.get("ready_by"):
        return Promised(datetime.fromisoformat(said["ready_by"]), None, leaves_by, at_centre)
    if said.get("window"):
        starts_at, ends_at = (datetime.fromisoformat(said["window"][name]) for name in ("start", "end"))
        return Promised(ends_at, starts_at, leaves_by, at_centre)
    if said["latest"] is None:
        return None
    return Promised(end_of(date.fromisoformat(said["latest"]), zone), None, leaves_by, at_centre)


def outcome_facts(session: Session, now: datetime, booking: Booking, reported: Sequence[Reported]) -> dict[str, Any]:
    """What a booking's columns say of how it ended, with these reports in the order in which they happened. Empty as long
    as it has not ended: that a promise has passed is for delivery.promises to see."""
    arrived_at = ended_at(reported, at_centre=booking.type == "pickup")
    if arrived_at is None:
        return {}
    promised = promised_of(session, booking)
    found = judge(promised, reported, now) if promised else None
    kept, broken_by = (found.kept, found.broken_by) if found else (None, None)
    return {"arrived_at": arrived_at, "kept": kept, "broken_by": broken_by}


def _leaves_by(session: Session, booking: Booking, usual: ZoneInfo) -> datetime | None:
    """The end of the day it was to leave on, by the clocks of its origin; of an origin that is gone, by the promise's."""
    if booking.ship_by is None:
        return None
    zone = session.execute(
        select(origins.c.time_zone).where(
            origins.c.merchant_id == booking.merchant_id, origins.c.id == booking.origin_id
        )
    ).scalar_one_or_none()
    return end_of(booking.ship_by, zone_named(zone) if zone else usual)
