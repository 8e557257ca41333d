"""Items that name items of other areas: who is named, and whether it is there."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from marshmallow import Schema, fields

from delivery.faults import part
from delivery.problems import Fault
from delivery.settings.areas import AREAS, Area, Document
from delivery.settings.fields import Ref
from delivery.texts.sentences import N_, sentence


class Reference(NamedTuple):
    """Where an item names another one: a JSON pointer, and what it names."""

    pointer: str
    area: str
    item_id: str


class User(NamedTuple):
    """An item that names another one. `name` is what people call it."""

    area: str
    item_id: str
    name: str


def references_in(schema: Schema, document: Mapping[str, Any], pointer: str = "") -> Iterator[Reference]:
    """All that a document names, groups and rows included."""
    for name, field in schema.fields.items():
        value, where = document[name], pointer + part(name)
        if value is None:
            continue
        if isinstance(field, Ref):
            yield Reference(where, field.area, value)
        elif isinstance(field, fields.Nested):
            for number, row in enumerate(value) if field.many else ((None, value),):
                yield from references_in(field.schema, row, where if number is None else f"{where}/{number}")


def dangling(area: Area, document: Document, known: Mapping[str, Mapping[str, Document]]) -> tuple[Fault, ...]:
    """A fault for each reference to what is not among the `known` items, by area and id."""
    return tuple(
        Fault(found.pointer, sentence(N_("There is no “{id}” any more. Please choose another."), id=found.item_id))
        for found in references_in(area.schema, document)
        if found.item_id not in known[found.area]
    )


def users_of(area_name: str, item_id: str, known: Mapping[str, Mapping[str, Document]]) -> Sequence[User]:
    """The items that name this one."""
    return tuple(
        User(area.name, other_id, name_of(area, other_id, document))
        for area in AREAS.values()
        for other_id, document in known[area.name].items()
        if any(found[1:] == (area_name, item_id) for found in references_in(area.schema, document))
    )


def name_of(area: Area, item_id: str, document: Document) -> str:
    """What people call an item: its name, else its id."""
    return str(document.get("name") or item_id or area.name)
