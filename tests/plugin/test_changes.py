"""Changes over HTTP: a new address, a new window; both or neither, and fulfilment hears of it."""

import pytest

from tests.doors import ADDRESS, Door, another_merchant


def booked(door: Door, number: int = 0) -> str:
    booking: str = door.order(door.take(number=number)["choice"]).get_json()["booking"]
    return booking


def test_a_typo_in_the_address_is_corrected_and_fulfilment_is_told(door: Door) -> None:
    booking = booked(door)
    response = door.server(
        "POST", f"/bookings/{booking}/changes", json={"address": ADDRESS | {"lines": ["Prinsengracht 265"]}}
    )
    made = response.get_json()
    assert response.status_code == 201
    assert made["booking"]["address"]["lines"] == ["Prinsengracht 265"]
    assert made["difference"] == {"amount": 0, "currency": "EUR"}
    assert made["booking"]["version"] == 2
    assert door.rows()["handovers"] == 2


def test_another_postcode_needs_a_new_choice(door: Door) -> None:
    booking = booked(door)
    before = door.rows()
    wanted = {"address": ADDRESS | {"postal_code": "3511 AB", "city": "Utrecht"}}
    response = door.server("POST", f"/bookings/{booking}/changes", json=wanted)
    assert (response.status_code, response.get_json()["code"]) == (409, "choice_stale")
    assert response.get_json()["offer"]["options"]
    assert door.rows() == before


def test_moving_the_slot_takes_the_new_place_and_gives_the_old_one_back(door: Door) -> None:
    booking = booked(door)
    dearer = door.take(number=3, checkout="again")
    made = door.server("POST", f"/bookings/{booking}/changes", json={"choice": dearer["choice"]}).get_json()
    assert made["booking"]["promise"]["window"] == dearer["option"]["delivery_window"]
    assert made["difference"]["amount"] == dearer["option"]["fee"]["amount"] - 495
    taken = {key: n for key, n in door_taken(door).items() if n}
    assert list(taken.values()) == [1]


def door_taken(door: Door) -> dict[object, int]:
    from delivery.counters import taken
    from plugin.commands.demo_merchant.seed import MERCHANT_ID

    day = door.clock().date()
    with door.database.reading() as session:
        found = taken(session, door.clock(), merchant_id=MERCHANT_ID, first_day=day, last_day=day.replace(day=30))
    return dict(found)


def test_a_centre_can_be_chosen_instead(door: Door) -> None:
    booking = booked(door)
    choice = door.take("pickup", checkout="again")["choice"]
    made = door.server("POST", f"/bookings/{booking}/changes", json={"choice": choice}).get_json()
    assert made["booking"]["type"] == "pickup"
    assert made["booking"]["location"]["id"]
    assert not any(door_taken(door).values())


def test_an_open_choice_is_closed_by_a_change(door: Door) -> None:
    booking = door.order(None).get_json()["booking"]
    choice = door.take(checkout="by link")["choice"]
    made = door.server("POST", f"/bookings/{booking}/changes", json={"choice": choice}).get_json()
    assert made["booking"]["state"] == "confirmed"


@pytest.mark.parametrize("wanted", [{}, {"notes": None}, {"address": {"country": "NL", "lines": []}}])
def test_a_change_of_nothing_is_a_named_problem(plain_door: Door, wanted: dict[str, object]) -> None:
    booking = booked(plain_door)
    before = plain_door.rows()
    response = plain_door.server("POST", f"/bookings/{booking}/changes", json=wanted)
    assert (response.status_code, response.get_json()["code"]) == (422, "invalid_input")
    assert plain_door.rows() == before


def test_what_is_cancelled_cannot_be_changed(door: Door) -> None:
    booking = booked(door)
    door.server("POST", f"/bookings/{booking}/cancel")
    response = door.server("POST", f"/bookings/{booking}/changes", json={"notes": "ring twice"})
    assert (response.status_code, response.get_json()["code"]) == (409, "wrong_state")


def test_it_hides_other_merchants(door: Door) -> None:
    booking = booked(door)
    response = another_merchant(door).server("POST", f"/bookings/{booking}/changes", json={"notes": "mine"})
    assert (response.status_code, response.get_json()["code"]) == (404, "booking_not_found")
