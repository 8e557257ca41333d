"""The pages below /d/{token} on which a shopper changes a delivery: what it costs is seen first, nothing typed is lost."""

from typing import Any

import pytest

from plugin.commands.demo_merchant.seed import MERCHANT_ID
from tests.doors import ADDRESS, Door, another_merchant
from tests.selling import told
from tests.widget.changing import (
    OPTION,
    RECIPIENT,
    allow,
    confirmed,
    fill,
    now_of,
    options_in,
    pack,
    path_to,
    places_leak_not,
    post,
)
from tests.widget.test_pages import NASTY, booked, words

PAGES = ("address", "elsewhere", "move", "note", "cancel")
PLAIN = {"recipient": RECIPIENT}


def page_of(door: Door, booking: dict[str, Any], page: str) -> str:
    response = door.client.get(path_to(booking, page))
    assert response.status_code == 200, response.text
    return response.text


def test_a_house_number_is_corrected_and_the_price_and_day_stay(door: Door) -> None:
    booking = booked(door, **PLAIN)
    form = fill(page_of(door, booking, "address"), "city", lines="Prinsengracht 265\nbis")
    seen = post(door, booking, "address", form)
    assert seen.status_code == 200
    assert "The price stays the same." in words(seen.text)
    assert "That stays as it is." in words(seen.text)
    assert now_of(door, booking)["version"] == 1
    answer = confirmed(door, booking, "address", seen.text)
    assert (answer.status_code, answer.headers["Location"]) == (303, "changes")
    now = now_of(door, booking)
    assert now["address"]["lines"] == ["Prinsengracht 265", "bis"]
    assert (now["promise"], now["settlements"]) == (booking["promise"], [])
    assert told(door.database, MERCHANT_ID) == ["booking.confirmed", "booking.changed"]
    assert "Correct the address" in words(page_of(door, booking, "changes"))
    places_leak_not(door)


def test_did_you_mean_is_applied_only_when_it_is_chosen(plain_door: Door) -> None:
    booking = booked(plain_door, **PLAIN)
    form = fill(page_of(plain_door, booking, "address"), "city", city="Amstedam", lines="Prinsengracht 265")
    seen = post(plain_door, booking, "address", form).text
    assert "Did you mean this town?" in seen
    sent = fill(seen, "step")
    assert sent["city"] == "Amstedam"
    sent["city"] = "Amsterdam"
    assert post(plain_door, booking, "address", sent).status_code == 303
    assert now_of(plain_door, booking)["address"]["city"] == "Amsterdam"


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"postal_code": "10166"}, "postal_code", "That is not a postcode of this country."),
        ({"postal_code": ""}, "postal_code", "Please fill in the postcode."),
        ({"city": " "}, "city", "Please fill in the town."),
        ({"lines": "\r\n"}, "lines", "Please fill in street and house number."),
        ({"lines": "x" * 201}, "lines", "That is too long for a label"),
        ({}, "lines", "This is the address we have."),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(
    plain_door: Door, typed: dict[str, str], field: str, said: str
) -> None:
    booking = booked(plain_door, **PLAIN)
    form = fill(page_of(plain_door, booking, "address"), "city", **({"lines": "Singel 1"} if typed else {}) | typed)
    answer = post(plain_door, booking, "address", form)
    assert answer.status_code == 422
    assert said in words(answer.text)
    assert f'aria-describedby="{field}-fault"' in answer.text
    again = fill(answer.text, "city")
    assert {name: again[name].split() for name in typed} == {name: text.split() for name, text in typed.items()}
    assert now_of(plain_door, booking)["version"] == 1


def test_a_postcode_of_another_zone_shows_what_can_be_had_there(door: Door) -> None:
    booking = booked(door, **PLAIN)
    typed = {"lines": "Oudegracht 1", "postal_code": "3511 AB", "city": "Utrecht"}
    shown = post(door, booking, "address", fill(page_of(door, booking, "address"), "city", **typed)).text
    choice = fill(shown, "offer") | {OPTION: options_in(shown, "shipping")[0]}
    seen = post(door, booking, "address", choice).text
    assert "Oudegracht 1" in seen
    answer = confirmed(door, booking, "address", seen)
    assert answer.status_code == 303, answer.text
    now = now_of(door, booking)
    assert (now["type"], now["address"]["city"]) == ("shipping", "Utrecht")
    assert told(door.database, MERCHANT_ID)[-1] == "booking.changed"
    places_leak_not(door)


