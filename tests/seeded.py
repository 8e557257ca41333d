"""Rows that many tests begin with: made once for each kind of database and copied from then on. Making them takes most of a
test's time.
"""

import atexit
import shutil
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

from delivery.store.engine import Database
from delivery.store.tables import metadata

TABLES = [table.name for table in metadata.sorted_tables]
COPY_ALL = ";".join(f"INSERT INTO {{to}}.{table} SELECT * FROM {{kept}}.{table}" for table in TABLES)
EMPTY_ALL = ";".join(f"DELETE FROM {{to}}.{table}" for table in reversed(TABLES))
"""Before rows are copied: what an earlier test left at work may just have made a signing key."""
KEEP_ALL = ";".join(f"CREATE TABLE {{kept}}.{table} AS SELECT * FROM public.{table}" for table in TABLES)
ACROSS = {"across_merchants": "a test fills a database"}


def fill(database: Database, name: str, make: Callable[[], object]) -> None:
    """Put into an empty database what `make` puts there; it is called once, and what it made is kept by this name."""
    known, copy, keep = SQLITE if database.is_sqlite else POSTGRES
    if known(database, name):
        copy(database, name)
    else:
        make()
        keep(database, name)


def _has_file(_database: Database, name: str) -> bool:
    return (_folder() / name).exists()


def _copy_file(database: Database, name: str) -> None:
    with database.engine.connect() as session:
        driver = session.connection.driver_connection
        assert driver is not None
        driver.execute("ATTACH ? AS kept", (str(_folder() / name),))
        driver.executescript(f"BEGIN; {EMPTY_ALL.format(to='main')}; {COPY_ALL.format(to='main', kept='kept')}; COMMIT")
        driver.execute("DETACH kept")


def _keep_file(database: Database, name: str) -> None:
    with database.engine.connect() as session:
        driver = session.connection.driver_connection
        assert driver is not None
        driver.execute("VACUUM INTO ?", (str(_folder() / name),))


@cache
def _folder() -> Path:
    folder = tempfile.mkdtemp(prefix="stoep-kept-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)


def _has_schema(database: Database, name: str) -> bool:
    with database.engine.connect() as session:
        question = f"SELECT to_regclass('{name}.merchants')"
        return session.exec_driver_sql(question, execution_options=ACROSS).scalar() is not None


def _copy_schema(database: Database, name: str) -> None:
    with database.engine.begin() as session:
        copy = f"{EMPTY_ALL.format(to='public')}; {COPY_ALL.format(to='public', kept=name)}"
        session.exec_driver_sql(copy, execution_options=ACROSS)


def _keep_schema(database: Database, name: str) -> None:
    """Beside that of the tables."""
    with database.engine.begin() as session:
        session.exec_driver_sql(f"CREATE SCHEMA {name}; {KEEP_ALL.format(kept=name)}", execution_options=ACROSS)


SQLITE = _has_file, _copy_file, _keep_file
POSTGRES = _has_schema, _copy_schema, _keep_schema
