"""Databases for tests: fresh, migrated, on SQLite and PostgreSQL; and two stock merchants.

Registered as a pytest plugin in conftest.py, so any test may ask for `database` (runs on both), `sqlite_database`,
`postgres_database`, `sqlite_url`, `postgres_url`, `empty_database` (not migrated) and `merchants`.
"""

import itertools
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import event
from sqlalchemy.engine import make_url

from delivery.store import migrate
from delivery.store.engine import LOCK_TIMEOUT, Database, Session
from delivery.store.tables import merchants as merchants_table
from delivery.store.tables import metadata
from tests.postgres import Server, running_server

MIGRATED = "stoep_migrated"
OURS = "stoep tests"
HANG_UP = f"""SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
    AND NOT (application_name = '{OURS}' AND state = 'idle')"""
"""A killed process of an earlier test may not have been missed by the server yet."""
EMPTY_ALL = ";".join(f"DELETE FROM {table.name}" for table in reversed(metadata.sorted_tables))
DROP_STRANGERS = f"""DO $$ DECLARE stranger text; BEGIN
    FOR stranger IN SELECT tablename FROM pg_tables WHERE schemaname = 'public'
        AND tablename NOT IN ('alembic_version', {", ".join(f"'{table.name}'" for table in metadata.sorted_tables)})
    LOOP EXECUTE 'DROP TABLE ' || quote_ident(stranger) || ' CASCADE'; END LOOP; END $$"""
"""A worker that an earlier test started here left the tables of its queue."""
LAMPS, BOOKS = "mr_lamps", "mr_books"
BOTH = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """One server per test process."""
    with running_server(durable=False) as server:
        yield server


class Lasting(Database):
    """A database by an engine that outlives the test.

    It knows the statements of the tests before: to compile and judge them anew took most of a short test's time. What a
    test listens to ends with it, as it has a view of its own of the engine.
    """

    def __init__(self, known: Database, url: str) -> None:
        self.url = make_url(url)
        self.engine = known.engine.execution_options()
        self._writer = self.engine.execution_options(stoep_writes=True)

    def close(self) -> None:
        """Connections to PostgreSQL are kept, as they always lead to the same database, unless one was forgotten."""
        if self.is_sqlite or self.engine.pool.checkedout():  # type: ignore[attr-defined]
            self.engine.dispose()


@pytest.fixture(scope="session")
def lasting_postgres(migrated_postgres: Server) -> Iterator[Database]:
    given = {"options": f"-c lock_timeout={LOCK_TIMEOUT} -c timezone=UTC", "application_name": OURS}
    database = Database(migrated_postgres.url(MIGRATED), connect_args=given)
    yield database
    database.close()


@pytest.fixture(scope="session")
def lasting_sqlite() -> Iterator[tuple[Database, list[str]]]:
    """With the path of the file that connections lead to. Nothing waits for the disk, as with PostgreSQL: what is killed
    in tests are processes, which have databases of their own."""
    database, path = Database("sqlite:///nowhere.sqlite"), [""]

    def lead(_dialect: Any, _record: Any, arguments: list[Any], _named: Any) -> None:
        arguments[0] = path[0]

    def hasten(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA synchronous=OFF").close()

    event.listen(database.engine, "do_connect", lead)
    event.listen(database.engine, "connect", hasten)
    yield database, path
    database.close()


@pytest.fixture(scope="session")
def migrated_postgres(postgres_server: Server) -> Server:
    """The server with one migrated database. Emptying it before each test is much quicker than making another."""
    postgres_server.execute(f"CREATE DATABASE {MIGRATED}")
    database = Database(postgres_server.url(MIGRATED))
    migrate.upgrade(database)
    database.close()
    return postgres_server


@pytest.fixture(scope="session")
def emptying(migrated_postgres: Server) -> Iterator[psycopg.Connection]:
    """A connection that stays, for emptying the database."""
    with psycopg.connect(migrated_postgres.url(MIGRATED), autocommit=True) as connection:
        yield connection


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file to copy."""
    path = tmp_path_factory.mktemp("template") / "stoep.sqlite"
    database = Database(f"sqlite:///{path}")
    migrate.upgrade(database)
    database.close()
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    path = tmp_path / "stoep.sqlite"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgres_url(migrated_postgres: Server, emptying: psycopg.Connection) -> str:
    emptying.execute(HANG_UP)
    emptying.execute(EMPTY_ALL.encode())
    emptying.execute(DROP_STRANGERS.encode())
    return migrated_postgres.url(MIGRATED)


@pytest.fixture
def sqlite_database(sqlite_url: str, lasting_sqlite: tuple[Database, list[str]]) -> Iterator[Database]:
    known, path = lasting_sqlite
    path[0] = str(make_url(sqlite_url).database)
    database = Lasting(known, sqlite_url)
    yield database
    database.close()


@pytest.fixture
def postgres_database(postgres_url: str, lasting_postgres: Database) -> Iterator[Database]:
    database = Lasting(lasting_postgres, postgres_url)
    yield database
    database.close()


@pytest.fixture(params=BOTH)
def database(request: pytest.FixtureRequest) -> Database:
    """A migrated database without rows; each test that asks for it runs on both kinds."""
    name = "sqlite_database" if request.param == "sqlite" else "postgres_database"
    found: Database = request.getfixturevalue(name)
    return found


@pytest.fixture(params=BOTH)
def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database without tables, on both kinds."""
    if request.param == "sqlite":
        yield from _opened(f"sqlite:///{tmp_path / 'empty.sqlite'}")
        return
    server: Server = request.getfixturevalue("postgres_server")
    name = _next_name()
    server.execute(f"CREATE DATABASE {name}")
    yield from _opened(server.url(name))
    server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def merchants(database: Database) -> tuple[str, str]:
    """The ids of two stock merchants in `database`: a lamp shop and a bookshop."""
    database.write(add_two_merchants)
    return LAMPS, BOOKS


def add_two_merchants(session: Session) -> None:
    add_merchant(session, LAMPS, "Lamp & Light")
    add_merchant(session, BOOKS, "The Bookshop")


def add_merchant(session: Session, merchant_id: str, name: str) -> None:
    """A merchant row with ordinary settings and nothing else."""
    session.execute(
        merchants_table.insert().values(
            id=merchant_id,
            name=name,
            country="NL",
            language="nl-NL",
            currency="EUR",
            time_zone="Europe/Amsterdam",
            allowed_origins=[],
            origin_rule="earliest",
            horizon_days=14,
            hold_minutes=10,
            hold_limit_minutes=30,
            payment_minutes=60,
            few_left=3,
            centres_shown=10,
            tracks_stock=False,
            settings_version=1,
            created_at=datetime(2026, 11, 1, tzinfo=UTC),
        )
    )


_numbers = itertools.count(1)


def _next_name() -> str:
    return f"stoep_{next(_numbers)}"


def _opened(url: str) -> Iterator[Database]:
    database = Database(url)
    yield database
    database.close()