def test_a_move_shows_what_it_costs_before_it_is_made_and_the_old_place_is_free_again(door: Door) -> None:
    booking = booked(door, **PLAIN)
    shown = page_of(door, booking, "move")
    assert not options_in(shown, "pickup")
    option = options_in(shown, "shipping")[-1]
    seen = post(door, booking, "move", fill(shown, "offer") | {OPTION: option})
    assert seen.status_code == 200
    assert "It costs €2.50 more." in words(seen.text)
    assert now_of(door, booking)["version"] == 1
    places_leak_not(door)
    assert confirmed(door, booking, "move", seen.text).status_code == 303
    now = now_of(door, booking)
    assert now["type"] == "shipping"
    [due] = now["settlements"]
    assert (due["kind"], due["amount"]["amount"], due["state"]) == ("payment_due", 250, "open")
    places_leak_not(door)


def test_it_goes_elsewhere_to_a_centre_or_to_another_address(door: Door) -> None:
    booking = booked(door, **PLAIN)
    shown = page_of(door, booking, "elsewhere")
    assert set(options_in(shown)) == set(options_in(shown, "pickup"))
    seen = post(door, booking, "elsewhere", fill(shown, "offer") | {OPTION: options_in(shown)[0]}).text
    assert confirmed(door, booking, "elsewhere", seen).status_code == 303
    assert now_of(door, booking)["type"] == "pickup"
    places_leak_not(door)
    typed = {"lines": "Rue Neuve 1", "postal_code": "1000", "city": "Brussel", "country": "BE"}
    shown = post(door, booking, "elsewhere", fill(page_of(door, booking, "elsewhere"), "city", **typed)).text
    seen = post(door, booking, "elsewhere", fill(shown, "offer") | {OPTION: options_in(shown, "shipping")[0]}).text
    assert confirmed(door, booking, "elsewhere", seen).status_code == 303
    now = now_of(door, booking)
    assert (now["type"], now["address"]["country"], now["address"]["lines"]) == ("shipping", "BE", ["Rue Neuve 1"])
    places_leak_not(door)


def test_an_offer_for_one_address_cannot_be_taken_for_another(plain_door: Door) -> None:
    booking = booked(plain_door, **PLAIN)
    typed = {"lines": "Rue Neuve 1", "postal_code": "1000", "city": "Brussel", "country": "BE"}
    shown = post(
        plain_door, booking, "elsewhere", fill(page_of(plain_door, booking, "elsewhere"), "city", **typed)
    ).text
    form = fill(shown, "offer") | {OPTION: options_in(shown, "shipping")[0], "step": "confirm"}
    form["country"], form["postal_code"], form["city"] = "DE", "10115", "Berlin"
    answer = post(plain_door, booking, "elsewhere", form)
    assert answer.status_code == 409
    assert now_of(plain_door, booking)["version"] == 1


def test_nothing_chosen_is_asked_again_and_an_old_offer_brings_a_fresh_one(plain_door: Door) -> None:
    booking = booked(plain_door, **PLAIN)
    shown = page_of(plain_door, booking, "move")
    form = fill(shown, "offer")
    form.pop(OPTION, None)
    answer = post(plain_door, booking, "move", form)
    assert (answer.status_code, "Please choose one of these." in words(answer.text)) == (422, True)
    plain_door.clock.forward(minutes=31)
    answer = post(plain_door, booking, "move", form | {OPTION: options_in(shown)[0]})
    assert (answer.status_code, "These options were out of date" in words(answer.text)) == (409, True)


def test_a_note_and_a_neighbour_are_told_to_fulfilment(door: Door) -> None:
    booking = booked(door, **PLAIN)
    form = fill(page_of(door, booking, "note"), "note", note="The bell is broken", leave="neighbour")
    wrong = post(door, booking, "note", form)
    assert (wrong.status_code, "Please say where, or with whom." in words(wrong.text)) == (422, True)
    assert fill(wrong.text, "note")["note"] == "The bell is broken"
    form["where"] = "Number 261"
    assert post(door, booking, "note", form).status_code == 303
    now = now_of(door, booking)
    assert now["instructions"] == {"note": "The bell is broken", "leave": "neighbour", "where": "Number 261"}
    assert told(door.database, MERCHANT_ID)[-1] == "booking.changed"


