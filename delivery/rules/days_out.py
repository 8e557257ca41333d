"""A van on its way: when it will be at each stop still to come, and between which times that is as good as certain.

What was reported so far is where the van is known to have been; from there the rest of its route is driven many times, each
time with other luck on the road and at the doors (a Monte Carlo simulation). Luck is lognormal: one draw for each stretch, one
for each door, and one for the whole rest of the day, because a slow day is slow everywhere. The same stop on the same day has
the same luck in every run, so that a new report moves what is told only by what it says.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from math import ceil, exp, floor

import numpy as np

from delivery.rules.driving import Numbers, Place
from delivery.rules.habits import USUAL, Habits, Stretch, day_factor
from delivery.rules.routes import Route, Stop

LEVEL = 0.95
"""The share of all days on which a told range is kept."""
NARROWEST, STEP = 20 * 60.0, 5 * 60.0
"""Seconds: a range is at least so wide, and begins and ends at such a step of the clock."""
LATE_SPREAD = 0.15
"""How uneven it is what people say of a van that is late; of the logarithm."""
DRAWS = 2000


@dataclass(frozen=True, slots=True)
class Late:
    """Somebody said at a moment that the van is so many seconds later than planned."""

    said_at: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of a van's day: when it left, at which stops (by number) it was and when each was done, and the last word
    that it is late. Moments are seconds, as the route has them."""

    started_at: float
    done: Mapping[int, float] = field(default_factory=dict)
    late: Late | None = None

    @property
    def last(self) -> tuple[int, float] | None:
        """The stop that was done last, and when."""
        return max(self.done.items(), key=lambda item: item[1], default=None)


@dataclass(frozen=True, slots=True)
class Range:
    """From when until when a van comes, and the share of simulated days on which it does."""

    start: float
    end: float
    chance: float


@dataclass(frozen=True, slots=True, eq=False)
class Coming:
    """A stop still to come: the moments, ascending, at which the van was at its door on each simulated day. Before a stop opens
    it stands and waits."""

    stop: Stop
    begins: Numbers

    @property
    def expected(self) -> float:
        """When it is there, as likely earlier as later."""
        return float(np.median(self.begins))

    def chance(self, start: float, end: float) -> float:
        """The share of days on which it comes between two moments, both included."""
        first = np.searchsorted(self.begins, start, "left")
        last = np.searchsorted(self.begins, end, "right")
        return max(0.0, float(last - first) / len(self.begins))

    def told(self, level: float = LEVEL) -> Range:
        """What can be told: kept on `level` of the days, no narrower than NARROWEST, rounded outward to STEP, and within the
        promised window. When the window itself is missed on too many days, the range says so: it ends after the window."""
        opens, closes = self.stop.opens, self.stop.closes
        if self.chance(opens, closes) < level:
            start, end = _rounded(*self._within(level, self.begins[-1]))
            start, end = _widened(max(start, opens), end, opens, np.inf)
        else:
            start, end = _rounded(*self._within(level, closes))
            start, end = _widened(max(start, opens), min(end, closes), opens, closes)
        return Range(start, end, self.chance(start, end))

    def _within(self, level: float, closes: float) -> tuple[float, float]:
        """As much left out before as after, unless what lies after `closes` is more than that already."""
        size = len(self.begins)
        out = floor((1 - level) * size + 1e-9)
        after = max(size - int(np.searchsorted(self.begins, closes, "right")), out // 2)
        return float(self.begins[max(0, out - after)]), float(self.begins[size - 1 - after])


def still_to_come(route: Route, seen: Seen) -> tuple[Stop, ...]:
    """The stops that were not done yet, in the order of the route. A stop without parcels and time is only passed."""
    return tuple(stop for stop in route.stops if stop.number not in seen.done)


def planned_begins(route: Route) -> dict[int, float]:
    """When the van is to be at each door by its plan, by number."""
    stops = zip(route.arrivals, route.stops, strict=False)
    return {stop.number: max(arrives, stop.opens) for arrives, stop in stops}


def coming(route: Route, seen: Seen, habits: Habits = USUAL, *, seed: int = 0, draws: int = DRAWS) -> list[Coming]:
    """Each stop still to come, in order. Raises nothing: of a route without stops it is empty.

    A word that the van is late counts until a stop was done after it. When stops so far took longer than worked out, the rest of
    the day is thought to as well.
    """
    stops = still_to_come(route, seen)
    if not stops:
        return []
    slower, spread = day_factor(list(stretches(route, seen)), habits)
    day = exp(slower) * _factors(spread, _normals(seed, -1, draws)[0])
    late = _word_of_lateness(seen)
    here, left = _where(route, seen)
    leaves, found = np.full(draws, left), []
    for n, stop in enumerate(stops):
        road, door, word = _normals(seed, stop.number, draws)
        drives = route.roads.leg(here, stop.place)
        driven = habits.drive * day * _factors(habits.drive_spread, road)
        if late is not None and n == 0:
            takes = max(planned_begins(route)[stop.number] + late.seconds - late.said_at, 0.0)
            drives = min(takes, drives)
            # What keeps it until it drives on lasts about as long as was said.
            arrives = late.said_at + drives * driven + (takes - drives) * _factors(LATE_SPREAD, word)
        else:
            arrives = route.clock.arrivals(leaves, drives * driven)
        begins = np.maximum(arrives, stop.opens)
        found.append(Coming(stop, np.sort(begins)))
        leaves = begins + stop.service * habits.door * day * _factors(habits.door_spread, door)
        here = stop.place
    return found


def stretches(route: Route, seen: Seen) -> Iterator[Stretch]:
    """From each stop to the one that was done after it. Where the van came before the window opened nobody knows how long it
    stood and waited: such a stretch teaches nothing."""
    stops = {stop.number: stop for stop in route.stops}
    done = sorted((moment, number) for number, moment in seen.done.items() if number in stops)
    for (left, one), (moment, other) in pairwise(done):
        stop = stops[other]
        arrives = route.clock.arrival(left, route.roads.leg(stops[one].place, stop.place))
        if arrives >= stop.opens:
            yield Stretch(arrives - left, stop.service, moment - left)


def _where(route: Route, seen: Seen) -> tuple[Place, float]:
    """Where the van is known to have been last, and when it left there."""
    last = seen.last
    if last is None:
        return route.shift.start, seen.started_at
    return next((one.place for one in route.stops if one.number == last[0]), route.shift.start), last[1]


def _word_of_lateness(seen: Seen) -> Late | None:
    """That the van is late, unless a stop was done since."""
    late, last = seen.late, seen.last
    return late if late is not None and (last is None or last[1] <= late.said_at) else None


def _normals(seed: int, number: int, draws: int) -> Numbers:
    """Of a stretch, of a door and of what was said: rows that are the same for the same stop and seed."""
    return np.random.default_rng((seed, number + 1)).standard_normal((3, draws))


def _factors(spread: float, normals: Numbers) -> Numbers:
    """Lognormal, with a mean of one."""
    factors: Numbers = np.exp(spread * normals - spread**2 / 2)
    return factors


def _rounded(start: float, end: float) -> tuple[float, float]:
    """Outward to STEP."""
    return floor(start / STEP) * STEP, ceil(end / STEP) * STEP


def _widened(start: float, end: float, opens: float, closes: float) -> tuple[float, float]:
    """At least NARROWEST, by whole steps on both sides, as far as the window goes."""
    lacks = max(0.0, NARROWEST - (end - start))
    end = min(closes, end + ceil(lacks / 2 / STEP) * STEP)
    start = max(opens, min(start, end - NARROWEST))
    return start, min(closes, max(end, start + NARROWEST))
