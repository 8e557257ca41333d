"""Statements that must be spelled per database, made once at import and picked by the session's dialect."""

from collections.abc import Callable

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite

from delivery.store.engine import Session

Insert = postgresql.Insert | sqlite.Insert
"""An INSERT that knows ON CONFLICT; both dialects spell it alike."""


class PerDialect:
    """The same INSERT for SQLite and PostgreSQL. `build` gets the dialect's own INSERT into `table`."""

    def __init__(self, table: Table, build: Callable[[Insert], Insert]) -> None:
        self._statements: dict[str, Insert] = {
            "sqlite": build(sqlite.insert(table)),
            "postgresql": build(postgresql.insert(table)),
        }

    def of(self, session: Session) -> Insert:
        return self._statements[session.dialect.name]
