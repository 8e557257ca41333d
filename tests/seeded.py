"""The demo merchant's rows, made once for each kind of database and copied from then on: making them takes most of a test's
time.
"""

import atexit
import shutil
import tempfile
from datetime import datetime
from functools import cache
from pathlib import Path

from delivery.store import migrate
from delivery.store.engine import Database
from delivery.store.tables import metadata
from plugin.commands.demo_merchant.seed import seed

TABLES = [table.name for table in metadata.sorted_tables]
COPY_ALL = ";".join(f"INSERT INTO {{to}}.{table} SELECT * FROM seeded.{table}" for table in TABLES)
ACROSS = {"across_merchants": "a test fills a database"}


def fill(database: Database, now: datetime, origins: tuple[str, ...]) -> None:
    """Put the demo merchant into an empty database."""
    if database.is_sqlite:
        _fill_sqlite(database, now, origins)
    else:
        _fill_postgres(database, now, origins)


def _fill_sqlite(database: Database, now: datetime, origins: tuple[str, ...]) -> None:
    with database.engine.connect() as session:
        driver = session.connection.driver_connection
        assert driver is not None
        driver.execute("ATTACH ? AS seeded", (str(_seeded_file(now, origins)),))
        driver.executescript(f"BEGIN; {COPY_ALL.format(to='main')}; COMMIT")
        driver.execute("DETACH seeded")


@cache
def _seeded_file(now: datetime, origins: tuple[str, ...]) -> Path:
    folder = tempfile.mkdtemp(prefix="stoep-seeded-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = Path(folder) / "seeded.sqlite"
    database = Database(f"sqlite:///{path}")
    migrate.upgrade(database)
    database.write(lambda session: seed(session, now, origins))
    database.close()
    return path


def _fill_postgres(database: Database, now: datetime, origins: tuple[str, ...]) -> None:
    """From a schema beside that of the tables."""
    with database.engine.begin() as session:
        known = session.exec_driver_sql("SELECT to_regclass('seeded.merchants')", execution_options=ACROSS).scalar()
        if known is not None:
            session.exec_driver_sql(COPY_ALL.format(to="public"), execution_options=ACROSS)
            return
        seed(session, now, origins)
        session.exec_driver_sql("CREATE SCHEMA seeded", execution_options=ACROSS)
        for table in TABLES:
            copy = f"CREATE TABLE seeded.{table} AS SELECT * FROM public.{table}"
            session.exec_driver_sql(copy, execution_options=ACROSS)
