"""When somebody is reminded of a deadline: halfway, and once more shortly before it; never at night."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from delivery.rules.wallclock import instant_of, local_day

DAY_BEGINS, DAY_ENDS = time(8), time(21)
"""By the clock of whoever is reminded."""

LAST_CALL = timedelta(hours=4)
APART = timedelta(hours=1)
"""The last call comes at least this long after the first reminder, else it goes alone."""

ENOUGH = timedelta(hours=2)
"""A last call that a night puts off comes in the morning if this much is then left, else the evening before."""

_EVENING = time(20)
_DAY = timedelta(days=1)


def reminders(opened_at: datetime, until: datetime, zone: ZoneInfo) -> tuple[datetime | None, datetime | None]:
    """The moments (UTC) of the first reminder and of the last call; None for one that would come before its time has begun,
    or right before the other. A time of eight hours or less has no last call."""
    last = _by_day(until - LAST_CALL, until - ENOUGH, zone) if until - opened_at > 2 * LAST_CALL else opened_at
    latest = last - APART if last > opened_at else until - ENOUGH
    first = _by_day(opened_at + (until - opened_at) / 2, latest, zone)
    if last <= opened_at:
        return (first if first > opened_at else None), None
    return (first if opened_at < first <= latest else None), last


def is_night(now: datetime, zone: ZoneInfo) -> bool:
    """Whether people sleep there, or may."""
    at = now.astimezone(zone).time()
    return at < DAY_BEGINS or at >= DAY_ENDS


def next_morning(now: datetime, zone: ZoneInfo) -> datetime:
    """When the night that it is there ends (UTC)."""
    today = local_day(now, zone)
    return instant_of(today if now.astimezone(zone).time() < DAY_BEGINS else today + _DAY, DAY_BEGINS, zone)


def _by_day(at: datetime, latest: datetime, zone: ZoneInfo) -> datetime:
    """The moment itself; of one at night the morning after if that is not later than `latest`, else the evening before."""
    if not is_night(at, zone):
        return at.astimezone(UTC)
    morning = next_morning(at, zone)
    return morning if morning <= latest else instant_of(local_day(morning, zone) - _DAY, _EVENING, zone)
