"""Everything in one document: out, in elsewhere, and out again the same; all of it or nothing."""

import json
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis
from sqlalchemy import select

from delivery import audit
from delivery.problems import EditedMeanwhile, InvalidInput
from delivery.settings import documents, items
from delivery.settings.areas import AREAS
from delivery.settings.documents import Difference
from delivery.store.engine import Database
from delivery.store.tables import merchants as merchant_rows
from tests.databases import BOOKS, LAMPS
from tests.delivery.settings.builders import ANNA, NOW, ZONE, add, add_shop, order
from tests.delivery.settings.made_up import settings

pytestmark = pytest.mark.usefixtures("merchants")


def export(database: Database, merchant_id: str = LAMPS) -> dict[str, Any]:
    """As a file has it."""
    with database.reading() as session:
        found: dict[str, Any] = json.loads(json.dumps(documents.export(session, merchant_id)))
    return found


def put_in(database: Database, document: Any, merchant_id: str = LAMPS, seen: str | None = None) -> documents.Plan:
    return database.write(lambda session: documents.replace_all(session, NOW, ANNA, merchant_id, document, seen))


def as_file(settings: dict[str, Any]) -> dict[str, Any]:
    return {"format": documents.FORMAT, "version": documents.VERSION, "settings": settings}


@hypothesis(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much],
)
@given(made=settings())
def test_whatever_is_set_comes_out_as_it_went_in(database: Database, made: dict[str, Any]) -> None:
    put_in(database, as_file(made))
    first = export(database)
    put_in(database, first, BOOKS)
    assert export(database, BOOKS) == first
    for name, area in AREAS.items():
        for said in [first["settings"][name]] if area.single else first["settings"][name]:
            document = {key: value for key, value in said.items() if key != "id"}
            assert area.schema.load(document) == document, "what is kept is read as it is"


def test_areas_that_are_not_named_stay(database: Database) -> None:
    add_shop(database)
    before = export(database)
    made = put_in(
        database, as_file({"zones": [*before["settings"]["zones"], {"id": "nl", "name": "NL", "country": "NL"}]})
    )
    assert made.differences() == {"zones": Difference(1, 0, 0)}
    after = export(database)
    assert {**after["settings"], "zones": []} == {**before["settings"], "zones": []}
    assert order(database, "zones") == ["amsterdam", "nl"]


def test_what_came_changed_and_went_is_counted_and_written_down(database: Database) -> None:
    for name in ("One", "Two", "Three"):
        add(database, "zones", ZONE | {"name": name})
    zones = [{"id": "three", **ZONE, "name": "Three"}, {**ZONE, "name": "Four"}, {"id": "one", **ZONE, "postcodes": []}]
    assert put_in(database, as_file({"zones": zones})).differences() == {"zones": Difference(1, 1, 1)}
    assert order(database, "zones") == ["three", "four", "one"]
    with database.reading() as session:
        log = [(entry.item, entry.action) for entry in audit.entries(session, LAMPS).entries[:4]]
        version = session.scalar(select(merchant_rows.c.settings_version).where(merchant_rows.c.id == LAMPS))
    assert sorted(log) == [("", "changed"), ("four", "added"), ("one", "changed"), ("two", "removed")]
    assert version == 5


def test_every_fault_is_told_and_nothing_is_taken(database: Database) -> None:
    add_shop(database)
    before = export(database)
    wrong = deepcopy(before)
    wrong["settings"]["shop"]["name"] = ""
    wrong["settings"]["zones"] += [
        {"id": "amsterdam", **ZONE},
        {"id": "x" * 65, **ZONE},
        {"name": "No country"},
        "zone",
    ]
    wrong["settings"]["windows"][0]["weekday"] = 9
    wrong["settings"]["keys"] = []
    with pytest.raises(InvalidInput) as refusal:
        put_in(database, wrong)
    assert sorted(fault.pointer for fault in refusal.value.faults) == [
        "/settings/keys",
        "/settings/shop/name",
        "/settings/windows/0/weekday",
        "/settings/zones/1/id",
        "/settings/zones/2/id",
        "/settings/zones/3/country",
        "/settings/zones/4",
    ]
    assert export(database) == before


def test_items_that_are_named_must_be_there_afterwards(database: Database) -> None:
    add_shop(database)
    with pytest.raises(InvalidInput) as refusal:
        put_in(database, as_file({"zones": []}))
    assert [(fault.pointer, str(fault.detail)) for fault in refusal.value.faults] == [
        ("/settings/zones", "“amsterdam” is missing, and “Pakketpost” still uses it."),
        ("/settings/zones", "“amsterdam” is missing, and “amsterdam-2-1800” still uses it."),
    ]
    wrong = export(database)["settings"] | {"zones": []}
    with pytest.raises(InvalidInput) as refusal:
        put_in(database, as_file(wrong))
    assert [fault.pointer for fault in refusal.value.faults] == [
        "/settings/services/0/transits/0/zone",
        "/settings/windows/0/zone_id",
    ]


@pytest.mark.parametrize("document", [None, [], "x", {}, {"format": "stoep-settings", "version": 2, "settings": {}}])
def test_another_file_is_refused(database: Database, document: Any) -> None:
    with pytest.raises(InvalidInput) as refusal:
        put_in(database, document)
    assert [fault.pointer for fault in refusal.value.faults] == ["/format"]


def test_an_import_does_not_overwrite_what_was_changed_after_it_was_looked_at(database: Database) -> None:
    add_shop(database)
    document = export(database)
    with database.reading() as session:
        seen = documents.plan(session, LAMPS, document).seen
    add(database, "zones", ZONE | {"name": "New"})
    with pytest.raises(EditedMeanwhile):
        put_in(database, document, seen=seen)
    assert order(database, "zones") == ["amsterdam", "new"]


def test_it_hides_other_merchants(database: Database) -> None:
    add_shop(database, BOOKS)
    before = export(database, BOOKS)
    assert export(database)["settings"]["zones"] == []
    put_in(database, as_file({"zones": [{"id": "amsterdam", **ZONE, "name": "Ours"}]}))
    put_in(database, as_file({"zones": []}))
    assert export(database, BOOKS) == before


def test_nothing_of_keys_staff_or_stock_is_in_it(database: Database) -> None:
    document = export(database)
    assert set(document) == {"format", "version", "settings"}
    assert list(document["settings"]) == list(AREAS)


def test_every_column_of_the_settings_is_in_a_schema() -> None:
    ours = {
        "id",
        "merchant_id",
        "position",
        "settings_version",
        "created_at",
        "country",
        "open_share_told_at",
        "gateway",
    }
    for table in {area.table for area in AREAS.values()}:
        areas = [area for area in AREAS.values() if area.table is table]
        said = {name for area in areas for name in ([area.column] if area.column else area.schema.fields)}
        assert {column.name for column in table.c} - ours == said - {"country"}
        assert "country" not in table.c or said & {"country", "address"}


def test_the_marks_of_equal_documents_are_equal() -> None:
    assert items.mark({"a": 1, "b": [2]}) == items.mark({"b": [2], "a": 1}) != items.mark({"a": 1, "b": [3]})
