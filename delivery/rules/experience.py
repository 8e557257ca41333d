"""What past parcels teach about the next one: the day by which it arrives with the chance that the merchant asks for.

What is usual for a parcel is its origin's mean time until dispatch plus its lane's mean time under way; each mean is drawn
towards that of a wider group where little is known: area, lane, region, all, and at last the merchant's own rule. When more
parcels are under way than usual, everything takes longer: by the square root of how many times more. How much longer than
usual parcels take, and which share arrives by when, is counted in `arrivals`, with those that are still under way.

The share that was really kept corrects the level asked for, within bounds (online conformal inference, Gibbs and Candès 2021).
Days are ordinals of `date`; times are in days of a DeliveryClock. The calendar still says which days are possible.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple, dataclass, field
from typing import Any

from delivery.rules.arrivals import Arrivals
from delivery.rules.delivery_clock import DeliveryClock
from delivery.rules.learnt import AgesAt, Chain, Lane, Learnt, Usual, handling_chain, transit_chain
from delivery.rules.learnt_record import LEVELS, Record
from delivery.rules.running_means import RunningMeans

VERSION = 1
"""Of the facts below: whoever finds another number learns anew from the rows."""

MEANS_HALF_LIFE = 180.0
LOAD_HALF_LIFE = 45.0
LOAD_PAD = 50.0
"""Added to the parcels under way and to their mean, so that a handful more of a few is no jam."""
CORRECTED_BY = 0.01
MOST_CORRECTED = 0.3
"""Of the share that may be late: at 90 %, the level never goes above 93 %."""
USUAL_AFTER = 30
"""So many parcels have to arrive before what is usual means anything, and others are compared with it."""
LONGEST_UNDER_WAY = 180
REMEMBERED = 200
"""So many of the last parcels of a region are told of."""


@dataclass(slots=True)
class UnderWay:
    """A parcel that has not arrived: what was usual for it when it was ordered, and the day until which it should come,
    at the confidence and at each of LEVELS. `is_counted`: among the arrivals."""

    lane: Lane
    ordered_day: int
    usual: float
    promised_day: int
    by_level: tuple[int, ...]
    is_counted: bool
    dispatched_day: int | None = None
    is_late: bool = False


@dataclass(slots=True)
class Experience:
    """What was learnt until the beginning of `day`. `own_rule`: the merchant's own days until dispatch and under way."""

    clock: DeliveryClock
    own_rule: tuple[float, float]
    confidence: float
    day: int
    handling: RunningMeans = field(default_factory=lambda: RunningMeans(MEANS_HALF_LIFE))
    transit: RunningMeans = field(default_factory=lambda: RunningMeans(MEANS_HALF_LIFE))
    arrivals: Arrivals = field(default_factory=Arrivals)
    under_way: dict[str, UnderWay] = field(default_factory=dict)
    came: list[tuple[str, float, int, int]] = field(default_factory=list)
    last_times: dict[str, list[float]] = field(default_factory=dict)
    record: Record = field(default_factory=Record)
    mean_load: float | None = None
    load: float = 1.0
    correction: float = 0.1
    learnt: Learnt = field(init=False)
    _ages: tuple[AgesAt, ...] = field(init=False)

    def __post_init__(self) -> None:
        if not 0.5 <= self.confidence < 1:
            raise ValueError("a confidence is at least a half, and less than one")
        self._sum_up_today()

    def turn_to(self, day: int) -> None:
        """Let the days before this one pass. What happened on them has to be told before."""
        while self.day < day:
            self._pass_one_day()

    def ordered(self, parcel: str, lane: Lane, day: int) -> int:
        """A parcel was ordered on this day, or counted from it; the day by which it will be there at the confidence."""
        usual, promised_day = self.learnt.usual(lane), self.learnt.days(self.clock, lane, day)[1]
        by_level = tuple(self.clock.day_within(day, usual * age(lane.region)) for age in self._ages)
        is_counted = self.learnt.parcels >= USUAL_AFTER
        self.under_way[parcel] = UnderWay(lane, day, usual, promised_day, by_level, is_counted)
        return promised_day

    def dispatched(self, parcel: str, day: int) -> None:
        """It left on this day. What nobody knows of is passed over."""
        there = self.under_way.get(parcel)
        if there is None or there.dispatched_day is not None:
            return
        there.dispatched_day = day
        keys = [key for key, _ in there.lane.handling]
        self.handling.add(keys, day, self.clock.between(there.ordered_day, max(day, there.ordered_day)))

    def delivered(self, parcel: str, day: int) -> None:
        """It arrived on this day."""
        there = self.under_way.pop(parcel, None)
        if there is None:
            return
        day = max(day, there.ordered_day)
        left = there.dispatched_day if there.dispatched_day is not None else there.ordered_day
        keys = [key for key, _ in there.lane.transit]
        self.transit.add(keys, day, self.clock.between(min(left, day), day))
        if there.is_counted:
            self.came.append((there.lane.region, there.usual, there.ordered_day, day))
        times = self.last_times.setdefault(there.lane.region, [])
        times.append(self.clock.between(there.ordered_day, day))
        del times[:-REMEMBERED]
        self.record.count(day, there.promised_day - there.ordered_day, [day <= by for by in there.by_level])
        if not there.is_late:
            self._correct(is_late=day > there.promised_day)

    def forget(self, parcel: str) -> None:
        """It will never arrive: cancelled, lost or on its way back."""
        self.under_way.pop(parcel, None)

    def sum_up(self, confidence: float) -> Learnt:
        """What was learnt, as a value to quote from."""
        anywhere, regions = self.arrivals.ages(self._corrected(confidence))
        early, early_regions = self.arrivals.ages(1 - confidence)
        return Learnt(
            handling=self._usual(self.handling, self.own_rule[0], handling_chain),
            transit=self._usual(self.transit, self.own_rule[1], transit_chain),
            own_rule=self.own_rule,
            load=self.load,
            late=AgesAt(anywhere, regions),
            early=AgesAt(early, early_regions),
            parcels=self.transit.number("", self.day),
            last_times={region: tuple(sorted(times)) for region, times in self.last_times.items()},
        )

    def facts(self) -> dict[str, Any]:
        """For a JSON column; `from_facts` goes on from there as if nothing had been between."""
        return {
            "version": VERSION,
            "own_rule": list(self.own_rule),
            "confidence": self.confidence,
            "day": self.day,
            "handling": self.handling.facts(),
            "transit": self.transit.facts(),
            "arrivals": self.arrivals.facts(),
            "under_way": {parcel: astuple(there) for parcel, there in self.under_way.items()},
            "came": self.came,
            "last_times": self.last_times,
            "record": self.record.facts(),
            "mean_load": self.mean_load,
            "load": self.load,
            "correction": self.correction,
        }

    @classmethod
    def from_facts(cls, clock: DeliveryClock, facts: Mapping[str, Any]) -> "Experience":
        """What `facts` said. Raises ValueError for those of another VERSION."""
        if facts["version"] != VERSION:
            raise ValueError(f"what was learnt is of version {facts['version']}, not {VERSION}")
        return cls(
            clock=clock,
            own_rule=(facts["own_rule"][0], facts["own_rule"][1]),
            confidence=facts["confidence"],
            day=facts["day"],
            handling=RunningMeans.from_facts(MEANS_HALF_LIFE, facts["handling"]),
            transit=RunningMeans.from_facts(MEANS_HALF_LIFE, facts["transit"]),
            arrivals=Arrivals.from_facts(facts["arrivals"]),
            under_way={parcel: _under_way(there) for parcel, there in facts["under_way"].items()},
            came=[(region, usual, ordered, day) for region, usual, ordered, day in facts["came"]],
            last_times={region: list(times) for region, times in facts["last_times"].items()},
            record=Record.from_facts(facts["record"]),
            mean_load=facts["mean_load"],
            load=facts["load"],
            correction=facts["correction"],
        )

    def _pass_one_day(self) -> None:
        today, clock, arrivals = self.day, self.clock, self.arrivals
        arrivals.fade()
        for parcel, there in list(self.under_way.items()):
            if there.is_counted and today > there.ordered_day:
                self._count_day(there.lane.region, there.usual, there.ordered_day, today)
            if today > there.promised_day and not there.is_late:
                there.is_late = True
                self._correct(is_late=True)
            if today - there.ordered_day > LONGEST_UNDER_WAY:
                del self.under_way[parcel]
        for region, usual, ordered_day, day in self.came:
            self._count_day(region, usual, ordered_day, day)
            arrivals.arrives(region, clock.between(ordered_day, day) / usual)
        self.came.clear()
        arrivals.reckon()
        self._weigh_load()
        self.day += 1
        self._sum_up_today()

    def _sum_up_today(self) -> None:
        self.learnt = self.sum_up(self.confidence)
        self._ages = tuple(AgesAt(*self.arrivals.ages(self._corrected(level))) for level in LEVELS)

    def _corrected(self, level: float) -> float:
        return level + self.correction * (1 - level)

    def _count_day(self, region: str, usual: float, ordered_day: int, day: int) -> None:
        before = self.clock.between(ordered_day, max(ordered_day, day - 1))
        self.arrivals.passes(region, before / usual, self.clock.between(ordered_day, day) / usual)

    def _weigh_load(self) -> None:
        under_way = len(self.under_way)
        mean = under_way if self.mean_load is None else self.mean_load
        self.mean_load = mean + (1 - 0.5 ** (1 / LOAD_HALF_LIFE)) * (under_way - mean)
        self.load = float(((under_way + LOAD_PAD) / (self.mean_load + LOAD_PAD)) ** 0.5)

    def _correct(self, *, is_late: bool) -> None:
        step = CORRECTED_BY * (self.confidence if is_late else self.confidence - 1)
        self.correction = min(MOST_CORRECTED, max(0.0, self.correction + step))

    def _usual(self, means: RunningMeans, own_rule: float, chain_of: Callable[[str], Chain]) -> dict[str, Usual]:
        day = self.day
        return {key: Usual(means.shrunk(day, own_rule, chain_of(key)), means.number(key, day)) for key in means}


def _under_way(facts: Sequence[Any]) -> UnderWay:
    lane, ordered_day, usual, promised_day, by_level, *rest = facts
    return UnderWay(Lane(*lane), ordered_day, usual, promised_day, tuple(by_level), *rest)
