"""Many want the last places on a shelf, and the last pieces that lie there: as many get them as there are."""

import threading
import time
from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from sqlalchemy import func, select, update

from delivery import bookings
from delivery.booking_rows import Booking
from delivery.counters import Place
from delivery.problems import ChoiceGone, SlotFull
from delivery.shelves import EVERY_DAY, SHELF
from delivery.store.engine import Database, Session
from delivery.store.tables import bookings as bookings_table
from delivery.store.tables import merchants as merchants_table
from delivery.store.tables import stock
from tests.collecting import pickup
from tests.databases import LAMPS
from tests.delivery.counting import counted as all_counted
from tests.delivery.counting import expected
from tests.races.shoppers import careless_take, proper_take
from tests.selling import LINKS, NOW, confirm, counted, live_holds, make_counter, take

pytestmark = pytest.mark.usefixtures("merchants")
SHELF_PLACES = Place(SHELF, "jordaan", EVERY_DAY, 3)
ORIGIN, CROWD = "jordaan-shop", 24
SKUS = ("LAMP-1", "LAMP-2")
numbers = count(1)


def at_once(crowd: int, act: Callable[[int], object]) -> int:
    """How many did it, of so many who begin together; the others were told that nothing is left."""
    start, won, failed = threading.Barrier(crowd), [], []

    def one(number: int) -> None:
        start.wait()
        try:
            act(number)
            won.append(number)
        except (SlotFull, ChoiceGone):
            pass
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=one, args=(number,)) for number in range(crowd)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    return len(won)


def test_three_get_the_last_three_places_on_a_shelf(database: Database) -> None:
    assert at_once(CROWD, lambda n: proper_take(database, f"c{n}", SHELF_PLACES, NOW, 10)) == 3
    assert counted(database, SHELF_PLACES) == (3, 0)
    assert live_holds(database) == 3


def test_this_catches_those_who_look_at_the_shelf_and_then_take_a_place(database: Database) -> None:
    make_counter(database, SHELF_PLACES)
    assert at_once(CROWD, lambda n: careless_take(database, f"c{n}", SHELF_PLACES, NOW, 10)) > 3


@pytest.fixture
def three_left(database: Database) -> Database:
    """A shop that looks at its stock, with three pieces of each."""
    rows = [{"merchant_id": LAMPS, "place_id": ORIGIN, "sku": sku, "quantity": 3} for sku in SKUS]
    looks = update(merchants_table).where(merchants_table.c.id == LAMPS).values(tracks_stock=True)
    database.write(lambda session: session.execute(looks))
    database.write(lambda session: session.execute(stock.insert(), rows))
    return database


def left(database: Database, sku: str = SKUS[0]) -> int:
    own = select(stock.c.quantity).where(stock.c.merchant_id == LAMPS, stock.c.sku == sku)
    with database.reading() as session:
        return int(session.execute(own).scalar_one())


def hold(database: Database, place: Place | None = None) -> str:
    facts = pickup() | {"origin_id": ORIGIN, "service_id": None}
    name = f"checkout {next(numbers)}"
    return database.write(lambda session: take(session, name, place, option=facts)).id


def order(database: Database, hold_id: str, place: Place | None = None, skus: tuple[str, ...] = SKUS[:1]) -> Booking:
    lines: list[dict[str, Any]] = [{"sku": sku, "quantity": 1} for sku in skus]
    number = f"order {next(numbers)}"
    return database.write(lambda session: confirm(session, number, hold_id, place, lines=lines)).booking


def careless_order(database: Database, hold_id: str) -> None:
    """The bad twin: it looks how many are left, and says a moment later that there is one less."""
    found = left(database)
    if found < 1:
        raise ChoiceGone
    time.sleep(0.002)
    fewer = update(stock).where(stock.c.merchant_id == LAMPS, stock.c.sku == SKUS[0]).values(quantity=found - 1)
    database.write(lambda session: session.execute(fewer))


def test_three_get_the_last_three_pieces(three_left: Database) -> None:
    holds = [hold(three_left) for _ in range(CROWD)]
    assert at_once(CROWD, lambda n: order(three_left, holds[n])) == 3
    assert left(three_left) == 0
    with three_left.reading() as session:
        own = select(func.count()).where(bookings_table.c.merchant_id == LAMPS, bookings_table.c.stock_place == ORIGIN)
        assert session.execute(own).scalar_one() == 3
        nothing_leaked(session)


def test_this_catches_those_who_look_at_the_stock_and_then_write(three_left: Database) -> None:
    assert at_once(CROWD, lambda n: careless_order(three_left, "")) > 3


def nothing_leaked(session: Session) -> None:
    assert all_counted(session, LAMPS) == expected(session, LAMPS)


def test_who_orders_and_cancels_both_things_in_either_order_waits_for_nobody_for_ever(three_left: Database) -> None:
    """Shelf, then stock by sku, then work: whoever needs several takes them in that order."""
    room = Place(SHELF, "jordaan", EVERY_DAY, 8)

    def comes_and_goes(number: int) -> None:
        for turn in range(3):
            try:
                skus = SKUS if (number + turn) % 2 else SKUS[::-1]
                booking = order(three_left, hold(three_left, room), room, skus)
            except (SlotFull, ChoiceGone):
                continue
            three_left.write(
                lambda session, booking=booking: bookings.cancel(
                    session, NOW, merchant_id=LAMPS, booking_id=booking.id, links=LINKS
                )
            )

    assert at_once(8, comes_and_goes) == 8
    assert [left(three_left, sku) for sku in SKUS] == [3, 3]
    with three_left.reading() as session:
        assert {booked for _, booked in all_counted(session, LAMPS).values()} <= {0}
        nothing_leaked(session)
