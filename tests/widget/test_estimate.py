"""The estimate for a product page, and the search for pick-up centres."""

from datetime import UTC, datetime

import pytest

from tests.doors import Door


def test_a_product_page_gets_a_sentence_a_date_and_json_ld(door: Door) -> None:
    response = door.page("GET", "/estimate", query_string={"shop": door.shop, "country": "NL", "sku": "LAMP-1"})
    answer = response.get_json()
    assert answer["estimate"]["earliest_day"] == "2026-11-25"
    assert answer["text"]
    details = answer["json_ld"]
    assert details["@type"] == "OfferShippingDetails"
    assert details["shippingRate"] == {"@type": "MonetaryAmount", "value": "4.95", "currency": "EUR"}
    assert details["deliveryTime"]["transitTime"]["minValue"] == 1
    assert details["deliveryTime"]["transitTime"]["unitCode"] == "DAY"


def test_a_product_that_takes_longer_is_promised_later(door: Door) -> None:
    query = {"shop": door.shop, "country": "NL", "sku": "RUG-1", "handling_days": 5}
    slow = door.page("GET", "/estimate", query_string=query).get_json()
    assert slow["estimate"]["earliest_day"] == "2026-12-01"  # five of the shop's days, Saturday among them
    assert slow["json_ld"]["deliveryTime"]["handlingTime"]["minValue"] >= 5


def test_it_may_be_cached_until_the_next_cut_off_and_not_longer(door: Door) -> None:
    door.clock.now = datetime(
        2026, 11, 24, 13, 59, tzinfo=UTC
    )  # 14:59 in Amsterdam, a minute before its shop's cut-off
    response = door.page(
        "GET", "/estimate", query_string={"shop": door.shop, "country": "NL", "postal_code": "1016 GV"}
    )
    before = datetime.fromisoformat(response.get_json()["estimate"]["order_before"])
    seconds = (before - door.clock.now).total_seconds()
    assert response.headers["Cache-Control"] == f"public, max-age={seconds:.0f}"


def test_it_is_not_cached_past_midnight_because_it_says_today(door: Door) -> None:
    door.clock.now = datetime(2026, 11, 24, 22, 30, tzinfo=UTC)
    response = door.page("GET", "/estimate", query_string={"shop": door.shop, "country": "NL"})
    assert response.headers["Cache-Control"] == "public, max-age=1800"


def test_where_no_date_is_known_none_is_invented(door: Door) -> None:
    response = door.page("GET", "/estimate", query_string={"shop": door.shop, "country": "JP"})
    assert response.get_json()["estimate"] is None
    assert response.headers["Cache-Control"] == "no-store"


def points(door: Door, **query: object) -> list[str]:
    response = door.page("GET", "/pickup-points", query_string={"shop": door.shop, "country": "NL"} | query)
    assert response.status_code == 200, response.text
    return [point["id"] for point in response.get_json()["points"]]


def test_centres_come_nearest_first(door: Door) -> None:
    response = door.page(
        "GET", "/pickup-points", query_string={"shop": door.shop, "country": "NL", "postal_code": "1016GV"}
    )
    distances = [point["distance_m"] for point in response.get_json()["points"]]
    assert len(distances) == 5
    assert distances == sorted(distances)
    assert points(door, postal_code="1016 GV", limit=2) == points(door, postal_code="1016 GV")[:2]


def test_coordinates_will_do(door: Door) -> None:
    assert points(door, latitude=52.09, longitude=5.12)[0] != points(door, latitude=52.38, longitude=4.88)[0]


def test_only_those_open_at_a_moment(door: Door) -> None:
    late = points(door, postal_code="1016 GV", open_at="2026-11-24T20:30:00+01:00")
    noon = points(door, postal_code="1016 GV", open_at="2026-11-24T11:00:00+01:00")
    night = points(door, postal_code="1016 GV", open_at="2026-11-25T03:00:00+01:00")
    assert night == []
    assert set(late) < set(noon)


@pytest.mark.parametrize(
    "bad",
    [
        {"country": "Nederland"},
        {"limit": 0},
        {"limit": "x"},
        {"latitude": 1},
        {"open_at": "yesterday"},
        {"open_at": "0001-01-01T00:00:00+01:00"},
    ],
)
def test_a_bad_question_is_named(plain_door: Door, bad: dict[str, object]) -> None:
    query = {"shop": plain_door.shop, "country": "NL"} | bad
    response = plain_door.page("GET", "/pickup-points", query_string=query)
    assert (response.status_code, response.get_json()["code"]) == (422, "invalid_input")
