"""Routes of vans: where in a day one more stop can go, for all windows of all days at once.

Of each stop two moments are kept: when the van can leave it at the earliest, and when it must be served at the latest so that all
that follows is still kept. With them, trying one stop in one gap is a few additions, whatever the route's length (Savelsbergh,
"The vehicle routing problem with time windows: minimizing route duration", 1992). Moments are seconds since some beginning.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from math import inf

import numpy as np

from delivery.rules.driving import EVEN, Clock, Numbers, Place, Roads

NO_LIMIT = inf


@dataclass(frozen=True, slots=True)
class Stop:
    """Somebody to be visited between two moments, for some seconds, with so much to carry. `number`: which one of its day."""

    number: int
    place: Place
    opens: float
    closes: float
    service: float
    parcels: float = 1.0
    grams: float = 0.0

    def __post_init__(self) -> None:
        if self.closes < self.opens:
            raise ValueError("a stop cannot close before it opens")
        if min(self.service, self.parcels, self.grams) < 0:
            raise ValueError("a stop takes no time or room back")


@dataclass(frozen=True, slots=True)
class Shift:
    """A van on one day: from when and where, until when and where (None: wherever its last stop is), and what it can carry."""

    van: str
    starts: float
    ends: float
    start: Place
    end: Place | None
    parcels: float = NO_LIMIT
    grams: float = NO_LIMIT


@dataclass(frozen=True)
class Route:
    """A van's stops in order. It may break windows, when driving became slower after it was made: see `is_kept`."""

    shift: Shift
    stops: tuple[Stop, ...]
    roads: Roads
    clock: Clock = field(default=EVEN)

    @cached_property
    def arrivals(self) -> list[float]:
        """When the van arrives at each stop, leaving as early as it can; last, when its shift is over."""
        found, leaves, place = [], self.shift.starts, self.shift.start
        for stop in self.stops:
            arrives = self.clock.arrival(leaves, self.roads.leg(place, stop.place))
            found.append(arrives)
            leaves, place = max(arrives, stop.opens) + stop.service, stop.place
        home = self.shift.end
        found.append(leaves if home is None else self.clock.arrival(leaves, self.roads.leg(place, home)))
        return found

    @cached_property
    def leavings(self) -> list[float]:
        """When the van can leave the start and each stop at the earliest."""
        stops = zip(self.arrivals, self.stops, strict=False)
        return [self.shift.starts, *(max(arrives, stop.opens) + stop.service for arrives, stop in stops)]

    @cached_property
    def latest(self) -> list[float]:
        """When each stop must begin at the latest, and when the van must be back."""
        found, due, place = [self.shift.ends], self.shift.ends, self.shift.end
        for stop in reversed(self.stops):
            drives = 0.0 if place is None else self.roads.leg(stop.place, place)
            due = min(stop.closes, self.clock.latest_leaving(due, drives) - stop.service)
            place = stop.place
            found.append(due)
        return found[::-1]

    @cached_property
    def parcels(self) -> float:
        """How many parcels it carries."""
        return sum(stop.parcels for stop in self.stops)

    @cached_property
    def grams(self) -> float:
        """How much they weigh."""
        return sum(stop.grams for stop in self.stops)

    @cached_property
    def drives(self) -> float:
        """Seconds on the road at the usual pace."""
        places = [self.shift.start, *(stop.place for stop in self.stops)]
        if self.shift.end is not None and self.stops:
            places.append(self.shift.end)
        return sum(self.roads.leg(one, other) for one, other in pairwise(places))

    @property
    def is_kept(self) -> bool:
        """Whether every window, the shift and the van's room are kept."""
        in_time = all(arrives <= due for arrives, due in zip(self.arrivals, self.latest, strict=True))
        return in_time and self.parcels <= self.shift.parcels and self.grams <= self.shift.grams

    def with_stops(self, stops: Iterable[Stop]) -> "Route":
        """The same van with other stops."""
        return Route(self.shift, tuple(stops), self.roads, self.clock)

    def with_stop(self, stop: Stop, position: int) -> "Route":
        """One more stop, before the one at `position`."""
        return self.with_stops((*self.stops[:position], stop, *self.stops[position:]))

    def without(self, numbers: frozenset[int] | set[int]) -> "Route":
        """The route without these stops. Where roads are longer round about than over one of them, a stop whose going would
        make another late stays as a place to pass: it takes no time there, and nobody waits for it."""
        if not any(stop.number in numbers for stop in self.stops):
            return self
        left = self.with_stops(stop for stop in self.stops if stop.number not in numbers)
        if left.is_kept or not self.is_kept:
            return left
        return self.with_stops(
            Stop(stop.number, stop.place, -inf, inf, 0.0, 0.0) if stop.number in numbers else stop
            for stop in self.stops
        )


@dataclass(frozen=True, eq=False, slots=True)
class Gaps:
    """Every gap between two stops of many routes, as columns: from where to where, when the van can leave, when it is due, how
    long it drives, and what room the van has left. `route` and `position` say which gap it is. Without an end the second place
    is the first, `is_open`."""

    before: Numbers
    after: Numbers
    leaves: Numbers
    due: Numbers
    drives: Numbers
    is_open: "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]"
    parcels: Numbers
    grams: Numbers
    route: "np.ndarray[tuple[int, ...], np.dtype[np.intp]]"
    position: "np.ndarray[tuple[int, ...], np.dtype[np.intp]]"
    stands: "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]"
    """Whether a stop, not the start or the end, is on a side of the gap: two columns."""

    def __len__(self) -> int:
        return len(self.leaves)


