"""Bookings: a hold made lasting, once; what refuses it; and how it is found and cancelled."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from delivery import bookings, holds
from delivery.problems import (
    BookingNotFound,
    ChoiceGone,
    ChoiceStale,
    ChoiceUsed,
    InvalidInput,
    SlotFull,
    WrongState,
)
from delivery.store.engine import Database
from delivery.store.tables import bookings as bookings_table
from delivery.store.tables import handovers
from tests.databases import BOOKS, LAMPS
from tests.selling import LINKS, NOW, confirm, counted, live_holds, option, order, slot, take, told

pytestmark = pytest.mark.usefixtures("merchants")
LATER = NOW + timedelta(minutes=11)
BACK = NOW + timedelta(minutes=30)


def test_a_booking_takes_the_place_the_promise_and_the_fee_from_the_hold(database: Database) -> None:
    hold = database.write(lambda s: take(s, "anna", slot()))
    booking, created = database.write(lambda s: confirm(s, "1001", hold.id))
    assert created
    assert booking.id.startswith("bk_")
    assert (booking.state, booking.type, booking.version) == ("confirmed", "local_delivery", 1)
    assert booking.option == option(slot())
    assert (booking.fee_amount, booking.currency) == (395, "EUR")
    assert (booking.origin_id, booking.ship_by) == ("warehouse", date(2026, 11, 23))
    assert counted(database, slot()) == (0, 1)
    assert told(database) == ["booking.confirmed"]
    with database.reading() as session:
        assert bookings.get(session, merchant_id=LAMPS, booking_id=booking.id) == booking
        assert bookings.find(session, merchant_id=LAMPS, order="1001", part="") == booking


def test_the_same_order_again_returns_the_same_booking_and_does_nothing_twice(database: Database) -> None:
    hold = database.write(lambda s: take(s, "anna", slot()))
    first, _ = database.write(lambda s: confirm(s, "1001", hold.id))
    again, created = database.write(lambda s: confirm(s, "1001", hold.id, basket="whatever"))
    assert (again, created) == (first, False)
    assert counted(database, slot()) == (0, 1)
    assert told(database) == ["booking.confirmed"]


def test_parts_of_one_order_are_bookings_of_their_own(database: Database) -> None:
    first = database.write(lambda s: order(s, "1001", slot(), part="a"))
    second = database.write(lambda s: order(s, "1001", slot(), part="b"))
    assert first.id != second.id
    assert counted(database, slot()) == (0, 2)


def test_two_merchants_may_use_the_same_order_number(database: Database) -> None:
    database.write(lambda s: order(s, "1001", None))
    hold = database.write(lambda s: take(s, "x", None, merchant_id=BOOKS))
    assert database.write(lambda s: confirm(s, "1001", hold.id, merchant_id=BOOKS)).created


def test_a_choice_confirms_one_order_only(database: Database) -> None:
    hold = database.write(lambda s: take(s, "anna", slot()))
    database.write(lambda s: confirm(s, "1001", hold.id))
    with pytest.raises(ChoiceUsed):
        database.write(lambda s: confirm(s, "1002", hold.id, slot()))
    assert counted(database, slot()) == (0, 1)


@pytest.mark.parametrize(
    "other", [{"country": "BE"}, {"postal_code": "3511AB"}, {"postal_code": None}, {"basket": "two lamps"}]
)
def test_another_address_or_basket_than_the_choice_was_made_for_is_stale(
    database: Database, other: dict[str, str]
) -> None:
    hold = database.write(lambda s: take(s, "anna", slot()))
    with pytest.raises(ChoiceStale):
        database.write(lambda s: confirm(s, "1001", hold.id, **other))
    assert counted(database, slot()) == (1, 0)
    assert live_holds(database) == 1
    assert told(database) == []


def test_a_choice_made_without_a_postcode_is_bound_to_its_country_only(database: Database) -> None:
    hold = database.write(lambda s: take(s, "anna", None, postal_code=None))
    with pytest.raises(ChoiceStale):
        database.write(lambda s: confirm(s, "1001", hold.id, country="BE"))
    assert database.write(lambda s: confirm(s, "1001", hold.id)).created


def test_an_expired_hold_that_nobody_took_back_still_confirms(database: Database) -> None:
    hold = database.write(lambda s: take(s, "anna", slot(capacity=1)))
    database.write(lambda s: confirm(s, "1001", hold.id, slot(capacity=0), LATER))
    assert counted(database, slot()) == (0, 1)


def test_a_hold_that_was_taken_back_claims_its_place_anew(database: Database) -> None:
    hold = database.write(lambda s: take(s, "anna", slot(capacity=1)))
    database.write(lambda s: holds.expire(s, LATER, 10))
    database.write(lambda s: confirm(s, "1001", hold.id, slot(capacity=1), LATER))
    assert counted(database, slot()) == (0, 1)


@pytest.mark.parametrize("still_offered", [True, False])
def test_a_hold_whose_place_went_to_someone_else_or_away_is_gone(database: Database, still_offered: bool) -> None:
    hold = database.write(lambda s: take(s, "anna", slot(capacity=1)))
    if still_offered:
        database.write(lambda s: take(s, "bram", slot(capacity=1), LATER))
    else:
        database.write(lambda s: holds.expire(s, LATER, 10))
    before = counted(database, slot())
    with pytest.raises(ChoiceGone):
        database.write(lambda s: confirm(s, "1001", hold.id, slot(capacity=1) if still_offered else None, LATER))
    assert counted(database, slot()) == before
    with database.reading() as session:
        assert holds.find_hold(session, merchant_id=LAMPS, hold_id=hold.id).state == "expired"


def test_an_older_choice_of_the_same_checkout_is_not_refused_by_the_newer_one(database: Database) -> None:
    older = database.write(lambda s: take(s, "anna", slot(capacity=1)))
    database.write(lambda s: take(s, "anna", slot(capacity=1)))
    database.write(lambda s: confirm(s, "1001", older.id, slot(capacity=1)))
    assert counted(database, slot()) == (0, 1)
    assert live_holds(database) == 0


@pytest.mark.parametrize("who", [LAMPS, BOOKS])
def test_an_unknown_hold_and_a_foreign_one_are_gone(database: Database, who: str) -> None:
    hold = database.write(lambda s: take(s, "anna", slot()))
    hold_id = hold.id if who == BOOKS else "hd_unknown"
    with pytest.raises(ChoiceGone):
        database.write(lambda s: confirm(s, "1001", hold_id, slot(), merchant_id=who))


def test_an_order_without_a_choice_is_open_and_fulfilment_hears_of_it(database: Database) -> None:
    booking = database.write(lambda s: confirm(s, "1001", None)).booking
    assert (booking.state, booking.type, booking.option) == ("choice_open", None, None)
    assert (booking.fee_amount, booking.currency) == (0, "EUR")
    assert told(database) == ["booking.choice_open"]


def test_when_fulfilment_cannot_be_told_there_is_no_booking(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("no room")

    hold = database.write(lambda s: take(s, "anna", slot()))
    monkeypatch.setattr("delivery.handovers.enqueue", fail)
    with pytest.raises(RuntimeError, match="no room"):
        database.write(lambda s: confirm(s, "1001", hold.id))
    assert counted(database, slot()) == (1, 0)
    with database.reading() as session:
        assert bookings.find(session, merchant_id=LAMPS, order="1001", part="") is None


def test_cancelling_frees_the_place_and_tells_fulfilment_once(database: Database) -> None:
    booking = database.write(lambda s: order(s, "1001", slot()))
    for _ in range(2):
        cancelled = database.write(
            lambda s: bookings.cancel(s, LATER, merchant_id=LAMPS, booking_id=booking.id, links=LINKS)
        )
        assert (cancelled.state, cancelled.version, cancelled.updated_at) == ("cancelled", 2, LATER)
    assert counted(database, slot()) == (0, 0)
    assert told(database) == ["booking.confirmed", "booking.cancelled"]
    with database.reading() as session:
        assert bookings.get(session, merchant_id=LAMPS, booking_id=booking.id) == cancelled


def test_a_cancelled_place_can_be_sold_again(database: Database) -> None:
    booking = database.write(lambda s: order(s, "1001", slot(capacity=1)))
    with pytest.raises(SlotFull):
        database.write(lambda s: take(s, "bram", slot(capacity=1)))
    database.write(lambda s: bookings.cancel(s, NOW, merchant_id=LAMPS, booking_id=booking.id, links=LINKS))
    database.write(lambda s: take(s, "bram", slot(capacity=1)))


@pytest.mark.parametrize("state", ["dispatched", "out_for_delivery", "delivered", "ready_for_pickup", "returned"])
def test_what_has_left_cannot_be_cancelled(database: Database, state: str) -> None:
    booking = database.write(lambda s: order(s, "1001", slot()))
    database.write(
        lambda s: s.execute(update(bookings_table).where(bookings_table.c.merchant_id == LAMPS).values(state=state))
    )
    with pytest.raises(WrongState):
        database.write(lambda s: bookings.cancel(s, NOW, merchant_id=LAMPS, booking_id=booking.id, links=LINKS))
    assert counted(database, slot()) == (0, 1)


def test_it_hides_other_merchants(database: Database) -> None:
    booking = database.write(lambda s: order(s, "1001", slot()))
    with database.reading() as session:
        with pytest.raises(BookingNotFound):
            bookings.get(session, merchant_id=BOOKS, booking_id=booking.id)
        assert bookings.find(session, merchant_id=BOOKS, order="1001", part="") is None
        assert bookings.list_bookings(session, merchant_id=BOOKS, limit=10).bookings == ()
    with pytest.raises(BookingNotFound):
        database.write(lambda s: bookings.cancel(s, NOW, merchant_id=BOOKS, booking_id=booking.id, links=LINKS))


def test_the_list_pages_through_all_by_when_they_changed(database: Database) -> None:
    made = [database.write(lambda s, n=n: order(s, str(n), None, NOW + timedelta(minutes=n // 3))).id for n in range(8)]
    seen: list[str] = []
    cursor = None
    while True:
        with database.reading() as session:
            page = bookings.list_bookings(session, merchant_id=LAMPS, cursor=cursor, limit=3)
        seen += [booking.id for booking in page.bookings]
        cursor = page.cursor
        if cursor is None:
            break
    assert sorted(seen) == sorted(made)
    assert len(seen) == 8


def test_the_list_is_narrowed_by_order_state_and_change(database: Database) -> None:
    first = database.write(lambda s: order(s, "1", None))
    second = database.write(lambda s: order(s, "2", None, LATER))
    database.write(lambda s: bookings.cancel(s, BACK, merchant_id=LAMPS, booking_id=first.id, links=LINKS))

    def ids(**said: object) -> list[str]:
        with database.reading() as session:
            page = bookings.list_bookings(session, merchant_id=LAMPS, limit=10, **said)  # type: ignore[arg-type]
        return [booking.id for booking in page.bookings]

    assert ids() == [second.id, first.id]
    assert ids(order="2") == [second.id]
    assert ids(state="cancelled") == [first.id]
    assert ids(updated_after=LATER) == [first.id]
    assert ids(updated_after=BACK) == []


@pytest.mark.parametrize("cursor", ["", "x", "é", "bm9wZQ", "MjAyNi0xMS0yM1QxMDowMDowMHxia18x"])
def test_a_cursor_that_is_not_ours_is_named(database: Database, cursor: str) -> None:
    with database.reading() as session, pytest.raises(InvalidInput):
        bookings.list_bookings(session, merchant_id=LAMPS, cursor=cursor, limit=10)


def test_messages_of_one_booking_are_numbered_in_order(database: Database) -> None:
    booking = database.write(lambda s: order(s, "1001", slot()))
    database.write(lambda s: bookings.cancel(s, NOW, merchant_id=LAMPS, booking_id=booking.id, links=LINKS))
    with database.reading() as session:
        rows = session.execute(select(handovers.c.sequence, handovers.c.type).where(handovers.c.merchant_id == LAMPS))
        assert sorted(tuple(row) for row in rows) == [(1, "booking.confirmed"), (2, "booking.cancelled")]
