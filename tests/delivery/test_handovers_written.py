"""Writing to the outbox: with the booking or not at all, for each endpoint, numbered in order. On both databases."""

import threading
from datetime import datetime
from typing import Any

import orjson
import pytest
from sqlalchemy import select

from delivery import endpoints, handovers
from delivery.bookings import Booking
from delivery.store.engine import Database, Session
from delivery.store.tables import handovers as handovers_table
from tests.outbox import add_endpoint
from tests.selling import LINKS, NOW, confirm, order, slot, take

LAMPS, BOOKS = "mr_lamps", "mr_books"
URL = "https://warehouse.example/bookings"

pytestmark = pytest.mark.usefixtures("merchants")


def rows(database: Database, merchant_id: str = LAMPS) -> list[Any]:
    with database.reading() as session:
        found = session.execute(
            select(handovers_table)
            .where(handovers_table.c.merchant_id == merchant_id)
            .order_by(handovers_table.c.sequence, handovers_table.c.endpoint_id)
        )
        return list(found)


def change(session: Session, booking: Booking) -> list[str]:
    return handovers.enqueue(session, NOW, booking, "booking.changed", LINKS)


def test_a_booking_is_written_to_every_enabled_endpoint(database: Database) -> None:
    one, _ = add_endpoint(database, LAMPS, URL)
    two, _ = add_endpoint(database, LAMPS, URL)
    off, _ = add_endpoint(database, LAMPS, URL)
    add_endpoint(database, BOOKS, URL)
    database.write(lambda session: endpoints.disable(session, LAMPS, off, "by the merchant"))
    booking = database.write(lambda session: order(session, "1001", slot()))
    found = rows(database)
    assert {row.endpoint_id for row in found} == {one, two}
    assert {(row.booking_id, row.sequence, row.state, row.tries) for row in found} == {(booking.id, 1, "waiting", 0)}
    assert len({row.id for row in found}) == 2
    assert len({row.body for row in found}) == 1
    assert rows(database, BOOKS) == []


def test_a_merchant_without_a_system_gets_one_to_send_by_hand(database: Database) -> None:
    database.write(lambda session: order(session, "1001", slot()))
    [row] = rows(database)
    assert (row.endpoint_id, row.state) == (None, "waiting")


def test_the_body_carries_what_a_warehouse_needs(database: Database) -> None:
    database.write(lambda session: order(session, "1001", slot(), notes="Ring twice"))
    [row] = rows(database)
    body = orjson.loads(row.body)
    assert set(body) == {"type", "timestamp", "data"}
    assert body["type"] == row.type == "booking.confirmed"
    assert datetime.fromisoformat(body["timestamp"]) == NOW
    data = body["data"]
    assert (data["booking"], data["order"], data["shop"]) == (row.booking_id, "1001", LAMPS)
    assert (data["ship_by"], data["origin"], data["notes"]) == ("2026-11-23", {"id": "warehouse"}, "Ring twice")
    assert data["lines"] == [{"sku": "LAMP-1", "quantity": 1}]
    assert data["promise"]["window"] == {"start": "2026-11-24T18:00:00+01:00", "end": "2026-11-24T20:00:00+01:00"}
    assert {"service", "recipient", "address", "fee", "delivery_page", "version", "state"} <= set(data)
    assert len(row.body) < 20_000


def test_an_open_choice_is_told_as_such(database: Database) -> None:
    database.write(lambda session: confirm(session, "1001", None))
    [row] = rows(database)
    data = orjson.loads(row.body)["data"]
    assert (row.type, data["origin"], data["ship_by"], data["promise"]) == ("booking.choice_open", None, None, None)


def test_an_unpaid_booking_is_not_handed_over(database: Database) -> None:
    booking = database.write(lambda session: order(session, "1001", slot(), paid=False))
    assert rows(database) == []
    with database.reading() as session:
        assert handovers.state_of(session, LAMPS, booking.id) == {"state": "waiting", "tries": 0}


def test_what_is_rolled_back_leaves_no_message(database: Database) -> None:
    def fails(session: Session) -> None:
        confirm(session, "1001", take(session, "checkout", slot()).id, slot())
        raise RuntimeError("after the booking")

    with pytest.raises(RuntimeError):
        database.write(fails)
    assert rows(database) == []


def test_later_messages_have_higher_numbers(database: Database) -> None:
    add_endpoint(database, LAMPS, URL)
    booking = database.write(lambda session: order(session, "1001", slot()))
    other = database.write(lambda session: order(session, "1002", slot()))
    for _ in range(2):
        database.write(lambda session: change(session, booking))
    assert [row.sequence for row in rows(database) if row.booking_id == booking.id] == [1, 2, 3]
    assert [row.sequence for row in rows(database) if row.booking_id == other.id] == [1]


def test_changes_at_once_never_share_a_number(database: Database) -> None:
    add_endpoint(database, LAMPS, URL)
    add_endpoint(database, LAMPS, URL)
    booking = database.write(lambda session: order(session, "1001", slot()))
    start = threading.Barrier(8)

    def one() -> None:
        start.wait()
        database.write(lambda session: change(session, booking))

    threads = [threading.Thread(target=one) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(row.sequence for row in rows(database)) == sorted([*range(1, 10)] * 2)


def test_an_id_fits_the_header_and_says_what_it_is(database: Database) -> None:
    booking = database.write(lambda session: order(session, "1001", slot()))
    [message] = database.write(lambda session: change(session, booking))
    assert message.startswith("msg_")
    assert message.isascii()
    assert "." not in message
