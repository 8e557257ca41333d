"""A stop that takes longer: as long as nobody else's window is lost, by the checker; else why not, and how long it can take."""

from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from delivery.rules.doors import Place, Refusal, most_service, place_of, with_service
from delivery.rules.driving import Clock, Straight
from delivery.rules.route_checks import faults_of
from delivery.rules.routes import Route, Shift, Stop

HOUR = 3600.0
ROADS = Straight(0.1)
HOME = (0.0, 0.0, 0.0)
RUSH = Clock([(9 * HOUR, 0.5), (10 * HOUR, 1.0), (11 * HOUR, 0.6)])


def van(*stops: Stop, name: str = "van#1", ends: float = 12.0, clock: Clock = RUSH) -> Route:
    return Route(Shift(name, 9 * HOUR, ends * HOUR, HOME, HOME), stops, ROADS, clock)


def stop(number: int, opens: float, closes: float, east: float = 1000.0, minutes: float = 10) -> Stop:
    return Stop(number, (east, 0.0, 0.0), opens * HOUR, closes * HOUR, 60 * minutes)


ONE, TWO = stop(1, 9, 10), stop(2, 10, 10.25, 2000.0)


@pytest.mark.parametrize(
    ("minutes", "kept", "late", "ends_late"),
    [
        (5, True, (), False),
        (10, True, (), False),
        (60, True, (), False),
        (90, False, (2,), False),
        (170, False, (2,), True),
    ],
    ids=["less", "as it is", "until the next", "into the next", "all day"],
)
def test_a_stop_takes_longer_as_long_as_the_next_is_kept(
    minutes: float, kept: bool, late: tuple[int, ...], ends_late: bool
) -> None:
    found = with_service([van(ONE, TWO)], Place(0, 0), 60 * minutes)
    if kept:
        assert isinstance(found, list)
        assert [each.service for each in found[0].stops] == [60 * minutes, TWO.service]
    else:
        assert isinstance(found, Refusal)
        assert tuple(each.number for each in found.late) == late
        assert found.ends_late == ends_late
        assert found.most == most_service(van(ONE, TWO), 0)


def test_another_van_takes_it_where_its_own_cannot_and_only_then() -> None:
    routes = [van(ONE, TWO), van(name="van#2")]
    found = with_service(routes, Place(0, 0), 90 * 60)
    assert isinstance(found, list)
    assert [(route.shift.van, [each.number for each in route.stops]) for route in found] == [
        ("van#1", [2]),
        ("van#2", [1]),
    ]
    assert isinstance(with_service(routes, Place(0, 0), 90 * 60, may_move=False), Refusal)


def test_a_van_that_is_late_already_may_still_be_asked_for_less() -> None:
    late = van(replace(ONE, service=2 * HOUR), TWO)
    found = with_service([late], Place(0, 0), HOUR)
    assert isinstance(found, list)
    assert found[0].is_kept


def test_a_stop_is_found_by_its_number() -> None:
    assert place_of([van(), van(ONE, TWO)], 2) == Place(1, 1)
    assert place_of([van(ONE)], 2) is None


WINDOWS = st.sampled_from([(9.0, 10.0), (9.0, 12.0), (10.0, 11.0), (10.5, 12.0)])
STOPS = st.lists(st.tuples(WINDOWS, st.floats(-8000, 8000), st.floats(1, 20)), min_size=1, max_size=5)


@settings(max_examples=60)
@given(STOPS, st.integers(0, 4), st.floats(0, 2 * HOUR), st.booleans())
def test_what_is_granted_keeps_everybody_and_the_most_is_the_most(
    rows: list[tuple[tuple[float, float], float, float]], which: int, seconds: float, rushes: bool
) -> None:
    stops = [stop(n, *window, east, minutes) for n, (window, east, minutes) in enumerate(rows)]
    route = van(*stops, clock=RUSH if rushes else Clock())
    assume(route.is_kept and which < len(stops))
    found = with_service([route], Place(0, which), seconds, may_move=False)
    most = most_service(route, which)
    assert most >= stops[which].service - 0.001
    if isinstance(found, list):
        assert faults_of(found[0]) == []
        assert seconds <= most + 0.001
    else:
        assert seconds > most - 0.001
        assert found.late or found.ends_late
