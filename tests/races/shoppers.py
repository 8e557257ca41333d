"""What the racing shoppers do. Importable by name, because other processes run it too."""

import os
import random
import secrets
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update

from delivery import bookings, holds
from delivery.problems import ChoiceGone, HoldExpired, SlotFull
from delivery.store import migrate
from delivery.store.engine import Database, Session
from delivery.store.tables import counters
from delivery.store.tables import holds as holds_table
from tests.databases import LAMPS
from tests.races.history import Did
from tests.selling import LINKS, NOW, confirm, slot, take

Take = Callable[[Database, str, holds.Place, datetime, float], str]
"""Who takes a place: database, checkout, place, now, minutes → hold id. Raises SlotFull."""


def proper_take(database: Database, checkout: str, place: holds.Place, now: datetime, minutes: float) -> str:
    return database.write(lambda s: take(s, checkout, place, now, minutes=minutes, limit_minutes=minutes)).id


def careless_take(database: Database, checkout: str, place: holds.Place, now: datetime, minutes: float) -> str:
    """The bad twin that the tests must catch: it looks whether there is room, and takes the place a moment later."""
    with database.reading() as session:
        count = session.execute(select(counters.c.held + counters.c.booked).where(_here(place))).scalar() or 0
    if count >= place.capacity:
        raise SlotFull
    time.sleep(0.002)
    return database.write(lambda s: _take_blindly(s, checkout, place, now, minutes))


def _take_blindly(session: Session, checkout: str, place: holds.Place, now: datetime, minutes: float) -> str:
    session.execute(update(counters).where(_here(place)).values(held=counters.c.held + 1))
    hold_id = take(session, checkout, None, now, minutes=minutes, limit_minutes=minutes).id
    session.execute(
        update(holds_table)
        .where(holds_table.c.merchant_id == LAMPS, holds_table.c.id == hold_id)
        .values(kind=place.kind, ref=place.ref, day=place.day)
    )
    return hold_id


def _here(place: holds.Place):
    return (counters.c.merchant_id == LAMPS) & (counters.c.ref == place.ref) & (counters.c.day == place.day)


def try_for_the_last(number: int, url: str, careless: bool, tries: int, start: float) -> int:
    """How many places this process got of the three."""
    database = Database(url)
    got = 0
    wait_until(database, start)
    for n in range(tries):
        try:
            (careless_take if careless else proper_take)(database, f"p{number} {n}", slot(capacity=3), NOW, 10)
            got += 1
        except SlotFull:
            pass
    database.close()
    return got


def shop_for_a_while(number: int, url: str, careless: bool, visits: int, refs: list[str], start: float) -> list[Did]:
    """Take, leave, order and cancel at random, on slots with two places; what was done, with begin and end of each."""
    database, chance, log = Database(url), random.Random(number), []
    wait_until(database, start)
    for _ in range(visits):
        place = slot(chance.choice(refs), capacity=2)
        log += _one_visit(database, chance, place, careless)
    database.close()
    return log


def _one_visit(database: Database, chance: random.Random, place: holds.Place, careless: bool) -> list[Did]:
    visit = secrets.token_hex(8)
    minutes = 1 if careless else chance.choice([0.0005, 0.002, 1])
    log: list[Did] = []

    def do(what: str, act: Callable[[datetime], object]) -> object:
        begin = clock()
        try:
            done = act(begin)
        except (SlotFull, ChoiceGone, HoldExpired):
            done = None
        ends = begin + timedelta(minutes=minutes)
        log.append(Did(visit, place.ref, what, seconds(begin), seconds(clock()), done is not None, seconds(ends)))
        return done

    taker = careless_take if careless else proper_take
    hold_id = do("take", lambda now: taker(database, visit, place, now, minutes))
    if not isinstance(hold_id, str):
        return log
    time.sleep(0.03 if careless else chance.choice([0, 0.01]))
    if careless or chance.random() < 0.5:
        do("leave", lambda now: database.write(lambda s: leave(s, now, hold_id)))
        return log
    booking = do("order", lambda now: database.write(lambda s: confirm(s, visit, hold_id, place, now)).booking)
    if isinstance(booking, bookings.Booking):
        do("leave", lambda now: database.write(lambda s: cancel(s, now, booking.id)))
    return log


def leave(session: Session, now: datetime, hold_id: str) -> bool:
    holds.release(session, now, merchant_id=LAMPS, hold_id=hold_id)
    return True


def cancel(session: Session, now: datetime, booking_id: str) -> bool:
    bookings.cancel(session, now, merchant_id=LAMPS, booking_id=booking_id, links=LINKS)
    return True


def shop_until_killed(number: int, url: str, log: str, minutes: float) -> None:
    """Take and order for ever; each thing that was acknowledged is written down at once."""
    database, chance = Database(url), random.Random(os.getpid())
    paper = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    while True:
        visit, place = secrets.token_hex(8), slot(chance.choice("ab"), capacity=10_000)
        hold_id = proper_take(database, visit, place, clock(), minutes)
        os.write(paper, f"hold {hold_id}\n".encode())
        if chance.random() < 0.6:
            made = database.write(lambda s, v=visit, h=hold_id, p=place: confirm(s, v, h, p, clock()))
            os.write(paper, f"booking {made.booking.id}\n".encode())


def wait_until(database: Database, start: float) -> None:
    """Be connected, and begin together."""
    with database.reading():
        time.sleep(max(0.0, start - time.monotonic()))


def migrate_at(number: int, url: str) -> str | None:
    database = Database(url)
    migrate.upgrade(database)
    revision = migrate.current_revision(database)
    database.close()
    return revision


def clock() -> datetime:
    """The same clock in all processes of this machine, which nobody sets back."""
    return datetime(2026, 11, 23, tzinfo=UTC) + timedelta(microseconds=time.monotonic_ns() // 1000)


def seconds(at: datetime) -> float:
    return (at - datetime(2026, 11, 23, tzinfo=UTC)).total_seconds()
