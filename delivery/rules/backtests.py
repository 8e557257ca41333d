"""Replaying the past: what would have been promised, learning only from what was known then, and how that went."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from statistics import fmean, median

from delivery.rules.delivery_clock import DeliveryClock, clock_of_week
from delivery.rules.experience import Experience
from delivery.rules.learnt import Learnt
from delivery.rules.parcel_history import PastParcel, replay

LEVELS = (0.9, 0.95)
ENOUGH_FOR_A_WEEK = 100
OWN_RULE = (2.0, 6.0)
"""Where nothing is known yet: days until dispatch and under way."""


@dataclass(frozen=True, slots=True)
class Promised:
    """One order of the span: days from its day to the earliest and latest promised, to that at each of LEVELS, to the one the
    shopper was shown, and to the one on which it arrived."""

    month: str
    taken: int
    earliest: int
    latest: int
    at_levels: tuple[int, ...]
    shown: int | None


@dataclass(frozen=True, slots=True)
class Shown:
    """How the days did that shoppers were shown; shares are of 1."""

    kept: float
    mean_promised_days: float
    pinball_90: float


@dataclass(frozen=True, slots=True)
class Backtest:
    """How the promises of a span were kept, by day. Days are counted from the day of the order; a pinball loss is in days."""

    n: int
    kept: float
    mean_promised_days: float
    median_promised_days: float
    mean_width_days: float
    pinball_90: float
    pinball_95: float
    kept_by_month: Mapping[str, float]
    shown: Shown | None
    us_per_estimate: float


def backtest(
    parcels: Sequence[PastParcel], first_day: date, last_day: date, confidence: float, stopwatch: Callable[[], float]
) -> Backtest:
    """Replay all of it in the order of time; figures of what was ordered in the span, both days included, and has arrived.

    `stopwatch` says seconds from any moment. Raises ValueError when the span has no such order.
    """
    if not parcels:
        raise ValueError("there are no parcels to learn from")
    began = min(parcel.ordered_at for parcel in parcels).toordinal()
    experience = Experience(_clock(parcels, first_day), OWN_RULE, confidence, began)
    quoting = _Quoting(experience, first_day, last_day, stopwatch)
    replay(parcels, experience, quoting.quote)
    if not quoting.promised:
        raise ValueError("no parcel that has arrived was ordered in the span")
    return _figures(quoting.promised, quoting.seconds / len(quoting.promised))


def pinball(level: float, taken: float, promised: float) -> float:
    """What a promise at this level costs, in days: a day too late `level`, a day too early 1 − `level` (Koenker 1978)."""
    return max(level * (taken - promised), (level - 1) * (taken - promised))


@dataclass(slots=True)
class _Quoting:
    """Quotes every order of the span at the moment of the order."""

    experience: Experience
    first_day: date
    last_day: date
    stopwatch: Callable[[], float]
    promised: list[Promised] = field(default_factory=list)
    seconds: float = 0.0
    _summed_up: tuple[int, tuple[Learnt, ...]] = (0, ())

    def quote(self, parcel: PastParcel, _latest_day: int) -> None:
        taken = parcel.taken_days
        if taken is None or not self.first_day <= parcel.ordered_at.date() <= self.last_day:
            return
        day, learnt, clock = parcel.ordered_at.toordinal(), self.experience.learnt, self.experience.clock
        began = self.stopwatch()
        earliest, latest = learnt.days(clock, parcel.lane, day)
        self.seconds += self.stopwatch() - began
        at_levels = tuple(level.days(clock, parcel.lane, day)[1] - day for level in self._at_levels())
        shown = None if parcel.shown_day is None else parcel.shown_day.toordinal() - day
        month = f"{parcel.ordered_at:%Y-%m}"
        self.promised.append(Promised(month, taken, earliest - day, latest - day, at_levels, shown))

    def _at_levels(self) -> tuple[Learnt, ...]:
        """What was learnt, at each of LEVELS: worked out once for each day."""
        if self._summed_up[0] != self.experience.day:
            self._summed_up = self.experience.day, tuple(self.experience.sum_up(level) for level in LEVELS)
        return self._summed_up[1]


def _clock(parcels: Sequence[PastParcel], first_day: date) -> DeliveryClock:
    """By the weekdays on which parcels had arrived before the span; every day where they are too few to say."""
    seen = [0] * 7
    for parcel in parcels:
        if parcel.delivered_at is not None and parcel.delivered_at.date() < first_day:
            seen[parcel.delivered_at.weekday()] += 1
    if sum(seen) < ENOUGH_FOR_A_WEEK:
        return clock_of_week((1.0,) * 7)
    usual = sorted(seen)[3]
    return clock_of_week([min(1.0, number / usual) for number in seen])


def _figures(promised: Sequence[Promised], seconds: float) -> Backtest:
    by_month = defaultdict(list)
    for one in promised:
        by_month[one.month].append(one.taken <= one.latest)
    at_90, at_95 = (
        fmean(pinball(level, one.taken, one.at_levels[number]) for one in promised)
        for number, level in enumerate(LEVELS)
    )
    return Backtest(
        n=len(promised),
        kept=fmean(one.taken <= one.latest for one in promised),
        mean_promised_days=fmean(one.latest for one in promised),
        median_promised_days=float(median(one.latest for one in promised)),
        mean_width_days=fmean(one.latest - one.earliest for one in promised),
        pinball_90=at_90,
        pinball_95=at_95,
        kept_by_month={month: fmean(kept) for month, kept in sorted(by_month.items())},
        shown=_shown([(one.taken, one.shown) for one in promised if one.shown is not None]),
        us_per_estimate=seconds * 1e6,
    )


def _shown(days: Sequence[tuple[int, int]]) -> Shown | None:
    if not days:
        return None
    return Shown(
        kept=fmean(taken <= shown for taken, shown in days),
        mean_promised_days=fmean(shown for _, shown in days),
        pinball_90=fmean(pinball(0.9, taken, shown) for taken, shown in days),
    )
