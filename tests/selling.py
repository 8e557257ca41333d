"""What tests of holds and bookings say over and over: a slot, a choice, a shopper who takes it, an order."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import func, select

from delivery import bookings, holds
from delivery.bookings import Booking, Confirmed
from delivery.holds import Hold, Place
from delivery.store.engine import Database, Session
from delivery.store.tables import counters, handovers
from delivery.store.tables import holds as holds_table
from tests.databases import LAMPS
from tests.outbox import SIGNER

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
TUESDAY = date(2026, 11, 24)
ADDRESS = {"country": "NL", "postal_code": "1016 GV", "lines": ["Prinsengracht 1"], "city": "Amsterdam"}


class PlainLinks:
    """Addresses that a test can read."""

    signer = SIGNER

    def page(self, booking_id: str, page_version: int) -> str:
        return f"https://stoep.test/d/{booking_id}.{page_version}"

    def choose(self, booking_id: str, page_version: int) -> str:
        return f"https://stoep.test/choose/{booking_id}.{page_version}"


LINKS: Any = PlainLinks()


def slot(ref: str = "evening", capacity: int = 3, day: date = TUESDAY) -> Place:
    return Place("slot", ref, day, capacity)


def option(place: Place | None, amount: int = 395) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "type": "local_delivery" if place else "shipping",
        "title": "Tuesday evening",
        "fee": {"amount": amount, "currency": "EUR"},
        "time_zone": "Europe/Amsterdam",
        "earliest_day": "2026-11-24",
        "latest_day": "2026-11-24" if place else "2026-11-25",
        "origin_id": "warehouse",
        "ship_by": "2026-11-23",
        "steps": [{"rule": "cut_off", "day": "2026-11-23", "facts": {}, "text": "Ordered before 17:00, packed today"}],
        "place": None,
    }
    if place:
        facts["window"] = {"start": "2026-11-24T18:00:00+01:00", "end": "2026-11-24T20:00:00+01:00"}
        facts["place"] = {"kind": place.kind, "ref": place.ref, "day": place.day.isoformat()}
    return facts


def take(
    session: Session, checkout: str, place: Place | None, now: datetime = NOW, merchant_id: str = LAMPS, **said: Any
) -> Hold:
    usual: dict[str, Any] = {
        "option": option(place),
        "country": "NL",
        "postal_code": "1016GV",
        "basket": "one lamp",
        "minutes": 10,
        "limit_minutes": 30,
    }
    return holds.take(session, now, merchant_id=merchant_id, checkout=checkout, place=place, **usual | said)


def confirm(
    session: Session,
    order: str,
    hold_id: str | None,
    place: Place | None = None,
    now: datetime = NOW,
    merchant_id: str = LAMPS,
    **said: Any,
) -> Confirmed:
    usual: dict[str, Any] = {
        "part": "",
        "paid": True,
        "payment_minutes": 60,
        "recipient": {"name": "Anna de Vries"},
        "address": ADDRESS,
        "lines": [{"sku": "LAMP-1", "quantity": 1}],
        "notes": "",
        "country": "NL",
        "postal_code": "1016GV",
        "basket": "one lamp",
        "links": LINKS,
    }
    return bookings.confirm(
        session, now, merchant_id=merchant_id, order=order, hold_id=hold_id, place=place, **usual | said
    )


def order(session: Session, number: str, place: Place | None, now: datetime = NOW, **said: Any) -> Booking:
    """A shopper who takes the place and orders at once."""
    hold = take(session, f"checkout of {number}", place, now)
    return confirm(session, number, hold.id, place, now, **said).booking


def counted(database: Database, place: Place, merchant_id: str = LAMPS) -> tuple[int, int]:
    """(held, booked) as the counter's row has them."""
    with database.reading() as session:
        row = session.execute(
            select(counters.c.held, counters.c.booked).where(
                counters.c.merchant_id == merchant_id,
                counters.c.kind == place.kind,
                counters.c.ref == place.ref,
                counters.c.day == place.day,
            )
        ).one_or_none()
    return (0, 0) if row is None else (row.held, row.booked)


def how_many_taken(database: Database, place: Place, now: datetime = NOW, merchant_id: str = LAMPS) -> int:
    with database.reading() as session:
        found = holds.taken(session, now, merchant_id=merchant_id, first_day=place.day, last_day=place.day)
    return found.get(place.key, 0)


def live_holds(database: Database, merchant_id: str = LAMPS) -> int:
    with database.reading() as session:
        return session.execute(
            select(func.count()).where(holds_table.c.merchant_id == merchant_id, holds_table.c.state == "live")
        ).scalar_one()


def told(database: Database, merchant_id: str = LAMPS) -> list[str]:
    """The types of all messages for fulfilment, in order."""
    with database.reading() as session:
        rows = session.execute(
            select(handovers.c.type).where(handovers.c.merchant_id == merchant_id).order_by(handovers.c.sequence)
        )
        return list(rows.scalars())


def make_counter(database: Database, place: Place) -> None:
    """The counter's row, with nobody in it: for careless twins, which do not make rows."""
    hold = database.write(lambda s: take(s, "first", place))
    database.write(lambda s: holds.release(s, NOW, merchant_id=LAMPS, hold_id=hold.id))