def gaps_of(routes: Sequence[Route]) -> Gaps:
    """The gaps of routes, in order. Routes that break a window have none: nothing may be added to them."""
    rows = [_gaps_of_route(n, route) for n, route in enumerate(routes) if route.is_kept]
    if not rows:
        rows = [_NO_GAPS]
    return Gaps(*(np.concatenate(columns) for columns in zip(*rows, strict=True)))


_Columns = tuple["np.ndarray[tuple[int, ...], np.dtype[np.generic]]", ...]
_NO_GAPS: _Columns = (
    *(np.empty((0, 3)), np.empty((0, 3)), np.empty(0), np.empty(0), np.empty(0)),
    *(np.empty(0, bool), np.empty(0), np.empty(0), np.empty(0, np.intp), np.empty(0, np.intp), np.empty((0, 2), bool)),
)


def _gaps_of_route(number: int, route: Route) -> _Columns:
    shift, size = route.shift, len(route.stops) + 1
    places = np.array([shift.start, *(stop.place for stop in route.stops), shift.end or (0.0, 0.0, 0.0)])
    if shift.end is None:
        places[-1] = places[-2]
    is_open, stands = np.zeros(size, bool), np.ones((size, 2), bool)
    is_open[-1], stands[0, 0], stands[-1, 1] = shift.end is None, False, False
    before, after = places[:-1], places[1:]
    drives = route.roads.legs(before, after)
    drives[is_open] = 0.0
    return (
        *(before, after, np.array(route.leavings), np.array(route.latest), drives, is_open),
        *(np.full(size, shift.parcels - route.parcels), np.full(size, shift.grams - route.grams)),
        *(np.full(size, number, np.intp), np.arange(size), stands),
    )


def joined(days: Sequence[Gaps]) -> Gaps:
    """The gaps of several days in one, in order."""
    columns = ((getattr(day, name) for day in days) for name in Gaps.__slots__)
    return Gaps(*(np.concatenate(list(column)) for column in columns))


@dataclass(frozen=True, eq=False, slots=True)
class Openings:
    """What each gap offers a stop at one place: the earliest and the latest moment at which it could begin, the driving it would
    add, and how many seconds it lies from the nearest stop beside it (infinite beside none). `gap` says which gap it is;
    gaps that offer nothing are left out."""

    gap: "np.ndarray[tuple[int, ...], np.dtype[np.intp]]"
    earliest: Numbers
    latest: Numbers
    extra: Numbers
    nearest: Numbers

    def between(self, first: int, last: int) -> "Openings":
        """Those of gaps from `first` until before `last`."""
        start, end = np.searchsorted(self.gap, (first, last))
        return Openings(*(getattr(self, name)[start:end] for name in Openings.__slots__))


def openings(
    gaps: Gaps, roads: Roads, clock: Clock, place: Place, service: float, parcels: float = 1.0, grams: float = 0.0
) -> Openings:
    """Where a stop at this place could go, whatever its window. One pass over all gaps: a few additions each."""
    here = np.array(place)
    there, back = roads.legs(gaps.before, here), roads.legs(here, gaps.after)
    if gaps.is_open.any():
        back = np.where(gaps.is_open, 0.0, back)
    earliest = clock.arrivals(gaps.leaves, there)
    latest = clock.latest_leavings(gaps.due, back) - service
    fits = np.flatnonzero((earliest <= latest) & (gaps.parcels >= parcels) & (gaps.grams >= grams))
    there, back = there[fits], back[fits]
    stands = gaps.stands[fits]
    nearest = np.minimum(np.where(stands[:, 0], there, inf), np.where(stands[:, 1], back, inf))
    return Openings(fits, earliest[fits], latest[fits], there + back - gaps.drives[fits], nearest)


@dataclass(frozen=True, slots=True)
class Way:
    """How a window can be kept: by which gap, how much more driving it takes, and how near the next stop is (seconds)."""

    gap: int
    extra: float
    nearest: float


def ways(found: Openings, windows: Sequence[tuple[float, float]]) -> list[Way | None]:
    """For each window the way that takes least driving; None where no gap can keep it."""
    if not windows or not len(found.gap):
        return [None] * len(windows)
    opens, closes = np.array(windows).T
    starts = np.maximum(found.earliest[:, None], opens)
    kept = starts <= np.minimum(found.latest[:, None], closes)
    cost = np.where(kept, found.extra[:, None], inf)
    best = cost.argmin(axis=0)
    return [
        Way(int(found.gap[row]), float(found.extra[row]), float(found.nearest[row])) if cost[row, n] < inf else None
        for n, row in enumerate(best)
    ]


def best_gap(routes: Sequence[Route], stop: Stop, roads: Roads, clock: Clock = EVEN) -> tuple[int, int] | None:
    """Where a stop goes with least more driving: (route, position); None when it fits nowhere."""
    gaps = gaps_of(routes)
    found = openings(gaps, roads, clock, stop.place, stop.service, stop.parcels, stop.grams)
    way = ways(found, [(stop.opens, stop.closes)])[0]
    return None if way is None else (int(gaps.route[way.gap]), int(gaps.position[way.gap]))
