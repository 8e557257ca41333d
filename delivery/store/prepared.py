"""Statements of the hot paths: compiled once for each kind of database, then sent by the driver itself.

SQLAlchemy spends ten times as long on a small statement as SQLite does. What it knows is used all the same: it spells the
statement, turns values into what the driver takes and back, and names the errors. The merchant guard judges each once.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler

from delivery.store.dialects import PerDialect
from delivery.store.engine import Session
from delivery.store.guard import judge

Convert = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class _Spelled:
    """One statement for one kind of database. `constants` are the values written in it, converted."""

    sql: str
    positions: tuple[str, ...] | None
    converters: tuple[tuple[str, Convert], ...]
    constants: Mapping[str, Any]
    results: tuple[tuple[int, Convert], ...]

    def parameters(self, values: Mapping[str, Any]) -> Any:
        said = {**self.constants, **values}
        for name, convert in self.converters:
            said[name] = convert(said[name])
        return said if self.positions is None else [said[name] for name in self.positions]

    def converted(self, row: tuple[Any, ...]) -> tuple[Any, ...]:
        values = list(row)
        for place, convert in self.results:
            values[place] = convert(values[place])
        return tuple(values)


class Prepared:
    """A Core statement whose parameters are all named with bindparam; no lists of any length."""

    def __init__(self, statement: Any) -> None:
        self._statement = statement
        self._spelled: dict[str, _Spelled] = {}

    def changes(self, session: Session, values: Mapping[str, Any]) -> int:
        """Run it; how many rows it wrote."""
        return int(self._run(session, values)[1].rowcount)

    def rows(self, session: Session, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Run it; all that it returns."""
        spelled, cursor = self._run(session, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return [spelled.converted(row) for row in found] if spelled.results else found

    def first(self, session: Session, values: Mapping[str, Any]) -> tuple[Any, ...] | None:
        """Run it; the first row it returns, None when there is none."""
        spelled, cursor = self._run(session, values)
        # All are fetched: an UPDATE … RETURNING on SQLite is not done before its rows are.
        rows = cursor.fetchall()
        return spelled.converted(rows[0]) if rows else None

    def _run(self, session: Session, values: Mapping[str, Any]) -> tuple[_Spelled, Any]:
        if not session.in_transaction():
            session.begin()
        spelled = self._spelled.get(session.dialect.name) or self._spell(session)
        parameters = spelled.parameters(values)
        driver: Any = session.connection.driver_connection
        try:
            return spelled, driver.execute(spelled.sql, parameters)
        except session.dialect.loaded_dbapi.Error as error:
            raise _named(session, spelled.sql, parameters, error) from error

    def _spell(self, session: Session) -> _Spelled:
        statement = self._statement.of(session) if isinstance(self._statement, PerDialect) else self._statement
        compiled = statement.compile(dialect=session.dialect)
        assert isinstance(compiled, SQLCompiler)
        judge(statement, compiled.column_keys, str(compiled), statement.get_execution_options())
        spelled = _spelled(statement, compiled, session.dialect)
        self._spelled[session.dialect.name] = spelled
        return spelled


def _spelled(statement: Any, compiled: SQLCompiler, dialect: Dialect) -> _Spelled:
    converters = {
        name: convert
        for name, bind in compiled.binds.items()
        if (convert := bind.type.dialect_impl(dialect).bind_processor(dialect)) is not None
    }
    constants = {name: bind.value for name, bind in compiled.binds.items() if not bind.required}
    columns = getattr(statement, "exported_columns", ())
    return _Spelled(
        sql=str(compiled),
        positions=tuple(compiled.positiontup) if compiled.positiontup is not None else None,
        converters=tuple((name, convert) for name, convert in converters.items() if name not in constants),
        constants={name: converters[name](value) if name in converters else value for name, value in constants.items()},
        results=tuple(
            (place, convert)
            for place, column in enumerate(columns)
            if (convert := column.type.dialect_impl(dialect).result_processor(dialect, None)) is not None
        ),
    )


def _named(session: Session, sql: str, parameters: Any, error: Exception) -> BaseException:
    dialect = session.dialect
    driver: Any = session.connection.driver_connection
    lost = dialect.is_disconnect(error, driver, None)  # type: ignore[arg-type]
    if lost:
        session.invalidate(error)
    return DBAPIError.instance(
        sql, parameters, error, dialect.loaded_dbapi.Error, connection_invalidated=lost, dialect=dialect
    )
