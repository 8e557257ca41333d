"""Routes of vans: where in a day one more stop can go, for all windows of all days at once.

Of each stop two moments are kept: when the van can leave it at the earliest, and when it must be served at the latest so that all
that follows is still kept. With them, trying one stop in one gap is a few additions, whatever the route's length (Savelsbergh,
"The vehicle routing problem with time windows: minimizing route duration", 1992). Moments are seconds since some beginning.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from math import inf

import numpy as np
from numpy.typing import NDArray

from delivery.rules.driving import EVEN, Clock, Numbers, Place, Roads

NO_LIMIT = inf
ROUNDING = 0.001
"""Seconds that are no lateness."""
ROW = 10
"""What `Route.rows` has of each stop: three numbers of its place, when it can be left, when it must begin, parcels, grams,
number, opening and closing."""
Indexes = NDArray[np.intp]
Truths = NDArray[np.bool_]


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

    @property
    def is_only_passed(self) -> bool:
        """Whether nobody waits there any more: see `Route.without`."""
        return self.opens == -inf and self.closes == inf

    def passed(self) -> "Stop":
        """The same place, at which nobody waits any more."""
        return Stop(self.number, self.place, -inf, inf, 0.0, 0.0)


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
    def departs(self) -> float:
        """When the van leaves the start: as late as its first window lets it. Without stops never."""
        if not self.stops:
            return inf
        drives = self.roads.leg(self.shift.start, self.stops[0].place)
        begins = max(self.arrivals[0], self.stops[0].opens)
        return max(self.shift.starts, self.clock.latest_leaving(begins, drives))

    def not_before(self, moment: float) -> "Route":
        """The same, of a van that leaves at a moment at the earliest."""
        if self.shift.starts >= moment:
            return self
        return Route(replace(self.shift, starts=moment), self.stops, self.roads, self.clock)

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

    @cached_property
    def rows(self) -> Numbers:
        """Its stops as numbers, for `gaps_in`: see ROW. One that breaks anything can nowhere be entered or left in time."""
        found = np.array(
            [
                (*stop.place, leaves, due, stop.parcels, stop.grams, stop.number, stop.opens, stop.closes)
                for stop, leaves, due in zip(self.stops, self.leavings[1:], self.latest, strict=False)
            ]
        ).reshape(-1, ROW)
        if not self.is_kept:
            found[:, 3], found[:, 4] = inf, -inf
        return found

    @property
    def is_kept(self) -> bool:
        """Whether every window, the shift and the van's room are kept."""
        in_time = all(arrives <= due + ROUNDING for arrives, due in zip(self.arrivals, self.latest, strict=True))
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
        return self.with_stops(stop.passed() if stop.number in numbers else stop for stop in self.stops)
