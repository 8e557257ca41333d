"""Parcels come off the van: one order number after the other."""

from html import unescape

import pytest

from delivery.booking_states import CONFIRMED, READY_FOR_PICKUP
from tests.plugin.counter.pickups import Counter, at_counter, ordered, ready
from tests.plugin.desk import Desk


def scan(counter: Counter, order: str, **said: str) -> tuple[int, str]:
    answer = counter.desk.post(f"{counter.path}/arrivals", {"order": order, "once": f"scan-{order}"} | said)
    return answer.status_code, unescape(answer.text)


def test_each_is_checked_in_and_its_shopper_told_if_that_is_wanted(desk: Desk) -> None:
    order, second = ordered(desk.door), ordered(desk.door, "1002")
    counter = at_counter(desk, order)
    status, page = scan(counter, " 1001 ", shelf="B2", tell="on")
    assert (status, order.booking.state) == (200, READY_FOR_PICKUP)
    assert "Order 1001 is ready, and the shopper is told." in page
    assert 'name="shelf" value="B2"' in page
    assert "Order 1002 is checked in." in scan(counter, "1002", shelf="B2")[1]
    assert second.booking.state == CONFIRMED
    assert counter.page().count("Shelf B2") == 2
    assert "Order 1001 is ready" in scan(counter, "1001", tell="on")[1]


@pytest.mark.parametrize(
    ("text", "shelf", "words"),
    [
        ("9999", "", "There is no order 9999."),
        ("", "", "Scan the code on each label, or type the order number"),
        ("1001", "x" * 41, "A shelf's name has at most 40 letters."),
        ("1002", "", "Order 1002 is not for this pick-up centre."),
        ("1003", "", "Order 1003 cannot be checked in: Collected."),
        ("1004", "", "The order has several parts. Type one of “1004 a”, “1004 b”."),
    ],
)
def test_what_cannot_be_checked_in_is_said_and_stays_in_the_field(
    plain_desk: Desk, text: str, shelf: str, words: str
) -> None:
    counter, _ = ready(plain_desk)
    ordered(plain_desk.door, "1002", nth=1)
    _, gone = ready(plain_desk, "1003")
    counter.does("hand-over", gone, who="A. Jansen", seen_id="on")
    for part in ("a", "b"):
        ordered(plain_desk.door, "1004", part=part)
    status, page = scan(counter, text, shelf=shelf)
    assert status == 422
    assert words in page
    assert f'name="order" value="{text}"' in page
