"""More time is asked for at many doors while others want the last gaps: what is granted is kept, and nobody is late for it."""

import threading
from dataclasses import replace

import pytest

from delivery import longer_stops, van_days
from delivery.booking_rows import Booking, get_locked
from delivery.problems import NoTimeAtDoor, SlotFull
from delivery.setups import Setup, load_setup
from delivery.store.engine import Database, Session
from tests.databases import LAMPS
from tests.races import driving
from tests.selling import NOW, TUESDAY, confirm

pytestmark = pytest.mark.usefixtures("merchants")
OWN = driving.fleet(2, 30)
WINDOW = driving.window(own=OWN)


def setup_of(database: Database) -> Setup:
    with database.reading() as session:
        return replace(load_setup(session, LAMPS), fleets={"depot": OWN})


def ordered(database: Database, number: int) -> Booking:
    hold = driving.careful_take(database, f"first {number}", WINDOW, north=0.004 * number)
    return database.write(lambda session: confirm(session, str(number), hold, WINDOW)).booking


def granted(database: Database, setup: Setup, booking: Booking, minutes: int) -> bool:
    def ask(session: Session) -> None:
        locked = get_locked(session, merchant_id=LAMPS, booking_id=booking.id)
        longer_stops.longer(session, NOW, setup, locked, minutes)

    try:
        database.write(ask)
    except NoTimeAtDoor:
        return False
    return True


def test_what_is_granted_is_kept_while_others_want_the_last_gaps(database: Database) -> None:
    setup, orders = setup_of(database), [ordered(database, number) for number in range(6)]
    start, got, taken, failed = threading.Barrier(12), dict[str, bool](), list[str](), list[Exception]()

    def ask(number: int) -> None:
        try:
            start.wait()
            if number < 6:
                got[orders[number].id] = granted(database, setup, orders[number], 45)
            else:
                taken.extend(driving.careful_take(database, f"{number} {n}", WINDOW, north=0.003 * n) for n in range(6))
        except SlotFull:
            pass
        except Exception as error:
            failed.append(error)

    crowd = [threading.Thread(target=ask, args=(number,)) for number in range(12)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    assert failed == []
    assert driving.wrong_with(database, TUESDAY, OWN) == []
    assert any(got.values())
    assert not all(got.values()) or len(taken) < 36, "there is not time enough for everybody"
    with database.reading() as session:
        kept = {order.id: longer_stops.granted_minutes(session, setup, order) for order in orders}
        stops = [stop for route in van_days.read(session, LAMPS, OWN, TUESDAY).routes for stop in route.stops]
    assert kept == {order.id: 45 if got[order.id] else 0 for order in orders}
    assert sorted(stop.service for stop in stops)[-sum(got.values()) :] == [300.0 + 45 * 60] * sum(got.values())
