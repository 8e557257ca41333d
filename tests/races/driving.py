"""What shoppers of a merchant with vans do at the same time. Importable by name, because other processes run it too."""

import random
import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from datetime import time as wall_time
from zoneinfo import ZoneInfo

from sqlalchemy import select

from delivery import bookings, holds, van_days, van_replans, van_stops
from delivery.driving import Driving
from delivery.fleets import Fleet, Van
from delivery.problems import ChoiceGone, SlotFull
from delivery.rules.places import Point
from delivery.rules.replans import Effort
from delivery.rules.route_checks import faults_of_day
from delivery.rules.routes import Stop
from delivery.scarce import Place
from delivery.store.engine import Database, Session
from delivery.store.tables import bookings as bookings_table
from delivery.store.tables import holds as holds_table
from delivery.van_claims import NoVan, VanPlace, stop_of
from delivery.van_days import VAN, VanDay
from tests.databases import LAMPS
from tests.selling import LINKS, NOW, TUESDAY, confirm, option, take

DEPOT = Point(52.3791, 4.8994)
EVERY_DAY = frozenset(range(1, 8))


def fleet(vans: int = 1, most_parcels: int | None = 3) -> Fleet:
    kind = Van(
        "bus", "Bus", "depot", vans, EVERY_DAY, frozenset(), wall_time(9), wall_time(18), True, most_parcels, None
    )
    return Fleet("depot", DEPOT, ZoneInfo("Europe/Amsterdam"), (kind,), Driving())


def window(opens: int = 13, hours: int = 2, own: Fleet | None = None, day: date = TUESDAY) -> VanPlace:
    """A window that vans keep, by the origin's clock."""
    start = datetime(day.year, day.month, day.day, opens - 1, tzinfo=UTC).timestamp()
    plain = Place("slot", f"from-{opens}", day, 100)
    return VanPlace(VAN, "", day, 100, plain, own or fleet(), start, start + 3600 * hours)


def facts(place: VanPlace, north: float = 0.0, east: float = 0.0) -> dict[str, object]:
    visit = {"latitude": DEPOT.latitude + north, "longitude": DEPOT.longitude + east, "unsure_seconds": 0}
    return option(place) | {"origin_id": "depot", "visit": visit | {"parcels": 1, "grams": 900, "seconds": 300}}


def careful_take(database: Database, checkout: str, place: VanPlace, now: datetime = NOW, north: float = 0.0) -> str:
    return database.write(
        lambda session: take(session, checkout, place, now, option=facts(place, north), minutes=10)
    ).id


def careless_take(database: Database, checkout: str, place: VanPlace, now: datetime = NOW, north: float = 0.0) -> str:
    """The bad twin that the tests must catch: it looks for a gap, and takes it a moment later, without the day's lock."""
    with database.reading() as session:
        seen = van_days.read(session, LAMPS, place.fleet, place.day)
    time.sleep(0.005)
    return database.write(lambda session: _take_blindly(session, seen, checkout, place, now, north))


def _take_blindly(session: Session, seen: VanDay, checkout: str, place: VanPlace, now: datetime, north: float) -> str:
    route = seen.routes[0]
    if route.parcels >= route.shift.parcels:
        raise NoVan(LAMPS, place)
    hold_id = take(session, checkout, None, now, option=facts(place, north), minutes=10).id
    visit = facts(place, north)["visit"]
    stop = stop_of(place.fleet, visit, seen.version + 1, (place.opens, place.closes))  # type: ignore[arg-type]
    van_days.lock(session, LAMPS, place.fleet, place.day)
    van_days.write(session, LAMPS, seen, [route.with_stop(stop, len(route.stops))])
    van_stops.enter(session, LAMPS, "depot", place.day, stop.number, hold_id)
    return hold_id


def try_for_the_last(number: int, url: str, tries: int, start: float) -> int:
    """How many places on the route this process got."""
    database, got = Database(url), 0
    time.sleep(max(0.0, start - time.monotonic()))
    for n in range(tries):
        try:
            careful_take(database, f"p{number} {n}", window(13 + n % 3), north=0.001 * number)
            got += 1
        except SlotFull:
            continue
    database.close()
    return got


