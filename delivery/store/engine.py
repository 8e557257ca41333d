"""The database: one engine, reading and writing transactions, the same on SQLite and PostgreSQL."""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, TypeVar

import orjson
from sqlalchemy import Connection, Engine, Table, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError, OperationalError

from delivery.store.guard import guard

Session = Connection
"""One transaction on one connection. Whoever opened it commits it; what people do never does."""

T = TypeVar("T")

BUSY_MILLISECONDS = 5000
LOCK_TIMEOUT = "3s"
TRIES = 6
LOCK_NOT_AVAILABLE = "55P03"
RETRIED_STATES = {"40001", "40P01", LOCK_NOT_AVAILABLE}
"""PostgreSQL: serialization failure, deadlock, lock not available."""


DatabaseAway = OperationalError
"""The database cannot be reached or used."""


class Busy(RuntimeError):
    """The database stayed busy over every retry."""


class Again(RuntimeError):
    """Two transactions crossed in a way that only a fresh start can sort out; Database.write makes it."""


class Database:
    """Where everything is kept. One per process; threads share it."""

    def __init__(self, url: str, **options: Any) -> None:
        self.url = make_url(url)
        self.engine = _sqlite_engine(self.url, options) if self.is_sqlite else _postgres_engine(self.url, options)
        guard(self.engine)
        self._writer = self.engine.execution_options(stoep_writes=True)

    @property
    def is_sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A transaction that only reads, rolled back at the end."""
        with self.engine.connect() as session:
            yield session

    def write(self, work: Callable[[Session], T]) -> T:
        """Run `work` in one transaction and commit it; start again on deadlock, busy or serialization errors.

        Raises Busy after TRIES.
        """
        return self._until_done(self._writer.begin, work)

    def trying(self, work: Callable[[Session], T]) -> T:
        """Like `write`, but undo all of it at the end: for looking at a change before it is made.

        What was read in it must not be remembered afterwards: it never was.
        """
        return self._until_done(self._writer.connect, work)

    def _until_done(self, begin: Callable[[], AbstractContextManager[Session]], work: Callable[[Session], T]) -> T:
        for tried in range(TRIES):
            try:
                with begin() as session:
                    return work(session)
            except (DBAPIError, Again) as error:
                if not _is_passing(error):
                    raise
                time.sleep(random.uniform(0, 0.01 * 2**tried))
        raise Busy("the database stayed busy")

    def close(self) -> None:
        self.engine.dispose()


def dialect_insert(session: Session, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that knows ON CONFLICT, in the dialect of the session's database."""
    return sqlite.insert(table) if session.dialect.name == "sqlite" else postgresql.insert(table)


def _sqlite_engine(url: URL, options: dict[str, Any]) -> Engine:
    if url.database and url.database != ":memory:":
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, json_serializer=_dump, json_deserializer=orjson.loads, **options)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={BUSY_MILLISECONDS}",
    ):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin_sqlite(session: Connection) -> None:
    writes = session.get_execution_options().get("stoep_writes")
    driver: Any = session.connection.driver_connection
    try:
        driver.execute("BEGIN IMMEDIATE" if writes else "BEGIN").close()
    except session.dialect.loaded_dbapi.Error as error:
        raise DBAPIError.instance("BEGIN", None, error, session.dialect.loaded_dbapi.Error) from error


def _postgres_engine(url: URL, options: dict[str, Any]) -> Engine:
    url = url.set(drivername="postgresql+psycopg")
    options.setdefault("connect_args", {"options": f"-c lock_timeout={LOCK_TIMEOUT} -c timezone=UTC"})
    return create_engine(
        url,
        isolation_level="READ COMMITTED",
        json_serializer=_dump,
        json_deserializer=orjson.loads,
        **{"pool_size": 10, "max_overflow": 20, "pool_pre_ping": False} | options,
    )


def _dump(value: object) -> str:
    return orjson.dumps(value).decode()


def _is_passing(error: DBAPIError | Again) -> bool:
    if isinstance(error, Again):
        return True
    state = getattr(error.orig, "sqlstate", None)
    return state in RETRIED_STATES or (isinstance(error, OperationalError) and "locked" in str(error.orig))
