"""How long a van may stand at a door: a stop made longer or shorter, with nobody else's window lost."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from delivery.rules.gaps import best_gap
from delivery.rules.routes import Route, Stop


@dataclass(frozen=True, slots=True)
class Place:
    """Where a stop is: which of the routes, and which of its stops."""

    route: int
    position: int


@dataclass(frozen=True)
class Refusal:
    """Why a stop cannot take longer: the stops that would be served after their window, whether the van would be back after its
    shift, and how long the stop can take at most where it stands (seconds)."""

    late: tuple[Stop, ...]
    ends_late: bool
    most: float


def place_of(routes: Sequence[Route], number: int) -> Place | None:
    """Where the stop of this number is."""
    found = (
        Place(n, position)
        for n, route in enumerate(routes)
        for position, stop in enumerate(route.stops)
        if stop.number == number
    )
    return next(found, None)


def most_service(route: Route, position: int) -> float:
    """How many seconds the stop there can take at most, so that all that follows is kept; negative when it is not kept now."""
    stop = route.stops[position]
    following = route.stops[position + 1].place if position + 1 < len(route.stops) else route.shift.end
    drives = 0.0 if following is None else route.roads.leg(stop.place, following)
    leaves = route.clock.latest_leaving(route.latest[position + 1], drives)
    return leaves - max(route.arrivals[position], stop.opens)


def with_service(routes: Sequence[Route], where: Place, seconds: float, may_move: bool = True) -> list[Route] | Refusal:
    """The routes that change when the stop takes so long: its own; or, where that cannot be kept and it `may_move`, those it goes
    from and to. Less time is always kept. Else why not."""
    route, stop = routes[where.route], routes[where.route].stops[where.position]
    longer = replace(stop, service=seconds)
    stops = (*route.stops[: where.position], longer, *route.stops[where.position + 1 :])
    changed = route.with_stops(stops)
    if changed.is_kept or seconds <= stop.service:
        return [changed]
    moved = _moved(routes, where, longer) if may_move else None
    return moved or _refusal(route, changed, where.position)


def _moved(routes: Sequence[Route], where: Place, longer: Stop) -> list[Route] | None:
    left = routes[where.route].without({longer.number})
    if any(stop.number == longer.number for stop in left.stops):
        return None
    days = [left if n == where.route else route for n, route in enumerate(routes)]
    gap = best_gap(days, longer, left.roads, left.clock)
    if gap is None:
        return None
    to, position = gap
    entered = days[to].with_stop(longer, position)
    if not entered.is_kept:
        return None
    return [entered] if to == where.route else [left, entered]


def _refusal(route: Route, changed: Route, position: int) -> Refusal:
    reached = zip(changed.stops, changed.arrivals, strict=False)
    late = tuple(stop for n, (stop, arrives) in enumerate(reached) if n > position and arrives > stop.closes)
    return Refusal(late, changed.arrivals[-1] > changed.shift.ends, most_service(route, position))
