"""Deliveries are found by what somebody types and by filters, newest first, in pages; nobody finds another's."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import event, update

from delivery import bookings
from delivery.bookings import Booking
from delivery.deliveries import Wanted, search
from delivery.problems import InvalidInput
from delivery.store.engine import Database
from delivery.store.tables import bookings as bookings_table
from delivery.store.tables import handovers
from tests.databases import BOOKS, LAMPS
from tests.selling import ADDRESS, LINKS, NOW, TUESDAY, confirm, order, slot


def found(database: Database, text: str = "", merchant_id: str = LAMPS, **wanted: Any) -> list[str]:
    """The order numbers of what is found."""
    with database.reading() as session:
        page = search(session, merchant_id=merchant_id, country="NL", wanted=Wanted(text, **wanted))
    return [booking.order for booking in page.bookings]


def sold(database: Database, number: str, minutes: int = 0, **said: Any) -> Booking:
    now = NOW + timedelta(minutes=minutes)
    return database.write(lambda session: order(session, number, None, now, **said))


@pytest.fixture
def three(database: Database, merchants: tuple[str, str]) -> Database:
    """Three orders, a minute between them."""
    sold(database, "SO-1001", 1, recipient={"name": "Zoë de Vries"})
    sold(database, "SO-1002", 2, recipient={"name": "Anna DE VRIES"}, address=ADDRESS | {"postal_code": "1016gv"})
    sold(database, "2001", 3, recipient={"name": "Jürgen 100% Müller"}, address=ADDRESS | {"postal_code": None})
    return database


@pytest.mark.parametrize(
    ("text", "orders"),
    [
        ("", ["2001", "SO-1002", "SO-1001"]),
        ("   ", ["2001", "SO-1002", "SO-1001"]),
        ("SO-1", ["SO-1002", "SO-1001"]),
        ("so-1001", ["SO-1001"]),
        ("1001", []),
        ("de vries", ["SO-1002", "SO-1001"]),
        ("ZOE", ["SO-1001"]),
        ("vri", ["SO-1002", "SO-1001"]),
        ("muller", ["2001"]),
        ("100%", ["2001"]),
        ("%", ["2001"]),
        ("_", []),
        ("1016 GV", ["SO-1002", "SO-1001"]),
        ("1016gv", ["SO-1002", "SO-1001"]),
        ("NL-1016", ["SO-1002", "SO-1001"]),
        ("1017", []),
        ("x" * 5000, []),
        ("bk_nobody", []),
        ("\u2028\U0010ffff", []),
    ],
)
def test_it_finds_orders_by_their_beginning_names_by_a_part_and_postcodes(
    three: Database, text: str, orders: list[str]
) -> None:
    assert found(three, text) == orders


def test_it_finds_a_booking_by_its_id_and_nothing_else_with_it(three: Database) -> None:
    one = sold(three, "3001", 9)
    assert found(three, one.id) == ["3001"]
    assert found(three, f" {one.id} ") == ["3001"]


def test_it_finds_what_a_change_made_of_a_name_and_a_postcode(database: Database, merchants: tuple[str, str]) -> None:
    from delivery.booking_rows import changed

    one = sold(database, "1", recipient={"name": "Anna"})
    new = {"recipient": {"name": "Bert"}, "address": ADDRESS | {"postal_code": "3011 AA"}}
    database.write(lambda session: changed(session, NOW, one, **new))
    assert (found(database, "anna"), found(database, "1016")) == ([], [])
    assert (found(database, "bert"), found(database, "3011")) == (["1"], ["1"])


def test_it_filters_by_state_type_and_who_sends(three: Database) -> None:
    with_slot = three.write(lambda session: order(session, "3001", slot(), NOW + timedelta(minutes=4)))
    open_one = three.write(lambda session: confirm(session, "4001", None, now=NOW + timedelta(minutes=5))).booking
    assert found(three, state="choice_open") == [open_one.order]
    assert found(three, type="local_delivery") == [with_slot.order]
    assert found(three, type="shipping", text="so") == ["SO-1002", "SO-1001"]
    assert found(three, origin_id="warehouse") == ["3001", "2001", "SO-1002", "SO-1001"]
    assert found(three, origin_id="elsewhere") == []
    assert found(three, service_id="parcels") == []


def test_it_filters_by_the_day_it_leaves_and_the_days_promised(three: Database) -> None:
    three.write(lambda session: order(session, "3001", slot(), NOW + timedelta(minutes=4)))
    monday, wednesday = date(2026, 11, 23), date(2026, 11, 25)
    assert len(found(three, ship_by_from=monday, ship_by_until=monday)) == 4
    assert found(three, ship_by_from=TUESDAY) == []
    assert found(three, ship_by_until=date(2026, 11, 22)) == []
    assert len(found(three, delivery_day=TUESDAY)) == 4
    assert found(three, delivery_day=wednesday) == ["2001", "SO-1002", "SO-1001"]
    assert found(three, delivery_day=monday) == []


def test_it_filters_by_the_worst_state_of_the_messages(three: Database) -> None:
    assert len(found(three, handover="waiting")) == 3
    unpaid = three.write(lambda session: confirm(session, "unpaid", None, paid=False)).booking
    assert unpaid.order not in found(three, handover="waiting")
    states = {"SO-1001": ("passed_on", "parked"), "SO-1002": ("refused", "waiting"), "2001": ("passed_on", "passed_on")}
    for number, (first, second) in states.items():
        _hand_over(three, number, first, second)
    assert found(three, handover="parked") == ["SO-1001"]
    assert found(three, handover="refused") == ["SO-1002"]
    assert found(three, handover="waiting") == []
    assert found(three, handover="passed_on") == ["2001"]


def _hand_over(database: Database, number: str, first: str, second: str) -> None:
    """Put the message of the order and one more, about its cancelling, into these states."""
    with database.reading() as session:
        one = bookings.find(session, merchant_id=LAMPS, order=number, part="")
    assert one is not None

    def work(session: Any) -> None:
        bookings.cancel(session, NOW, merchant_id=LAMPS, booking_id=one.id, links=LINKS)
        for sequence, state in enumerate((first, second), 1):
            session.execute(
                update(handovers)
                .where(
                    handovers.c.merchant_id == LAMPS,
                    handovers.c.booking_id == one.id,
                    handovers.c.sequence == sequence,
                )
                .values(state=state)
            )

    database.write(work)


@pytest.mark.parametrize("text", ["", "so"])
def test_pages_leave_nothing_out_and_show_nothing_twice(
    database: Database, merchants: tuple[str, str], text: str
) -> None:
    # "SO" begins each order number and stands in each name: both ways find the same rows. Three share a moment.
    for number in range(10):
        sold(database, f"so{number}", number // 3, recipient={"name": f"Person {number}"})
    seen: list[str] = []
    cursor = None
    while True:
        with database.reading() as session:
            page = search(session, merchant_id=LAMPS, country="NL", wanted=Wanted(text), cursor=cursor, limit=3)
        seen += [booking.order for booking in page.bookings]
        if seen == ["so9"]:
            sold(database, "so-new", 99)
        cursor = page.cursor
        if cursor is None:
            break
    assert sorted(seen) == sorted(f"so{number}" for number in range(10))
    assert seen[0] == "so9"


def test_a_page_that_is_just_full_has_none_after_it(three: Database) -> None:
    with three.reading() as session:
        page = search(session, merchant_id=LAMPS, country="NL", wanted=Wanted(), limit=3)
        assert (len(page.bookings), page.cursor) == (3, None)
        page = search(session, merchant_id=LAMPS, country="NL", wanted=Wanted(), limit=2)
        assert (len(page.bookings), page.cursor is None) == (2, False)


def test_a_cursor_that_is_not_ours_is_refused(three: Database) -> None:
    with three.reading() as session, pytest.raises(InvalidInput):
        search(session, merchant_id=LAMPS, country="NL", wanted=Wanted(), cursor="nonsense")


def test_it_hides_other_merchants(three: Database) -> None:
    with three.reading() as session:
        theirs = bookings.find(session, merchant_id=LAMPS, order="SO-1001", part="")
    assert theirs is not None
    for text in ("", "so-1001", "vries", "1016 GV", theirs.id):
        assert found(three, text, BOOKS) == []
    assert found(three, handover="waiting", merchant_id=BOOKS) == []
    for wanted in (Wanted(handover=state) for state in ("parked", "refused", "waiting", "passed_on")):
        with three.reading() as session:
            assert search(session, merchant_id=BOOKS, country="NL", wanted=wanted).bookings == ()


def test_a_prefix_is_looked_up_in_an_index(three: Database) -> None:
    said: list[tuple[str, Any]] = []
    with three.reading() as session:
        event.listen(session, "before_cursor_execute", lambda _c, _k, sql, given, _x, _m: said.append((sql, given)))
        search(session, merchant_id=LAMPS, country="NL", wanted=Wanted("so-1001"))
        plans = [_plan(session, sql, given) for sql, given in said[:2]]
    assert "search_order" in plans[0]
    assert "search_postal_code" in plans[1]


def _plan(session: Any, sql: str, given: Any) -> str:
    if session.dialect.name == "postgresql":
        # With three rows a table is quicker read than an index.
        session.exec_driver_sql("SET LOCAL enable_seqscan = off")
    explain = "EXPLAIN QUERY PLAN " if session.dialect.name == "sqlite" else "EXPLAIN "
    rows = session.exec_driver_sql(explain + sql, given, execution_options={"across_merchants": "a test"})
    return "\n".join(str(row) for row in rows)


def test_columns_to_search_by_are_filled_for_bookings_from_before(empty_database: Database) -> None:
    from delivery.store import migrate
    from tests.databases import add_two_merchants

    migrate.upgrade(empty_database)
    empty_database.write(add_two_merchants)
    sold(empty_database, "SO-1001", recipient={"name": "Zoë de Vries"}, address=ADDRESS | {"postal_code": "NL-1016 gv"})
    sold(empty_database, "2001", address=ADDRESS | {"postal_code": None})
    before = _columns(empty_database)
    migrate.downgrade(empty_database, "0002")
    migrate.upgrade(empty_database)
    assert _columns(empty_database) == before
    assert before["SO-1001"] == ("so-1001", "zoe de vries", "1016GV", date(2026, 11, 24), date(2026, 11, 25))


def _columns(database: Database) -> dict[str, tuple[Any, ...]]:
    columns = ("order_number", "search_order", "search_name", "search_postal_code", "earliest_day", "latest_day")
    with database.reading() as session:
        rows = session.execute(
            bookings_table.select()
            .with_only_columns(*(bookings_table.c[name] for name in columns))
            .where(bookings_table.c.merchant_id == LAMPS)
        )
        return {row[0]: tuple(row[1:]) for row in rows}
