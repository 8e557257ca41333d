"""Workers say that they are alive; who was not heard of for a while does not count, and is forgotten after a day."""

from datetime import timedelta

from delivery import workers
from delivery.store.engine import Database
from delivery.watch import figures
from delivery.workers import IS_FORGOTTEN_AFTER, IS_MISSED_AFTER
from tests.outbox import START


def alive(database: Database, later: timedelta = timedelta(0)) -> int:
    with database.reading() as session:
        assert figures(session, START + later).workers_alive == workers.alive(session, START + later)
        return workers.alive(session, START + later)


def test_who_says_so_is_alive_until_nothing_was_heard_for_a_while(database: Database) -> None:
    for worker in ("one", "two", "one"):
        database.write(lambda session, worker=worker: workers.say_alive(session, START, worker))  # type: ignore[misc]
    assert alive(database) == 2
    database.write(lambda session: workers.say_alive(session, START + IS_MISSED_AFTER, "one"))
    assert alive(database, IS_MISSED_AFTER) == 1
    with database.reading() as session:
        assert workers.last_seen(session) == START + IS_MISSED_AFTER
    database.write(lambda session: workers.say_goodbye(session, "one"))
    assert alive(database, IS_MISSED_AFTER) == 0


def test_who_was_not_heard_of_for_a_day_is_forgotten(database: Database) -> None:
    database.write(lambda session: workers.say_alive(session, START, "one"))
    assert database.write(lambda session: workers.forget(session, START)) == 0
    assert database.write(lambda session: workers.forget(session, START + IS_FORGOTTEN_AFTER)) == 1
    with database.reading() as session:
        assert workers.last_seen(session) is None
