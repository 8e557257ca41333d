"""The gaps between the stops of many routes, and which of them one more stop can go into, for all windows of all days at once.

Trying one stop in one gap is a few additions, whatever the route's length; numpy does it for all gaps in one pass.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import inf

import numpy as np
from numpy.typing import NDArray

from delivery.rules.driving import EVEN, Clock, Numbers, Place, Roads
from delivery.rules.routes import Route, Shift, Stop

Indexes = NDArray[np.intp]
Truths = NDArray[np.bool_]


@dataclass(frozen=True, eq=False, slots=True)
class Gaps:
    """Every gap between two stops of many routes, as columns: from where to where, when the van can leave, when it is due, how
    long it drives, and what room the van has left. `route` and `position` say which gap it is. `is_open`: nothing comes after it.
    `beside`: of the stop before it and the one after it number, opening and closing, six columns; number -1 where it is the van's
    start or end."""

    before: Numbers
    after: Numbers
    leaves: Numbers
    due: Numbers
    drives: Numbers
    is_open: Truths
    parcels: Numbers
    grams: Numbers
    route: Indexes
    position: Indexes
    beside: Numbers

    def __len__(self) -> int:
        return len(self.leaves)


def still_open(gaps: Gaps, clock: Clock, moment: float) -> Gaps:
    """The same at a moment of the day: who has left takes nobody more, and nobody leaves before that moment. A van leaves as late
    as its first window lets it."""
    is_first, has_stops = gaps.position == 0, gaps.beside[:, 3] >= 0
    begins = np.maximum(clock.arrivals(gaps.leaves, gaps.drives), gaps.beside[:, 4])
    departs = np.maximum(gaps.leaves, clock.latest_leavings(begins, gaps.drives))
    has_left = np.zeros(int(gaps.route.max()) + 1, bool)
    has_left[gaps.route[is_first & has_stops & (departs <= moment)]] = True
    leaves = np.where(is_first, np.maximum(gaps.leaves, moment), gaps.leaves)
    return replace(gaps, leaves=leaves, due=np.where(has_left[gaps.route], -inf, gaps.due))


def gaps_of(routes: Sequence[Route]) -> Gaps:
    """The gaps of routes of one day, in order."""
    return gaps_in([route.shift for route in routes], [route.rows for route in routes], routes[0].roads)


def gaps_in(shifts: Sequence[Shift], rows: Sequence[Numbers], roads: Roads) -> Gaps:
    """The gaps of the routes of these vans, one `Route.rows` for each (at least one van). A route that breaks a window has gaps
    that nothing fits into: nothing may be added to it."""
    sizes = np.array([len(own) for own in rows])
    stops, total = np.concatenate(rows), int(sizes.sum()) + len(rows)
    first = np.concatenate(([0], np.cumsum(sizes[:-1] + 1)))
    last = first + sizes
    is_first, is_last = np.zeros(total, bool), np.zeros(total, bool)
    is_first[first], is_last[last] = True, True
    before, after = np.empty((total, 3), order="F"), np.empty((total, 3), order="F")
    before[~is_first], after[~is_last] = stops[:, :3], stops[:, :3]
    before[is_first] = [shift.start for shift in shifts]
    after[is_last] = [shift.end or shift.start for shift in shifts]
    leaves, due = np.empty(total), np.empty(total)
    leaves[~is_first], due[~is_last] = stops[:, 3], stops[:, 4]
    leaves[is_first], due[is_last] = [shift.starts for shift in shifts], [shift.ends for shift in shifts]
    is_open = np.repeat([shift.end is None for shift in shifts], sizes + 1) & is_last
    drives = np.where(is_open, 0.0, roads.legs(before, after))
    parcels, grams = (
        np.repeat([getattr(shift, name) for shift in shifts] - _sums(stops[:, column], sizes), sizes + 1)
        for name, column in (("parcels", 5), ("grams", 6))
    )
    route = np.repeat(np.arange(len(rows)), sizes + 1)
    position = np.arange(total) - first[route]
    beside = np.full((total, 6), -1.0)
    beside[~is_first, :3], beside[~is_last, 3:] = stops[:, 7:], stops[:, 7:]
    return Gaps(
        before,
        after,
        leaves,
        due,
        drives,
        is_open,
        parcels,
        grams,
        route,
        position,
        beside,
    )


def _sums(values: Numbers, sizes: Indexes) -> Numbers:
    """The sum of each run of so many values."""
    ends = np.concatenate(([0.0], np.cumsum(values)))
    last = np.cumsum(sizes)
    found: Numbers = ends[last] - ends[last - sizes]
    return found


def joined(days: Sequence[Gaps]) -> Gaps:
    """The gaps of several days in one, in order."""
    columns = ((getattr(day, name) for day in days) for name in Gaps.__slots__)
    return Gaps(*(np.asarray(np.concatenate(list(column)), order="F") for column in columns))


@dataclass(frozen=True, eq=False, slots=True)
class Openings:
    """What each gap offers a stop at one place: the earliest and the latest moment at which it could begin, and the driving it
    would add; that is infinite for a gap that offers nothing."""

    earliest: Numbers
    latest: Numbers
    extra: Numbers

    def between(self, first: int, last: int) -> "Openings":
        """Those of gaps from `first` until before `last`."""
        return Openings(self.earliest[first:last], self.latest[first:last], self.extra[first:last])


def openings(
    gaps: Gaps, roads: Roads, clock: Clock, place: Place, service: float, parcels: float = 1.0, grams: float = 0.0
) -> Openings:
    """Where a stop at this place could go, whatever its window. One pass over all gaps: a few additions each."""
    here = np.array(place)
    there, back = roads.legs(gaps.before, here), roads.legs(here, gaps.after)
    if gaps.is_open.any():
        back[gaps.is_open] = 0.0
    earliest = clock.arrivals(gaps.leaves, there)
    latest = clock.latest_leavings(gaps.due, back) - service
    extra: Numbers = there + back - gaps.drives
    extra[(earliest > latest) | (gaps.parcels < parcels) | (gaps.grams < grams)] = inf
    return Openings(earliest, latest, extra)


def least_extra(found: Openings, windows: Sequence[tuple[float, float]]) -> list[float]:
    """For each window how much more driving it takes at least, in seconds; infinite where no gap can keep it.

    The stop begins at the later of its earliest moment and the window's opening, which must not be after the earlier of its
    latest moment and the window's closing.
    """
    if not windows:
        return []
    opens, closes = np.array(windows).T[:, :, None]
    kept = found.earliest <= closes
    kept &= found.latest >= opens
    extras: list[float] = np.where(kept, found.extra, inf).min(axis=1, initial=inf).tolist()
    return extras


@dataclass(frozen=True, slots=True)
class Way:
    """How a window can be kept: by which gap, and how many more seconds of driving it takes."""

    gap: int
    extra: float


def best_way(found: Openings, opens: float, closes: float) -> Way | None:
    """The way to keep one window that takes least more driving; None where no gap can keep it."""
    if not len(found.extra):
        return None
    extra = np.where((found.earliest <= closes) & (found.latest >= opens), found.extra, inf)
    gap = int(extra.argmin())
    return Way(gap, float(extra[gap])) if extra[gap] < inf else None


def best_gap(routes: Sequence[Route], stop: Stop, roads: Roads, clock: Clock = EVEN) -> tuple[int, int] | None:
    """Where a stop goes with least more driving: (route, position); None when it fits nowhere."""
    gaps = gaps_of(routes)
    found = openings(gaps, roads, clock, stop.place, stop.service, stop.parcels, stop.grams)
    way = best_way(found, stop.opens, stop.closes)
    return None if way is None else (int(gaps.route[way.gap]), int(gaps.position[way.gap]))


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A stop beside a gap: its number, its window, and how far it is from a place (seconds)."""

    number: int
    opens: float
    closes: float
    seconds: float


def neighbours(gaps: Gaps, gap: int, roads: Roads, place: Place) -> list[Neighbour]:
    """The stops beside a gap, none, one or two."""
    sides = ((gaps.before[gap], gaps.beside[gap, :3]), (gaps.after[gap], gaps.beside[gap, 3:]))
    return [
        Neighbour(int(number), opens, closes, roads.leg(tuple(where.tolist()), place))
        for where, (number, opens, closes) in ((where, beside.tolist()) for where, beside in sides)
        if number >= 0
    ]
