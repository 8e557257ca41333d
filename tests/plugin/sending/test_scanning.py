"""Marking by scanning: an order number, Enter, and the next."""

from typing import Any

import pytest

from tests.plugin.desk import Desk, another_desk
from tests.plugin.sending.test_worklist import booked, states, words_of

SCAN = "/plugin/to-send/scan"


def scan(desk: Desk, order: str, step: str = "packed", **said: str) -> Any:
    return desk.post(SCAN, {"order": order, "step": step} | said)


def test_an_order_is_marked_and_the_field_waits_for_the_next(desk: Desk) -> None:
    booked(desk.door, "1001")
    response = scan(desk, " 1001\r\n")
    page = words_of(response)
    assert response.status_code == 200
    assert "Order 1001: Packed." in page
    assert '<input id="order" name="order" value="" maxlength="200" required autofocus' in page
    assert '<option value="packed" selected>' in page
    assert states(desk) == {"1001": "packed"}


def test_scanned_twice_it_is_said_and_counts_once(desk: Desk) -> None:
    booked(desk.door, "1001")
    scan(desk, "1001")
    desk.door.clock.forward(seconds=2)
    assert "Order 1001 had been marked before: Packed." in words_of(scan(desk, "1001"))
    assert desk.door.rows()["events"] == 1


def test_a_part_is_meant_by_the_code_on_its_label(desk: Desk) -> None:
    for part in ("a", "b"):
        booked(desk.door, "2001", part=part)
    response = scan(desk, "2001")
    assert response.status_code == 422
    assert "The order has several parts. Type one of “2001 a”, “2001 b”." in words_of(response)
    assert "Order 2001 b: Packed." in words_of(scan(desk, "2001 b"))


@pytest.mark.parametrize(
    ("order", "step", "words"),
    [
        ("9999", "packed", "There is no order 9999."),
        ("", "packed", "Choose a step, then scan or type an order number."),
        ("1001", "beamed", "Choose a step, then scan or type an order number."),
        ("1001", "collected", "Order 1001 was not marked. It is brought to an address"),
    ],
)
def test_what_cannot_be_marked_is_said_and_stays_in_the_field(
    plain_desk: Desk, order: str, step: str, words: str
) -> None:
    booked(plain_desk.door, "1001")
    response = scan(plain_desk, order, step)
    assert response.status_code == 422
    assert words in words_of(response)
    assert f'name="order" value="{order}"' in response.text
    assert states(plain_desk) == {"1001": "confirmed"}


def test_it_hides_other_merchants(desk: Desk) -> None:
    booked(desk.door, "1001")
    response = scan(another_desk(desk), "1001")
    assert "There is no order 1001." in words_of(response)
    assert states(desk) == {"1001": "confirmed"}
