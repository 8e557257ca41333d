"""Processes that take holds at the same time: by the service, or by the bare driver with the same statements."""

import random
import secrets
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Any

import psycopg
from sqlalchemy.engine import make_url

from benchmarks.hold_statements import CHECKOUT, CLIENT, POSTGRES_OPTIONS, REF, Statement, slot_refs, take
from delivery.problems import SlotFull
from delivery.store.engine import BUSY_MILLISECONDS, Database

TRIES = 6

Take = Callable[[str], bool]
"""Takes a place of the slot for a new checkout; whether there was one."""


@dataclass(frozen=True, slots=True)
class Work:
    """What each writer does."""

    url: str
    writer: str
    slots: int
    takes: int
    capacity: int
    statements: tuple[Statement, ...]
    hold_id: str


@dataclass(frozen=True, slots=True)
class Written:
    """How one writer fared: when it began and ended, each take's milliseconds, how many it got."""

    began: float
    ended: float
    took_ms: list[float]
    got: int


def write_together(work: Work, writers: int) -> list[Written]:
    """Start the writers, let them begin at the same moment, wait for all."""
    context = get_context("forkserver")
    context.set_forkserver_preload([__name__])
    line: Any = context.Queue()
    start = context.Barrier(writers)
    processes = [context.Process(target=_write, args=(work, number, start, line)) for number in range(writers)]
    for process in processes:
        process.start()
    found = [line.get(timeout=300) for _ in processes]
    for process in processes:
        process.join()
    return [written for written in found if isinstance(written, Written)] or _refuse(found)


def _refuse(found: list[object]) -> list[Written]:
    raise RuntimeError(f"a writer failed: {found[0]}")


def _write(work: Work, number: int, start: Any, line: Any) -> None:
    try:
        line.put(_written(work, number, start))
    except Exception as error:
        line.put(repr(error))


def _written(work: Work, number: int, start: Any) -> Written:
    one = ours(work) if work.writer == "ours" else bare(work)
    chance, refs = random.Random(number), slot_refs(work.slots)
    for _ in range(10):
        one(f"warm-up-{number}")
    start.wait(60)
    began, took_ms, got = time.monotonic(), [], 0
    for _ in range(work.takes):
        at = time.perf_counter()
        got += one(chance.choice(refs))
        took_ms.append(1000 * (time.perf_counter() - at))
    return Written(began, time.monotonic(), took_ms, got)


def ours(work: Work) -> Take:
    """By `holds.take` in `Database.write`, as the doors do."""
    database = Database(work.url)

    def one(ref: str) -> bool:
        who = secrets.token_urlsafe(16)
        try:
            database.write(lambda session: take(session, who, who, ref, work.capacity))
        except SlotFull:
            return False
        return True

    return one


def bare(work: Work) -> Take:
    """The same statements in a transaction of the driver's own."""
    return _bare_sqlite(work) if work.url.startswith("sqlite") else _bare_postgres(work)


def _marks(work: Work, ref: str) -> dict[str, str]:
    who = secrets.token_urlsafe(16)
    return {work.hold_id: f"hd_{secrets.token_urlsafe(16)}", CHECKOUT: who, CLIENT: who, REF: ref}


def _bare_sqlite(work: Work) -> Take:
    path = make_url(work.url).database
    assert path is not None
    connection = sqlite3.connect(path, isolation_level=None, timeout=BUSY_MILLISECONDS / 1000)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_MILLISECONDS}"):
        connection.execute(f"PRAGMA {pragma}")

    def one(ref: str) -> bool:
        marks = _marks(work, ref)
        connection.execute("BEGIN IMMEDIATE")
        for statement in work.statements:
            connection.execute(statement.text, statement.about(marks))
        connection.execute("COMMIT")
        return True

    return _patient(one, sqlite3.OperationalError, connection.rollback)


def _bare_postgres(work: Work) -> Take:
    connection = psycopg.connect(work.url, options=POSTGRES_OPTIONS)

    def one(ref: str) -> bool:
        marks = _marks(work, ref)
        for statement in work.statements:
            connection.execute(statement.text.encode(), statement.about(marks))
        connection.commit()
        return True

    return _patient(one, psycopg.OperationalError, connection.rollback)


def _patient(one: Take, passing: type[Exception], undo: Callable[[], object]) -> Take:
    """Try again when the database was busy, as the service does."""

    def again(ref: str) -> bool:
        for tried in range(TRIES):
            try:
                return one(ref)
            except passing:
                undo()
                time.sleep(random.uniform(0, 0.01 * 2**tried))
        raise RuntimeError("the database stayed busy")

    return again
