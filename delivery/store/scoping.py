"""Which tables of a statement are held to one merchant, by its conditions. Pure: a statement in, a verdict out."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from sqlalchemy.sql import operators
from sqlalchemy.sql.dml import Delete, Insert, Update, UpdateBase
from sqlalchemy.sql.elements import (
    BinaryExpression,
    BindParameter,
    BooleanClauseList,
    ClauseElement,
    ColumnElement,
    Grouping,
    TextClause,
)
from sqlalchemy.sql.schema import Column
from sqlalchemy.sql.selectable import (
    AliasedReturnsRows,
    CompoundSelect,
    FromGrouping,
    Join,
    ScalarSelect,
    Select,
    SelectBase,
    SelectStatementGrouping,
    TableClause,
    TextualSelect,
)

from delivery.store.tables import OPERATOR_TABLES, metadata

MERCHANT = "merchant_id"
Bound = frozenset[Any]
"""The tables and aliases that are held to one merchant, those of the enclosing statements included."""


class _Refused(Exception):
    """Carries the reason up."""


def why_not_held_to_one_merchant(statement: Any, inserted: Iterable[str] | None = None) -> str | None:
    """None when all is well, else the reason in a few words.

    `inserted` are the columns that an INSERT gets from its parameters, beside those in its VALUES.
    """
    try:
        if isinstance(statement, Insert):
            _check_insert(statement, frozenset(map(str, inserted or ())))
        else:
            _check(statement, frozenset(), frozenset())
    except _Refused as refused:
        return str(refused)
    return None


def _check(statement: Any, outer: frozenset[Any], bound: Bound) -> None:
    """`outer` are the tables of the enclosing statements, `bound` those of them that are held to one merchant."""
    match statement:
        case CompoundSelect():
            for part in statement.selects:
                _check(part, outer, bound)
        case SelectStatementGrouping():
            _check(statement.element, outer, bound)
        case Select():
            _check_select(statement, outer, bound)
        case Insert():
            _check_insert(statement, frozenset())
        case Update() | Delete():
            _check_change(statement, outer, bound)
        case TextClause() | TextualSelect():
            _check_text(str(statement))
        case _:
            _check_inside([statement], outer, bound)


def _check_text(text: str) -> None:
    if reason := why_not_harmless(text):
        raise _Refused(reason)


@lru_cache(maxsize=512)
def why_not_harmless(text: str) -> str | None:
    """Textual SQL cannot be judged; it is let through only when it names no table of a merchant."""
    if text.lstrip().upper().startswith("PRAGMA"):
        return None
    named = sorted(_merchants_tables() & set(re.findall(r"\w+", text.lower())))
    return f"textual SQL that names {named[0]} cannot be judged" if named else None


def _merchants_tables() -> set[str]:
    return set(metadata.tables) - OPERATOR_TABLES


def _check_select(statement: Select[Any], outer: frozenset[Any], bound: Bound) -> None:
    froms = list(statement.get_final_froms())
    tables = [table for source in froms for table in _tables(source)]
    own = _without_correlated(statement, tables, outer)
    # The same table may stand inside and outside: what holds the outer one says nothing about the inner.
    facts = _Facts(bound - set(own))
    facts.where(statement._where_criteria)
    for source in froms:
        facts.join(source)
    _demand(own, facts)
    _check_inside([statement], outer | frozenset(tables), facts.bound())


def _without_correlated(statement: Select[Any], tables: list[Any], outer: frozenset[Any]) -> list[Any]:
    """SQLAlchemy leaves a table to the enclosing statement when told to, or when others remain in the inner one."""
    told = set(statement._correlate or ())
    own = [table for table in tables if table not in outer and table not in told]
    return own or [table for table in tables if table not in told or table not in outer]


def _check_change(statement: Update | Delete, outer: frozenset[Any], bound: Bound) -> None:
    if isinstance(statement, Update) and MERCHANT in _names(statement._values or ()):
        raise _Refused("a row never changes its merchant")
    facts = _Facts(bound)
    facts.where(statement._where_criteria)
    tables = {statement.table, *_tables_in(statement._where_criteria), *_tables_in(_values(statement))} - outer
    _demand(list(tables), facts)
    _check_inside([statement], outer | frozenset(tables), facts.bound())


def _check_insert(statement: Insert, from_parameters: frozenset[str]) -> None:
    if not _is_a_merchants(statement.table):
        return
    many = [frozenset(_names(row)) for rows in statement._multi_values for row in rows]
    given = from_parameters | frozenset(_names(statement._values or ())) | frozenset(statement._select_names or ())
    if any(MERCHANT not in given | row for row in many or [frozenset[str]()]):
        raise _Refused(f"a row of {statement.table.name} without its merchant_id")
    _check_conflict(statement)
    _check_inside([statement], frozenset(), frozenset())


def _check_conflict(statement: Insert) -> None:
    conflict: Any = statement._post_values_clause
    if not hasattr(conflict, "update_values_to_set"):
        return
    if MERCHANT in _names(conflict.update_values_to_set):
        raise _Refused("a row never changes its merchant")
    targets = {getattr(target, "name", target) for target in conflict.inferred_target_elements or ()}
    facts = _Facts(frozenset())
    facts.where(() if conflict.update_whereclause is None else (conflict.update_whereclause,))
    if MERCHANT not in targets:
        _demand([statement.table], facts)


def _demand(tables: list[Any], facts: "_Facts") -> None:
    bound = facts.bound()
    for table in tables:
        if _is_a_merchants(table) and table not in bound:
            raise _Refused(f"{table.name} is not held to one merchant")


class _Facts:
    """What the conditions of one statement say about merchants."""

    def __init__(self, bound: Bound) -> None:
        self._bound = set(bound)
        self._follows: list[tuple[Any, Any]] = []

    def where(self, conditions: Iterable[ColumnElement[Any]], only: frozenset[Any] | None = None) -> None:
        """Take in conditions that always apply. In an outer join they hold only the tables of its optional side."""
        for condition in _conjuncts(conditions):
            if isinstance(condition, BinaryExpression) and condition.operator is operators.eq:
                self._equal(condition.left, condition.right, only)
                self._equal(condition.right, condition.left, only)

    def join(self, source: Any) -> None:
        """Take in the ON clauses of a join, and of the joins inside it."""
        if isinstance(source, FromGrouping):
            self.join(source.element)
        if not isinstance(source, Join):
            return
        self.join(source.left)
        self.join(source.right)
        if source.onclause is not None and not source.full:
            optional = frozenset(_tables(source.right)) if source.isouter else None
            self.where((source.onclause,), optional)

    def bound(self) -> Bound:
        """The tables held to one merchant: directly, or by equality to one that is."""
        grew = True
        while grew:
            grew = False
            for table, other in self._follows:
                if other in self._bound and table not in self._bound:
                    self._bound.add(table)
                    grew = True
        return frozenset(self._bound)

    def _equal(self, column: Any, value: Any, only: frozenset[Any] | None) -> None:
        table = _whose_merchant(column)
        if table is None or (only is not None and table not in only):
            return
        other = _whose_merchant(value)
        if other is not None:
            self._follows.append((table, other))
        elif _is_one_value(value):
            self._bound.add(table)


def _whose_merchant(column: Any) -> Any:
    """The table whose merchant the column names (the id of `merchants` does too), None for any other expression."""
    if not isinstance(column, Column) or not isinstance(_plain(column.table), TableClause):
        return None
    is_merchants_own = column.name == "id" and _plain(column.table).name == "merchants"
    return column.table if column.name == MERCHANT or is_merchants_own else None


def _is_one_value(value: Any) -> bool:
    """A parameter, or what a subquery says: that is judged for itself."""
    if isinstance(value, BindParameter | ScalarSelect):
        return True
    source = getattr(value, "table", None)
    return source is not None and value.name == MERCHANT and isinstance(_plain(source), SelectBase)


def _conjuncts(conditions: Iterable[Any]) -> Iterator[Any]:
    for condition in conditions:
        inner = condition.element if isinstance(condition, Grouping) else condition
        if isinstance(inner, BooleanClauseList) and inner.operator is operators.and_:
            yield from _conjuncts(inner.clauses)
        else:
            yield inner


def _tables(source: Any) -> Iterator[Any]:
    """The tables and aliases of tables in a FROM element; subqueries are judged for themselves."""
    if isinstance(source, Join):
        yield from _tables(source.left)
        yield from _tables(source.right)
    elif isinstance(source, FromGrouping):
        yield from _tables(source.element)
    elif isinstance(source, TextClause):
        raise _Refused("textual SQL cannot be judged")
    elif isinstance(_plain(source), TableClause):
        yield source


def _tables_in(elements: Iterable[Any]) -> set[Any]:
    """The tables whose columns an UPDATE or DELETE uses, outside of its subqueries."""
    return {
        found.table
        for found in _walk(elements)
        if isinstance(found, Column) and isinstance(_plain(found.table), TableClause)
    }


def _plain(source: Any) -> Any:
    """The table under its aliases, or whatever else is there."""
    while isinstance(source, AliasedReturnsRows):
        source = source.element
    return source


def _is_a_merchants(table: Any) -> bool:
    plain = _plain(table)
    return isinstance(plain, TableClause) and plain.name in _merchants_tables()


def _check_inside(elements: Iterable[Any], outer: frozenset[Any], bound: Bound) -> None:
    for found in _walk(elements, is_top=True):
        if isinstance(found, SelectBase | UpdateBase | TextualSelect):
            _check(found, outer, bound)


def _walk(elements: Iterable[Any], is_top: bool = False) -> Iterator[Any]:
    """Everything in the elements, statements inside them included but not entered."""
    for element in elements:
        if not isinstance(element, ClauseElement):
            continue
        if not is_top:
            yield element
        if is_top or not isinstance(element, SelectBase | UpdateBase):
            yield from _walk(_children(element))


def _children(element: Any) -> list[Any]:
    if isinstance(element, Column | TableClause):
        return []
    return [*element.get_children(), *getattr(element, "_independent_ctes", ())]


def _names(values: Any) -> list[str]:
    return [getattr(name, "name", name) for name in values]


def _values(statement: Update | Delete) -> list[Any]:
    return list((getattr(statement, "_values", None) or {}).values())
