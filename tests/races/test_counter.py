"""Several devices at one counter at once: a parcel is given out once, and guesses are counted one by one."""

from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from delivery import collect_codes, counter, evidence
from delivery.booking_rows import get
from delivery.codes import LENGTH, SIGNS
from delivery.evidence import ALREADY_COLLECTED
from delivery.store.engine import Database, Session
from tests.collecting import check_in, mark_ready, ordered, read, said, setup_of
from tests.databases import LAMPS
from tests.selling import LINKS, NOW

DEVICES = 8
both = pytest.mark.usefixtures("merchants")


def at_once(database: Database, work: Iterable[Callable[[Session], Any]]) -> list[Any]:
    """What each of these came to, all begun at the same moment."""
    works = list(work)
    start = Barrier(len(works))

    def do(one: Callable[[Session], Any]) -> Any:
        start.wait()
        return database.write(one)

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(do, works))


@both
def test_of_many_devices_one_gives_the_parcel_out_and_the_others_learn_it(database: Database) -> None:
    booking, setup = ordered(database), setup_of(database)
    mark_ready(database, booking)
    sayings = [said(booking, staff=f"device {number}") for number in range(DEVICES)]
    done = at_once(database, [lambda s, what=what: counter.collect(s, NOW, setup, LINKS, what) for what in sayings])
    assert Counter(one.kept.conflict for one in done) == {None: 1, ALREADY_COLLECTED: DEVICES - 1}
    assert read(database, booking).state == "collected"


@both
def test_this_catches_devices_that_look_and_then_write(database: Database) -> None:
    booking, setup = ordered(database), setup_of(database)
    mark_ready(database, booking)
    sayings = [said(booking, staff=f"device {number}") for number in range(DEVICES)]
    assert sum(careless(database, sayings, booking.id, setup.merchant_id)) > 1


@both
def test_one_report_sent_several_times_at_once_is_kept_once(database: Database) -> None:
    booking, setup = ordered(database), setup_of(database)
    mark_ready(database, booking)
    what = said(booking)
    done = at_once(database, [lambda s: counter.collect(s, NOW, setup, LINKS, what)] * DEVICES)
    assert {one.kept for one in done} == {done[0].kept}
    assert done[0].kept.conflict is None
    with database.reading() as session:
        assert len(evidence.of_booking(session, LAMPS, booking.id)) == 1


@both
def test_each_of_two_parcels_is_given_out_once(database: Database) -> None:
    booking, setup = ordered(database), setup_of(database)
    check_in(database, booking, of=2)
    mark_ready(database, booking)
    sayings = [said(booking, parcels=(1 + number % 2,)) for number in range(DEVICES)]
    done = at_once(database, [lambda s, what=what: counter.collect(s, NOW, setup, LINKS, what) for what in sayings])
    given = [one.kept.parcels for one in done if one.kept.conflict is None]
    assert sorted(given) == [(1,), (2,)]
    assert read(database, booking).state == "collected"


@both
def test_guesses_at_once_are_no_more_guesses_than_one_by_one(database: Database) -> None:
    setup = setup_of(database)
    guesses = [SIGNS[number] * LENGTH for number in range(2 * collect_codes.MOST_TRIES)]
    looked = at_once(
        database,
        [
            lambda s, text=text: collect_codes.found(s, NOW, LINKS.signer, setup, "jordaan", text, "kim")
            for text in guesses
        ],
    )
    refused = Counter(one.problem.code for one in looked)
    assert refused == {"code_unknown": collect_codes.MOST_TRIES, "codes_locked": collect_codes.MOST_TRIES}


def careless(database: Database, sayings: list[Any], booking_id: str, merchant_id: str) -> list[bool]:
    """Devices that look first, each in a transaction of its own, and then write what they saw to be free."""
    start = Barrier(len(sayings))

    def look_and_write(what: Any) -> bool:
        with database.reading() as session:
            is_free = get(session, merchant_id=merchant_id, booking_id=booking_id).state != "collected"
        start.wait()
        if is_free:
            kept = counter._kept(NOW, NOW, what, (1,), None, None)
            database.write(lambda session: evidence.add(session, merchant_id, kept))
        return is_free

    with ThreadPoolExecutor(len(sayings)) as pool:
        return list(pool.map(look_and_write, sayings))
