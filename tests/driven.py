"""What tests of vans on their way say over and over: a van, its stops of a day with an order each, what is reported of them."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import insert, select, update

from delivery import van_arrivals, van_days
from delivery.booking_rows import Booking, get
from delivery.fleets import Fleet
from delivery.progress import Event
from delivery.rules.places import Point
from delivery.rules.routes import Route, Stop
from delivery.settings import items
from delivery.setups import Setup, load_setup
from delivery.store.engine import Database
from delivery.store.tables import bookings, van_stops
from tests.databases import LAMPS
from tests.delivery.settings.builders import ANNA, ORIGIN, VAN
from tests.selling import confirm, option, take
from tests.telling import ANNA as SHOPPER

TUESDAY = date(2026, 11, 24)
HOUTEN = "magazijn-houten"
VAN_ID = "transit#1"
SOLD_AT = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


def at(clock: str, day: date = TUESDAY, plus: float = 0) -> datetime:
    """A moment by the vans' clock, so many minutes later."""
    fleet_zone = timedelta(hours=1)
    local = datetime.combine(day, time.fromisoformat(clock), UTC) - fleet_zone
    return local + timedelta(minutes=plus)


def with_a_van(database: Database, merchant_id: str = LAMPS, **said: Any) -> Setup:
    """A merchant with one kind of van; `said` as in its settings."""

    def add(session: Any) -> None:
        items.add(session, SOLD_AT, ANNA, merchant_id, "origins", ORIGIN)
        items.add(session, SOLD_AT, ANNA, merchant_id, "vans", VAN | {"weekdays": [*range(1, 8)], "number": 1} | said)

    database.write(add)
    return setup_of(database, merchant_id)


def setup_of(database: Database, merchant_id: str = LAMPS) -> Setup:
    with database.reading() as session:
        return load_setup(session, merchant_id)


def fleet_of(setup: Setup) -> Fleet:
    return setup.fleets[HOUTEN]


def on_the_road(
    database: Database,
    setup: Setup,
    number: int,
    *,
    day: date = TUESDAY,
    opens: str = "09:00",
    closes: str = "17:00",
    km: float = 4.0,
    now: datetime = SOLD_AT,
    **said: Any,
) -> list[Booking]:
    """A van's day: so many orders, each so many kilometres north of the one before, all in one window. Their numbers count
    from 1 in the order of the route."""
    fleet = fleet_of(setup)
    window = {"start": at(opens, day).isoformat(), "end": at(closes, day).isoformat()}

    def sell(session: Any) -> list[str]:
        known = van_days.lock(session, setup.merchant_id, fleet, day)
        shift = known.shifts[0]
        stops, found = [], []
        for n in range(1, number + 1):
            point = Point(fleet.point.latitude + n * km / 111.32, fleet.point.longitude)
            facts = option(None) | {"window": window, "type": "local_delivery", "origin_id": HOUTEN}
            facts |= {"earliest_day": day.isoformat(), "latest_day": day.isoformat()}
            facts["visit"] = {"latitude": point.latitude, "longitude": point.longitude, "is_exact": True}
            facts["visit"] |= {"parcels": 1, "grams": 0, "seconds": 300}
            hold = take(session, f"checkout {day} {n}", None, now, setup.merchant_id, option=facts)
            about: dict[str, Any] = {"recipient": SHOPPER} | said
            made = confirm(session, f"{day:%m%d}-{n}", hold.id, None, now, setup.merchant_id, **about).booking
            found.append(made.id)
            own = bookings.c.merchant_id == setup.merchant_id, bookings.c.id == made.id
            session.execute(update(bookings).where(*own).values(kind=van_days.VAN, ref="tuesday", day=day))
            whose = {"merchant_id": setup.merchant_id, "origin_id": HOUTEN, "day": day, "is_gone": False}
            session.execute(insert(van_stops).values(**whose, hold_id=hold.id, number=n))
            place = fleet.plane.place(point)
            stops.append(Stop(n, place, at(opens, day).timestamp(), at(closes, day).timestamp(), 300.0))
        route = Route(shift, tuple(stops), known.roads, known.clock)
        van_days.write(session, setup.merchant_id, known, [route])
        return found

    ids = database.write(sell)
    return [again(database, setup.merchant_id, booking_id) for booking_id in ids]


def again(database: Database, merchant_id: str, booking_id: str) -> Booking:
    with database.reading() as session:
        return get(session, merchant_id=merchant_id, booking_id=booking_id)


def report(database: Database, setup: Setup, booking: Booking, step: str, moment: datetime, **facts: Any) -> Booking:
    """As the door of the shop's server does, at the moment itself."""
    event = Event(step, moment, None, facts)
    return database.write(
        lambda session: van_arrivals.report(session, moment, setup, booking_id=booking.id, event=event)
    )


def numbers(database: Database, merchant_id: str = LAMPS) -> list[str]:
    """Of the orders."""
    with database.reading() as session:
        found = select(bookings.c.order_number).where(bookings.c.merchant_id == merchant_id)
        return list(session.scalars(found.order_by(bookings.c.order_number)))
