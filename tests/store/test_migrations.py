"""The tables and the migrations agree, up, down and up again, on both databases."""

import re
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import func, inspect, select

from delivery.store import migrate
from delivery.store.engine import Database
from delivery.store.tables import metadata, zones
from tests.databases import add_two_merchants
from tests.races.processes import in_processes, url_of
from tests.races.shoppers import migrate_at

POSTGRES_CATALOGUE = (
    "SELECT 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
    " WHERE connamespace = 'public'::regnamespace AND conrelid <> 0",
    "SELECT 'index', tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "SELECT 'column', table_name, column_name, concat_ws(' ', data_type, character_maximum_length, is_nullable,"
    " column_default) FROM information_schema.columns WHERE table_schema = 'public'",
)
SQLITE_CATALOGUE = ("SELECT type, tbl_name, name, sql FROM sqlite_master WHERE sql IS NOT NULL",)


def catalogue(database: Database) -> set[tuple[Any, ...]]:
    """Everything the database knows about its tables, but for the order and spacing in which it was told."""
    queries = SQLITE_CATALOGUE if database.is_sqlite else POSTGRES_CATALOGUE
    with database.reading() as session:
        rows = [row for query in queries for row in session.exec_driver_sql(query)]
    return {(kind, table, name, clauses(said)) for kind, table, name, said in rows if table != "alembic_version"}


def clauses(said: str) -> tuple[str, ...]:
    """A definition's head and the clauses in its outermost brackets, in a fixed order."""
    head, _, body = re.sub(r"\s+", " ", said).partition("(")
    parts, depth = [""], 0
    for sign in body.rstrip().removesuffix(")"):
        depth += {"(": 1, ")": -1}.get(sign, 0)
        if sign == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += sign
    return head.strip(), *sorted(part.strip() for part in parts)


def test_a_migrated_database_has_no_difference_that_alembic_can_see(database: Database) -> None:
    with database.reading() as session:
        found = compare_metadata(MigrationContext.configure(session, opts={"compare_type": True}), metadata)
    assert found == []


def test_a_migrated_database_is_the_same_as_one_made_from_the_tables(database: Database, empty_twin: Database) -> None:
    with empty_twin.engine.begin() as session:
        metadata.create_all(session)
    assert catalogue(database) == catalogue(empty_twin)


@pytest.fixture
def empty_twin(database: Database, request: pytest.FixtureRequest, tmp_path: Any) -> Any:
    """An empty database of the same kind as `database`."""
    if database.is_sqlite:
        twin = Database(f"sqlite:///{tmp_path / 'twin.sqlite'}")
        yield twin
        twin.close()
        return
    server = request.getfixturevalue("postgres_server")
    server.execute("CREATE DATABASE twin")
    twin = Database(server.url("twin"))
    yield twin
    twin.close()
    server.execute("DROP DATABASE twin")


def test_it_goes_up_and_down_and_up_again(empty_database: Database) -> None:
    assert migrate.current_revision(empty_database) is None
    assert not migrate.is_current(empty_database)
    migrate.upgrade(empty_database)
    first = catalogue(empty_database)
    assert migrate.is_current(empty_database)
    migrate.downgrade(empty_database, "base")
    assert inspect(empty_database.engine).get_table_names() == ["alembic_version"]
    assert not migrate.is_current(empty_database)
    migrate.upgrade(empty_database)
    assert catalogue(empty_database) == first
    assert migrate.current_revision(empty_database) == migrate.head_revision()


def test_migrating_twice_changes_nothing(database: Database) -> None:
    before = catalogue(database)
    migrate.upgrade(database)
    assert catalogue(database) == before


def test_processes_that_migrate_at_once_wait_for_each_other(empty_database: Database) -> None:
    assert in_processes(3, migrate_at, url_of(empty_database)) == [migrate.head_revision()] * 3


def test_a_migration_that_fails_half_way_leaves_nothing_behind(
    empty_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail_after_the_first_table(*_: object, **__: object) -> None:
        raise RuntimeError("power cut")

    monkeypatch.setattr("alembic.operations.Operations.create_index", fail_after_the_first_table)
    with pytest.raises(RuntimeError, match="power cut"):
        migrate.upgrade(empty_database)
    assert inspect(empty_database.engine).get_table_names() == []


def test_a_migration_on_sqlite_does_not_take_the_children_of_an_altered_table_along(
    sqlite_database: Database,
) -> None:
    sqlite_database.write(add_two_merchants)
    with sqlite_database.engine.begin() as session:
        session.exec_driver_sql(
            "INSERT INTO zones (merchant_id, id, name, country, postcodes, position)"
            " VALUES ('mr_lamps', 'a', 'A', 'NL', '[]', 0)",
            execution_options={"across_merchants": "a test"},
        )
    with migrate._without_foreign_keys(sqlite_database) as connection, connection.begin():
        for step in (
            "CREATE TABLE copied AS SELECT * FROM merchants",
            "DROP TABLE merchants",
            "ALTER TABLE copied RENAME TO merchants",
        ):
            connection.exec_driver_sql(step)
    with sqlite_database.reading() as session:
        assert session.scalar(select(func.count()).where(zones.c.merchant_id == "mr_lamps")) == 1
        assert session.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
