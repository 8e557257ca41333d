"""Windows that vans keep: on offer as long as a route can keep them, claimed by a hold, and free again for the next."""

from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import select

from delivery import holds, van_days, van_stops
from delivery.rules.route_checks import faults_of_day
from delivery.setups import load_setup
from delivery.store.tables import places, van_refusals
from delivery.store.tables import van_days as van_days_table
from plugin.commands.demo_merchant.seed import MERCHANT_ID
from tests.doors import AMSTERDAM, Door
from tests.vans import ORIGIN, with_vans

AT_THE_CANAL: dict[str, Any] = AMSTERDAM | {"latitude": 52.3752, "longitude": 4.8841}
NEXT_DOOR: dict[str, Any] = AMSTERDAM | {"latitude": 52.3753, "longitude": 4.8842}
FAR_AWAY: dict[str, Any] = AMSTERDAM | {"latitude": 52.31, "longitude": 4.95}


def windows(offer: dict[str, Any]) -> list[dict[str, Any]]:
    return [option for option in offer["options"] if option["type"] == "local_delivery"]


def first_day(door: Door) -> date:
    return date.fromisoformat(windows(door.offer("looker"))[0]["delivery_window"]["start"][:10])


def take(door: Door, checkout: str, number: int = 0, **asked: Any) -> dict[str, Any]:
    offer = door.offer(checkout, **asked)
    response = door.hold(offer["offer"], windows(offer)[number]["id"])
    assert response.status_code == 201, response.text
    return response.get_json()  # type: ignore[no-any-return]


def visited(door: Door, day: date) -> list[int]:
    """The numbers of the stops of a day, which the checker has driven."""
    with door.database.reading() as session:
        fleet = load_setup(session, MERCHANT_ID).fleets[ORIGIN]
        known = van_days.read(session, MERCHANT_ID, fleet, day)
        stops = [stop for route in known.routes for stop in route.stops]
        assert faults_of_day(known.routes, stops) == []
        assert {stop.number for stop in stops} == set(van_stops.holds_of(session, MERCHANT_ID, ORIGIN, day))
    return sorted(stop.number for stop in stops)


def day_of(taken: dict[str, Any]) -> date:
    return datetime.fromisoformat(taken["option"]["delivery_window"]["start"]).date()


def test_a_hold_is_a_stop_and_an_order_leaves_it_there(door: Door) -> None:
    with_vans(door)
    taken = take(door, "anna")
    assert visited(door, day_of(taken)) == [1]
    booking = door.order(taken["choice"]).get_json()
    assert visited(door, day_of(taken)) == [1]
    assert door.server("POST", f"/bookings/{booking['booking']}/cancel").status_code == 200
    assert visited(door, day_of(taken)) == []


def test_whoever_lets_go_switches_or_is_too_late_is_visited_no_more(door: Door) -> None:
    with_vans(door)
    first = take(door, "anna")
    second = take(door, "anna", number=1)
    third = take(door, "ben")
    assert len(visited(door, day_of(third))) == (2 if day_of(second) == day_of(third) else 1)
    door.page("DELETE", f"/holds/{third['hold']}")
    door.clock.forward(minutes=31)
    door.database.write(lambda session: holds.expire(session, door.clock(), 100))
    for taken in (first, second, third):
        assert visited(door, day_of(taken)) == []
    assert take(door, "cara")["hold"]


def test_an_ended_hold_comes_back_with_its_order_if_there_is_room(door: Door) -> None:
    with_vans(door)
    taken = take(door, "anna")
    door.page("DELETE", f"/holds/{taken['hold']}")
    assert visited(door, day_of(taken)) == []
    assert door.order(taken["choice"]).status_code == 201
    assert len(visited(door, day_of(taken))) == 1


def test_a_window_goes_when_no_van_can_come_and_one_does_not_stand_in_ones_own_way(door: Door) -> None:
    with_vans(door, most_parcels=1)
    taken = take(door, "anna")
    theirs = windows(door.offer("ben"))
    assert all(option["delivery_window"]["start"][:10] != str(day_of(taken)) for option in theirs)
    mine = windows(door.offer("anna"))
    assert any(option["delivery_window"] == taken["option"]["delivery_window"] for option in mine)
    again = door.offer("anna")
    assert again["held"] is not None


