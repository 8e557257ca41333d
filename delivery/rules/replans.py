"""A day's routes made anew, so that there is room for whoever comes next: by PyVRP, where it is installed (extra `routes`).

PyVRP works with whole numbers and with one pace all day. So the day is put to it in road done instead of time: a window then
opens and closes at so much road, and rush hours have stretched it already. Rounding always goes to the safe side, and what comes
back is looked at once more by the real clock: a plan that breaks anything is none.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from math import ceil, floor, inf, isinf
from typing import Any
from warnings import filterwarnings

import numpy as np

from delivery.rules.driving import Numbers
from delivery.rules.route_checks import faults_of_day
from delivery.rules.routes import Route, Shift, Stop

_FAR = 1 << 40
"""Later than any moment."""

Kind = tuple[Any, ...]


# It is no news that somebody may fit into no plan at all.
filterwarnings("ignore", message=r"\s*A penalty parameter has reached its maximum value")


def is_there() -> bool:
    """Whether PyVRP is installed. Without it days keep the routes that insertion made."""
    return find_spec("pyvrp") is not None


@dataclass(frozen=True, slots=True)
class Effort:
    """How long may be worked on a plan, in seconds, and the seed of the search. `is_rescue`: stop as soon as everybody fits."""

    seconds: float
    seed: int = 0
    is_rescue: bool = False


def replan(routes: Sequence[Route], effort: Effort, more: Iterable[Stop] = ()) -> list[Route] | None:
    """The same vans, all their stops and those in `more`, in routes that take less driving. None when no plan was found that
    keeps everything. `routes` has every van of the day, also those that stay at home, all with the same roads and clock.
    """
    more = tuple(more)
    accepted = [stop for route in routes for stop in route.stops if not stop.is_only_passed]
    wanted = [*accepted, *more]
    if not wanted or not routes or not is_there():
        return None
    task = _Task(routes, wanted)
    found = task.solve(routes, more, effort)
    if found is None or any(faults_of_day(found, wanted)):
        return None
    return found


class _Task:
    """A day in PyVRP's words."""

    def __init__(self, routes: Sequence[Route], stops: Sequence[Stop]) -> None:
        self._stops, self._roads, self._clock = stops, routes[0].roads, routes[0].clock
        self._kinds: dict[Kind, list[Shift]] = {}
        for route in routes:
            self._kinds.setdefault(_kind(route.shift), []).append(route.shift)
        self._clients = {stop.number: n for n, stop in enumerate(stops)}

    def solve(self, routes: Sequence[Route], more: Sequence[Stop], effort: Effort) -> list[Route] | None:
        import pyvrp
        from pyvrp.stop import FirstFeasible, MaxRuntime, MultipleCriteria

        data = self._data(pyvrp)
        start = self._start(pyvrp, data, routes, more)
        stop: Any = MaxRuntime(effort.seconds)
        if effort.is_rescue:
            stop = MultipleCriteria([FirstFeasible(), stop])
        result = pyvrp.solve(data, stop, seed=effort.seed, collect_stats=False, display=False, initial_solution=start)
        return self._routes(result.best, routes[0]) if result.best.is_feasible() else None

    def _data(self, pyvrp: Any) -> Any:
        places = [shift[0] for shift in self._kinds]
        ends = [kind[1] for kind in self._kinds]
        everywhere = np.array(
            [*places, *(end or (0.0, 0.0, 0.0) for end in ends), *(stop.place for stop in self._stops)]
        )
        drives: Numbers = np.ceil(self._roads.legs(everywhere[:, None, :], everywhere[None, :, :]))
        np.fill_diagonal(drives, 0)
        for n, end in enumerate(ends):
            if end is None:
                drives[:, len(places) + n] = 0
        matrix = drives.astype(np.int64)
        kinds = len(self._kinds)
        return pyvrp.ProblemData(
            [pyvrp.Location(float(place[0]), float(place[1])) for place in everywhere],
            [self._client(pyvrp, stop, 2 * kinds + n) for n, stop in enumerate(self._stops)],
            [pyvrp.Depot(n) for n in range(2 * kinds)],
            [self._vehicles(pyvrp, n, shifts) for n, shifts in enumerate(self._kinds.values())],
            [matrix],
            [matrix],
        )

    def _client(self, pyvrp: Any, stop: Stop, place: int) -> Any:
        return pyvrp.Client(
            place,
            delivery=[ceil(stop.parcels), ceil(stop.grams)],
            service_duration=ceil(stop.service * self._clock.fastest),
            tw_early=max(0, ceil(self._road(stop.opens))),
            tw_late=floor(self._road(stop.closes)),
        )

    def _vehicles(self, pyvrp: Any, kind: int, shifts: Sequence[Shift]) -> Any:
        shift = shifts[0]
        return pyvrp.VehicleType(
            len(shifts),
            capacity=[_FAR if isinf(room) else floor(room) for room in (shift.parcels, shift.grams)],
            start_depot=kind,
            end_depot=len(self._kinds) + kind,
            tw_early=max(0, ceil(self._road(shift.starts))),
            tw_late=_FAR if isinf(shift.ends) else floor(self._road(shift.ends)),
        )

    def _road(self, moment: float) -> float:
        return moment if self._clock.is_even or isinf(moment) else float(self._clock.moment_to_road(moment))

    def _start(self, pyvrp: Any, data: Any, routes: Sequence[Route], more: Sequence[Stop]) -> Any:
        """The plan as it is, with the new stops where they break least."""
        for stop in more:
            routes = _squeezed(routes, stop)
        kinds = list(self._kinds)
        visits = [
            pyvrp.Route(data, clients, kinds.index(_kind(route.shift)))
            for route in routes
            if (clients := [self._clients[stop.number] for stop in route.stops if not stop.is_only_passed])
        ]
        return pyvrp.Solution(data, visits)

    def _routes(self, best: Any, usual: Route) -> list[Route]:
        free = {kind: list(shifts) for kind, shifts in self._kinds.items()}
        kinds, found = list(self._kinds), []
        for route in best.routes():
            shift = free[kinds[route.vehicle_type()]].pop(0)
            stops = tuple(self._stops[activity.idx] for activity in route if activity.is_client())
            found.append(Route(shift, stops, usual.roads, usual.clock))
        empty = (shift for shifts in free.values() for shift in shifts)
        return [*found, *(Route(shift, (), usual.roads, usual.clock) for shift in empty)]


def _kind(shift: Shift) -> Kind:
    return (shift.start, shift.end, shift.starts, shift.ends, shift.parcels, shift.grams)


def _squeezed(routes: Sequence[Route], stop: Stop) -> list[Route]:
    """The stop where it comes least late and makes others least late, then where it takes least driving."""
    best: tuple[float, float, int, int] = (inf, inf, 0, 0)
    for n, route in enumerate(routes):
        leavings, latest, roads, clock = route.leavings, route.latest, route.roads, route.clock
        places = [route.shift.start, *(one.place for one in route.stops), route.shift.end]
        for position in range(len(route.stops) + 1):
            before, after = places[position], places[position + 1]
            assert before is not None
            there = roads.leg(before, stop.place)
            back = 0.0 if after is None else roads.leg(stop.place, after)
            begins = max(clock.arrival(leavings[position], there), stop.opens)
            due = clock.latest_leaving(latest[position], back) - stop.service
            late = max(0.0, begins - stop.closes) + max(0.0, begins - due)
            extra = there + back - (0.0 if after is None else roads.leg(before, after))
            best = min(best, (late, extra, n, position))
    *_, n, position = best
    return [route.with_stop(stop, position) if m == n else route for m, route in enumerate(routes)]
