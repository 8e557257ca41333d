"""Processes killed in the middle of their work lose nothing they acknowledged, and leak no place."""

import random
import time
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from delivery import holds
from delivery.problems import SlotFull
from delivery.store.engine import Database
from delivery.store.tables import bookings
from delivery.store.tables import holds as holds_table
from tests.databases import LAMPS
from tests.races.processes import FORK_SERVER, url_of
from tests.races.shoppers import clock, shop_until_killed
from tests.selling import counted, how_many_taken, slot, take

HOLD_MINUTES = 10


@pytest.mark.parametrize("rounds", [3, pytest.param(60, marks=pytest.mark.soak)])
def test_what_was_acknowledged_is_there_and_no_place_is_lost(
    database: Database, merchants: tuple[str, str], tmp_path: Path, rounds: int
) -> None:
    log, chance = tmp_path / "acknowledged", random.Random(7)
    for _ in range(rounds):
        kill_in_the_middle(database, log, chance)
    said = [line.split() for line in log.read_text().splitlines()]
    with database.reading() as session:
        for kind, table in (("hold", holds_table), ("booking", bookings)):
            there = set(session.scalars(select(table.c.id).where(table.c.merchant_id == LAMPS)))
            assert {id for word, id in said if word == kind} <= there
    for ref in "ab":
        assert_counted_right(database, ref)


def lines_of(log: Path) -> int:
    return log.read_bytes().count(b"\n") if log.exists() else 0


def kill_in_the_middle(database: Database, log: Path, chance: random.Random) -> None:
    crowd = [
        FORK_SERVER.Process(target=shop_until_killed, args=(n, url_of(database), str(log), HOLD_MINUTES))
        for n in range(3)
    ]
    enough = lines_of(log) + 15
    for one in crowd:
        one.start()
    while lines_of(log) < enough:
        time.sleep(0.005)
    for one in crowd:
        time.sleep(chance.uniform(0.05, 0.2))
        one.kill()
    for one in crowd:
        one.join()
        one.close()


def assert_counted_right(database: Database, ref: str) -> None:
    """The counter agrees with the rows; and once the holds' life is over, all that is not booked can be taken."""
    held, booked = counted(database, slot(ref))
    with database.reading() as session:
        live = select(func.count()).where(
            holds_table.c.merchant_id == LAMPS, holds_table.c.ref == ref, holds_table.c.state == "live"
        )
        ordered = select(func.count()).where(bookings.c.merchant_id == LAMPS, bookings.c.ref == ref)
        assert (held, booked) == (session.scalar(live), session.scalar(ordered))
    later = clock() + timedelta(minutes=HOLD_MINUTES)
    assert how_many_taken(database, slot(ref), later) == booked
    for n in range(2):
        database.write(lambda s, n=n: take(s, f"after {ref} {n}", slot(ref, capacity=booked + 2), later))
    with pytest.raises(SlotFull):
        database.write(lambda s: take(s, f"too many {ref}", slot(ref, capacity=booked + 2), later))
    assert counted(database, slot(ref)) == (2, booked)
    assert database.write(lambda s: holds.expire(s, later, 10**6)) >= 0
