"""A statement that forgets the merchant never reaches the database."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import (
    and_,
    bindparam,
    case,
    column,
    delete,
    exists,
    func,
    insert,
    inspect,
    lateral,
    literal,
    literal_column,
    or_,
    select,
    table,
    text,
    union_all,
    update,
    values,
)
from sqlalchemy.dialects import sqlite

from delivery.store.engine import Database
from delivery.store.guard import ForgotMerchant, _judge
from delivery.store.scoping import why_not_held_to_one_merchant
from delivery.store.tables import bookings, counters, events, handovers, holds, idempotency, merchants, places
from tests.databases import BOOKS, LAMPS
from tests.selling import NOW

M = bindparam("m")
OURS = holds.c.merchant_id == "mr_lamps"
LIVE = holds.c.state == "live"
OTHER = holds.alias("other")
SUB = select(holds.c.id, holds.c.merchant_id).where(OURS).subquery()
LOOSE_SUB = select(holds.c.id, holds.c.merchant_id).subquery()
CTE = select(holds.c.id).where(OURS).cte("mine")
JOINED = holds.c.merchant_id == bookings.c.merchant_id

HELD: dict[str, Any] = {
    "a value": select(holds).where(OURS, LIVE),
    "the value first": select(holds.c.id).where(holds.c.merchant_id == "mr_lamps"),
    "inside and_": select(holds).where(and_(LIVE, and_(OURS, LIVE))),
    "a count": select(func.count()).where(OURS),
    "an alias": select(OTHER).where(OTHER.c.merchant_id == M),
    "a join on the merchant": select(holds).join(bookings, JOINED).where(OURS),
    "a join bound at the far end": select(holds).join(bookings, JOINED).where(bookings.c.merchant_id == M),
    "a cross join, both bound": select(holds, bookings).where(OURS, bookings.c.merchant_id == M),
    "an outer join": select(holds).outerjoin(bookings, and_(JOINED, bookings.c.hold_id == holds.c.id)).where(OURS),
    "an outer join bound in its own ON": select(holds).outerjoin(bookings, bookings.c.merchant_id == M).where(OURS),
    "the merchant's own row": select(holds)
    .join(merchants, merchants.c.id == holds.c.merchant_id)
    .where(merchants.c.id == M),
    "a subquery that is held": select(SUB.c.id),
    "a join on a held subquery": select(bookings).join(SUB, SUB.c.merchant_id == bookings.c.merchant_id),
    "an expression with a held subquery": select(bookings).where(
        bookings.c.merchant_id == M, bookings.c.hold_id.in_(select(holds.c.id).where(OURS))
    ),
    "a cte": select(CTE),
    "a union": union_all(select(holds.c.id).where(OURS), select(bookings.c.id).where(bookings.c.merchant_id == M)),
    "a correlated exists": select(bookings).where(bookings.c.merchant_id == M, exists().where(JOINED)),
    "a correlated scalar": select(bookings.c.id, select(func.count(holds.c.id)).where(JOINED).scalar_subquery()).where(
        bookings.c.merchant_id == M
    ),
    "an update": update(holds).where(OURS).values(state="expired"),
    "an update by a subquery of the same table": update(holds)
    .where(OURS, holds.c.id.in_(select(holds.c.id).where(OURS, LIVE)))
    .values(state="expired"),
    "a delete": delete(holds).where(OURS),
    "an insert": insert(idempotency).values(merchant_id=M, key="k", fingerprint="f"),
    "an insert of many": insert(idempotency).values(
        [{"merchant_id": "a", "key": "k"}, {"merchant_id": "b", "key": "k"}]
    ),
    "an insert from a select": insert(idempotency).from_select(
        ["merchant_id", "key"], select(holds.c.merchant_id, holds.c.id).where(OURS)
    ),
    "an upsert on a key with the merchant": sqlite.insert(counters)
    .values(merchant_id=M)
    .on_conflict_do_update(index_elements=["merchant_id", "kind", "ref", "day"], set_={"held": 1}),
    "an operator's table": select(places).where(places.c.country == "NL"),
    "no table at all": select(literal(1), func.now()),
    "a table that is not ours": select(table("pg_class", column("relname"))),
    "text without our tables": text("SELECT 1"),
}

FORGETFUL: dict[str, Any] = {
    "nothing": select(holds),
    "other conditions only": select(holds).where(LIVE),
    "a count": select(func.count()).select_from(holds),
    "an or": select(holds).where(or_(OURS, LIVE)),
    "a not": select(holds).where(~OURS),
    "unequal": select(holds).where(holds.c.merchant_id != M),
    "a list of merchants": select(holds).where(holds.c.merchant_id.in_(["a", "b"])),
    "itself": select(holds).where(holds.c.merchant_id == holds.c.merchant_id),
    "another column": select(holds).where(holds.c.merchant_id == holds.c.checkout),
    "a piece of text": select(holds).where(holds.c.merchant_id == literal_column("merchant_id")),
    "text as a condition": select(holds).where(text("merchant_id = 'mr_lamps'")),
    "a condition inside case": select(holds).where(case((OURS, True), else_=True)),
    "an alias of a bound table": select(holds, OTHER).where(OURS),
    "a join on another column": select(holds).join(bookings, bookings.c.hold_id == holds.c.id).where(OURS),
    "a join bound nowhere": select(holds).join(bookings, JOINED),
    "a join with merchants bound nowhere": select(holds).join(merchants, merchants.c.id == holds.c.merchant_id),
    "an outer join that binds only the optional side": select(holds).outerjoin(bookings, JOINED).where(literal(1) == 1),
    "an outer join whose ON speaks of the other side": select(holds).outerjoin(
        bookings, and_(JOINED, OURS, bookings.c.merchant_id == M)
    ),
    "a full join": select(holds).outerjoin(bookings, JOINED, full=True).where(OURS),
    "a loose subquery": select(LOOSE_SUB.c.id),
    "a loose subquery of the same table": select(holds).where(OURS, holds.c.id.in_(select(holds.c.id).where(LIVE))),
    "a loose subquery in the columns": select(
        holds.c.id, select(func.count(bookings.c.id)).where(bookings.c.hold_id == holds.c.id).scalar_subquery()
    ).where(OURS),
    "a loose exists": select(bookings).where(bookings.c.merchant_id == M, exists().where(holds.c.id == "x")),
    "a loose cte": select(select(holds.c.id).cte("all_of_them")),
    "a lateral": select(bookings.c.id, lateral(select(holds.c.id).where(holds.c.id == bookings.c.hold_id)).c.id).where(
        bookings.c.merchant_id == M
    ),
    "one arm of a union": union_all(select(holds.c.id).where(OURS), select(bookings.c.id)),
    "a table by its name only": select(table("holds", column("id"))),
    "an update": update(holds).where(LIVE).values(state="expired"),
    "an update from another table": update(holds)
    .where(OURS, holds.c.id == bookings.c.hold_id)
    .values(state="confirmed"),
    "an update with a loose value": update(counters)
    .where(counters.c.merchant_id == M)
    .values(held=select(func.count(holds.c.id)).where(LIVE).scalar_subquery()),
    "an update that moves a row": update(holds).where(OURS).values(merchant_id="mr_books"),
    "a delete": delete(holds).where(LIVE),
    "a delete by a loose subquery": delete(handovers).where(
        handovers.c.merchant_id == M, handovers.c.booking_id.in_(select(bookings.c.id))
    ),
    "an insert": insert(idempotency).values(key="k"),
    "an insert of many, one without": insert(idempotency).values([{"merchant_id": "a", "key": "k"}, {"key": "l"}]),
    "an insert from a loose select": insert(idempotency).from_select(
        ["merchant_id", "key"], select(holds.c.merchant_id, holds.c.id)
    ),
    "an upsert that could hit another's row": sqlite.insert(holds)
    .values(merchant_id=M, id="hd_1")
    .on_conflict_do_update(index_elements=["id"], set_={"state": "live"}),
    "an upsert that moves a row": sqlite.insert(counters)
    .values(merchant_id=M)
    .on_conflict_do_update(index_elements=["merchant_id", "kind", "ref", "day"], set_={"merchant_id": "x"}),
    "text": text("SELECT * FROM holds"),
    "text as a from": select(text("id")).select_from(text("holds")),
    "text with columns": text("SELECT id FROM holds").columns(holds.c.id),
}


@pytest.mark.parametrize("name", HELD)
def test_a_statement_held_to_one_merchant_passes(name: str) -> None:
    assert why_not_held_to_one_merchant(HELD[name]) is None


@pytest.mark.parametrize("name", FORGETFUL)
def test_a_forgetful_statement_is_named(name: str) -> None:
    assert why_not_held_to_one_merchant(FORGETFUL[name])


@pytest.mark.parametrize("held", [True, False])
def test_a_recursive_query_is_judged_by_its_parts(held: bool) -> None:
    start = select(holds.c.id).where(OURS if held else LIVE).cte("chain", recursive=True)
    chain = start.union_all(select(start.c.id).where(start.c.id > "x"))
    assert (why_not_held_to_one_merchant(select(chain)) is None) == held


def test_a_list_of_values_as_a_table_passes() -> None:
    wanted = values(column("id"), name="wanted").data([("hd_1",)])
    assert why_not_held_to_one_merchant(select(holds).join(wanted, wanted.c.id == holds.c.id).where(OURS)) is None


@pytest.mark.parametrize(
    "act",
    [
        lambda s: s.execute(select(holds)),
        lambda s: s.scalars(select(holds.c.id).where(LIVE)),
        lambda s: s.execute(update(holds).values(state="live")),
        lambda s: s.execute(insert(holds), {"id": "hd_1", "state": "live"}),
        lambda s: s.execute(text("DELETE FROM holds")),
        lambda s: s.exec_driver_sql("DELETE FROM holds"),
        lambda s: s.execute(holds.delete().where(LIVE)),
    ],
)
def test_the_database_refuses_a_forgetful_statement(database: Database, act: Callable[[Any], Any]) -> None:
    with pytest.raises(ForgotMerchant):
        database.write(act)
    with database.reading() as session, pytest.raises(ForgotMerchant):
        act(session)


def test_who_means_all_merchants_says_why(database: Database, merchants: tuple[str, str]) -> None:
    counting = select(func.count()).select_from(counters)
    with database.reading() as session:
        assert session.execute(counting.execution_options(across_merchants="a test")).scalar() == 0
        assert (
            session.execute(text("SELECT count(*) FROM holds").execution_options(across_merchants="a test")).scalar()
            == 0
        )


def test_an_excuse_given_once_does_not_excuse_the_next_time(database: Database) -> None:
    with database.reading() as session:
        session.execute(select(holds).execution_options(across_merchants="a test"))
        with pytest.raises(ForgotMerchant):
            session.execute(select(holds))


def test_an_empty_excuse_is_none(database: Database) -> None:
    with database.reading() as session, pytest.raises(ForgotMerchant):
        session.execute(select(holds).execution_options(across_merchants=""))


def test_the_same_statement_with_other_columns_is_judged_anew(database: Database, merchants: tuple[str, str]) -> None:
    def keep(**row: object) -> None:
        usual = {"booking_id": "bk_1", "type": "packed", "at": NOW, "received_at": NOW, "detail": {}}
        database.write(lambda s: s.execute(insert(events), usual | row))

    keep(id="1", merchant_id=LAMPS)
    with pytest.raises(ForgotMerchant):
        keep(id="2")
    keep(id="3", merchant_id=BOOKS)


def test_looking_at_the_tables_is_allowed(database: Database) -> None:
    assert "holds" in inspect(database.engine).get_table_names()
    assert {found["name"] for found in inspect(database.engine).get_columns("holds")} >= {"merchant_id"}


def test_a_known_statement_costs_almost_nothing(database: Database) -> None:
    statement = select(holds.c.id).where(OURS)

    class Context:
        compiled = statement.compile(database.engine)
        execution_options: dict[str, Any] = {}

    def judge() -> None:
        _judge(None, None, "", None, Context, False)  # type: ignore[arg-type]

    judge()
    best = min(_seconds_for(1000, judge) for _ in range(5))
    assert best / 1000 < 3e-6


def _seconds_for(times: int, act: Callable[[], None]) -> float:
    start = time.perf_counter()
    for _ in range(times):
        act()
    return time.perf_counter() - start