def test_the_last_gap_goes_to_one_and_the_other_gets_a_fresh_offer(door: Door) -> None:
    with_vans(door, most_parcels=1)
    mine, theirs = door.offer("anna"), door.offer("ben")
    assert door.hold(mine["offer"], windows(mine)[0]["id"]).status_code == 201
    refused = door.hold(theirs["offer"], windows(theirs)[0]["id"])
    assert (refused.status_code, refused.get_json()["code"]) == (409, "slot_full")
    fresh = refused.get_json()["offer"]
    assert door.hold(fresh["offer"], windows(fresh)[0]["id"]).status_code == 201


def test_an_order_for_a_gap_that_was_taken_since_has_a_named_way_out(door: Door) -> None:
    with_vans(door, most_parcels=1)
    taken = take(door, "anna")
    door.page("DELETE", f"/holds/{taken['hold']}")
    take(door, "ben")
    refused = door.order(taken["choice"])
    assert (refused.status_code, refused.get_json()["code"]) == (409, "choice_gone")


def test_a_lapsed_hold_gives_way_to_a_shopper_who_needs_its_gap(door: Door) -> None:
    with_vans(door, most_parcels=1)
    offer = door.offer("ben")
    taken = take(door, "anna")
    door.clock.forward(minutes=16)
    assert door.hold(offer["offer"], windows(offer)[0]["id"]).status_code == 201
    assert len(visited(door, day_of(taken))) == 1


def test_where_nobody_knows_the_place_windows_are_counted(door: Door) -> None:
    with_vans(door, most_parcels=1)

    door.database.write(lambda session: session.execute(places.delete()))
    taken = take(door, "anna")
    take(door, "ben")
    assert visited(door, day_of(taken)) == []


def near(door: Door, **asked: Any) -> list[dict[str, str]]:
    return [option["delivery_window"] for option in windows(door.offer("ben", **asked)) if option.get("is_near")]


def test_a_van_is_in_the_street_only_where_somebody_has_ordered(door: Door) -> None:
    with_vans(door)
    assert near(door, destination=NEXT_DOOR) == []
    taken = take(door, "anna", destination=AT_THE_CANAL)
    assert near(door, destination=NEXT_DOOR) == []
    door.order(taken["choice"])
    assert near(door, destination=NEXT_DOOR) == [taken["option"]["delivery_window"]]
    assert near(door, destination=FAR_AWAY) == []
    assert near(door, destination=AMSTERDAM) == []
    assert (
        "We are in your street then"
        in door.page("POST", "/fragments/choices", json=door.question("ben", destination=NEXT_DOOR)).text
    )


@pytest.mark.parametrize(("setting", "fee"), [({"near_discount": 200}, 295), ({"far_minutes": 1, "far_fee": 150}, 645)])
def test_driving_can_make_a_window_cheaper_or_dearer(door: Door, setting: dict[str, int], fee: int) -> None:
    with_vans(door, driving=setting)
    if "near_discount" in setting:
        door.order(take(door, "anna", destination=AT_THE_CANAL)["choice"])
    offer = door.offer("ben", destination=NEXT_DOOR)
    option = next(one for one in windows(offer) if one["fee"]["amount"] == fee)
    taken = door.hold(offer["offer"], option["id"]).get_json()
    assert taken["option"]["fee"]["amount"] == fee
    assert door.order(taken["choice"], "1002").get_json()["fee"]["amount"] == fee


def test_versions_count_every_change_of_a_days_routes(door: Door) -> None:
    with_vans(door)
    taken = take(door, "anna")
    take(door, "ben")
    with door.database.reading() as session:
        row = session.execute(
            select(van_days_table).where(
                van_days_table.c.merchant_id == MERCHANT_ID, van_days_table.c.day == day_of(taken)
            )
        ).one()
    assert (row.version, row.planned_version) == (2, 0)


def test_who_found_windows_closed_is_noted_when_choosing_another_and_when_refused(door: Door) -> None:
    with_vans(door, most_parcels=1)
    theirs = door.offer("ben")
    taken = take(door, "anna")
    assert door.count("van_refusals") == 0
    assert door.hold(theirs["offer"], windows(theirs)[0]["id"]).status_code == 409
    take(door, "cara")
    with door.database.reading() as session:
        own = van_refusals.c.merchant_id == MERCHANT_ID, van_refusals.c.day == day_of(taken)
        rows = session.execute(select(van_refusals).where(*own).order_by(van_refusals.c.checkout)).all()
    assert [(row.checkout, row.reason) for row in rows] == [("ben", "room"), ("cara", "room")]
    assert len(rows[0].windows) == 1 < len(rows[1].windows)
