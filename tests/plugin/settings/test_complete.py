"""Whatever can be set is on its page, in the export and in the documents, and is called something in both languages."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from marshmallow import Schema
from sqlalchemy import Table

from delivery.settings import documents
from delivery.settings.areas import AREAS, Area
from delivery.settings.collections import ByDay, ByWeekday, Group, Rows
from delivery.store.tables import merchants
from delivery.store.tables import settings as settings_tables
from delivery.texts.catalogues import ENGLISH, merchant_languages, translations
from delivery.texts.settings import AREAS as AREA_WORDS
from delivery.texts.settings import label, words_of
from tests.plugin.desk import Desk

PAGE_OF_DOCS = (Path(__file__).parents[3] / "docs" / "settings.md").read_text(encoding="utf-8")
NAMES = re.compile(r'\bname="([^"]+)"')
OF_THE_ROW = {"merchant_id", "id", "position", "created_at", "settings_version", "open_share_told_at", "gateway"}
"""Columns that say which row it is, when it came and what we noted of it; nobody sets them."""
NO_SETTINGS = {"stock"}
"""Tables beside the settings that a shop's server fills."""

Leaf = tuple[str, str]
"""A setting's path in its document, and what its field is called on a page: a pattern."""


def leaves(schema: Schema, path: str = "", name: str = "") -> Iterator[Leaf]:
    """Every setting that has a field of its own, however deep."""
    for key, field in schema.fields.items():
        yield from of_field(field, f"{path}.{key}".strip("."), f"{name}{re.escape(key)}")


def of_field(field: object, path: str, name: str) -> Iterator[Leaf]:
    if isinstance(field, Group):
        yield from leaves(field.schema, path, f"{name}-")
    elif isinstance(field, Rows):
        yield from leaves(field.schema, path, rf"{name}-\d+-")
    elif isinstance(field, ByWeekday):
        yield from of_field(field.value_field, path, rf"{name}-[1-7]")
    elif isinstance(field, ByDay):
        yield path, rf"{name}-\d+-day"
        yield from of_field(field.value_field, f"{path}.value", rf"{name}-\d+-value")
    else:
        yield path, name


def paths(schema: Schema, path: str) -> Iterator[str]:
    """The same with groups and rows themselves: all that needs to be called something."""
    for key, field in schema.fields.items():
        inner = f"{path}.{key}"
        yield inner
        if isinstance(field, Group | Rows):
            yield from paths(field.schema, inner)
        elif isinstance(field, ByDay) and isinstance(field.value_field, Group):
            yield from paths(field.value_field.schema, f"{inner}.value")


def page_of(area: Area) -> str:
    return f"/plugin/settings/{area.name}" + ("" if area.single else "/add")


@pytest.mark.parametrize("area", AREAS.values(), ids=lambda area: area.name)
def test_every_setting_is_on_its_page(plain_desk: Desk, area: Area) -> None:
    fields = set(NAMES.findall(plain_desk.get(page_of(area)).text))
    known = list(leaves(area.schema))
    assert known
    missing = [path for path, name in known if not any(re.fullmatch(name, field) for field in fields)]
    assert missing == []


@pytest.mark.parametrize("area", AREAS.values(), ids=lambda area: area.name)
def test_every_setting_is_exported(plain_desk: Desk, area: Area) -> None:
    with plain_desk.door.database.reading() as session:
        exported = documents.export(session, plain_desk.merchant_id)["settings"][area.name]
    for document in [exported] if area.single else exported.values() if isinstance(exported, dict) else exported:
        assert set(area.schema.fields) - set(document) == set()


@pytest.mark.parametrize("area", AREAS.values(), ids=lambda area: area.name)
def test_every_setting_is_in_the_documents(area: Area) -> None:
    names = {path.rsplit(".", 1)[-1] for path in paths(area.schema, area.name)}
    assert sorted(name for name in names if f"`{name}`" not in PAGE_OF_DOCS and f'"{name}"' not in PAGE_OF_DOCS) == []


@pytest.mark.parametrize("area", AREAS.values(), ids=lambda area: area.name)
def test_every_setting_is_called_something(area: Area) -> None:
    """In English by being listed; elsewhere by a translation of it and of its help."""
    said = [AREA_WORDS[area.name], *(words_of(path) for path in paths(area.schema, area.name))]
    assert all(label(path, ENGLISH) for path in paths(area.schema, area.name))
    for language in merchant_languages()[1:]:
        catalogue = vars(translations(language))["_catalog"]
        untold = {text for words in said for text in words if text and not catalogue.get(text)}
        assert untold == set()


def tables() -> list[Table]:
    beside = [table for table in vars(settings_tables).values() if isinstance(table, Table)]
    assert beside
    return [merchants, *(table for table in beside if table.name not in NO_SETTINGS)]


@pytest.mark.parametrize("table", tables(), ids=lambda table: table.name)
def test_every_column_of_the_settings_is_a_setting(table: Table) -> None:
    areas = [area for area in AREAS.values() if area.table is table]
    settings = {area.column for area in areas if area.column}
    settings |= {name for area in areas if not area.column for name in area.schema.fields}
    if "address" in settings:
        settings.add("country")  # That of the address, to be searched by.
    assert {column.name for column in table.c} - OF_THE_ROW - settings == set()
