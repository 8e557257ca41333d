"""One order at the counter: checked in, made ready, handed over, refused, taken back."""

from html import unescape
from typing import Any

import pytest

from delivery.booking_states import COLLECTED, CONFIRMED, READY_FOR_PICKUP, RETURNED
from tests.plugin.counter.pickups import Counter, Order, asks_for_signature, at_counter, ordered, ready
from tests.plugin.desk import Desk

DRAWN = "M10 10L20 30L40 25"


def parcels(counter: Counter, order: Order) -> list[str]:
    page = counter.page("orders", order.id)
    return [line.strip("</li>") for line in page.split('<ul class="parcels">')[1].split("</ul>")[0].split("<li>")[1:]]


def refused(answer: Any, words: str, status: int = 422) -> None:
    assert answer.status_code == status
    assert words in unescape(answer.text)


def test_two_of_three_parcels_come_and_the_shopper_may_come_already(desk: Desk) -> None:
    order = ordered(desk.door)
    counter = at_counter(desk, order)
    page = counter.told(counter.does("check-in", order, of="3", came="2", shelf="B2"))
    assert "Checked in." in page
    assert "1 parcel has still to come." in page
    assert "Parcel 2: here, shelf B2" in page
    assert "Parcel 3: not here yet" in page
    refused(counter.does("ready", order), "Not all parcels are here.", 409)
    assert order.booking.state == CONFIRMED
    page = counter.told(counter.does("ready", order, incomplete="on"))
    assert "Order 1001 is ready, and the shopper is told." in page
    assert "2 of 3 parcels here" in page
    assert order.booking.state == READY_FOR_PICKUP
    assert "Checked in." in counter.told(counter.does("check-in", order, of="3", parcel=["3"], shelf="C1"))
    assert "3 of 3 parcels here" in counter.page()


def test_checking_in_and_making_ready_is_one_click(plain_desk: Desk) -> None:
    order = ordered(plain_desk.door)
    counter = at_counter(plain_desk, order)
    assert "is ready" in counter.told(counter.does("check-in", order, of="1", came="", shelf="A1", then="ready"))
    assert order.booking.state == READY_FOR_PICKUP
    assert "Shelf A1" in counter.page()


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"of": "0"}, "There are at most as many parcels here as the order has"),
        ({"of": "2", "came": "3"}, "There are at most as many parcels here as the order has"),
        ({"of": "100"}, "There are at most as many parcels here as the order has"),
        ({"of": "many"}, "There are at most as many parcels here as the order has"),
        ({"of": "1", "shelf": "x" * 41}, "A shelf's name has at most 40 letters."),
    ],
)
def test_what_cannot_have_come_is_said_beside_its_field(plain_desk: Desk, said: dict[str, str], words: str) -> None:
    order = ordered(plain_desk.door)
    refused(at_counter(plain_desk, order).does("check-in", order, **said), words)


def test_by_the_code_anybody_may_collect(desk: Desk) -> None:
    counter, order = ready(desk)
    assert "The collect code is right." in counter.told(counter.find(order.code))
    page = counter.told(counter.does("hand-over", order, who="other", other_name="The neighbour"))
    assert "Order 1001 was handed to The neighbour." in page
    assert order.booking.state == COLLECTED
    [kept] = order.happened
    assert (kept.shown, kept.verified, kept.who, kept.offline) == ("code", True, "The neighbour", False)
    assert kept.staff == desk.account.by.who
    assert "Handed to The neighbour by the collect code" in counter.page("orders", order.id)


def test_without_a_code_somebody_looks_at_an_id(desk: Desk) -> None:
    counter, order = ready(desk)
    refused(counter.does("hand-over", order, who="A. Jansen"), "Look at an ID first, or ask for the collect code.")
    refused(
        counter.does("hand-over", order, who="other", other_name="X", seen_id="on"), "Somebody else needs the collect"
    )
    assert order.happened == ()
    page = counter.told(counter.does("hand-over", order, who="A. Jansen", seen_id="on"))
    assert "Order 1001 was handed to A. Jansen." in page
    [kept] = order.happened
    assert (kept.shown, kept.verified) == ("id", True)
    assert "an ID was seen" in counter.page("orders", order.id)


def test_a_form_sent_twice_counts_once_and_a_second_hand_over_is_refused(desk: Desk) -> None:
    counter, order = ready(desk)
    for _ in range(2):
        counter.told(counter.does("hand-over", order, who="A. Jansen", seen_id="on"))
    assert len(order.happened) == 1
    again = counter.does("hand-over", order, once="another-form", who="A. Jansen", seen_id="on")
    refused(again, "It had been collected already.", 409)


