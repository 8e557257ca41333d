"""What a courier on the round says of when he comes, as a promise that stands before the shop's own."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from delivery.booking_rows import Booking
from delivery.booking_states import OUT_FOR_DELIVERY
from delivery.progress import Event
from delivery.rules.rounds import arrival_on_round
from delivery.rules.wallclock import local_day, zone_named


def nearer_of(booking: Booking, reported: Iterable[Event]) -> dict[str, Any] | None:
    """The courier's window, in the words of delivery/descriptions.py; None while it is not out, or no window was told.

    `reported` in the order in which it happened.
    """
    told = arrival_on_round(reported) if booking.state == OUT_FOR_DELIVERY else None
    if told is None or booking.option is None:
        return None
    zone = zone_named(booking.option["time_zone"])
    window = {"start": told.starts_at.astimezone(zone).isoformat(), "end": told.ends_at.astimezone(zone).isoformat()}
    first, last = (local_day(moment, zone).isoformat() for moment in (told.starts_at, told.ends_at))
    return {"earliest": first, "latest": last, "window": window, "time_zone": zone.key, "steps": []}


def is_still_to_come(now: datetime, nearer: Mapping[str, Any]) -> bool:
    """Whether the courier's window has not passed yet. Then what was promised counts again."""
    return now < datetime.fromisoformat(nearer["window"]["end"])


def how_it_fits(nearer: Mapping[str, Any], promised: Mapping[str, Any], ends_at: datetime) -> str | None:
    """Of the courier's window against the promise, which ends at `ends_at`: "stands" within it, "moved" when it begins later,
    "may_move" when it only ends later, None when it begins before a promised window does."""
    starts, ends = (datetime.fromisoformat(nearer["window"][name]) for name in ("start", "end"))
    if ends > ends_at:
        return "moved" if starts >= ends_at else "may_move"
    window = promised.get("window")
    return None if window and starts < datetime.fromisoformat(window["start"]) else "stands"
