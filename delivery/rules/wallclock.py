"""Wall-clock times and the instants they mean, clock changes included."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

# The longest a clock ever jumped is a whole day (Samoa, 30 December 2011).
_LONGEST_GAP = timedelta(hours=25)


class UnknownTimeZone(ValueError):
    """The name is not an IANA time zone."""


@lru_cache(maxsize=512)
def zone_named(name: str) -> ZoneInfo:
    """The IANA zone of this name. Raises UnknownTimeZone."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UnknownTimeZone(f"{name!r} is not an IANA time zone") from error


@lru_cache(maxsize=16384)
def instant_of(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The UTC instant at which clocks in `zone` show `at` on `day`.

    A time that the spring change skips means the moment of the change; one that the autumn change
    repeats means its first occurrence. (PEP 495: fold=0 before the gap gives the offset before it.)
    """
    local = datetime.combine(day, at.replace(fold=0), tzinfo=zone)
    instant = local.astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) != local.replace(tzinfo=None):
        return _end_of_gap(instant, zone)
    return instant


def _end_of_gap(instant: datetime, zone: ZoneInfo) -> datetime:
    """The moment of the change nearest before `instant`, found by halving to the second."""
    low, high = instant - _LONGEST_GAP, instant
    after = high.astimezone(zone).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) / 2
        if middle.astimezone(zone).utcoffset() == after:
            high = middle
        else:
            low = middle
    return high.replace(microsecond=0)


def local_day(instant: datetime, zone: ZoneInfo) -> date:
    """The day on the calendar of `zone` at this aware instant. Raises ValueError for a naive one."""
    return aware(instant).astimezone(zone).date()


def aware(instant: datetime) -> datetime:
    """The same instant, refused when it carries no offset."""
    if instant.utcoffset() is None:
        raise ValueError(f"{instant.isoformat()} has no offset")
    return instant


def wall_time(at: time) -> time:
    """The same time of day, refused when it carries an offset of its own."""
    if at.tzinfo is not None:
        raise ValueError(f"{at.isoformat()} is a wall-clock time and carries no offset")
    return at
