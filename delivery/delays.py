"""Promises that can no longer hold, and the honest day that takes their place, by the rules of the estimate as of now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from delivery.booking_rows import Booking
from delivery.centres_on_offer import opening_of
from delivery.rules.estimate import days_after_dispatch, estimate_from
from delivery.rules.outcomes import Promised, Reported, end_of, left_at
from delivery.rules.pickup import Centre, ready_after_arrival
from delivery.rules.places import Destination
from delivery.rules.wallclock import instant_of, local_day
from delivery.setups import Setup

_TICK = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Delay:
    """When it is expected instead: days of the promise's zone, both None when nobody can say."""

    earliest: date | None = None
    latest: date | None = None


def delay_of(
    now: datetime, setup: Setup, booking: Booking, promised: Promised, reported: Sequence[Reported]
) -> Delay | None:
    """What to expect of a promise that cannot hold; None as long as it can.

    It cannot when the parcel has not left though its day is over, or left later, and what the service takes from then is
    longer than was promised; and when a window has begun and nothing is out. Then no other window is made up.
    """
    left = left_at(reported)
    is_late = promised.leaves_by is not None and (left or now) > promised.leaves_by
    if booking.type == "local_delivery":
        begun = promised.begins_at is not None and now >= promised.begins_at
        return Delay() if left is None and (begun or is_late) else None
    if not is_late:
        return None
    centre = _centre_of(setup, booking)
    days = _days(now, setup, booking, left, centre)
    if days is None:
        return Delay()
    if centre is None:
        return Delay(*days) if end_of(days[1], _zone_of(booking)) > promised.ends_at else None
    return _ready(now, centre, days[1], promised)


def next_look(
    now: datetime, setup: Setup, booking: Booking, promised: Promised, reported: Sequence[Reported]
) -> datetime:
    """When a promise that has not passed is to be looked at again; each day anew as long as something waits that should
    have left."""
    moments = [promised.ends_at + _TICK, promised.begins_at, promised.leaves_by and promised.leaves_by + _TICK]
    if left_at(reported) is None:
        origin = setup.origins.get(booking.origin_id or "")
        zone = origin.zone if origin else setup.time_zone
        moments.append(end_of(local_day(now, zone), zone) + _TICK)
    return min(moment for moment in moments if moment is not None and moment > now)


def _days(
    now: datetime, setup: Setup, booking: Booking, left: datetime | None, centre: Centre | None
) -> tuple[date, date] | None:
    """By the origin and the service of the choice. None: one of them is gone, or the way leads nowhere."""
    origin, priced = setup.origins.get(booking.origin_id or ""), setup.services.get(booking.service_id or "")
    if origin is None or priced is None:
        return None
    there = Destination(centre.country, centre.postal_code, point=centre.point) if centre else booking.destination
    if left is not None:
        return days_after_dispatch(priced.service, local_day(left, origin.zone), there)
    estimate = estimate_from(now, origin, priced.service, there, booking.basket.handling_days)
    return (estimate.earliest_day, estimate.latest_day) if estimate else None


def _ready(now: datetime, centre: Centre, arrives: date, promised: Promised) -> Delay | None:
    arrives_at = instant_of(arrives, centre.arrival_time, centre.zone)
    ready_by = ready_after_arrival(opening_of(centre, now).intervals, arrives_at)
    if ready_by is None:
        return Delay()
    day = local_day(ready_by, centre.zone)
    return Delay(day, day) if ready_by > promised.ends_at else None


def _centre_of(setup: Setup, booking: Booking) -> Centre | None:
    place = (booking.option or {}).get("location")
    return setup.centre(place["id"]) if place else None


def _zone_of(booking: Booking) -> ZoneInfo:
    assert booking.option is not None
    return ZoneInfo(booking.option["time_zone"])
