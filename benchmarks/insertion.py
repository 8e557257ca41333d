"""All windows for one address: 14 days of 20 vans with 12 windows and 700 stops each, and how long one more address takes."""

import random
import time
from math import inf
from statistics import median

from benchmarks.figures import show
from delivery.rules.driving import EVEN, Clock, Straight
from delivery.rules.gaps import Gaps, gaps_of, joined, least_extra, openings
from delivery.rules.routes import Route, Shift, Stop

DAYS, VANS, WINDOWS, STOPS = 14, 20, 12, 700
CITY_M = 8_000
HOUR = 3_600.0
ROADS = Straight(1.3 / (30 / 3.6))
HEADS = ("pace", "stops", "gaps", "windows open", "median, ms", "p99, ms", "limit, ms")
LIMIT_MS = 1.0
RUSH = Clock([(17 * HOUR, 0.6), (19 * HOUR, 1.0)])


def run(addresses: int) -> None:
    """Both with one pace all day, and with a rush hour."""
    show(
        "All windows of 14 days for one address",
        HEADS,
        [_row("even", EVEN, addresses), _row("rush hour", RUSH, addresses)],
    )


def _row(name: str, clock: Clock, addresses: int) -> list[str]:
    chance = random.Random(1)
    days = [gaps_of(full_day(chance, clock)) for _ in range(DAYS)]
    together, took, found_open = joined(days), [], []
    for _ in range(addresses):
        place = (chance.uniform(-CITY_M, CITY_M), chance.uniform(-CITY_M, CITY_M), 0.0)
        begun = time.perf_counter()
        found_open.append(_ask(days, together, clock, place))
        took.append(1000 * (time.perf_counter() - begun))
    took.sort()
    stops = sum(len(day) for day in days) - DAYS * VANS
    share = sum(found_open) / addresses / (DAYS * WINDOWS)
    figures = (f"{median(took):.2f}", f"{took[int(0.99 * len(took))]:.2f}", f"{LIMIT_MS:.0f}")
    return [name, str(stops), str(stops + DAYS * VANS), f"{share:.0%}", *figures]


def _ask(days: list[Gaps], together: Gaps, clock: Clock, place: tuple[float, float, float]) -> int:
    """How many windows of all days are open to the address."""
    windows = [(8 * HOUR + n * HOUR, 9 * HOUR + n * HOUR) for n in range(WINDOWS)]
    found, first, is_open = openings(together, ROADS, clock, place, 300.0), 0, 0
    for day in days:
        is_open += sum(extra < inf for extra in least_extra(found.between(first, first + len(day)), windows))
        first += len(day)
    return is_open


def full_day(chance: random.Random, clock: Clock) -> list[Route]:
    """A day as full as 700 bookings in a city make it: each van goes from window to window."""
    shift = Shift("van", 8 * HOUR, 20 * HOUR, (0.0, 0.0, 0.0), (0.0, 0.0, 0.0))
    return [_route(chance, clock, shift) for _ in range(VANS)]


def _route(chance: random.Random, clock: Clock, shift: Shift) -> Route:
    each = STOPS // VANS
    middle = (chance.uniform(-CITY_M, CITY_M), chance.uniform(-CITY_M, CITY_M))
    stops = []
    for n in range(each):
        place = (middle[0] + chance.gauss(0, 1_500), middle[1] + chance.gauss(0, 1_500), 0.0)
        hour = 8 + n * WINDOWS // each
        stops.append(Stop(n, place, hour * HOUR, (hour + 1) * HOUR, 300.0))
    return _kept(Route(shift, tuple(stops), ROADS, clock))


def _kept(route: Route) -> Route:
    """Without those whom the van does not reach in time."""
    while not route.is_kept:
        late = next(n for n, (at, due) in enumerate(zip(route.arrivals, route.latest, strict=True)) if at > due)
        late = min(late, len(route.stops) - 1)
        route = route.with_stops(route.stops[:late] + route.stops[late + 1 :])
    return route
