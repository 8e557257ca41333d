"""When pick-up centres are open, remembered for the day: what their settings say, as intervals."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from delivery.asked import days_from
from delivery.keeping import Hours, counted
from delivery.options import DayHours, Window
from delivery.rules.keeping import kept_until
from delivery.rules.opening import BadOpeningHours, Interval, open_intervals
from delivery.rules.pickup import Centre, ready_after_arrival
from delivery.rules.wallclock import instant_of, local_day

DAYS_SHOWN = 7
DAYS_AHEAD = 45
"""How far opening hours are looked up: the longest wait for a parcel and its keep days."""


@dataclass(frozen=True, slots=True, eq=False)
class Opening:
    """When one centre is open from one day on: UTC intervals, and the hours of the coming week."""

    intervals: tuple[Interval, ...]
    week: tuple[DayHours, ...]


def opening_of(centre: Centre, now: datetime) -> Opening:
    """The centre's opening from today on, remembered for the day."""
    return _opening(_hours(centre), local_day(now, centre.zone))


def why_unreadable(centre: Centre, now: datetime) -> str | None:
    """What cannot be read in the centre's hours or their exceptions; None when all of it can."""
    try:
        _read(_hours(centre), local_day(now, centre.zone))
    except BadOpeningHours as error:
        return str(error)
    return None


def open_after(centre: Centre, now: datetime, arrives_at: datetime) -> datetime | None:
    """The first moment from `arrives_at` on at which the centre is open; None when it does not open in the coming weeks."""
    return _open_after(_hours(centre), local_day(now, centre.zone), arrives_at)


def lies_until(centre: Centre, now: datetime, ready_by: datetime) -> datetime:
    """Until when a parcel is kept there that lies ready then."""
    return _kept_until(_hours(centre), local_day(now, centre.zone), ready_by, centre.keep_days)


def _hours(centre: Centre) -> Hours:
    exceptions = tuple(sorted(centre.exceptions.items())) if centre.exceptions else ()
    return centre.opening_hours, centre.zone, centre.country, centre.subdivision, exceptions


@lru_cache(maxsize=20_000)
def _opening(hours: Hours, today: date) -> Opening:
    zone = hours[1]
    try:
        found = _read(hours, today)
    except BadOpeningHours:
        # One centre with hours that cannot be read must not take the whole offer away: it counts as never open.
        found = []
    intervals = tuple((opens.astimezone(UTC), closes.astimezone(UTC)) for opens, closes in found)
    return Opening(intervals, tuple(_hours_of(day, found, zone) for day in days_from(today, DAYS_SHOWN)))


def _read(hours: Hours, today: date) -> list[Interval]:
    text, zone, country, subdivision, exceptions = hours
    start = instant_of(today, time(0), zone)
    end = instant_of(today + timedelta(days=DAYS_AHEAD), time(0), zone)
    return open_intervals(text, start, end, zone, country, subdivision, dict(exceptions))


@lru_cache(maxsize=50_000)
def _open_after(hours: Hours, today: date, arrives_at: datetime) -> datetime | None:
    return ready_after_arrival(_opening(hours, today).intervals, arrives_at)


@lru_cache(maxsize=50_000)
def _kept_until(hours: Hours, today: date, ready_by: datetime, keep_days: int) -> datetime:
    known = _opening(hours, today).intervals
    return kept_until(known, ready_by, keep_days, hours[1]) or counted(hours, ready_by, keep_days)


def _hours_of(day: date, found: list[Interval], zone: ZoneInfo) -> DayHours:
    """The intervals that begin on this day; one that runs over midnight stands with the day it began on."""
    return DayHours(day, tuple(Window(opens, closes) for opens, closes in found if local_day(opens, zone) == day))
