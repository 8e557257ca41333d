"""What tests of the counter say over and over: an order for a centre, somebody who collects it, what is kept of it."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import update

from delivery import bookings, counter
from delivery.bookings import Booking
from delivery.counter import Done
from delivery.evidence import Collection
from delivery.setups import Setup, load_setup
from delivery.store.engine import Database
from delivery.store.tables import bookings as bookings_table
from tests.databases import LAMPS
from tests.selling import ADDRESS, LINKS, NOW, confirm, option, take

READY_BY = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
CENTRES = {"jordaan": "Boekhandel Jordaan", "noord": "Fietsenmaker Noord"}
_numbers = count(1)


def pickup(centre: str = "jordaan") -> dict[str, Any]:
    """A choice of this centre, as a hold keeps it."""
    place = {"id": centre, "name": CENTRES[centre], "address": ADDRESS, "latitude": 52.37, "longitude": 4.88}
    kept = {"ready_by": READY_BY.isoformat(), "pickup_by": (READY_BY + timedelta(days=7)).isoformat()}
    usual = option(None, 0) | {"type": "pickup", "location": place | {"opening_hours": []}} | kept
    return {name: fact for name, fact in usual.items() if name not in {"earliest_day", "latest_day"}}


def ordered(database: Database, number: str = "", centre: str = "jordaan", **said: Any) -> Booking:
    """A paid order for a centre."""
    number = number or str(next(_numbers) + 5000)

    def order(session: Any) -> Booking:
        hold = take(session, f"checkout of {number}", None, option=pickup(centre))
        return confirm(session, number, hold.id, **said).booking

    return database.write(order)


def setup_of(database: Database, merchant_id: str = LAMPS) -> Setup:
    with database.reading() as session:
        return load_setup(session, merchant_id)


def read(database: Database, booking: Booking) -> Booking:
    with database.reading() as session:
        return bookings.get(session, merchant_id=booking.merchant_id, booking_id=booking.id)


def write_to(database: Database, booking: Booking, **columns: Any) -> None:
    """Columns of a booking as something else left them."""
    own = update(bookings_table).where(
        bookings_table.c.merchant_id == booking.merchant_id, bookings_table.c.id == booking.id
    )
    database.write(lambda session: session.execute(own.values(**columns)))


def said(booking: Booking, **facts: Any) -> Collection:
    """What a device says: the recipient collects everything and shows an ID."""
    usual: dict[str, Any] = {
        "id": f"device-{next(_numbers):06}",
        "booking_id": booking.id,
        "centre_id": "jordaan",
        "kind": "collected",
        "shown": "id",
        "who": "Anna de Vries",
        "staff": "kim@lamps.test",
        "at": NOW + timedelta(hours=6),
    }
    return Collection(**usual | facts)


def collect(database: Database, what: Collection, now: datetime = NOW + timedelta(hours=6)) -> Done:
    setup = setup_of(database)
    return database.write(lambda session: counter.collect(session, now, setup, LINKS, what))


def check_in(database: Database, booking: Booking, now: datetime = NOW + timedelta(hours=1), **facts: Any) -> Any:
    setup = setup_of(database)
    whose = {"booking_id": booking.id, "centre_id": "jordaan"}
    return database.write(lambda session: counter.check_in(session, now, setup, **whose | facts))


def mark_ready(database: Database, booking: Booking, now: datetime = NOW + timedelta(hours=2), **facts: Any) -> Booking:
    setup = setup_of(database)
    usual: dict[str, Any] = {"booking_id": booking.id, "centre_id": "jordaan", "by": "kim@lamps.test", "once": "form-1"}
    return database.write(lambda session: counter.mark_ready(session, now, setup, **usual | facts))
