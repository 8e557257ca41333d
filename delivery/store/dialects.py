"""Statements that must be spelled per database, made once at import and picked by the session's dialect."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite

from delivery.store.engine import Session

Insert = postgresql.Insert | sqlite.Insert
"""An INSERT that knows ON CONFLICT; both dialects spell it alike."""


class PerDialect:
    """The same INSERT for SQLite and PostgreSQL. `build` gets the dialect's own INSERT into `table`."""

    def __init__(self, table: Table, build: Callable[[Insert], Any]) -> None:
        self._statements: dict[str, Any] = {
            "sqlite": build(sqlite.insert(table)),
            "postgresql": build(postgresql.insert(table)),
        }

    def of(self, session: Session) -> Any:
        return self._statements[session.dialect.name]
