"""Brings the tables of a database to a numbered revision, whole or not at all, one process at a time."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from delivery.store.engine import Database

MIGRATIONS = Path(__file__).parent / "migrations"
LOCK = 7_283_465_001
"""The key of the advisory lock on PostgreSQL: any number that nobody else uses."""


class BrokenReferences(RuntimeError):
    """A migration would leave rows that point at nothing; it was undone."""


def upgrade(database: Database, to: str = "head") -> None:
    """Take the steps up to `to`. Does nothing when they are taken; a second process waits for the first."""
    _migrate(database, lambda config: command.upgrade(config, to))


def downgrade(database: Database, to: str) -> None:
    """Take the steps back down to `to`; "base" leaves no table of ours."""
    _migrate(database, lambda config: command.downgrade(config, to))


def current_revision(database: Database) -> str | None:
    """The revision the database stands at; None when nothing was ever migrated."""
    with database.reading() as session:
        return MigrationContext.configure(session).get_current_revision()


def head_revision() -> str:
    """The newest revision this code knows."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    if head is None:
        raise RuntimeError(f"no migrations in {MIGRATIONS}")
    return head


def is_current(database: Database) -> bool:
    """Whether the database stands at the newest revision."""
    return current_revision(database) == head_revision()


def _migrate(database: Database, step: Callable[[Config], None]) -> None:
    def work(connection: Connection) -> None:
        config = _config()
        config.attributes["connection"] = connection.execution_options(across_merchants="a migration")
        step(config)

    if database.is_sqlite:
        with _without_foreign_keys(database) as connection, connection.begin():
            work(connection)
            _check_references(connection)
    else:
        with database.engine.begin() as connection:
            connection.exec_driver_sql("SET LOCAL lock_timeout = 0")
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")
            work(connection)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


@contextmanager
def _without_foreign_keys(database: Database) -> Iterator[Connection]:
    """SQLite alters a table by copying and dropping it; with foreign keys on, the drop takes the children along.

    The switch does nothing inside a transaction, so it is thrown before BEGIN IMMEDIATE.
    """
    with database.engine.connect().execution_options(stoep_writes=True) as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.execute("PRAGMA foreign_keys=OFF").close()
        try:
            yield connection
        finally:
            connection.rollback()
            driver.execute("PRAGMA foreign_keys=ON").close()


def _check_references(connection: Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if broken:
        raise BrokenReferences(f"{len(broken)} rows, the first in table {broken[0][0]}")
