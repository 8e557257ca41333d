"""Payments: an unpaid booking keeps its place until a deadline and nobody at the warehouse hears of it."""

from datetime import timedelta

import pytest

from delivery import bookings, payments
from delivery.problems import BookingNotFound, ChoiceGone, SlotFull, WrongState
from delivery.store.engine import Database
from tests.databases import BOOKS, LAMPS
from tests.selling import LINKS, NOW, confirm, counted, order, slot, take, told

pytestmark = pytest.mark.usefixtures("merchants")
DEADLINE = NOW + timedelta(minutes=60)
ONE = slot(capacity=1)


def unpaid(database: Database, number: str = "1001") -> str:
    return database.write(lambda s: order(s, number, ONE, paid=False)).id


def pay(database: Database, booking_id: str, now=NOW, place=ONE, merchant_id: str = LAMPS):
    return database.write(
        lambda s: payments.paid(s, now, merchant_id=merchant_id, booking_id=booking_id, place=place, links=LINKS)
    )


def fail(database: Database, booking_id: str, merchant_id: str = LAMPS):
    return database.write(lambda s: payments.payment_failed(s, NOW, merchant_id=merchant_id, booking_id=booking_id))


def test_an_unpaid_booking_keeps_its_place_and_is_not_handed_over(database: Database) -> None:
    booking = database.write(lambda s: order(s, "1001", ONE, paid=False))
    assert (booking.state, booking.paid_until) == ("awaiting_payment", DEADLINE)
    assert counted(database, ONE) == (0, 1)
    assert told(database) == []


def test_the_payment_hands_it_over_once(database: Database) -> None:
    booking_id = unpaid(database)
    first = pay(database, booking_id)
    assert (first.state, first.paid_until, first.version) == ("confirmed", None, 2)
    assert pay(database, booking_id) == first
    assert told(database) == ["booking.confirmed"]
    assert counted(database, ONE) == (0, 1)


def test_a_payment_after_the_deadline_counts_as_long_as_the_place_was_not_given_back(database: Database) -> None:
    booking_id = unpaid(database)
    assert pay(database, booking_id, DEADLINE + timedelta(days=1), None).state == "confirmed"


def test_a_failed_payment_frees_the_place_and_nobody_is_told(database: Database) -> None:
    booking_id = unpaid(database)
    first = fail(database, booking_id)
    assert first.state == "cancelled"
    assert fail(database, booking_id) == first
    assert counted(database, ONE) == (0, 0)
    assert told(database) == []


def test_a_paid_booking_cannot_fail(database: Database) -> None:
    booking_id = unpaid(database)
    pay(database, booking_id)
    with pytest.raises(WrongState):
        fail(database, booking_id)


def test_the_sweep_lets_go_what_was_not_paid_in_time(database: Database) -> None:
    booking_id = unpaid(database)
    database.write(lambda s: order(s, "plain", None, paid=False))
    paid_id = database.write(lambda s: order(s, "paid", slot("morning"))).id
    assert database.write(lambda s: payments.release_unpaid(s, DEADLINE - timedelta(seconds=1), 10)) == 0
    assert database.write(lambda s: payments.release_unpaid(s, DEADLINE, 1)) == 1
    assert database.write(lambda s: payments.release_unpaid(s, DEADLINE, 10)) == 1
    assert counted(database, ONE) == (0, 0)
    assert counted(database, slot("morning")) == (0, 1)
    with database.reading() as session:
        assert bookings.get(session, merchant_id=LAMPS, booking_id=booking_id).state == "cancelled"
        assert bookings.get(session, merchant_id=LAMPS, booking_id=paid_id).state == "confirmed"


def test_a_payment_after_the_place_was_given_back_claims_it_anew(database: Database) -> None:
    booking_id = unpaid(database)
    database.write(lambda s: payments.release_unpaid(s, DEADLINE, 10))
    assert pay(database, booking_id, DEADLINE).state == "confirmed"
    assert counted(database, ONE) == (0, 1)
    assert told(database) == ["booking.confirmed"]


@pytest.mark.parametrize("still_offered", [True, False])
def test_a_payment_after_the_place_went_to_someone_else_is_gone(database: Database, still_offered: bool) -> None:
    booking_id = unpaid(database)
    fail(database, booking_id)
    if still_offered:
        database.write(lambda s: take(s, "bram", ONE))
    before = counted(database, ONE)
    with pytest.raises(ChoiceGone):
        pay(database, booking_id, NOW, ONE if still_offered else None)
    assert counted(database, ONE) == before
    assert told(database) == []


def test_an_unpaid_booking_that_is_cancelled_stays_cancelled(database: Database) -> None:
    booking_id = unpaid(database)
    database.write(lambda s: bookings.cancel(s, NOW, merchant_id=LAMPS, booking_id=booking_id, links=LINKS))
    assert counted(database, ONE) == (0, 0)
    assert told(database) == []
    with pytest.raises(WrongState):
        pay(database, booking_id)


def test_a_booking_let_go_for_want_of_payment_can_still_be_cancelled_for_good(database: Database) -> None:
    booking_id = unpaid(database)
    fail(database, booking_id)
    database.write(lambda s: bookings.cancel(s, NOW, merchant_id=LAMPS, booking_id=booking_id, links=LINKS))
    with pytest.raises(WrongState):
        pay(database, booking_id)
    assert counted(database, ONE) == (0, 0)


def test_an_unpaid_order_without_a_choice_is_open_once_it_is_paid(database: Database) -> None:
    booking = database.write(lambda s: confirm(s, "1001", None, paid=False)).booking
    assert booking.state == "awaiting_payment"
    assert pay(database, booking.id, place=None).state == "choice_open"
    assert told(database) == ["booking.choice_open"]


def test_an_unpaid_place_is_not_for_sale(database: Database) -> None:
    unpaid(database)
    with pytest.raises(SlotFull):
        database.write(lambda s: take(s, "bram", ONE))


def test_it_hides_other_merchants(database: Database) -> None:
    booking_id = unpaid(database)
    with pytest.raises(BookingNotFound):
        pay(database, booking_id, merchant_id=BOOKS)
    with pytest.raises(BookingNotFound):
        fail(database, booking_id, merchant_id=BOOKS)
