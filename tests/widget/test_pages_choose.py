"""GET and POST /choose/{token}: an order that came without a choice gets one, once."""

import re
from typing import Any

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from delivery.store.tables import counters
from plugin.commands.demo_merchant.seed import MERCHANT_ID
from tests.doors import AMSTERDAM, BASKET, Door, another_merchant
from tests.selling import told
from tests.widget.test_pages import NASTY, booked, path_of, put, seen, words

PLAIN = {"name": "A. Jansen", "locale": "en-GB"}
OPEN = {"recipient": PLAIN}


def form(door: Door, booking: dict[str, Any]) -> tuple[str, dict[str, list[str]]]:
    """The offer in the page's form, and its options by type."""
    response = door.client.get(path_of(booking["choose_page"]))
    assert response.status_code == 200, response.text
    return read(response.text)


def read(html: str) -> tuple[str, dict[str, list[str]]]:
    offer = re.search(r'name="offer" value="([^"]+)"', html)
    assert offer
    options: dict[str, list[str]] = {}
    for option, kind in re.findall(r'data-option="([^"]+)" data-type="(\w+)"', html):
        options.setdefault(kind, []).append(option)
    return offer[1], options


def send(door: Door, booking: dict[str, Any], offer: str, option: str | None) -> TestResponse:
    fields = {"offer": offer} | ({"delivery_choice_option": option} if option else {})
    return door.client.post(path_of(booking["choose_page"]), data=fields)


def now_of(door: Door, booking: dict[str, Any]) -> dict[str, Any]:
    return door.server("GET", f"/bookings/{booking['booking']}").get_json()  # type: ignore[no-any-return]


def places(door: Door) -> tuple[int, int]:
    """(held, booked) over all counters."""
    sums = [func.coalesce(func.sum(column), 0) for column in (counters.c.held, counters.c.booked)]
    with door.database.reading() as session:
        held, booked = session.execute(select(*sums).where(counters.c.merchant_id == MERCHANT_ID)).one()
    return int(held), int(booked)


@pytest.mark.parametrize("kind", ["shipping", "local_delivery", "pickup"])
def test_what_is_chosen_is_promised_and_fulfilment_is_told(door: Door, kind: str) -> None:
    booking = booked(door, None, **OPEN)
    offer, options = form(door, booking)
    response = send(door, booking, offer, options[kind][-1])
    assert response.status_code == 303, response.text
    assert response.headers["Location"] == ".." + path_of(booking["delivery_page"])
    assert "Your order is confirmed" in seen(door, booking)
    now = now_of(door, booking)
    assert (now["state"], now["type"], now["version"]) == ("confirmed", kind, 2)
    assert places(door) == (0, int(kind == "local_delivery"))
    assert told(door.database, MERCHANT_ID) == ["booking.choice_open", "booking.changed"]


def test_the_picker_is_that_of_the_checkout_for_the_orders_own_address(plain_door: Door) -> None:
    booking = booked(plain_door, None, **OPEN)
    _, options = form(plain_door, booking)
    offered = [option["type"] for option in plain_door.offer(None)["options"]]
    assert {kind: len(found) for kind, found in options.items()} == {kind: offered.count(kind) for kind in offered}


def test_looking_writes_nothing(plain_door: Door) -> None:
    booking = booked(plain_door, None, **OPEN)
    before = plain_door.rows()
    form(plain_door, booking)
    assert plain_door.rows() == before


def test_a_second_click_finds_the_choice_made(door: Door) -> None:
    booking = booked(door, None, **OPEN)
    offer, options = form(door, booking)
    first, second = options["local_delivery"][:2]
    assert send(door, booking, offer, first).status_code == 303
    again = send(door, booking, offer, second)
    assert (again.status_code, again.headers["Location"]) == (303, booking["choose_page"].rsplit("/", 1)[1])
    shown = door.client.get(path_of(booking["choose_page"]))
    assert shown.status_code == 200
    assert "There is nothing left to choose" in shown.text
    assert ".." + path_of(booking["delivery_page"]) in shown.text
    assert places(door) == (0, 1)
    assert now_of(door, booking)["version"] == 2


@pytest.mark.parametrize("state", ["confirmed", "delivered", "cancelled"])
def test_nothing_is_chosen_for_a_booking_that_is_not_open(plain_door: Door, state: str) -> None:
    booking = booked(plain_door, None, **OPEN)
    offer, options = form(plain_door, booking)
    put(plain_door, booking, state=state)
    assert send(plain_door, booking, offer, options["shipping"][0]).status_code == 303
    assert now_of(plain_door, booking)["version"] == 1


def test_a_place_that_was_just_taken_is_said_kindly_with_fresh_options(door: Door) -> None:
    booking = booked(door, None, **OPEN)
    offer, options = form(door, booking)
    for number in range(12):
        door.take(checkout=f"someone-{number}")
    response = send(door, booking, offer, options["local_delivery"][0])
    assert response.status_code == 409
    assert "Someone else just took the last place" in response.text
    fresh, left = read(response.text)
    assert len(left["local_delivery"]) == len(options["local_delivery"]) - 1
    assert now_of(door, booking)["state"] == "choice_open"
    assert send(door, booking, fresh, left["local_delivery"][0]).status_code == 303


