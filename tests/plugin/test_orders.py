"""Orders over HTTP: a choice is redeemed once, for the basket and address it was made for."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.doors import ADDRESS, BASKET, Door, another_merchant


def test_an_order_becomes_a_booking_with_its_promise(door: Door) -> None:
    taken = door.take()
    response = door.order(taken["choice"])
    booking = response.get_json()
    assert response.status_code == 201
    assert booking["state"] == "confirmed"
    assert booking["type"] == "local_delivery"
    assert booking["promise"]["window"] == taken["option"]["delivery_window"]
    assert booking["promise"]["steps"]
    assert booking["fee"] == taken["option"]["fee"]
    assert booking["address"]["lines"] == ADDRESS["lines"]
    assert booking["delivery_page"].startswith(door.service.config.public_url + "/d/")
    assert booking["handover"] == {"state": "waiting", "tries": 0}
    assert door.rows()["handovers"] == 1


@pytest.mark.parametrize("kind", ["shipping", "pickup"])
def test_days_and_centres_can_be_ordered_too(door: Door, kind: str) -> None:
    booking = door.order(door.take(kind)["choice"]).get_json()
    assert booking["type"] == kind
    assert booking["promise"]["earliest"]
    assert ("location" in booking) == (kind == "pickup")


def test_the_same_order_sent_again_gets_the_same_booking(door: Door) -> None:
    choice = door.take()["choice"]
    first = door.order(choice, headers={"Idempotency-Key": "one"})
    door.clock.forward(days=9)
    again = door.order(choice)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.get_json()["booking"] == first.get_json()["booking"]
    assert door.rows()["handovers"] == 1


def test_one_choice_confirms_one_order(door: Door) -> None:
    choice = door.take()["choice"]
    door.order(choice, "1001")
    response = door.order(choice, "1002")
    assert (response.status_code, response.get_json()["code"]) == (409, "choice_used")
    assert response.get_json()["offer"]["options"]


@pytest.mark.parametrize(
    "change",
    [
        {"address": ADDRESS | {"country": "BE", "postal_code": "2000"}},
        {"address": ADDRESS | {"postal_code": "1017 AB"}},
        {"basket": BASKET | {"lines": [{"sku": "LAMP-1", "quantity": 2}]}},
        {"basket": BASKET | {"lines": [{"sku": "LAMP-2", "quantity": 1}]}},
    ],
)
def test_a_choice_made_for_something_else_is_stale(door: Door, change: dict[str, Any]) -> None:
    choice = door.take()["choice"]
    before = door.rows()
    response = door.server("POST", "/orders", json=_body(choice) | change)
    assert (response.status_code, response.get_json()["code"]) == (409, "choice_stale")
    assert response.get_json()["offer"]["offer"].startswith("of_")
    assert door.rows() == before


def test_a_postcode_may_be_typed_otherwise_and_lines_may_be_parted(door: Door) -> None:
    choice = door.take(number=3)["choice"]
    body = _body(choice) | {"address": ADDRESS | {"postal_code": "1016gv"}}
    assert door.server("POST", "/orders", json=body).status_code == 201


def test_price_and_window_in_the_order_never_beat_the_choice(door: Door) -> None:
    taken = door.take()
    body = _body(taken["choice"]) | {"fee": {"amount": 0, "currency": "EUR"}, "window": {"start": "x"}}
    assert door.server("POST", "/orders", json=body).get_json()["fee"] == taken["option"]["fee"]


def test_an_expired_hold_still_confirms_while_its_place_is_free(door: Door) -> None:
    choice = door.take()["choice"]
    door.clock.forward(minutes=45)
    assert door.order(choice).status_code == 201


def test_a_place_that_went_to_someone_else_is_gone(door: Door) -> None:
    choice = door.take()["choice"]
    door.clock.forward(minutes=11)
    for number in range(12):
        assert door.order(door.take(checkout=f"someone-{number}")["choice"], f"{2000 + number}").status_code == 201
    response = door.order(choice)
    assert (response.status_code, response.get_json()["code"]) == (409, "choice_gone")
    assert response.get_json()["offer"]["options"]


def test_a_window_in_the_past_is_gone(door: Door) -> None:
    choice = door.take()["choice"]
    door.clock.forward(days=2)
    response = door.order(choice)
    assert (response.status_code, response.get_json()["code"]) == (409, "choice_gone")


def test_a_day_that_can_no_longer_be_promised_is_gone(door: Door) -> None:
    choice = door.take("shipping")["choice"]
    door.clock.forward(days=5)
    response = door.order(choice)
    assert (response.status_code, response.get_json()["code"]) == (409, "choice_gone")


def test_the_cut_off_may_pass_while_the_hold_lives(door: Door) -> None:
    door.clock.now = datetime(2026, 11, 24, 15, 55, tzinfo=UTC)  # five minutes before the warehouse's cut-off
    choice = door.take("shipping")["choice"]
    door.clock.forward(minutes=9)
    assert door.order(choice).get_json()["promise"]["earliest"] == "2026-11-25"


def test_a_window_that_has_closed_is_gone_once_the_hold_is_over(door: Door) -> None:
    taken = door.take()
    start = datetime.fromisoformat(taken["option"]["delivery_window"]["start"])
    door.clock.now = start + timedelta(minutes=30)
    assert door.order(taken["choice"]).get_json()["code"] == "choice_gone"


@pytest.mark.parametrize("token", ["ch_nonsense", "nonsense", "of_abc", "ch_" + "A" * 500])
def test_a_made_up_choice_is_refused(plain_door: Door, token: str) -> None:
    before = plain_door.rows()
    response = plain_door.order(token)
    assert (response.status_code, response.get_json()["code"]) == (422, "invalid_token")
    assert plain_door.rows() == before


def test_a_tampered_choice_is_refused(door: Door) -> None:
    choice = door.take()["choice"]
    middle = len(choice) // 2
    tampered = choice[:middle] + ("A" if choice[middle] != "A" else "B") + choice[middle + 1 :]
    assert door.order(tampered).get_json()["code"] == "invalid_token"


def test_an_order_without_a_choice_is_open_and_can_be_repaired(door: Door) -> None:
    booking = door.order(None).get_json()
    assert booking["state"] == "choice_open"
    assert booking["promise"] is None
    assert booking["choose_page"].startswith(door.service.config.public_url + "/choose/")


def test_an_unpaid_order_keeps_its_place_and_is_not_handed_over_until_it_is_paid(door: Door) -> None:
    booking = door.order(door.take()["choice"], paid=False).get_json()
    assert booking["state"] == "awaiting_payment"
    assert door.rows()["handovers"] == 0
    paid = door.server("POST", f"/bookings/{booking['booking']}/paid").get_json()
    assert paid["state"] == "confirmed"
    assert door.rows()["handovers"] == 1


def test_a_failed_payment_frees_the_place(door: Door) -> None:
    booking = door.order(door.take()["choice"], paid=False).get_json()
    failed = door.server("POST", f"/bookings/{booking['booking']}/payment_failed").get_json()
    assert failed["state"] == "cancelled"
    late = door.server("POST", f"/bookings/{booking['booking']}/payment_failed")
    assert late.status_code == 200


def test_cancelling_tells_fulfilment_and_frees_the_place(door: Door) -> None:
    booking = door.order(door.take()["choice"]).get_json()
    cancelled = door.server("POST", f"/bookings/{booking['booking']}/cancel").get_json()
    assert cancelled["state"] == "cancelled"
    assert cancelled["version"] == booking["version"] + 1
    assert door.rows()["handovers"] == 2


def test_bookings_are_found_by_order_and_state_in_pages(door: Door) -> None:
    for number in range(5):
        door.order(door.take(checkout=f"c{number}")["choice"], f"{1000 + number}")
        door.clock.forward(seconds=1)
    one = door.server("GET", "/bookings", query_string={"order": "1003"}).get_json()
    assert [booking["order"] for booking in one["bookings"]] == ["1003"]
    first = door.server("GET", "/bookings", query_string={"limit": 3, "state": "confirmed"}).get_json()
    query = {"limit": 3, "state": "confirmed", "cursor": first["next_cursor"]}
    rest = door.server("GET", "/bookings", query_string=query).get_json()
    orders = [booking["order"] for booking in first["bookings"] + rest["bookings"]]
    assert orders == ["1000", "1001", "1002", "1003", "1004"]
    assert rest["next_cursor"] is None


def test_it_hides_other_merchants(door: Door) -> None:
    taken = door.take()
    booking = door.order(taken["choice"]).get_json()["booking"]
    other = another_merchant(door)
    assert other.server("GET", "/bookings").get_json()["bookings"] == []
    for method, path in (
        ("GET", f"/bookings/{booking}"),
        ("POST", f"/bookings/{booking}/paid"),
        ("POST", f"/bookings/{booking}/payment_failed"),
        ("POST", f"/bookings/{booking}/cancel"),
    ):
        response = other.server(method, path)
        assert (response.status_code, response.get_json()["code"]) == (404, "booking_not_found")
    assert other.order(taken["choice"]).get_json()["code"] == "invalid_token"
    assert door.server("GET", f"/bookings/{booking}").get_json()["state"] == "confirmed"


def test_without_a_secret_key_nothing_is_said(plain_door: Door) -> None:
    for headers, code in (
        ({"Authorization": ""}, "key_needed"),
        ({"Authorization": "Basic abc"}, "key_needed"),
        ({"Authorization": f"Bearer {plain_door.shop}"}, "key_unknown"),
        ({"Authorization": "Bearer sk_made_up"}, "key_unknown"),
    ):
        response = plain_door.server("GET", "/bookings", headers=headers)
        assert (response.status_code, response.get_json()["code"]) == (401, code)


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"order": ""}, "/order"),
        ({"recipient": {"name": "A", "email": "not an address"}}, "/recipient/email"),
        ({"address": {"country": "NL", "lines": []}}, "/address/lines"),
        ({"basket": {"lines": [{"sku": "A", "quantity": 10**12}], "currency": "EUR"}}, "/basket/lines/0/quantity"),
        ({"paid": "perhaps"}, "/paid"),
    ],
)
def test_bad_input_is_named_and_writes_nothing(plain_door: Door, change: dict[str, Any], pointer: str) -> None:
    before = plain_door.rows()
    response = plain_door.server("POST", "/orders", json=_body(None) | change)
    assert response.status_code == 422
    assert pointer in [error["pointer"] for error in response.get_json()["errors"]]
    assert plain_door.rows() == before


def _body(choice: str | None) -> dict[str, Any]:
    return {
        "order": "1001",
        "choice": choice,
        "recipient": {"name": "A. Jansen"},
        "address": ADDRESS,
        "basket": BASKET,
    }


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "yesterday"])
def test_a_moment_at_the_ends_of_the_calendar_is_refused(plain_door: Door, moment: str) -> None:
    response = plain_door.server("GET", "/bookings", query_string={"updated_after": moment})
    assert (response.status_code, response.get_json()["code"]) == (422, "invalid_input")
