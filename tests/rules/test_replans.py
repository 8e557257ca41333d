"""Routes made anew by PyVRP: nobody is lost, every window is kept, and there is room for more."""

from dataclasses import replace

import pytest
from hypothesis import given, settings

from delivery.rules import replans
from delivery.rules.driving import Clock, Table
from delivery.rules.replans import Effort, replan
from delivery.rules.route_checks import faults_of_day
from delivery.rules.routes import Route, Shift, Stop
from tests.rules.made_routes import HOME, HOUR, ROADS, asked, clocks, empty, fleets, inserted

SHORT = Effort(0.02)


@settings(max_examples=15)
@given(fleets(), asked(16), clocks)
def test_a_new_plan_has_everybody_in_time(shifts: list[Shift], customers: list[Stop], clock: Clock) -> None:
    routes, accepted = inserted(empty(shifts, clock), customers)
    found = replan(routes, SHORT)
    if found is None:
        return
    assert faults_of_day(found, accepted) == []
    assert sorted(route.shift.van for route in found) == sorted(shift.van for shift in shifts)


def two_streets() -> tuple[list[Route], Stop]:
    """A van that was sent up and down between two streets, so that nobody fits in any more."""
    east, west = (2_000.0, 0.0, 0.0), (-2_000.0, 0.0, 0.0)
    stops = [Stop(n, east if n % 2 else west, 8 * HOUR, 12 * HOUR, 60.0) for n in range(8)]
    home = 8 * HOUR + 8 * 60 + 2 * 300 + 7 * 600 + 1
    route = Route(Shift("van", 8 * HOUR, home, HOME, HOME), tuple(stops), ROADS)
    return [route], Stop(99, east, 8 * HOUR, 12 * HOUR, 60.0)


def test_whoever_fits_nowhere_may_fit_into_another_plan() -> None:
    routes, stop = two_streets()
    assert routes[0].is_kept
    assert inserted(routes, [stop])[1] == []
    found = replan(routes, Effort(1.0, is_rescue=True), [stop])
    assert found is not None
    assert faults_of_day(found, [*routes[0].stops, stop]) == []


def test_a_plan_that_needs_a_miracle_is_none() -> None:
    routes, stop = two_streets()
    assert replan(routes, SHORT, [replace(stop, closes=8 * HOUR)]) is None
    assert replan(routes, SHORT, [replace(stop, parcels=1e6)]) is not None
    full = [replace(routes[0], shift=replace(routes[0].shift, parcels=8.0))]
    assert replan(full, SHORT, [stop]) is None


def test_nothing_to_plan_is_no_plan() -> None:
    assert replan([], SHORT) is None
    assert replan(empty([Shift("van", 0, HOUR, HOME, HOME)], Clock()), SHORT) is None


def test_a_plan_that_breaks_a_window_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    routes, _ = two_streets()
    solve = replans._Task.solve

    def forgets_one(task: replans._Task, *about: object) -> list[Route] | None:
        found = solve(task, *about)  # type: ignore[arg-type]
        return found and [route.with_stops(route.stops[1:]) for route in found]

    monkeypatch.setattr(replans._Task, "solve", forgets_one)
    assert replan(routes, SHORT) is None


def test_vans_of_several_kinds_keep_their_own_bounds() -> None:
    shifts = [
        Shift("small", 8 * HOUR, 12 * HOUR, HOME, HOME, parcels=2.0),
        Shift("late", 12 * HOUR, 18 * HOUR, HOME, None, grams=5_000.0),
        Shift("late too", 12 * HOUR, 18 * HOUR, HOME, None, grams=5_000.0),
    ]
    customers = [Stop(n, (100.0 * n, 0.0, 0.0), 8 * HOUR, 18 * HOUR, 300.0, 1.0, 1_000.0) for n in range(1, 13)]
    routes, accepted = inserted(empty(shifts, Clock()), customers)
    assert len(accepted) == 12
    found = replan(routes, Effort(0.1))
    assert found is not None
    assert faults_of_day(found, accepted) == []


def test_distances_that_differ_by_direction_stay_as_they_are() -> None:
    roads = Table(ROADS.legs(*_grid()) + 7.0)
    home = (0.0, 0.0, 0.0)
    stops = [Stop(n, (float(n), 0.0, 0.0), 0, 10 * HOUR, 60.0) for n in range(1, 6)]
    routes, accepted = inserted([Route(Shift("van", 0, 10 * HOUR, home, home), (), roads)], stops)
    found = replan(routes, SHORT)
    assert found is not None
    assert faults_of_day(found, accepted) == []


def _grid():  # type: ignore[no-untyped-def]
    import numpy as np

    places = np.array([[float(n * n * 100), float(n * 50), 0.0] for n in range(6)])
    slope = np.array([[0.0, 0.0, float(n)] for n in range(6)])
    return (places + slope)[:, None, :], places[None, :, :]
