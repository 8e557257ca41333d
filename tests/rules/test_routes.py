"""Routes by properties: whoever is accepted is visited in time, by a checker that shares nothing with the engine."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.rules.driving import EVEN, Clock, Table
from delivery.rules.gaps import Openings, best_way, gaps_of, joined, least_extra, neighbours, openings, still_open
from delivery.rules.route_checks import faults_of, faults_of_day
from delivery.rules.routes import Route, Shift, Stop
from tests.rules.made_routes import HOME, HOUR, ROADS, RUSH, asked, clocks, empty, fleets, inserted, places, stops


@given(fleets(), asked(20), clocks)
def test_every_accepted_stop_is_served_inside_its_window(
    shifts: list[Shift], customers: list[Stop], clock: Clock
) -> None:
    routes, accepted = inserted(empty(shifts, clock), customers)
    assert faults_of_day(routes, accepted) == []


@given(fleets(), asked(12), stops(99), clocks)
def test_trying_one_gap_agrees_with_driving_the_whole_route(
    shifts: list[Shift], customers: list[Stop], stop: Stop, clock: Clock
) -> None:
    routes, _ = inserted(empty(shifts, clock), customers)
    gaps = gaps_of(routes)
    found = openings(gaps, ROADS, clock, stop.place, stop.service, stop.parcels, stop.grams)
    for n in range(len(gaps)):
        route = routes[gaps.route[n]]
        longer = route.with_stop(stop, int(gaps.position[n]))
        in_one_step = found.extra[n] < np.inf and found.earliest[n] <= stop.closes and found.latest[n] >= stop.opens
        spare = min(
            abs(found.earliest[n] - stop.closes),
            abs(found.latest[n] - stop.opens),
            abs(found.latest[n] - found.earliest[n]),
        )
        if spare > 0.01:
            assert in_one_step == (faults_of(longer) == []), (n, stop)
        if in_one_step:
            assert found.extra[n] == pytest.approx(longer.drives - route.drives, abs=1e-6)


@given(fleets(), asked(16), st.data(), clocks)
def test_without_a_stop_nobody_else_comes_late(
    shifts: list[Shift], customers: list[Stop], data: st.DataObject, clock: Clock
) -> None:
    routes, accepted = inserted(empty(shifts, clock), customers)
    gone = data.draw(st.sets(st.sampled_from([stop.number for stop in accepted]))) if accepted else set()
    left = [route.without(gone) for route in routes]
    assert faults_of_day(left, [stop for stop in accepted if stop.number not in gone]) == []
    assert not any(stop.is_only_passed for route in left for stop in route.stops)


def test_where_the_way_round_is_shorter_a_stop_that_goes_is_still_passed() -> None:
    roads = Table(np.array([[0.0, 10.0, 100.0], [10.0, 0.0, 10.0], [100.0, 10.0, 0.0]]))
    home, one, two = ((float(n), 0.0, 0.0) for n in range(3))
    route = Route(Shift("van", 0, 1000, home, home), (Stop(1, one, 0, 1000, 0), Stop(2, two, 0, 50, 0)), roads)
    assert route.is_kept
    left = route.without({1})
    assert left.is_kept
    assert [stop.is_only_passed for stop in left.stops] == [True, False]
    assert faults_of_day([left], [route.stops[1]]) == []
    assert [stop.number for stop in left.without({1, 2}).stops] == []


@given(fleets(), asked(12), places, clocks)
def test_all_windows_of_all_days_at_once_say_what_each_says_alone(
    shifts: list[Shift], customers: list[Stop], place: tuple[float, float, float], clock: Clock
) -> None:
    half = len(customers) // 2
    days = [gaps_of(inserted(empty(shifts, clock), own)[0]) for own in (customers[:half], customers[half:])]
    windows = [(hour * HOUR, (hour + 2) * HOUR) for hour in range(7, 20)]
    together = openings(joined(days), ROADS, clock, place, 300.0)
    first = 0
    for day in days:
        alone = openings(day, ROADS, clock, place, 300.0)
        extras = least_extra(together.between(first, first + len(day)), windows)
        assert extras == least_extra(alone, windows)
        ways = [best_way(alone, *window) for window in windows]
        assert [way.extra if way else np.inf for way in ways] == extras
        first += len(day)


def test_a_route_that_became_too_slow_takes_nobody_more() -> None:
    slow = Route(Shift("van", 0, HOUR, HOME, HOME), (Stop(1, (9_000.0, 0.0, 0.0), 0, 60, 0),), ROADS)
    assert not slow.is_kept
    gaps = gaps_of([slow, Route(Shift("other", 0, HOUR, HOME, HOME), (), ROADS)])
    way = best_way(openings(gaps, ROADS, EVEN, HOME, 60.0), 0, HOUR)
    assert way is not None
    assert gaps.route[way.gap] == 1


def test_beside_a_gap_stand_the_stops_and_not_the_start() -> None:
    route = Route(Shift("van", 0, HOUR, HOME, HOME), (Stop(7, (100.0, 0.0, 0.0), 0, 600, 0),), ROADS)
    gaps = gaps_of([route])
    found = [neighbours(gaps, n, ROADS, (200.0, 0.0, 0.0)) for n in range(2)]
    assert [[(one.number, one.opens, one.closes, one.seconds) for one in side] for side in found] == [
        [(7, 0, 600, 15.0)]
    ] * 2


@pytest.mark.parametrize(
    ("leaves", "drives", "arrives"),
    [(7.0, 0.5, 7.5), (7.5, 1.0, 9.0), (8.0, 1.0, 9.75), (9.0, 0.5, 9.75), (17.5, 1.0, 18.56), (20.0, 1.0, 21.0)],
)
def test_rush_hours_take_longer(leaves: float, drives: float, arrives: float) -> None:
    assert RUSH.arrival(leaves * HOUR, drives * HOUR) == pytest.approx(arrives * HOUR)
    assert RUSH.latest_leaving(arrives * HOUR, drives * HOUR) == pytest.approx(leaves * HOUR)


@given(st.floats(0, 24 * HOUR), st.floats(0, 24 * HOUR), st.floats(0, 5 * HOUR), clocks)
def test_who_leaves_later_never_arrives_earlier(one: float, other: float, drives: float, clock: Clock) -> None:
    first, last = sorted((one, other))
    assert clock.arrival(first, drives) <= clock.arrival(last, drives) + 1e-6
    assert clock.latest_leaving(clock.arrival(one, drives), drives) == pytest.approx(one, abs=1e-3)


@pytest.mark.parametrize(
    "wrong",
    [{"closes": 8 * HOUR}, {"service": -1.0}, {"parcels": -1.0}, {"grams": -1.0}],
    ids=["closes first", "service", "parcels", "grams"],
)
def test_impossible_stops_cannot_be_made(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="a stop"):
        replace(Stop(1, HOME, 9 * HOUR, 10 * HOUR, 60.0), **wrong)


def test_the_checker_finds_what_is_wrong() -> None:
    stop = Stop(1, (1_000.0, 0.0, 0.0), HOUR, 2 * HOUR, 60.0, 2.0, 500.0)
    shift = Shift("van", 0, 2 * HOUR, HOME, HOME, 1.0, 100.0)
    route = Route(shift, (stop,), ROADS)
    assert [fault.split(",")[0] for fault in faults_of(route)] == ["van van carries 2 parcels", "van van carries 500 g"]
    late = route.with_stops([replace(stop, opens=0, closes=60)])
    assert "late at stop 1" in faults_of(late)[0]
    assert "back" in faults_of(Route(replace(shift, ends=HOUR), (stop,), ROADS))[0]
    twice = faults_of_day([route, route], [stop, replace(stop, number=2)])
    assert {"stop 1 is visited 2 times", "stop 2 is visited by nobody"} <= set(twice)
    assert "stop 1 is not what was accepted" in faults_of_day([late], [stop])


@given(fleets(), asked(8), stops(99), st.floats(6 * HOUR, 20 * HOUR), clocks)
def test_at_a_moment_of_the_day_only_vans_that_have_not_left_take_one_more(
    shifts: list[Shift], customers: list[Stop], stop: Stop, moment: float, clock: Clock
) -> None:
    routes, _ = inserted(empty(shifts, clock), customers)
    gaps = still_open(gaps_of(routes), clock, moment)
    found = openings(gaps, ROADS, clock, stop.place, stop.service, stop.parcels, stop.grams)
    for n in range(len(gaps)):
        route = routes[gaps.route[n]]
        way = best_way(
            Openings(*(getattr(found, name)[n : n + 1] for name in Openings.__slots__)), stop.opens, stop.closes
        )
        if abs(route.departs - moment) < 0.01:
            continue
        later = route.not_before(moment).with_stop(stop, int(gaps.position[n]))
        assert way is None or (route.departs > moment and faults_of(later) == [])
        if way is None and route.departs > moment:
            spare = min(
                found.latest[n] - stop.opens, found.latest[n] - found.earliest[n], stop.closes - found.earliest[n]
            )
            assert abs(spare) < 0.01 or faults_of(later) != []
