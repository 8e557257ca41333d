"""How long a parcel lies at a pick-up centre: counted in days on which the centre opens, so that nobody loses days to a
closed door."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from delivery.rules.opening import Interval
from delivery.rules.wallclock import aware, instant_of, local_day

MORNING, EVENING = time(8), time(20)
TIME_TO_COME = timedelta(hours=2)
"""A reminder in the morning leaves at least this much of the day; else it comes the evening before."""

TWO_DAYS_BEFORE, LAST_DAY = "two_days_before", "last_day"
_DAY, _NOON, _MIDNIGHT = timedelta(days=1), time(12), time(0)
_AN_INSTANT = timedelta(microseconds=1)


class OpenDay(NamedTuple):
    """A local day on which a place opens, from its first opening to its last closing (UTC)."""

    day: date
    opens_at: datetime
    closes_at: datetime


def opening_days(opened: Sequence[Interval], zone: ZoneInfo) -> Iterator[OpenDay]:
    """The days on which a place opens, ascending; `opened` as rules.opening tells it.

    A door still open at midnight closes, for this, at midnight. What then goes on until noon at the latest belongs to
    the evening and makes no day of its own.
    """
    known: OpenDay | None = None
    for part in _parts(opened, zone):
        if known is not None and known.day == part.day:
            known = known._replace(closes_at=part.closes_at)
            continue
        if known is not None:
            yield known
        known = part
    if known is not None:
        yield known


def kept_until(opened: Sequence[Interval], since: datetime, keep_days: int, zone: ZoneInfo) -> datetime | None:
    """Until when a parcel that lies there `since` then is kept: the closing time (UTC) of the last of `keep_days` opening
    days after that local day. With 0 that day's own, or the next opening day's when the door opens no more on that day.

    None: `opened` does not reach so far. Raises ValueError for a negative number of days.
    """
    if keep_days < 0:
        raise ValueError("a parcel cannot be kept for a negative number of days")
    first_day, counted = local_day(since, zone), 0
    for open_day in opening_days(opened, zone):
        if keep_days == 0 and open_day.closes_at > since:
            return open_day.closes_at
        counted += open_day.day > first_day
        if keep_days and counted == keep_days:
            return open_day.closes_at
    return None


def end_of_calendar_days(since: datetime, days: int, zone: ZoneInfo) -> datetime:
    """The end of the local day that many days later (UTC): for a place whose opening nobody can tell."""
    return instant_of(local_day(since, zone) + _DAY * (days + 1), _MIDNIGHT, zone)


def last_day_of(until: datetime, zone: ZoneInfo) -> date:
    """The last local day of a time that ends then; an end at midnight belongs to the day before."""
    return local_day(until - _AN_INSTANT, zone)


def reminded_at(opened: Sequence[Interval], now: datetime, until: datetime, zone: ZoneInfo) -> dict[str, datetime]:
    """When somebody is reminded (UTC) of a parcel kept `until` then, by occasion: two opening days before the last one, if a
    day has passed by then, and on the last one, if that is not today.

    In the morning; where the door closes before there is time to come, the evening before. Where no opening is known, days
    of the calendar count.
    """
    last = last_day_of(until, zone)
    days = [open_day for open_day in opening_days(opened, zone) if open_day.day <= last]
    if not days or days[-1].day != last:
        days = [_whole(last - 2 * _DAY, zone), _whole(last - _DAY, zone), _whole(last, zone)]
    moments = {}
    if len(days) > 2 and (early := _reminder(days[-3], zone)) - now >= _DAY:
        moments[TWO_DAYS_BEFORE] = early
    if last > local_day(now, zone) and (late := _reminder(days[-1], zone)) > now:
        moments[LAST_DAY] = late
    return moments


def _reminder(open_day: OpenDay, zone: ZoneInfo) -> datetime:
    morning = instant_of(open_day.day, MORNING, zone)
    if open_day.closes_at - morning >= TIME_TO_COME:
        return morning
    return instant_of(open_day.day - _DAY, EVENING, zone)


def _whole(day: date, zone: ZoneInfo) -> OpenDay:
    return OpenDay(day, instant_of(day, _MIDNIGHT, zone), instant_of(day + _DAY, _MIDNIGHT, zone))


def _parts(opened: Sequence[Interval], zone: ZoneInfo) -> Iterator[OpenDay]:
    """The intervals, cut at each midnight."""
    for opens, closes in opened:
        opens_at, closes_at = aware(opens).astimezone(UTC), aware(closes).astimezone(UTC)
        day = local_day(opens_at, zone)
        while closes_at > (midnight := instant_of(day + _DAY, _MIDNIGHT, zone)):
            yield OpenDay(day, opens_at, midnight)
            day += _DAY
            if closes_at <= instant_of(day, _NOON, zone):
                break
            opens_at = midnight
        else:
            yield OpenDay(day, opens_at, closes_at)
