"""How long something takes, in whole hours or days: for those who take durations where we have dates."""

from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

HOUR, DAY = "hour", "day"


class Lasting(NamedTuple):
    """At least and at most so many whole hours or days; never none at all."""

    unit: str
    least: int
    most: int


def lasting(now: datetime, zone: ZoneInfo, first: date | datetime, last: date | datetime) -> Lasting:
    """From now until a first and a last day or instant, told by the calendar of `zone`.

    Whole days of the calendar when the first lies on a later day. For one that is today (or over) hours: the least rounded down,
    the most rounded up, so that nothing is promised earlier than it is, nor later. A day lasts until its midnight.
    """
    today = now.astimezone(zone).date()
    first_day, last_day = _day(first, zone), _day(last, zone)
    if first_day > today:
        least = (first_day - today).days
        return Lasting(DAY, least, max(least, (last_day - today).days))
    least = max(1, _until(now, _start(first, zone)) // timedelta(hours=1))
    most = -(-_until(now, _end(last, zone)) // timedelta(hours=1))
    return Lasting(HOUR, least, max(least, most))


def _day(value: date | datetime, zone: ZoneInfo) -> date:
    return value.astimezone(zone).date() if isinstance(value, datetime) else value


def _start(value: date | datetime, zone: ZoneInfo) -> datetime:
    return value if isinstance(value, datetime) else datetime.combine(value, time(), zone)


def _end(value: date | datetime, zone: ZoneInfo) -> datetime:
    return value if isinstance(value, datetime) else datetime.combine(value + timedelta(days=1), time(), zone)


def _until(now: datetime, then: datetime) -> timedelta:
    """In UTC: two wall-clock times of one zone would be subtracted without its clock changes."""
    return then.astimezone(UTC) - now.astimezone(UTC)
