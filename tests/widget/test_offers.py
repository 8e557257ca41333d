"""Offers: what can be chosen, as JSON, for this basket and destination."""

from datetime import UTC, datetime
from typing import Any

import pytest
from marshmallow import EXCLUDE

from tests.doors import Door
from web.schemas import OfferSchema


def kinds(offer: dict[str, Any]) -> set[str]:
    return {option["type"] for option in offer["options"]}


def test_an_offer_holds_days_windows_and_centres(door: Door) -> None:
    offer = door.offer()
    assert kinds(offer) == {"shipping", "local_delivery", "pickup"}
    assert offer["estimate"]["earliest_day"] == "2026-11-25"
    assert offer["held"] is None
    assert offer["preselected"] is None
    assert offer["problems"] == []


def test_what_is_written_is_what_the_schema_describes(door: Door) -> None:
    door.take()
    offer = door.offer()
    assert offer["held"] is not None
    schema = OfferSchema()
    assert schema.validate(offer) == {}
    loaded = schema.load(offer, unknown=EXCLUDE)
    assert schema.dump(loaded) == offer


def test_an_offer_writes_nothing(door: Door) -> None:
    before = door.rows()
    door.offer()
    assert door.rows() == before


def test_days_are_counted_in_the_origins_zone_and_by_the_servers_clock(door: Door) -> None:
    door.clock.now = datetime(2026, 11, 24, 15, 59, 59, tzinfo=UTC)  # 16:59:59 in Houten, a second before the cut-off
    assert door.offer()["estimate"]["earliest_day"] == "2026-11-25"
    door.clock.now = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)
    assert door.offer()["estimate"]["earliest_day"] == "2026-11-26"


def test_an_offer_does_not_outlive_the_cut_off_that_changes_it(door: Door) -> None:
    door.clock.now = datetime(2026, 11, 24, 15, 50, tzinfo=UTC)
    offer = door.offer()
    assert datetime.fromisoformat(offer["expires_at"]) == datetime(2026, 11, 24, 16, 0, tzinfo=UTC)


def test_the_same_question_can_be_asked_again_after_the_offer_has_expired(door: Door) -> None:
    offer = door.offer()
    door.clock.forward(hours=3)
    again = door.page("GET", f"/offers/{offer['offer']}").get_json()
    assert kinds(again) == kinds(offer)
    assert again["expires_at"] > offer["expires_at"]


def test_ones_own_hold_is_named_and_does_not_count_against_oneself(door: Door) -> None:
    taken = door.take()
    offer = door.offer()
    assert offer["held"]["hold"] == taken["hold"]
    assert offer["held"]["choice"] == taken["choice"]
    held = next(option for option in offer["options"] if option["id"] == offer["held"]["option"])
    assert held["delivery_window"] == taken["option"]["delivery_window"]
    assert door.offer(checkout="checkout-2")["held"] is None


def test_few_places_are_told_only_when_they_are_few(door: Door) -> None:
    first = door.offer()["options"][2]
    assert first["type"] == "local_delivery"
    assert "places_left" not in first
    for number in range(10):
        door.take(checkout=f"someone-{number}")
    assert door.offer()["options"][2]["places_left"] == 2


def test_a_full_window_is_not_on_offer(door: Door) -> None:
    window = door.offer()["options"][2]["delivery_window"]
    for number in range(12):
        door.take(checkout=f"someone-{number}")
    windows = [option.get("delivery_window") for option in door.offer()["options"]]
    assert window not in windows


def test_an_unknown_postcode_gets_the_widest_range_and_is_named(door: Door) -> None:
    known = door.offer()["estimate"]
    offer = door.offer(destination={"country": "NL", "postal_code": "10"})
    assert offer["problems"] == ["postal_code_unknown"]
    assert offer["estimate"]["earliest_day"] <= known["earliest_day"]
    assert offer["estimate"]["latest_day"] > known["latest_day"]
    assert "local_delivery" not in kinds(offer)


def test_an_unknown_country_gets_an_option_without_a_date(door: Door) -> None:
    offer = door.offer(destination={"country": "JP", "postal_code": "100-0001"})
    assert offer["estimate"] is None
    (option,) = [option for option in offer["options"] if option["type"] == "shipping"]
    assert option["earliest_delivery_time"] is None
    assert option["latest_delivery_time"] is None


def test_a_basket_that_takes_longer_arrives_later(door: Door) -> None:
    slow = {
        "lines": [{"sku": "LAMP-1", "quantity": 1}, {"sku": "X", "quantity": 1, "handling_days": 3}],
        "currency": "EUR",
    }
    assert door.offer(basket=slow)["estimate"]["earliest_day"] > door.offer()["estimate"]["earliest_day"]


