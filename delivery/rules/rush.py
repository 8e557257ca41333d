"""The rush of the coming hours: how many parcels are likely to be collected in each, from how it was in the weeks before.

Of the parcels that wait in an hour a certain share is collected, which depends on the hour of the day: few at ten, many at
half past five. That share (a discrete hazard, as in survival analysis) is counted over the weeks before, hour by hour of the
centre's clock, and then applied to what waits now and what will be ready.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from delivery.rules.opening import Interval
from delivery.rules.wallclock import aware

HOUR = timedelta(hours=1)
LEAST_COLLECTED = 20
"""With fewer to learn from nothing is foretold."""

DRAWN_TO_THE_MIDDLE = 5.0
"""The share of an hour in which hardly anything waited is drawn to that of all hours, as if so many had waited in it."""


class Waited(NamedTuple):
    """A parcel of the weeks before: when it was ready, and when it was collected or left otherwise; None: it waits still."""

    ready_at: datetime
    ended_at: datetime | None
    was_collected: bool


@dataclass(frozen=True, slots=True)
class Habits:
    """The share of the waiting parcels that is collected in an hour, by the hour of the centre's day; `usual` for the others."""

    usual: float
    by_hour: Mapping[int, float] = field(default_factory=dict)

    def share(self, hour: int) -> float:
        """Of what waits in this hour of the day."""
        return self.by_hour.get(hour, self.usual)


class Hour(NamedTuple):
    """One hour ahead: its beginning (UTC), the parcels expected to be collected, and those that become ready in it. `open_part`:
    how much of it the door is open."""

    at: datetime
    expected: float
    ready: int
    open_part: float


def habits(waited: Sequence[Waited], opened: Iterable[Interval], zone: ZoneInfo) -> Habits | None:
    """What the weeks that `opened` covers teach. None: too little was collected to learn from."""
    ready = sorted(one.ready_at for one in waited)
    ended = sorted(one.ended_at for one in waited if one.ended_at is not None)
    collected = sorted(one.ended_at for one in waited if one.ended_at is not None and one.was_collected)
    if len(collected) < LEAST_COLLECTED:
        return None
    counts: Counter[int] = Counter()
    exposures: dict[int, float] = defaultdict(float)
    for at, part in open_hours(opened):
        hour, until = at.astimezone(zone).hour, at + HOUR
        came = bisect_left(ready, until) - bisect_left(ready, at)
        counts[hour] += bisect_left(collected, until) - bisect_left(collected, at)
        # What became ready in this hour waited half of it, in the mean.
        exposures[hour] += part * (bisect_left(ready, at) - bisect_left(ended, at) + came / 2)
    exposed = sum(exposures.values())
    usual = min(1.0, sum(counts.values()) / exposed) if exposed else 0.0
    shares = {
        hour: min(1.0, (counts[hour] + DRAWN_TO_THE_MIDDLE * usual) / (exposure + DRAWN_TO_THE_MIDDLE))
        for hour, exposure in exposures.items()
    }
    return Habits(usual, shares)


def rush(
    known: Habits, now: datetime, waiting: int, ready_at: Sequence[datetime], opened: Iterable[Interval], zone: ZoneInfo
) -> tuple[Hour, ...]:
    """The hours in which the door is open, from the one that has begun on. `waiting` lie there now, and more become ready at the
    moments of `ready_at`; what is overdue counts as soon as the door opens."""
    now = aware(now).astimezone(UTC)
    left, came = float(waiting), sorted(ready_at)
    hours, taken = [], 0
    for at, part in open_hours(opened):
        until = at + HOUR
        if until <= now:
            continue
        here = bisect_left(came, until)
        new, taken = here - taken, here
        ahead = part * min(1.0, (until - max(at, now)) / HOUR)
        expected = min(left + new, (left + new / 2) * known.share(at.astimezone(zone).hour) * ahead)
        left += new - expected
        hours.append(Hour(at, expected, new, part))
    return tuple(hours)


def open_hours(opened: Iterable[Interval]) -> list[tuple[datetime, float]]:
    """The hours of the clock (UTC, from the full hour) in which a place is open at all, and how much of each it is."""
    parts: dict[datetime, float] = {}
    for opens, closes in opened:
        at, end = aware(opens).astimezone(UTC), aware(closes).astimezone(UTC)
        while at < end:
            hour = at.replace(minute=0, second=0, microsecond=0)
            until = min(end, hour + HOUR)
            parts[hour] = parts.get(hour, 0.0) + (until - at) / HOUR
            at = until
    return sorted(parts.items())
