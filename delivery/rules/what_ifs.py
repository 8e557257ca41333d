"""What one more van would have taken: those who were refused, put into a copy of the day's routes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import hypot

from delivery.rules.driving import Place
from delivery.rules.gaps import Gaps, best_way, gaps_of, openings
from delivery.rules.routes import Route, Shift, Stop

ONE_MORE = "one more"
"""The van that is not there. No van of a merchant is called so: theirs have a number behind their id."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Somebody who found no van: where, for how many seconds, with what, and the windows asked for, any of which will do."""

    place: Place
    service: float
    parcels: float
    grams: float
    windows: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class WhatIf:
    """Who of the refused fits in, by where they stand in the list: `even_now` into the vans there are, because a place was
    given back or the day was planned better since; `taken` only with one more van like `like`. `routes`: the day with both."""

    like: Shift
    even_now: tuple[int, ...]
    taken: tuple[int, ...]
    routes: tuple[Route, ...]


_Order = Callable[[Refused, Place], float]
_ORDERS: tuple[_Order, ...] = (
    lambda _refused, _middle: 0.0,
    lambda refused, middle: hypot(refused.place[0] - middle[0], refused.place[1] - middle[1]),
    lambda refused, _middle: min((closes for _, closes in refused.windows), default=0.0),
    lambda refused, _middle: sum(closes - opens for opens, closes in refused.windows),
    lambda refused, _middle: refused.service,
)
"""As they asked; the nearest to the start first; whose window ends first; who can least choose first; who is served soonest."""


def one_more_van(routes: Sequence[Route], refused: Sequence[Refused]) -> WhatIf | None:
    """Who would have been taken by one more van like the largest of the day; None on a day without vans.

    Each is put where it costs least driving, in any of its windows, and nobody is moved for it: in several orders, of which the
    best counts. So it is what the van takes at least. Nothing that is given is changed.
    """
    if not routes:
        return None
    like = max((route.shift for route in routes), key=_size)
    even_now, filled = _best(routes, refused, range(len(refused)))
    another = Route(replace(like, van=ONE_MORE), (), routes[0].roads, routes[0].clock)
    left = [number for number in range(len(refused)) if number not in even_now]
    taken, all_routes = _best([*filled, another], refused, left)
    return WhatIf(like, tuple(sorted(even_now)), tuple(sorted(taken)), tuple(all_routes))


def _size(shift: Shift) -> tuple[float, float, float]:
    """The largest is out longest; then it holds most."""
    return shift.ends - shift.starts, shift.parcels, shift.grams


def _best(routes: Sequence[Route], refused: Sequence[Refused], who: Sequence[int]) -> tuple[set[int], list[Route]]:
    best: tuple[set[int], list[Route]] = (set(), list(routes))
    for order in _ORDERS:
        found = _filled(routes, refused, sorted(who, key=_by(order, refused, routes[0].shift.start)))
        best = max(best, found, key=lambda each: len(each[0]))
        if len(best[0]) == len(who):
            break
    return best


def _by(order: _Order, refused: Sequence[Refused], start: Place) -> Callable[[int], float]:
    return lambda number: order(refused[number], start)


def _filled(routes: Sequence[Route], refused: Sequence[Refused], who: Sequence[int]) -> tuple[set[int], list[Route]]:
    """The routes with as many of them as fit, one after the other."""
    found, days = set[int](), list(routes)
    first_free = 1 + max((stop.number for route in routes for stop in route.stops), default=0)
    gaps = gaps_of(days)
    for number in who:
        asked = refused[number]
        fits = _fit(gaps, days[0], asked)
        if fits is None:
            continue
        gap, (opens, closes) = fits
        stop = Stop(first_free + number, asked.place, opens, closes, asked.service, asked.parcels, asked.grams)
        route = int(gaps.route[gap])
        days[route] = days[route].with_stop(stop, int(gaps.position[gap]))
        gaps = gaps_of(days)
        found.add(number)
    return found, days


def _fit(gaps: Gaps, day: Route, asked: Refused) -> tuple[int, tuple[float, float]] | None:
    """The gap and the window that cost least driving; None when there is none."""
    offered = openings(gaps, day.roads, day.clock, asked.place, asked.service, asked.parcels, asked.grams)
    ways = [best_way(offered, *window) for window in asked.windows]
    kept = [(way.extra, number, way.gap) for number, way in enumerate(ways) if way is not None]
    if not kept:
        return None
    _, number, gap = min(kept)
    return gap, asked.windows[number]