def test_cancelling_is_offered_only_where_the_merchant_allows_it(door: Door) -> None:
    booking = booked(door, **PLAIN)
    assert door.client.get(path_to(booking, "cancel")).status_code == 409
    assert post(door, booking, "cancel", {}).status_code == 409
    allow(door, cancel=True)
    assert "You get €4.95 back." in words(page_of(door, booking, "cancel"))
    assert post(door, booking, "cancel", {}).status_code == 303
    now = now_of(door, booking)
    assert (now["state"], now["settlements"][0]["kind"]) == ("cancelled", "refund_due")
    places_leak_not(door)


def test_looking_writes_nothing(door: Door) -> None:
    allow(door, cancel=True)
    booking = booked(door, **PLAIN)
    before = door.rows()
    for page in (*PAGES, "changes"):
        page_of(door, booking, page)
    assert door.rows() == before


def test_what_has_left_can_no_longer_be_changed(plain_door: Door) -> None:
    allow(plain_door, cancel=True)
    booking = booked(plain_door, **PLAIN)
    pack(plain_door, booking, "dispatched")
    for page in PAGES:
        assert plain_door.client.get(path_to(booking, page)).status_code == 409
        form = {"lines": "Singel 1", "postal_code": "1016 GV", "city": "Amsterdam", "step": "confirm", "note": "x"}
        answer = post(plain_door, booking, page, form)
        assert answer.status_code in (409, 422), page
    assert now_of(plain_door, booking)["address"]["lines"] == ADDRESS["lines"]
    assert "Nothing can be changed any more." in words(page_of(plain_door, booking, "changes"))


def test_a_change_of_what_is_packed_waits_for_an_answer(door: Door) -> None:
    booking = booked(door, **PLAIN)
    pack(door, booking)
    shown = page_of(door, booking, "move")
    seen = post(door, booking, "move", fill(shown, "offer") | {OPTION: options_in(shown, "shipping")[0]}).text
    assert "the shop has to agree first" in words(seen)
    assert confirmed(door, booking, "move", seen).status_code == 303
    places_leak_not(door)
    assert "It is packed already: the shop has to agree." in words(page_of(door, booking, "changes"))
    again = confirmed(door, booking, "move", seen)
    assert again.status_code == 409
    assert "An earlier change still waits" in words(again.text)


def test_links_that_are_no_good_get_the_same_page_as_the_delivery(door: Door) -> None:
    booking = booked(door, **PLAIN)
    token = booking["delivery_page"].rsplit("/", 1)[1]
    nothing = door.client.get("/d/nothing")
    for wrong in ("nothing", token + "x", token[:-2], door.service.signer.seal("page", {"b": "bk_none", "v": 1})):
        for page in (*PAGES, "changes", f"undo/{token}"):
            answer = door.client.get(f"/d/{wrong}/{page}")
            assert (answer.status_code, words(answer.text)) == (404, words(nothing.text))
            if page != "changes":
                assert door.client.post(f"/d/{wrong}/{page}", data={}).status_code == 404


def test_it_hides_other_merchants(door: Door) -> None:
    """Another shop's offer moves nothing here."""
    other = another_merchant(door)
    theirs = other.order(None, recipient=RECIPIENT).get_json()
    mine = booked(door, **PLAIN)
    shown = page_of(door, mine, "move")
    form = fill(shown, "offer") | {OPTION: options_in(shown)[0], "step": "confirm"}
    assert door.client.post(path_to(theirs, "move"), data=form).status_code == 409
    assert now_of(other, theirs)["version"] == 1
    assert "Schemer" not in words(door.client.get(path_to(theirs, "changes")).text)


def test_names_are_escaped_and_pages_are_not_kept(plain_door: Door) -> None:
    there = ADDRESS | {"lines": [NASTY]}
    booking = booked(plain_door, number=NASTY, address=there, **PLAIN)
    for page in ("address", "elsewhere", "move", "note", "changes"):
        response = plain_door.client.get(path_to(booking, page))
        assert "<script>alert" not in response.text
        assert response.headers["Cache-Control"] == "no-store"
        assert "../../static/pages/page.css" in response.text
        assert "style=" not in response.text


def test_more_than_ten_changes_a_day_are_too_many(plain_door: Door) -> None:
    booking = booked(plain_door, **PLAIN)
    for number in range(10):
        assert post(plain_door, booking, "note", {"note": f"Note {number}"}).status_code == 303
    answer = post(plain_door, booking, "note", {"note": "one more"})
    assert (answer.status_code, "very often today" in answer.text) == (429, True)
    plain_door.clock.forward(hours=24)
    assert now_of(plain_door, booking)["instructions"] == {"note": "Note 9"}
