"""Who types a command: what they have set, their database, and how they hear of what went wrong."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any

import click
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, OperationalError

from delivery.signing import Signer
from delivery.signing_keys import load_signer
from delivery.store.engine import Busy, Database
from delivery.store.migrate import is_current
from web.config import BadConfig, Config, read_config


@dataclass(frozen=True, slots=True)
class Operator:
    """The configuration, the clock and the database of one command."""

    config: Config
    clock: Callable[[], datetime]
    database: Database

    def signer(self) -> Signer:
        """The keys that sign, made when there are none yet. The database must be migrated."""
        return load_signer(self.database, self.clock(), self.config.secret_keys)

    def need_migrated(self) -> None:
        """Stops the command when the tables are missing or old."""
        if not is_current(self.database):
            raise click.ClickException("the database is not migrated to this version: run `stoep migrate` first")

    @property
    def database_name(self) -> str:
        """The database's address without its password."""
        return self.database.url.render_as_string(hide_password=True)


def with_operator(command: Callable[..., None]) -> Callable[..., None]:
    """Gives the command an Operator, and says in a plain sentence what is wrong with configuration or database."""

    @click.pass_obj
    @wraps(command)
    def run(obj: dict[str, Any], *args: Any, **options: Any) -> None:
        with _plainly_said():
            operator = _operator(obj["clock"])
            try:
                command(operator, *args, **options)
            finally:
                operator.database.close()

    return run


def _operator(clock: Callable[[], datetime]) -> Operator:
    config = read_config()
    try:
        return Operator(config, clock, Database(config.database_url))
    except (ArgumentError, NoSuchModuleError) as error:
        raise BadConfig("STOEP_DATABASE_URL is not the address of a SQLite or PostgreSQL database") from error


@contextmanager
def _plainly_said() -> Iterator[None]:
    try:
        yield
    except BadConfig as error:
        raise click.ClickException(f"the configuration cannot be used: {error}") from error
    except OperationalError as error:
        raise click.ClickException(f"the database cannot be used: {error.orig}") from error
    except Busy as error:
        raise click.ClickException("the database stayed busy; try again") from error