def shop_by_van(number: int, url: str, visits: int, start: float) -> None:
    """Take, switch, leave, order, cancel at random, on two days."""
    database, chance = Database(url), random.Random(number)
    time.sleep(max(0.0, start - time.monotonic()))
    for n in range(visits):
        _visit(database, chance, f"{number}-{n}")
    database.close()


def _visit(database: Database, chance: random.Random, name: str) -> None:
    own = fleet(2, 8)
    try:
        for _ in range(chance.choice((1, 1, 2))):
            day = TUESDAY + timedelta(days=chance.choice((0, 1)))
            place = window(chance.choice((11, 13, 15)), own=own, day=day)
            hold = careful_take(database, name, place, north=chance.uniform(-0.05, 0.05))
        what = chance.random()
        if what < 0.3:
            database.write(lambda session: holds.release(session, NOW, merchant_id=LAMPS, hold_id=hold))
        elif what < 0.8:
            made = database.write(lambda session: confirm(session, name, hold, place)).booking
            if what < 0.5:
                whose = {"merchant_id": LAMPS, "booking_id": made.id, "links": LINKS}
                database.write(lambda session: bookings.cancel(session, NOW, **whose))
    except (SlotFull, ChoiceGone):
        return


def plan_anew(number: int, url: str, rounds: int, start: float) -> int:
    """Plan both days anew, over and over; how many plans were taken."""
    database, taken = Database(url), 0
    time.sleep(max(0.0, start - time.monotonic()))
    for n in range(rounds):
        day = TUESDAY + timedelta(days=(n + number) % 2)
        with database.reading() as session:
            seen = van_days.read(session, LAMPS, fleet(2, 8), day)
        found = van_replans.better(seen, NOW, Effort(0.02, seed=n))
        if found is not None:
            taken += database.write(lambda session: van_replans.swap(session, NOW, LAMPS, seen, found))  # noqa: B023
    database.close()
    return taken


def swap_and_wait(url: str, marker: str) -> None:
    """Begin to put a plan in the place of another, and do not get to its end."""
    from pathlib import Path

    database = Database(url)
    with database.reading() as session:
        seen = van_days.read(session, LAMPS, fleet(2, 8), TUESDAY)
    turned = [replace(route, stops=route.stops[::-1]) for route in seen.routes]

    def swap(session: Session) -> None:
        van_replans.swap(session, NOW, LAMPS, seen, turned)
        Path(marker).write_text("in the middle")
        time.sleep(60)

    database.write(swap)


def wrong_with(database: Database, day: date, own: Fleet) -> list[str]:
    """What is wrong with a day: what the checker finds; a hold or booking that nobody visits; somebody visited for nobody."""
    with database.reading() as session:
        known = van_days.read(session, LAMPS, own, day)
        whose = van_stops.holds_of(session, LAMPS, "depot", day)
        live = select(holds_table.c.id).where(
            holds_table.c.merchant_id == LAMPS,
            holds_table.c.kind == VAN,
            holds_table.c.day == day,
            holds_table.c.state == "live",
        )
        kept = select(bookings_table.c.hold_id).where(
            bookings_table.c.merchant_id == LAMPS,
            bookings_table.c.kind == VAN,
            bookings_table.c.day == day,
            bookings_table.c.state != "cancelled",
        )
        wanted = {*session.scalars(live), *session.scalars(kept)}
    stops: list[Stop] = [stop for route in known.routes for stop in route.stops]
    faults = faults_of_day(known.routes, stops)
    faults += [f"hold {hold} is visited by nobody" for hold in wanted - set(whose.values())]
    faults += [f"stop {stop.number} is for nobody" for stop in stops if whose.get(stop.number) not in wanted]
    return faults + [f"stop {number} is on no route" for number in set(whose) - {stop.number for stop in stops}]
