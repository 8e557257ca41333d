"""Days of vans planned anew: by the worker when something changed, and for whoever would be refused; a solver that fails spoils
nothing."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from delivery import van_days, van_replans
from delivery.audit import OPERATOR
from delivery.rules import replans
from delivery.rules.route_checks import faults_of_day
from delivery.rules.routes import Route
from delivery.settings import items
from delivery.setups import load_setup
from delivery.store.engine import Session
from delivery.van_days import VanDay
from plugin.commands.demo_merchant.seed import MERCHANT_ID
from plugin.replanning import Replanner
from plugin.tools import Tools
from tests.doors import AMSTERDAM, Door
from tests.vans import ORIGIN, with_vans
from tests.widget.test_van_windows import day_of, windows

EAST, WEST = ({"latitude": 52.3752, "longitude": 4.8841 + side} for side in (0.03, -0.03))


def replanner(door: Door) -> Replanner:
    service = door.service
    return Replanner(Tools(door.database, door.clock, service.signer, service.config), seconds=0.1)


def take(door: Door, checkout: str, where: dict[str, float], number: int = 0) -> Any:
    offer = door.offer(checkout, destination=AMSTERDAM | where)
    return door.hold(offer["offer"], windows(offer)[number]["id"])


def seen(door: Door, taken: dict[str, Any]) -> VanDay:
    with door.database.reading() as session:
        fleet = load_setup(session, MERCHANT_ID).fleets[ORIGIN]
        return van_days.read(session, MERCHANT_ID, fleet, day_of(taken))


def up_and_down(door: Door, number: int = 6) -> dict[str, Any]:
    """A day whose van was sent up and down between two streets; what the last of them took."""
    taken: dict[str, Any] = {}
    for n in range(number):
        taken = take(door, f"shopper {n}", (EAST, WEST)[n % 2]).get_json()
    known = seen(door, taken)
    stops = sorted(known.routes[0].stops, key=lambda stop: stop.number)
    badly = known.routes[0].with_stops(stops)
    assert badly.is_kept

    def send(session: Session) -> None:
        van_days.lock(session, MERCHANT_ID, known.fleet, known.day)
        van_days.write(session, MERCHANT_ID, known, [badly])

    door.database.write(send)
    return taken


def driven(day: VanDay) -> float:
    assert faults_of_day(day.routes, [stop for route in day.routes for stop in route.stops]) == []
    return sum(route.drives for route in day.routes)


def test_the_worker_plans_a_day_anew_once_for_each_change(door: Door) -> None:
    with_vans(door)
    taken = up_and_down(door)
    before = seen(door, taken)
    worker = replanner(door)
    assert worker.anything_due()
    worker.replan_due()
    after = seen(door, taken)
    assert driven(after) < 0.6 * driven(before)
    assert {stop for route in after.routes for stop in route.stops} == set(before.routes[0].stops)
    assert (after.version, after.planned_version) == (before.version + 1, before.version + 1)
    assert not worker.anything_due()
    take(door, "one more", EAST)
    assert worker.anything_due()
    worker.replan_due()
    assert not worker.anything_due()


def test_a_plan_gives_way_to_whoever_booked_meanwhile(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    with_vans(door)
    taken = up_and_down(door)
    better = van_replans.better

    def slowly(*about: Any) -> list[Route] | None:
        found = better(*about)
        assert take(door, "quicker", EAST).status_code == 201
        return found

    monkeypatch.setattr(van_replans, "better", slowly)
    replanner(door).replan_due()
    monkeypatch.undo()
    after = seen(door, taken)
    assert len(after.routes[0].stops) == 7
    assert after.planned_version == 0
    assert replanner(door).anything_due()


def test_a_solver_that_breaks_leaves_the_last_good_plan(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    with_vans(door)
    taken = up_and_down(door)
    before = seen(door, taken)

    def breaks(*_about: Any) -> None:
        raise RuntimeError("out of its mind")

    monkeypatch.setattr(replans._Task, "solve", breaks)
    replanner(door).replan_due()
    after = seen(door, taken)
    assert [route.stops for route in after.routes] == [route.stops for route in before.routes]
    assert not replanner(door).anything_due()
    assert take(door, "one more", EAST).status_code == 201


def test_without_the_solver_days_stay_as_they_are(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    with_vans(door)
    taken = up_and_down(door)
    before = seen(door, taken)
    monkeypatch.setattr(replans, "is_there", lambda: False)
    assert not replanner(door).anything_due()
    replanner(door).replan_due()
    assert seen(door, taken).version == before.version


def test_who_would_be_refused_gets_in_by_another_plan(door: Door) -> None:
    with_vans(door, shift_start="09:00", shift_end="20:00", driving={"unsure_minutes": 0})
    offers = [door.offer(f"late {n}", destination=AMSTERDAM | EAST) for n in range(2)]
    taken = up_and_down(door, 8)
    tight = seen(door, taken)
    busy = replace(tight.routes[0].stops[0], service=_all_but(tight.routes[0]))
    stuffed = tight.routes[0].with_stops([busy, *tight.routes[0].stops[1:]])
    assert stuffed.is_kept

    def stuff(session: Session) -> None:
        van_days.lock(session, MERCHANT_ID, tight.fleet, tight.day)
        van_days.write(session, MERCHANT_ID, tight, [stuffed])

    door.database.write(stuff)
    same = next(
        option for option in windows(offers[0]) if option["delivery_window"] == taken["option"]["delivery_window"]
    )
    response = door.hold(offers[0]["offer"], same["id"])
    assert response.status_code == 201, response.text
    day = seen(door, taken)
    assert len([stop for route in day.routes for stop in route.stops]) == 9
    assert driven(day) > 0
    assert day.planned_version == day.version - 1, "it was no rescue"


def _all_but(route: Route) -> float:
    """How long the first stop may take so that the van is kept busy until the last window closes: as long as it is slack."""
    slack = min(due - arrives for arrives, due in zip(route.arrivals, route.latest, strict=True))
    return (
        route.stops[0].service
        + max(0.0, min(slack, route.latest[0] - max(route.arrivals[0], route.stops[0].opens)))
        - 1.0
    )


@pytest.mark.parametrize("room", [9, 5])
def test_who_lost_their_van_gets_another_as_far_as_there_is_room(door: Door, room: int) -> None:
    van_id = with_vans(door, number=2, most_parcels=3)
    for n in range(6):
        taken = take(door, f"shopper {n}", (EAST, WEST)[n % 2]).get_json()
    replanner(door).replan_due()
    assert not replanner(door).anything_due()

    def fewer(session: Session) -> None:
        items.save(session, door.clock(), OPERATOR, MERCHANT_ID, "vans", van_id, {"number": 1, "most_parcels": room})

    door.database.write(fewer)
    assert len(seen(door, taken).left_over) == 3
    assert replanner(door).anything_due()
    replanner(door).replan_due()
    assert not replanner(door).anything_due()
    after = seen(door, taken)
    assert len(after.left_over) == max(0, 6 - room)
    assert len(after.routes[0].stops) == min(6, room)
    assert driven(after) > 0


def test_a_van_that_has_left_keeps_its_stops_and_takes_nobody_more(door: Door) -> None:
    with_vans(door, number=2)
    taken = up_and_down(door)
    before = seen(door, taken)
    first = datetime.fromtimestamp(before.routes[0].departs, door.clock().tzinfo)
    offer = door.offer("late", destination=AMSTERDAM | EAST)
    door.clock.forward(seconds=(first - door.clock()).total_seconds() + 1)
    replanner(door).replan_due()
    assert [route.stops for route in seen(door, taken).routes] == [route.stops for route in before.routes]
    if before.routes[0].stops[-1].closes > door.clock().timestamp():
        gaps = before.gaps_at(door.clock())
        assert {int(route) for route, due in zip(gaps.route, gaps.due, strict=True) if due > 0} == {1}
        assert min(gaps.leaves[gaps.route == 1]) == door.clock().timestamp()
    assert offer["options"]
