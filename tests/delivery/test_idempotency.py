"""Idempotency keys: the same request does nothing twice, whenever and however often it comes."""

import threading
import time
from datetime import timedelta

import pytest

from delivery.idempotency import Answer, forget, once
from delivery.problems import IdempotencyKeyReused, RequestInProgress, SlotFull
from delivery.store.engine import Database, Session
from tests.databases import BOOKS, LAMPS
from tests.selling import NOW, counted, slot, take

pytestmark = pytest.mark.usefixtures("merchants")


class Counting:
    """Work that counts how often it is done."""

    def __init__(self) -> None:
        self.done = 0

    def __call__(self) -> Answer:
        self.done += 1
        return Answer(201, f'{{"time": {self.done}}}')


def ask(database: Database, work, key: str | None = "k", fingerprint: str = "f", who: str = LAMPS, now=NOW) -> Answer:
    return database.write(lambda s: once(s, now, who, key, fingerprint, work))


def test_the_same_request_gets_the_same_answer_without_the_work(database: Database) -> None:
    work = Counting()
    assert ask(database, work) == ask(database, work) == Answer(201, '{"time": 1}')
    assert work.done == 1


def test_without_a_key_the_work_is_done_each_time(database: Database) -> None:
    work = Counting()
    ask(database, work, key=None)
    ask(database, work, key=None)
    assert work.done == 2


def test_another_request_under_the_same_key_is_refused(database: Database) -> None:
    work = Counting()
    ask(database, work)
    with pytest.raises(IdempotencyKeyReused):
        ask(database, work, fingerprint="other")
    assert work.done == 1


def test_keys_of_two_merchants_have_nothing_to_do_with_each_other(database: Database) -> None:
    work = Counting()
    ask(database, work)
    ask(database, work, fingerprint="other", who=BOOKS)
    assert work.done == 2


def test_a_refusal_is_not_kept_so_that_it_can_be_tried_again(database: Database) -> None:
    def full() -> Answer:
        raise SlotFull

    with pytest.raises(SlotFull):
        ask(database, full)
    assert ask(database, Counting()).status == 201


def test_a_crash_after_the_work_leaves_neither_work_nor_key(database: Database) -> None:
    def crash(session: Session) -> None:
        once(session, NOW, LAMPS, "k", "f", lambda: Answer(201, take(session, "anna", slot()).id))
        raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        database.write(crash)
    assert counted(database, slot()) == (0, 0)
    assert ask(database, Counting()).status == 201


def test_a_repeat_at_the_same_time_waits_for_the_first_answer(database: Database) -> None:
    started, answers, work = threading.Event(), [], Counting()

    def slow() -> Answer:
        started.set()
        time.sleep(0.3)
        return work()

    first = threading.Thread(target=lambda: answers.append(ask(database, slow)))
    first.start()
    assert started.wait(20)
    answers.append(ask(database, work))
    first.join()
    assert answers[0] == answers[1]
    assert work.done == 1


def test_a_repeat_whose_first_failed_does_the_work_itself(database: Database) -> None:
    started, work = threading.Event(), Counting()

    def fail() -> Answer:
        started.set()
        time.sleep(0.2)
        raise SlotFull

    def try_it() -> None:
        with pytest.raises(SlotFull):
            ask(database, fail)

    first = threading.Thread(target=try_it)
    first.start()
    assert started.wait(20)
    assert ask(database, work).status == 201
    first.join()
    assert work.done == 1


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_repeat_that_would_wait_too_long_is_told_so(database: Database) -> None:
    started, done = threading.Event(), threading.Event()

    def slow() -> Answer:
        started.set()
        done.wait(20)
        return Answer(201, "{}")

    def impatient(session: Session) -> Answer:
        session.exec_driver_sql("SET LOCAL lock_timeout = '100ms'")
        return once(session, NOW, LAMPS, "k", "f", Counting())

    first = threading.Thread(target=lambda: ask(database, slow))
    first.start()
    assert started.wait(20)
    try:
        with pytest.raises(RequestInProgress):
            database.write(impatient)
    finally:
        done.set()
        first.join()


def test_old_keys_are_forgotten(database: Database) -> None:
    work = Counting()
    ask(database, work, "old")
    ask(database, work, "old", who=BOOKS)
    ask(database, work, "new", now=NOW + timedelta(hours=2))
    assert database.write(lambda s: forget(s, NOW + timedelta(hours=1))) == 2
    ask(database, work, "new")
    assert work.done == 3
    ask(database, work, "old", fingerprint="another")
    assert work.done == 4