def test_an_old_page_is_said_kindly_with_fresh_options(plain_door: Door) -> None:
    booking = booked(plain_door, None, **OPEN)
    offer, options = form(plain_door, booking)
    plain_door.clock.forward(minutes=31)
    response = send(plain_door, booking, offer, options["shipping"][0])
    assert response.status_code == 409
    assert "These options were out of date" in response.text
    assert read(response.text)[0] != offer


def test_whoever_chooses_nothing_is_asked_again(plain_door: Door) -> None:
    booking = booked(plain_door, None, **OPEN)
    offer, _ = form(plain_door, booking)
    response = send(plain_door, booking, offer, None)
    assert response.status_code == 422
    assert "Please choose how you would like to receive your order." in response.text


def test_an_offer_made_for_anything_else_cannot_lower_the_fee(door: Door) -> None:
    """Same postcode, same quantities, but said to be light or dear: fees depend on that."""
    booking = booked(door, None, **OPEN)
    basket = {"lines": [BASKET["lines"][0] | {"weight_g": 1, "value": {"amount": 99_900, "currency": "EUR"}}]}
    cheap = door.offer(f"booking:{booking['booking']}", basket=basket | {"currency": "EUR"})
    assert send(door, booking, cheap["offer"], cheap["options"][0]["id"]).status_code == 409
    elsewhere = door.offer(None, destination=AMSTERDAM | {"postal_code": "1012 JS"})
    assert send(door, booking, elsewhere["offer"], elsewhere["options"][0]["id"]).status_code == 409
    assert now_of(door, booking)["state"] == "choice_open"


@pytest.mark.parametrize("offer", ["", "of_nonsense", "nonsense", "é", "of_" + "x" * 4000])
def test_whatever_the_form_says_is_answered_with_the_page(plain_door: Door, offer: str) -> None:
    booking = booked(plain_door, None, **OPEN)
    for option in ("op_nonsense", "x", "op_" + "A" * 400):
        response = send(plain_door, booking, offer, option)
        assert response.status_code in (409, 422)
        assert response.content_type.startswith("text/html")


def test_a_body_that_is_no_form_is_refused_as_everywhere(plain_door: Door) -> None:
    path = path_of(booked(plain_door, None, **OPEN)["choose_page"])
    assert plain_door.client.post(path, data="x", content_type="text/plain").status_code == 415
    form_to_api = plain_door.client.post("/widget/v1/offers", data={"shop": plain_door.shop})
    assert form_to_api.status_code == 415


def test_a_shop_that_has_nothing_to_offer_says_so_kindly(plain_door: Door) -> None:
    other = another_merchant(plain_door)
    response = plain_door.client.get(path_of(other.order(None, recipient=PLAIN).get_json()["choose_page"]))
    assert response.status_code == 200
    assert "There is nothing to choose at the moment." in response.text
    assert "<form" not in response.text


def test_a_date_that_nobody_knows_is_not_invented(plain_door: Door) -> None:
    there = {"country": "US", "postal_code": "10001", "city": "New York", "region": "NY", "lines": ["1 Main St"]}
    booking = booked(plain_door, None, address=there, **OPEN)
    offer, options = form(plain_door, booking)
    assert send(plain_door, booking, offer, options["shipping"][0]).status_code == 303
    said = seen(plain_door, booking)
    assert "The date is not known yet" in said
    assert "Why this day?" not in said
    assert "NY" in said


def test_a_link_that_is_no_good_gets_the_same_page_as_for_a_delivery(door: Door) -> None:
    booking = booked(door, None, **OPEN)
    page_token = booking["delivery_page"].rsplit("/", 1)[1]
    for token in ("nothing", page_token, booking["choose_page"].rsplit("/", 1)[1] + "x"):
        for answer in (door.client.get(f"/choose/{token}"), door.client.post(f"/choose/{token}", data={"offer": "x"})):
            assert answer.status_code == 404
            assert "This link does not work" in answer.text


def test_a_revoked_version_no_longer_chooses(door: Door) -> None:
    booking = booked(door, None, **OPEN)
    offer, options = form(door, booking)
    put(door, booking, page_version=2)
    assert send(door, booking, offer, options["shipping"][0]).status_code == 404
    assert now_of(door, booking)["state"] == "choice_open"


def test_it_hides_other_merchants(door: Door) -> None:
    """Another shop's offer chooses nothing here, and this shop's options are not shown there."""
    other = another_merchant(door)
    theirs = other.order(None, recipient=PLAIN).get_json()
    mine = booked(door, None, **OPEN)
    offer, options = form(door, mine)
    response = send(door, theirs, offer, options["shipping"][0])
    assert response.status_code == 409
    assert "Schemer & Wol" not in words(response.text)
    assert now_of(other, theirs)["state"] == "choice_open"


def test_names_are_escaped(plain_door: Door) -> None:
    booking = booked(plain_door, None, number=NASTY, **OPEN)
    response = plain_door.client.get(path_of(booking["choose_page"]))
    assert "<script" not in response.text
    assert NASTY in words(response.text)


def test_it_sets_no_cookie_and_is_not_kept(plain_door: Door) -> None:
    headers = plain_door.client.get(path_of(booked(plain_door, None, **OPEN)["choose_page"])).headers
    assert "Set-Cookie" not in headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Robots-Tag"] == "noindex"
    assert int(headers["RateLimit"].split("r=")[1].split(";")[0]) < 600


def test_a_form_with_what_is_no_text_is_refused(door: Door) -> None:
    answer = door.client.post("/choose/anything", data={"offer": "a\0b"})
    assert answer.status_code == 422