def test_titles_and_reasons_are_in_the_readers_language(door: Door) -> None:
    dutch = door.offer(locale="nl-NL")
    assert "november" in dutch["options"][2]["title"]
    assert dutch["estimate"]["steps"][0]["text"].startswith("Besteld vóór")
    assert door.offer(locale="xx-nonsense")["estimate"]["steps"][0]["text"].startswith("Ordered before")


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"basket": {"lines": [{"sku": "A", "quantity": -1}], "currency": "EUR"}}, "/basket/lines/0/quantity"),
        ({"basket": {"lines": [{"sku": "A", "quantity": 0}], "currency": "EUR"}}, "/basket/lines/0/quantity"),
        ({"basket": {"lines": [{"sku": "A", "quantity": True}], "currency": "EUR"}}, "/basket/lines/0/quantity"),
        ({"basket": {"lines": [{"sku": "A", "quantity": 1.5}], "currency": "EUR"}}, "/basket/lines/0/quantity"),
        ({"basket": {"lines": [], "currency": "EUR"}}, "/basket/lines"),
        ({"basket": {"lines": [{"sku": "A", "quantity": 1}], "currency": "USD"}}, "/basket/currency"),
        ({"basket": {"lines": [{"sku": "A\u0000", "quantity": 1}], "currency": "EUR"}}, "/basket/lines/0/sku"),
        ({"destination": {"country": "Netherlands"}}, "/destination/country"),
        ({"destination": {"country": "NL", "postal_code": "1016 GV'; DROP TABLE"}}, "/destination/postal_code"),
        ({"destination": {"country": "NL", "postal_code": "<script>"}}, "/destination/postal_code"),
        ({"destination": {"country": "NL", "postal_code": "\U0001f355"}}, "/destination/postal_code"),
        ({"destination": {"country": "NL", "latitude": 91, "longitude": 0}}, "/destination/latitude"),
        ({"destination": {"country": "NL", "latitude": 52}}, "/destination/latitude"),
        ({"destination": None}, "/destination"),
    ],
)
def test_bad_input_is_named_with_its_place_and_writes_nothing(
    plain_door: Door, change: dict[str, Any], pointer: str
) -> None:
    before = plain_door.rows()
    response = plain_door.page("POST", "/offers", json=plain_door.question() | change)
    problem = response.get_json()
    assert response.status_code == 422
    assert response.content_type == "application/problem+json"
    assert problem["code"] == "invalid_input"
    assert pointer in [error["pointer"] for error in problem["errors"]]
    assert plain_door.rows() == before


def test_an_unknown_shop_is_a_named_problem(plain_door: Door) -> None:
    response = plain_door.page("POST", "/offers", json=plain_door.question() | {"shop": "pk_nobody"})
    assert (response.status_code, response.get_json()["code"]) == (404, "unknown_shop")


def test_a_secret_key_is_no_publishable_key(plain_door: Door) -> None:
    response = plain_door.page("POST", "/offers", json=plain_door.question() | {"shop": plain_door.secret})
    assert response.status_code == 404


@pytest.mark.parametrize("body", [b"{", b'{"shop": "\\ud800"}', b"[1,2", b"\xff"])
def test_a_body_that_is_no_json_is_said_to_be_none(plain_door: Door, body: bytes) -> None:
    response = plain_door.page("POST", "/offers", data=body, content_type="application/json")
    assert (response.status_code, response.get_json()["code"]) == (400, "invalid_json")


def test_another_content_type_is_refused(plain_door: Door) -> None:
    response = plain_door.page("POST", "/offers", data=b"shop=1", content_type="application/x-www-form-urlencoded")
    assert (response.status_code, response.get_json()["code"]) == (415, "unsupported_media_type")


def test_a_body_of_a_megabyte_is_too_large(plain_door: Door) -> None:
    body = b'{"shop": "' + b"x" * 1_000_000 + b'"}'
    response = plain_door.page("POST", "/offers", data=body, content_type="application/json")
    assert (response.status_code, response.get_json()["code"]) == (413, "too_large")


def test_an_array_where_an_object_belongs_is_a_named_problem(plain_door: Door) -> None:
    response = plain_door.page("POST", "/offers", json=[1, 2, 3])
    assert (response.status_code, response.get_json()["code"]) == (422, "invalid_input")


def test_a_wrong_method_says_which_are_right(plain_door: Door) -> None:
    response = plain_door.page("PUT", "/offers")
    assert response.status_code == 405
    assert "POST" in response.headers["Allow"]
    assert response.get_json()["code"] == "method_not_allowed"


def test_a_tampered_or_foreign_offer_is_refused(door: Door) -> None:
    offer = door.offer()["offer"]
    tampered = offer[:-4] + ("AAAA" if not offer.endswith("AAAA") else "BBBB")
    for bad in (tampered, "of_nonsense", "op_" + offer[3:], "of_" + "x" * 3000):
        response = door.page("GET", f"/offers/{bad}")
        assert (response.status_code, response.get_json()["code"]) == (422, "invalid_token")


def test_stock_decides_from_where_and_whether_it_is_split(door: Door) -> None:
    basket = {"lines": [{"sku": "RARE", "quantity": 2}], "currency": "EUR"}
    counts = {
        "stock": [
            {"place": "houten", "sku": "RARE", "quantity": 1},
            {"place": "haarlemmerdijk", "sku": "RARE", "quantity": 1},
        ]
    }
    assert door.server("PUT", "/stock", json=counts).get_json() == {"updated": 2}
    steps = door.offer(basket=basket)["estimate"]["steps"]
    assert steps[-1]["rule"] == "parcels"
    assert steps[-1]["facts"]["count"] == 2


def test_coordinates_given_win_over_the_postcodes(door: Door) -> None:
    rotterdam = {"country": "NL", "postal_code": "1016 GV", "latitude": 51.92, "longitude": 4.48}
    here = [option["location"]["distance_m"] for option in door.offer()["options"] if option["type"] == "pickup"]
    there = door.offer(destination=rotterdam)
    far = [option["location"]["distance_m"] for option in there["options"] if option["type"] == "pickup"]
    assert here == sorted(here)
    assert min(far) > 20_000 > min(here)
