"""Databases to measure on: fresh, migrated, thrown away. Both as durable as in production."""

import contextlib
import importlib
import tempfile
from collections.abc import Iterator
from pathlib import Path

from delivery.store import migrate
from delivery.store.engine import Database

KINDS = ("sqlite", "postgresql")


@contextlib.contextmanager
def fresh_url(kind: str) -> Iterator[str]:
    """The address of a migrated database without rows. SQLite: a file, WAL, synchronous=FULL (as the engine sets it);
    PostgreSQL: a server of its own with fsync on."""
    with contextlib.ExitStack() as stack:
        if kind == "sqlite":
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="stoep-bench-"))
            url = f"sqlite:///{Path(folder) / 'stoep.sqlite'}"
        else:
            # By name: types are checked in this room, not in tests.
            postgres = importlib.import_module("tests.postgres")
            server = stack.enter_context(postgres.running_server(durable=True))
            server.execute("CREATE DATABASE stoep")
            url = server.url("stoep")
        database = Database(url)
        migrate.upgrade(database)
        database.close()
        yield url
