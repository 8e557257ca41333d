"""How collecting goes: how soon orders are collected, whether they were ready as promised, how many parcels are given out."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from statistics import median
from typing import TypeVar
from zoneinfo import ZoneInfo

from delivery.booking_states import RETURNED
from delivery.collected import Collected, collected
from delivery.keeping import hours_of, opened
from delivery.promise_reports import MOST_WEEKS, WEEK, weeks_of
from delivery.rules.wallclock import instant_of, local_day
from delivery.setups import Setup
from delivery.store.engine import Session

A_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)
Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Tally:
    """Orders that became ready, counted. Shares are from 0 to 1, None of nothing; `median_hours` is how long those that were
    collected waited, half of them longer; `open_hours` None where nobody can tell when the door was open."""

    ready: int = 0
    collected: int = 0
    in_a_day: int = 0
    had_a_day: int = 0
    went_back: int = 0
    kept: int = 0
    broken: int = 0
    parcels: int = 0
    median_hours: float | None = None
    open_hours: float | None = None

    @property
    def share_in_a_day(self) -> float | None:
        """Of those that had a day: the part collected within it."""
        return self.in_a_day / self.had_a_day if self.had_a_day else None

    @property
    def share_kept(self) -> float | None:
        """Of those promised: the part that was ready in time."""
        return self.kept / (self.kept + self.broken) if self.kept + self.broken else None

    @property
    def per_hour(self) -> float | None:
        """Parcels given out in an hour in which the door was open."""
        return self.parcels / self.open_hours if self.open_hours else None


@dataclass(frozen=True, slots=True)
class Report:
    """All of it: the total, each week of the period, each centre (the busiest first), each hour of the day with the parcels
    given out in it; and the lines of the file, by week and centre."""

    total: Tally
    by_week: Mapping[date, Tally]
    by_centre: Mapping[str, Tally]
    by_hour: Mapping[int, int]
    lines: tuple[tuple[date, str, Tally], ...]


def report(
    session: Session, now: datetime, setup: Setup, first: date, last: date, centre_id: str | None = None
) -> Report:
    """The weeks from that of `first` to that of `last`, both days in the shop's zone; an order counts in the week in which it
    became ready. Raises ValueError for more than MOST_WEEKS."""
    weeks = weeks_of(first, last)
    if len(weeks) > MOST_WEEKS:
        raise ValueError(f"at most {MOST_WEEKS} weeks, not {len(weeks)}")
    start, end = (instant_of(day, time(0), setup.time_zone) for day in (weeks[0], weeks[-1] + WEEK))
    found = collected(session, setup.merchant_id, start, end, centre_id)
    by_week = _grouped(found, lambda one: _week_of(one, setup.time_zone))
    by_centre = _grouped(found, lambda one: one.centre_id)
    lines = _grouped(found, lambda one: (_week_of(one, setup.time_zone), one.centre_id))
    until = min(now, end)
    hours = {centre: _open_hours(setup, centre, start, until) for centre in by_centre}
    known = [number for number in hours.values() if number is not None]
    return Report(
        tally(now, found, sum(known) if known else None),
        {week: tally(now, by_week.get(week, ())) for week in weeks},
        {
            centre: tally(now, some, hours[centre])
            for centre, some in sorted(by_centre.items(), key=lambda item: (-len(item[1]), item[0]))
        },
        _by_hour(setup, found),
        tuple((*key, tally(now, lines[key])) for key in sorted(lines)),
    )


def tally(now: datetime, some: Iterable[Collected], open_hours: float | None = None) -> Tally:
    """These orders, counted."""
    found = tuple(some)
    waits = [(one.collected_at - one.ready_at) / _HOUR for one in found if one.collected_at is not None]
    in_a_day = sum(hours <= A_DAY / _HOUR for hours in waits)
    return Tally(
        ready=len(found),
        collected=len(waits),
        in_a_day=in_a_day,
        # What became ready only now may still be collected in time.
        had_a_day=sum(one.collected_at is not None or now - one.ready_at >= A_DAY for one in found),
        went_back=sum(one.state == RETURNED for one in found),
        kept=sum(one.kept is True for one in found),
        broken=sum(one.kept is False for one in found),
        parcels=sum(one.parcels for one in found if one.collected_at is not None),
        median_hours=median(waits) if waits else None,
        open_hours=open_hours,
    )


def _grouped(found: Sequence[Collected], key: Callable[[Collected], Key]) -> dict[Key, list[Collected]]:
    groups: dict[Key, list[Collected]] = {}
    for one in found:
        groups.setdefault(key(one), []).append(one)
    return groups


def _week_of(one: Collected, zone: ZoneInfo) -> date:
    day = local_day(one.ready_at, zone)
    return day - timedelta(days=day.weekday())


def _open_hours(setup: Setup, centre_id: str, start: datetime, end: datetime) -> float | None:
    centre = setup.centre(centre_id)
    if centre is None or end <= start:
        return None
    parts = opened(hours_of(centre), start, end)
    return sum(
        (min(closes, end) - max(opens, start)) / _HOUR for opens, closes in parts if opens < end and closes > start
    )


def _by_hour(setup: Setup, found: Iterable[Collected]) -> dict[int, int]:
    """By the clocks of the centres; every hour from the first to the last in which anything went."""
    counts: Counter[int] = Counter()
    for one in found:
        if one.collected_at is not None:
            centre = setup.centre(one.centre_id)
            zone = centre.zone if centre else setup.time_zone
            counts[one.collected_at.astimezone(zone).hour] += one.parcels
    return {hour: counts[hour] for hour in range(min(counts), max(counts) + 1)} if counts else {}