def test_a_code_that_was_right_is_forgotten_after_a_while_and_with_another_centre(plain_desk: Desk) -> None:
    counter, order = ready(plain_desk)
    counter.find(order.code)
    plain_desk.door.clock.forward(minutes=16)
    assert "The collect code is right." not in counter.page("orders", order.id)
    refused(counter.does("hand-over", order, who="other", other_name="X"), "Look at an ID first")


def test_some_parcels_go_and_the_rest_stays(desk: Desk) -> None:
    order = ordered(desk.door)
    counter = at_counter(desk, order)
    counter.does("check-in", order, of="3", came="3", then="ready")
    by_id = {"who": "A. Jansen", "seen_id": "on", "several": "on"}
    refused(counter.does("hand-over", order, **by_id), "Tick at least one parcel.")
    page = counter.told(counter.does("hand-over", order, parcel=["1", "2"], **by_id))
    assert "1 parcel stays here." in page
    assert order.booking.state == READY_FOR_PICKUP
    counter.told(counter.does("hand-over", order, once="the-second-time", parcel=["3"], **by_id))
    assert order.booking.state == COLLECTED
    assert [kept.parcels for kept in order.happened] == [(1, 2), (3,)]


def test_what_the_shopper_refuses_lies_there_until_it_has_left(desk: Desk) -> None:
    counter, order = ready(desk)
    refused(counter.does("refuse", order, reason=" "), "Say why, in at most 300 letters.")
    page = counter.told(counter.does("refuse", order, reason="Damaged"))
    assert "Order 1001 was refused. It lies here until it goes back." in page
    assert page.index("Due back") < page.index(f'data-booking="{order.id}"')
    assert "Refused at the counter: Damaged" in counter.page("orders", order.id)
    assert "has left, its shelf is free." in counter.told(counter.does("gone", order))
    assert order.booking.state == RETURNED


def test_a_return_is_taken_in_at_another_centre_too(desk: Desk) -> None:
    counter, order = ready(desk)
    counter.does("hand-over", order, who="A. Jansen", seen_id="on")
    other = Counter(desk, "fietsenmaker-oost")
    answer = other.find("1001")
    assert answer.headers["Location"] == f"{other.path}/orders/{order.id}"
    page = other.told(answer)
    assert "This order is for another pick-up centre: Boekhandel De Ceintuur." in page
    assert "/hand-over" not in page
    words = other.told(other.does("take-in", order, whole="all", brought_by="A. Jansen", remark="Too large"))
    assert "The return of order 1001 was taken in." in words
    assert order.booking.state == RETURNED
    assert "A return was taken in: Too large" in other.page("orders", order.id)


def test_a_centre_may_ask_for_a_signature_drawn_or_typed(plain_desk: Desk) -> None:
    counter, order = ready(plain_desk)
    asks_for_signature(counter)
    by_id = {"who": "A. Jansen", "seen_id": "on"}
    assert 'name="signed_name"' in counter.page("orders", order.id)
    for said in ({}, {"signature": "javascript:alert(1)"}, {"signature": 'M1 1"><script>'}):
        refused(counter.does("hand-over", order, **by_id, **said), "This centre asks for a signature")
    counter.told(counter.does("hand-over", order, **by_id, signature=DRAWN))
    assert f'<path d="{DRAWN}">' in counter.page("orders", order.id)
    _, second = ready(plain_desk, "1002")
    counter.told(counter.does("hand-over", second, **by_id, once="typed-name", signed_name="Anna Jansen"))
    assert "Signed by typing: Anna Jansen" in counter.page("orders", second.id)


def test_what_cannot_be_done_with_an_order_any_more_is_said(plain_desk: Desk) -> None:
    counter, order = ready(plain_desk)
    counter.does("hand-over", order, who="A. Jansen", seen_id="on")
    for deed in ("check-in", "ready", "gone"):
        answer = counter.does(deed, order, of="1")
        assert answer.status_code in (303, 409), deed
    refused(counter.does("check-in", order, of="1"), "This cannot be done with the order any more.", 409)
    assert counter.does("hand-over", Order(plain_desk.door, "x", "bk_nothing")).status_code == 404
    assert counter.does("refuse", order, once="!", reason="Damaged").status_code == 422
