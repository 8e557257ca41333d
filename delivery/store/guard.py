"""The merchant guard: a statement that forgets the merchant is refused before it reaches the database.

Every table of a merchant that a statement touches must be held to one merchant: by `merchant_id == value` among the
conditions that always apply, or by a join on merchant_id to a table that is. Rows are inserted with their merchant_id.
Who really means all merchants says so and why: `.execution_options(across_merchants="a sweep")`. Textual SQL cannot be
judged: when it names a table of a merchant, it too must say why.

SQLAlchemy keeps what it has compiled, so each statement is judged once and its verdict kept with its compiled form.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.sql.compiler import SQLCompiler

from delivery.store.scoping import why_not_harmless, why_not_held_to_one_merchant

ACROSS = "across_merchants"


class ForgotMerchant(Exception):
    """A statement would read or write rows of any merchant, and does not say why."""


def guard(engine: Engine) -> None:
    """From now on the engine refuses statements that forget the merchant, with ForgotMerchant."""
    event.listen(engine, "before_cursor_execute", _judge)


def judge(statement: Any, inserted: Iterable[str] | None, sql: str, options: Mapping[str, Any]) -> None:
    """Raises ForgotMerchant unless the Core statement is held to one merchant, or says why it is not."""
    if not options.get(ACROSS):
        _raise_for(why_not_held_to_one_merchant(statement, inserted), sql)


def _judge(_session: Connection, _cursor: Any, statement: str, _parameters: Any, context: Any, _many: bool) -> None:
    compiled = context.compiled
    if compiled is not None and getattr(compiled, "held_to_one_merchant", False):
        return
    if context.execution_options.get(ACROSS):
        return
    if compiled is None:
        _raise_for(why_not_harmless(statement), statement)
    elif isinstance(compiled, SQLCompiler):
        _raise_for(why_not_held_to_one_merchant(compiled.statement, compiled.column_keys), statement)
        compiled.held_to_one_merchant = True  # type: ignore[attr-defined]


def _raise_for(reason: str | None, sql: str) -> None:
    if reason:
        raise ForgotMerchant(f"{reason}: {sql}")
