"""Stock of a centre: counted by the shop, counted down by what is collected there, and never sold twice."""

from datetime import datetime, timedelta

import pytest

from delivery.change_rows import ASKED
from delivery.payments import release_unpaid
from delivery.problems import ChoiceGone
from tests.delivery.test_change_answers import Shopper
from tests.doors import Door
from tests.own_stock import (
    CENTRE,
    ORIGIN,
    SKU,
    at_centre,
    choice,
    count,
    kept,
    left,
    order,
    ordered,
    report,
    sends,
    set_centre,
    set_shop,
)

TWO = {"lines": [{"sku": SKU, "quantity": 1}, {"sku": SKU, "quantity": 1}], "currency": "EUR"}


def cancel(door: Door, booking_id: str) -> None:
    assert door.server("POST", f"/bookings/{booking_id}/cancel").status_code == 200


def test_the_last_piece_goes_to_the_first_and_the_second_hears_of_it_with_a_fresh_offer(door: Door) -> None:
    count(door, 1)
    choices = [choice(door, name) for name in ("first", "second")]
    assert door.order(choices[0], "first").status_code == 201
    refused = door.order(choices[1], "second")
    assert (refused.status_code, refused.get_json()["code"]) == (409, "choice_gone")
    fresh = refused.get_json()["offer"]["options"]
    assert CENTRE not in {option["location"]["id"] for option in fresh if option["type"] == "pickup"}
    assert fresh
    assert (left(door), kept(door)) == (0, 1)
    assert at_centre(door, "third") is None
    # The same order sent again takes no other piece.
    assert door.order(choices[0], "first").status_code == 200
    assert left(door) == 0


def test_lines_of_one_sku_are_counted_together(plain_door: Door) -> None:
    count(plain_door, 3)
    booking_id = ordered_two(plain_door, "1")
    assert left(plain_door) == 1
    assert at_centre(plain_door, "next", basket=TWO) is None
    assert at_centre(plain_door, "next") is not None
    cancel(plain_door, booking_id)
    assert left(plain_door) == 3


def ordered_two(door: Door, number: str) -> str:
    answer = door.order(choice(door, number, basket=TWO), number, basket=TWO)
    assert answer.status_code == 201, answer.text
    return str(answer.get_json()["booking"])


def test_a_cancelled_order_gives_its_piece_back_once(door: Door) -> None:
    count(door, 5)
    booking_id = ordered(door, "1")
    assert left(door) == 4
    for _ in range(2):
        cancel(door, booking_id)
    assert (left(door), kept(door)) == (5, 0)


def test_what_comes_back_is_there_again_and_what_was_collected_is_not(door: Door) -> None:
    count(door, 5)
    booking_id = ordered(door, "1")
    for step in ("packed", "ready_for_pickup", "collected"):
        report(door, booking_id, step)
    assert (left(door), kept(door)) == (4, 1)
    for _ in range(2):
        report(door, booking_id, "returned")
    assert (left(door), kept(door)) == (5, 0)


def test_an_order_that_waits_for_its_payment_keeps_its_piece_until_it_is_too_late(door: Door) -> None:
    count(door, 1)
    booking_id = ordered(door, "1", paid=False)
    assert left(door) == 0
    door.clock.forward(minutes=61)
    assert door.database.write(lambda session: release_unpaid(session, door.clock(), 10)) == 1
    assert left(door) == 1
    # The money comes after all: the piece is taken again, or it is too late.
    late = door.server("POST", f"/bookings/{booking_id}/paid")
    assert (late.status_code, left(door)) == (200, 0)


def test_money_that_comes_after_the_last_piece_was_sold_is_refused_by_name(plain_door: Door) -> None:
    count(plain_door, 1)
    booking_id = ordered(plain_door, "1", paid=False)
    assert plain_door.server("POST", f"/bookings/{booking_id}/payment_failed").status_code == 200
    plain_door.clock.forward(minutes=61)
    ordered(plain_door, "2")
    refused = plain_door.server("POST", f"/bookings/{booking_id}/paid")
    assert refused.status_code == 409
    assert (left(plain_door), kept(plain_door)) == (0, 1)


