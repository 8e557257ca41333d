"""One more van: who of the refused it would have taken; nobody given is touched, and every window is kept by the checker."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from delivery.rules.driving import Clock, Straight
from delivery.rules.route_checks import faults_of_day
from delivery.rules.routes import Route, Shift, Stop
from delivery.rules.what_ifs import ONE_MORE, Refused, WhatIf, one_more_van

HOUR = 3600.0
NINE, TWELVE, THREE, SIX = 9 * HOUR, 12 * HOUR, 15 * HOUR, 18 * HOUR
ROADS = Straight(0.1)
"""Ten metres a second."""
HOME = (0.0, 0.0, 0.0)
MORNING, AFTERNOON = (NINE, TWELVE), (THREE, SIX)


def shift(van: str = "van#1", starts: float = NINE, ends: float = SIX, parcels: float = 100.0) -> Shift:
    return Shift(van, starts, ends, HOME, HOME, parcels)


def route(*stops: Stop, **more: object) -> Route:
    return Route(shift(**more), stops, ROADS)  # type: ignore[arg-type]


def asked(*windows: tuple[float, float], east: float = 1000.0, service: float = 300.0, parcels: float = 1.0) -> Refused:
    return Refused((east, 0.0, 0.0), service, parcels, 0.0, windows)


def found(routes: list[Route], *refused: Refused) -> WhatIf:
    answer = one_more_van(routes, refused)
    assert answer is not None
    return answer


LONG = Stop(1, (500.0, 0.0, 0.0), NINE, TWELVE, 8.95 * HOUR)
"""Whoever has it has no time for anything else."""


@pytest.mark.parametrize(
    ("refused", "even_now", "taken"),
    [
        ([], (), ()),
        ([asked(MORNING)], (), (0,)),
        ([asked()], (), ()),
        ([asked((SIX, SIX + HOUR))], (), ()),
        ([asked((SIX, SIX + HOUR), AFTERNOON)], (), (0,)),
        ([asked(MORNING, east=200_000.0)], (), ()),
        ([asked(MORNING, parcels=101.0), asked(MORNING)], (), (1,)),
        ([asked(MORNING, service=8.9 * HOUR), asked(MORNING), asked(AFTERNOON)], (), (1, 2)),
    ],
    ids=["nobody", "one", "no window", "too late", "another window", "too far", "too much", "two rather than one"],
)
def test_one_more_van_takes_whom_it_can(
    refused: list[Refused], even_now: tuple[int, ...], taken: tuple[int, ...]
) -> None:
    answer = found([route(LONG)], *refused)
    assert (answer.even_now, answer.taken) == (even_now, taken)


def test_who_would_fit_by_now_is_no_merit_of_the_van() -> None:
    answer = found([route()], asked(MORNING), asked(MORNING, service=8.9 * HOUR), asked(MORNING, service=8 * HOUR))
    assert answer.even_now == (0, 1) or answer.even_now == (0, 2)
    assert len(answer.taken) == 1


def test_it_is_like_the_largest_of_the_day() -> None:
    answer = found([route(van="a#1", ends=TWELVE), route(van="b#1", parcels=50.0), route(van="c#1", parcels=60.0)])
    assert answer.like.van == "c#1"
    assert [one.shift.van for one in answer.routes] == ["a#1", "b#1", "c#1", ONE_MORE]
    assert replace(answer.routes[-1].shift, van="c#1") == answer.like


def test_a_day_without_vans_has_nothing_to_be_like() -> None:
    assert one_more_van([], [asked(MORNING)]) is None


REFUSED = st.builds(
    Refused,
    st.tuples(st.floats(-20_000, 20_000), st.floats(-20_000, 20_000), st.sampled_from([0.0, 180.0])),
    st.floats(0, 2 * HOUR),
    st.integers(1, 3).map(float),
    st.just(0.0),
    st.sampled_from([(MORNING,), (AFTERNOON,), (MORNING, AFTERNOON), ((NINE, NINE + HOUR), AFTERNOON)]),
)
CLOCK = Clock([(NINE, 0.5), (NINE + HOUR, 1.0), (SIX - HOUR, 0.4)])


@settings(max_examples=40)
@given(st.lists(REFUSED, max_size=14), st.booleans())
def test_whoever_is_taken_is_served_in_a_window_asked_for_and_nobody_given_is_lost(
    refused: list[Refused], rushes: bool
) -> None:
    clock = CLOCK if rushes else Clock()
    given_stop = Stop(7, (3000.0, 100.0, 0.0), *MORNING, 600.0)
    answer = one_more_van([Route(shift(parcels=9.0), (given_stop,), ROADS, clock)], refused)
    assert answer is not None
    added = [stop for one in answer.routes for stop in one.stops if stop.number != 7]
    assert faults_of_day(answer.routes, [given_stop, *added]) == []
    who = {*answer.even_now, *answer.taken}
    assert len(who) == len(answer.even_now) + len(answer.taken) == len(added)
    places = sorted((refused[number].place, refused[number].service) for number in who)
    assert sorted((stop.place, stop.service) for stop in added) == places
    assert all(any((stop.opens, stop.closes) in one.windows for one in refused) for stop in added)
