"""Random days of vans for properties: stops somewhere in a town, with windows, and routes that keep them."""

from hypothesis import strategies as st

from delivery.rules.driving import EVEN, Clock, Roads, Straight
from delivery.rules.gaps import best_gap
from delivery.rules.routes import Route, Shift, Stop

HOUR = 3_600.0
ROADS = Straight(0.15)
RUSH = Clock([(8 * HOUR, 0.5), (9.5 * HOUR, 1.0), (16 * HOUR, 0.6), (18 * HOUR, 1.25), (19 * HOUR, 1.0)])
HOME = (0.0, 0.0, 0.0)

metres = st.integers(-6_000, 6_000).map(float)
places = st.tuples(metres, metres, st.sampled_from([0.0, 0.0, 60.0]))
clocks = st.sampled_from([EVEN, RUSH])


@st.composite
def stops(draw: st.DrawFn, number: int = 0) -> Stop:
    opens = draw(st.integers(7, 18)) * HOUR
    return Stop(
        number,
        draw(places),
        opens,
        opens + draw(st.sampled_from([0.5, 1.0, 2.0, 4.0])) * HOUR,
        float(draw(st.integers(0, 1_800))),
        float(draw(st.integers(0, 3))),
        float(draw(st.integers(0, 9_000))),
    )


def asked(most: int = 40) -> st.SearchStrategy[list[Stop]]:
    """Customers in the order in which they ask, numbered from 1."""
    return (
        st.integers(1, most)
        .flatmap(lambda size: st.tuples(*(stops(number) for number in range(1, size + 1))))
        .map(list)
    )


@st.composite
def fleets(draw: st.DrawFn) -> list[Shift]:
    return [
        Shift(
            f"van#{n}",
            7 * HOUR + draw(st.integers(0, 4)) * HOUR,
            14 * HOUR + draw(st.integers(0, 6)) * HOUR,
            HOME,
            draw(st.sampled_from([HOME, None])),
            float(draw(st.sampled_from([5, 20, 100]))),
            float(draw(st.sampled_from([20_000, 1_000_000]))),
        )
        for n in range(1, draw(st.integers(1, 3)) + 1)
    ]


def empty(shifts: list[Shift], clock: Clock, roads: Roads = ROADS) -> list[Route]:
    return [Route(shift, (), roads, clock) for shift in shifts]


def inserted(routes: list[Route], customers: list[Stop]) -> tuple[list[Route], list[Stop]]:
    """The routes with whoever fits in, one after another; and who that is."""
    routes, accepted = list(routes), []
    for stop in customers:
        gap = best_gap(routes, stop, routes[0].roads, routes[0].clock)
        if gap is not None:
            routes[gap[0]] = routes[gap[0]].with_stop(stop, gap[1])
            accepted.append(stop)
    return routes, accepted
