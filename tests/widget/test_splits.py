"""Ship some, collect some: offers of some types only, the ticks, and the sum of both choices."""

import html
import re
from typing import Any

import pytest

from tests.doors import AMSTERDAM, BASKET, Door, another_merchant

LINES = [
    {"sku": "LAMP-1", "quantity": 1, "name": "Desk <lamp>"},
    {"sku": "RUG-2", "quantity": 2},
    {"sku": "LAMP-1", "quantity": 3, "name": "The same"},
]


def split(door: Door, **other: Any) -> Any:
    asked = {"shop": door.shop, "basket": {"lines": LINES}, "locale": "en-GB"} | other
    return door.page("POST", "/fragments/split", json=asked)


def kinds(offer: dict[str, Any]) -> set[str]:
    return {option["type"] for option in offer["options"]}


def taken(door: Door, types: list[str], checkout: str) -> dict[str, Any]:
    offer = door.offer(checkout, types=types)
    answer = door.hold(offer["offer"], offer["options"][0]["id"])
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.get_json()
    return found


@pytest.mark.parametrize(
    "types", [["pickup"], ["shipping", "local_delivery"], ["shipping"], ["local_delivery", "pickup", "pickup"]]
)
def test_an_offer_has_the_types_that_are_asked_for_and_no_others(plain_door: Door, types: list[str]) -> None:
    offer = plain_door.offer(types=types)
    assert kinds(offer) == set(types)
    again = plain_door.page("GET", f"/offers/{offer['offer']}").get_json()
    assert kinds(again) == set(types), "the offer remembers what was asked"
    fragment = plain_door.page("POST", "/fragments/choices", json=plain_door.question(types=types)).text
    assert set(re.findall(r'data-type="(\w+)"', fragment)) == set(types)


@pytest.mark.parametrize("types", [[], ["parcel"], "pickup", [1], ["pickup"] * 4])
def test_types_that_are_none_are_refused(plain_door: Door, types: Any) -> None:
    answer = plain_door.page("POST", "/offers", json=plain_door.question(types=types))
    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["pointer"].startswith("/types")


def test_no_hold_goes_round_the_types(plain_door: Door) -> None:
    """An option belongs to its offer; and a centre's option that is asked for in an offer of dates is not one of it."""
    every, some = plain_door.offer(), plain_door.offer(types=["shipping"])
    pickup = next(option["id"] for option in every["options"] if option["type"] == "pickup")
    answer = plain_door.hold(some["offer"], pickup)
    assert (answer.status_code, answer.get_json()["code"]) == (422, "option_unknown")


def test_each_part_keeps_a_place_of_its_own_and_both_are_summed_in_words(door: Door) -> None:
    ship, collect = taken(door, ["shipping"], "c-1"), taken(door, ["pickup"], "c-1:collect")
    for checkout, types, kept in (("c-1", ["shipping"], ship), ("c-1:collect", ["pickup"], collect)):
        assert door.offer(checkout, types=types)["held"]["hold"] == kept["hold"]
    both = ship["option"]["fee"]["amount"] + collect["option"]["fee"]["amount"]
    shown = split(door, choices=[ship["choice"], collect["choice"]]).text
    assert f"Delivering and collecting together: €{both // 100}.{both % 100:02}" in shown
    assert "together" not in split(door, choices=[ship["choice"]]).text
    other = another_merchant(door)
    assert split(other, shop=other.shop, choices=[ship["choice"], collect["choice"]]).status_code in (403, 422)
    assert split(door, choices=["ch_made-up", ship["choice"]]).get_json()["code"] == "invalid_token"


def test_there_is_a_tick_for_each_thing_and_none_for_a_single_one(plain_door: Door) -> None:
    shown = split(plain_door, collected=["RUG-2", "gone"], name="way").text
    ticks = re.findall(r'<input [^>]*name="way_collected" value="([^"]+)"( checked)?>', shown)
    assert ticks == [("LAMP-1", ""), ("RUG-2", " checked")]
    assert re.findall(r'part="quantity">(\d+) ×', shown) == ["4", "2"]
    assert "Desk &lt;lamp&gt;" in shown
    assert "Would you like to collect some of it yourself?" in html.unescape(shown)
    assert "<input" not in split(plain_door, basket={"lines": LINES[:1]}).text
    assert 'lang="nl-NL"' in split(plain_door, locale="nl-NL").text
    assert not re.search(r"<(style|link|img|script)|style=", shown)


def test_both_parts_of_an_order_are_booked_each_by_its_choice(door: Door) -> None:
    """Four lamps and a rug: each part's basket must be the one its choice was made for."""
    ship, collect = taken(door, ["shipping"], "c-1"), taken(door, ["pickup"], "c-1:collect")
    first = door.order(ship["choice"], "77", part="ship")
    second = door.order(collect["choice"], "77", part="collect")
    assert (first.status_code, second.status_code) == (201, 201), second.text
    assert [answer.get_json()["type"] for answer in (first, second)] == ["shipping", "pickup"]
    assert [answer.get_json()["part"] for answer in (first, second)] == ["ship", "collect"]
    assert door.order(collect["choice"], "77", part="other").get_json()["code"] == "choice_used"
    stale = door.order(collect["choice"], "78", basket=BASKET | {"lines": [{"sku": "RUG-2", "quantity": 1}]})
    assert stale.get_json()["code"] in ("choice_stale", "choice_used")


def test_what_is_held_for_another_basket_or_address_is_not_shown_as_held(plain_door: Door) -> None:
    """An order would find it stale, and its fee may be another one."""
    taken(plain_door, ["shipping"], "c-1")
    assert plain_door.offer("c-1")["held"]
    other_basket = BASKET | {"lines": [{"sku": "LAMP-1", "quantity": 2}]}
    assert plain_door.offer("c-1", basket=other_basket)["held"] is None
    assert plain_door.offer("c-1", destination=AMSTERDAM | {"postal_code": "1017 AB"})["held"] is None
    assert plain_door.offer("c-1", destination=AMSTERDAM | {"postal_code": "1016gv"})["held"]
