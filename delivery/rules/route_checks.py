"""The checker of routes: drives them stop by stop and says what is broken. It shares nothing with the engine that makes them."""

from collections import Counter
from collections.abc import Iterable, Sequence

from delivery.rules.driving import Clock, Place, Roads
from delivery.rules.routes import Route, Stop

SLACK = 0.001
"""A thousandth of a second is rounding."""


def faults_of(route: Route) -> list[str]:
    """What a van's route breaks, in words for whoever mends it; empty when it keeps everything."""
    return [*_late(route), *_too_full(route)]


def faults_of_day(routes: Sequence[Route], accepted: Iterable[Stop]) -> list[str]:
    """What a day's routes break: also who is visited by nobody, by two, with another window or without having been accepted."""
    wanted = {stop.number: stop for stop in accepted}
    driven = [(route, [stop for stop in route.stops if not stop.is_only_passed]) for route in routes]
    visited = Counter(stop.number for _, stops in driven for stop in stops)
    faults = [f"stop {number} is visited by nobody" for number in wanted if number not in visited]
    faults += [f"stop {number} is visited {times} times" for number, times in visited.items() if times > 1]
    for route, stops in driven:
        faults += [f"stop {stop.number} is not what was accepted" for stop in stops if wanted.get(stop.number) != stop]
        faults += faults_of(route)
    return faults


def _late(route: Route) -> Iterable[str]:
    now, here = route.shift.starts, route.shift.start
    for stop in route.stops:
        now = _drive(now, route.roads, route.clock, here, stop.place)
        if now > stop.closes + SLACK:
            yield f"van {route.shift.van} is {now - stop.closes:.0f} s late at stop {stop.number}"
        if now < stop.opens:
            now = stop.opens
        now, here = now + stop.service, stop.place
    if route.shift.end is not None:
        now = _drive(now, route.roads, route.clock, here, route.shift.end)
    if now > route.shift.ends + SLACK:
        yield f"van {route.shift.van} is back {now - route.shift.ends:.0f} s late"


def _drive(leaves: float, roads: Roads, clock: Clock, here: Place, there: Place) -> float:
    """Drives through one stretch of even pace after another."""
    left, now, pace = roads.leg(here, there), leaves, 1.0
    for moment, next_pace in clock.changes:
        if now >= moment:
            pace = next_pace
            continue
        if left <= (moment - now) * pace:
            break
        left, now, pace = left - (moment - now) * pace, moment, next_pace
    return now + left / pace


def _too_full(route: Route) -> Iterable[str]:
    parcels, grams = 0.0, 0.0
    for stop in route.stops:
        parcels, grams = parcels + stop.parcels, grams + stop.grams
    if parcels > route.shift.parcels:
        yield f"van {route.shift.van} carries {parcels:.0f} parcels, and has room for {route.shift.parcels:.0f}"
    if grams > route.shift.grams:
        yield f"van {route.shift.van} carries {grams:.0f} g, and may carry {route.shift.grams:.0f}"