def test_sent_elsewhere_before_it_is_packed_it_gives_its_piece_back_and_takes_one_again(door: Door) -> None:
    count(door, 1)
    booking_id = ordered(door, "1")
    sent = sends(door, booking_id)
    assert (sent.booking.stock_place, left(door)) == (None, 1)
    other = ordered(door, "2")
    with pytest.raises(ChoiceGone):
        Shopper(door, booking_id).undoes(sent)
    assert (left(door), kept(door)) == (0, 1)
    cancel(door, other)
    assert Shopper(door, booking_id).undoes(sent).stock_place == ORIGIN
    assert (left(door), kept(door)) == (0, 1)


def test_a_packed_order_that_is_sent_elsewhere_keeps_its_piece_in_its_box(door: Door) -> None:
    """Whatever fulfilment answers: a refusal must never fail for want of a piece."""
    count(door, 1)
    for number, accepted in (("1", True), ("2", False)):
        shopper = Shopper(door, ordered(door, number))
        report(door, shopper.booking_id, "packed")
        asked = sends(door, shopper.booking_id)
        assert (asked.state, left(door)) == (ASKED, 0)
        shopper.answers(asked, accepted=accepted)
        assert left(door) == 0
        cancel(door, shopper.booking_id)
        assert (left(door), kept(door)) == (1, 0)


def test_what_nobody_counts_is_sold_without_end_and_counted_from_then_on(plain_door: Door) -> None:
    booking_id = ordered(plain_door, "1")
    assert left(plain_door) is None
    count(plain_door, 3)
    assert left(plain_door) == 3
    ordered(plain_door, "2")
    assert left(plain_door) == 2
    cancel(plain_door, booking_id)
    assert left(plain_door) == 3
    count(plain_door, None)
    ordered(plain_door, "3")
    assert left(plain_door) is None


def test_a_shop_that_does_not_look_at_stock_counts_nothing_down(plain_door: Door) -> None:
    count(plain_door, 0)
    set_shop(plain_door, tracks_stock=False)
    ordered(plain_door, "1")
    assert left(plain_door) == 0


def test_a_count_at_the_centre_is_a_count_of_its_stock_as_json_and_as_csv(plain_door: Door) -> None:
    count(plain_door, 2, CENTRE)
    assert (left(plain_door), left(plain_door, CENTRE)) == (2, None)
    text = f"place,sku,quantity\n{CENTRE},{SKU},0\n"
    answer = plain_door.server("PUT", "/stock", data=text, headers={"Content-Type": "text/csv"})
    assert answer.status_code == 200, answer.text
    assert left(plain_door) == 0
    assert at_centre(plain_door, "next") is None


def test_what_a_centre_lacks_its_service_brings_from_elsewhere(door: Door) -> None:
    """By the service's own days, and not the same day; its own stock is left alone."""
    own = at_centre(door, "own")
    set_centre(door, service_id="standard")
    count(door, 0)
    brought = at_centre(door, "brought")
    assert own
    assert brought
    assert (own["wait_for_message"], brought["wait_for_message"]) == (True, False)
    later = datetime.fromisoformat(brought["ready_by"]) - datetime.fromisoformat(own["ready_by"])
    assert later > timedelta(hours=12)
    made = order(door, "1").get_json()
    assert made["promise"]["steps"][0]["rule"] == "stock"
    assert (left(door), kept(door)) == (0, 0)


def test_what_nobody_counted_is_brought_where_the_shop_says_so(plain_door: Door) -> None:
    set_centre(plain_door, service_id="standard")
    there = at_centre(plain_door, "next")
    assert there
    assert there["wait_for_message"] is True
    set_centre(plain_door, unknown_stock="transfer")
    brought = at_centre(plain_door, "next")
    assert brought
    assert brought["wait_for_message"] is False
    count(plain_door, 1)
    own = at_centre(plain_door, "next")
    assert own
    assert own["ready_by"] == there["ready_by"]
    # A shop that looks at no stock has everything everywhere.
    count(plain_door, None)
    set_shop(plain_door, tracks_stock=False)
    everywhere = at_centre(plain_door, "next")
    assert everywhere
    assert everywhere["wait_for_message"] is True
