"""The shelf of a pick-up centre has room for so many parcels."""

from typing import Any

from delivery.audit import OPERATOR
from delivery.settings import items
from plugin.commands.demo_merchant.seed import MERCHANT_ID
from tests.doors import Door

CENTRE = "boekhandel-ceintuur"


def make_room(door: Door, capacity: int | None) -> None:
    door.database.write(
        lambda session: items.save(
            session, door.clock(), OPERATOR, MERCHANT_ID, "centres", CENTRE, {"shelf_capacity": capacity}
        )
    )


def options(door: Door, checkout: str) -> list[dict[str, Any]]:
    found = door.offer(checkout)
    return [
        option | {"offer": found["offer"]}
        for option in found["options"]
        if option["type"] == "pickup" and option["location"]["id"] == CENTRE
    ]


def take(door: Door, checkout: str) -> str:
    option = options(door, checkout)[0]
    answer = door.hold(option["offer"], option["id"])
    assert answer.status_code == 201, answer.text
    return str(answer.get_json()["choice"])


def report(door: Door, booking: str, kind: str) -> None:
    door.clock.forward(minutes=1)
    body = {"type": kind, "at": door.clock().isoformat()}
    answer = door.server("POST", f"/bookings/{booking}/events", json=body)
    assert answer.status_code == 200, answer.text


def test_a_full_shelf_is_not_on_offer_but_to_the_one_who_holds_it(door: Door) -> None:
    make_room(door, 1)
    take(door, "first")
    assert options(door, "first")
    assert not options(door, "second")


def test_the_last_place_on_a_shelf_is_not_given_twice(door: Door) -> None:
    make_room(door, 1)
    seen = options(door, "second")[0]
    take(door, "first")
    assert door.hold(seen["offer"], seen["id"]).status_code == 409


def test_a_hold_that_ran_out_makes_room(door: Door) -> None:
    make_room(door, 1)
    take(door, "first")
    door.clock.forward(minutes=11)
    assert options(door, "second")


def test_a_parcel_makes_room_when_it_is_collected_and_only_once(door: Door) -> None:
    make_room(door, 1)
    booking = door.order(take(door, "first")).get_json()["booking"]
    assert not options(door, "second")
    for kind in ("packed", "dispatched", "ready_for_pickup", "collected"):
        report(door, booking, kind)
    assert options(door, "second")
    report(door, booking, "returned")
    take(door, "second")
    assert not options(door, "third")


def test_a_cancelled_order_makes_room(door: Door) -> None:
    make_room(door, 1)
    booking = door.order(take(door, "first")).get_json()["booking"]
    assert door.server("POST", f"/bookings/{booking}/cancel").status_code == 200
    assert options(door, "second")


def test_a_centre_without_a_limit_counts_nothing(plain_door: Door) -> None:
    before = plain_door.rows()["counters"]
    for number in range(3):
        take(plain_door, f"checkout {number}")
    assert plain_door.rows()["counters"] == before


def test_less_room_than_parcels_refuses_only_new_ones(plain_door: Door) -> None:
    make_room(plain_door, 2)
    choices = [take(plain_door, "first"), take(plain_door, "second")]
    make_room(plain_door, 1)
    assert [plain_door.order(choice, str(n)).status_code for n, choice in enumerate(choices)] == [201, 201]
    assert not options(plain_door, "third")
