"""Holds over HTTP: an option is taken, kept longer, let go; refusals come with a way out."""

import pytest

from tests.doors import Door, another_merchant


def test_taking_an_option_gives_a_hold_and_a_signed_choice(door: Door) -> None:
    taken = door.take()
    assert taken["hold"].startswith("hd_")
    assert taken["choice"].startswith("ch_")
    assert taken["option"]["type"] == "local_delivery"
    assert taken["option"]["fee"] == {"amount": 495, "currency": "EUR"}
    assert taken["expires_at"] < taken["extendable_until"]


@pytest.mark.parametrize("kind", ["shipping", "local_delivery", "pickup"])
def test_every_kind_of_option_can_be_taken(door: Door, kind: str) -> None:
    assert door.take(kind)["option"]["type"] == kind


def test_the_same_checkout_switches_and_gives_its_place_back(door: Door) -> None:
    first = door.take(number=0)
    second = door.take(number=1)
    assert second["hold"] != first["hold"]
    assert door.page("POST", f"/holds/{first['hold']}/extend").status_code == 409
    assert door.rows()["holds"] == 2


def test_the_last_place_goes_to_one_and_the_other_gets_a_fresh_offer(door: Door) -> None:
    mine = door.offer("late")
    option = next(option for option in mine["options"] if option["type"] == "local_delivery")
    for number in range(12):
        door.take(checkout=f"someone-{number}")
    response = door.hold(mine["offer"], option["id"])
    problem = response.get_json()
    assert (response.status_code, problem["code"]) == (409, "slot_full")
    windows = [other.get("delivery_window") for other in problem["offer"]["options"]]
    assert windows
    assert option["delivery_window"] not in windows
    next_best = next(other for other in problem["offer"]["options"] if other["type"] == "local_delivery")
    assert door.hold(problem["offer"]["offer"], next_best["id"]).status_code == 201


def test_the_fee_that_was_shown_is_the_fee_that_is_kept(door: Door) -> None:
    offer = door.offer()
    option = offer["options"][2]
    taken = door.hold(offer["offer"], option["id"]).get_json()
    assert taken["option"]["fee"] == option["fee"]


def test_an_old_offer_has_to_be_asked_again(door: Door) -> None:
    offer = door.offer()
    door.clock.forward(minutes=31)
    response = door.hold(offer["offer"], offer["options"][0]["id"])
    assert (response.status_code, response.get_json()["code"]) == (409, "offer_expired")
    assert response.get_json()["offer"]["offer"].startswith("of_")
    assert door.rows()["holds"] == 0


def test_a_hold_is_extended_up_to_its_bound_and_no_further(door: Door) -> None:
    taken = door.take()
    door.clock.forward(minutes=8)
    longer = door.page("POST", f"/holds/{taken['hold']}/extend").get_json()
    assert taken["expires_at"] < longer["expires_at"] <= longer["extendable_until"]
    assert longer["extendable_until"] == taken["extendable_until"]
    door.clock.forward(minutes=30)
    late = door.page("POST", f"/holds/{taken['hold']}/extend")
    assert (late.status_code, late.get_json()["code"]) == (409, "hold_expired")


def test_letting_go_twice_is_the_same_as_once(door: Door) -> None:
    taken = door.take()
    for _ in range(2):
        assert door.page("DELETE", f"/holds/{taken['hold']}").status_code == 204
    assert door.offer()["held"] is None


def test_an_unknown_hold_is_a_named_problem(door: Door) -> None:
    for method, path in (("POST", "/holds/hd_none/extend"), ("DELETE", "/holds/hd_none")):
        response = door.page(method, path)
        assert (response.status_code, response.get_json()["code"]) == (404, "hold_not_found")


def test_an_option_of_another_offer_is_refused_and_nothing_is_written(door: Door) -> None:
    one, two = door.offer("a"), door.offer("b")
    before = door.rows()
    for option in (two["options"][0]["id"], one["options"][0]["id"][:-2], "op_", "op_AAAA", "nonsense", "op_é"):
        response = door.hold(one["offer"], option)
        assert response.status_code == 422, option
        assert response.get_json()["code"] in {"option_unknown", "invalid_input"}
    assert door.rows() == before


def test_the_same_key_and_body_get_the_same_answer(door: Door) -> None:
    offer = door.offer()
    body = {"shop": door.shop, "offer": offer["offer"], "option": offer["options"][2]["id"]}
    bare, quoted = {"Idempotency-Key": "k-1"}, {"Idempotency-Key": '"k-1"'}
    first = door.page("POST", "/holds", json=body, headers=bare)
    again = door.page("POST", "/holds", json=body, headers=quoted)
    assert (again.status_code, again.get_json()) == (201, first.get_json())
    assert door.rows()["holds"] == 1
    other = door.page("POST", "/holds", json=body | {"option": offer["options"][3]["id"]}, headers=bare)
    assert (other.status_code, other.get_json()["code"]) == (422, "idempotency_key_reused")


def test_it_hides_other_merchants(door: Door) -> None:
    taken, offer = door.take(), door.offer()
    other = another_merchant(door)
    for response in (
        other.page("POST", f"/holds/{taken['hold']}/extend", headers={"Authorization": f"Bearer {other.secret}"}),
        other.page("DELETE", f"/holds/{taken['hold']}", headers={"Authorization": f"Bearer {other.secret}"}),
    ):
        assert response.status_code in {403, 404}
    response = other.page(
        "POST",
        "/holds",
        origin=None,
        json={"shop": other.shop, "offer": offer["offer"], "option": offer["options"][0]["id"]},
    )
    assert (response.status_code, response.get_json()["code"]) == (422, "invalid_token")
    assert door.offer()["held"] is not None


def test_a_pick_up_becomes_no_later_than_was_offered(door: Door) -> None:
    offer = door.offer()
    option = next(option for option in offer["options"] if option["type"] == "pickup")
    door.clock.forward(minutes=20)
    taken = door.hold(offer["offer"], option["id"]).get_json()
    assert taken["option"]["ready_by"] == option["ready_by"]


def test_too_many_places_kept_from_one_address_are_refused(plain_door: Door) -> None:
    object.__setattr__(plain_door.service.config, "live_holds_per_address", 2)
    for number in range(2):
        plain_door.take(checkout=f"someone-{number}")
    offer = plain_door.offer("one-more")
    response = plain_door.hold(offer["offer"], offer["options"][2]["id"])
    assert (response.status_code, response.get_json()["code"]) == (429, "too_many_holds")
    assert response.headers["Retry-After"]
    by_server = plain_door.page(
        "POST",
        "/holds",
        json={"shop": plain_door.shop, "offer": offer["offer"], "option": offer["options"][2]["id"]},
        headers={"Authorization": f"Bearer {plain_door.secret}"},
    )
    assert by_server.status_code == 201
