"""Files of many pick-up centres as rows: spreadsheets (CSV) with the columns of `sheets`, JSON as settings are exported, and
GeoJSON points with the tags of OpenStreetMap.

A row that is wrong does not keep the others from being read; only a file that is none of these is refused as a whole.
"""

import re
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from delivery.settings.areas import AREAS, Document
from delivery.settings.osm import is_geojson, of_features
from delivery.settings.sheets import ID, RowFault, armed, faults_of_head, item_of, leaves, lines_of, wrong_rows
from delivery.texts.sentences import N_, sentence

AREA = "centres"
MOST_CENTRES = 50_000
_TOO_MANY = N_("At most {most} of them.")
_NO_CENTRE = N_("This is not a centre.")
_NO_FILE = N_("This is not a file of pick-up centres: CSV, JSON, or GeoJSON.")


@dataclass(frozen=True, slots=True)
class CentreRow:
    """What a file says of one centre. `number`: its row, as a spreadsheet counts (the head is 1), or its place in the list,
    from 1. `onto` gives the centre as it will be, on top of what it was; what is wrong with the row goes into the list."""

    number: int
    item_id: str
    name: str
    postal_code: str
    onto: Callable[[Document, list[RowFault]], Document]


def read_centres(content: bytes) -> list[CentreRow]:
    """The rows of a file. Raises WrongRows for what is no such file, or has more than MOST_CENTRES."""
    begin = content.removeprefix(BOM_UTF8).lstrip()[:1]
    rows = list(_of_json(content) if begin in (b"{", b"[") else _of_sheet(content))
    if not rows:
        raise wrong_rows([RowFault(0, "", sentence(N_("There is no centre in this file.")))])
    return rows


def _of_sheet(content: bytes) -> Iterator[CentreRow]:
    lines = lines_of(content, MOST_CENTRES + 1)
    head = [name.strip() for name in next(lines, (1, []))[1]]
    faults = list(faults_of_head(AREA, head))
    if faults or not head:
        raise wrong_rows(faults or [RowFault(0, "", sentence(_NO_FILE))])
    fields = dict(leaves(AREAS[AREA].schema))
    for number, cells in lines:
        if not any(cell.strip() for cell in cells):
            continue
        row = dict(zip(head, map(armed, cells), strict=False))
        too_many = len(cells) > len(head)

        def onto(
            before: Document,
            faults: list[RowFault],
            row: Mapping[str, str] = row,
            number: int = number,
            too_many: bool = too_many,
        ) -> Document:
            if too_many:
                faults.append(RowFault(number, "", sentence(N_("There are more cells in this row than columns."))))
            return item_of(row, fields, before, number, faults)

        yield CentreRow(number, row.get(ID, "").strip(), row.get("name", ""), row.get("address.postal_code", ""), onto)


def _of_json(content: bytes) -> Iterator[CentreRow]:
    try:
        document = orjson.loads(content.removeprefix(BOM_UTF8))
    except ValueError as error:
        raise wrong_rows([RowFault(0, "", sentence(_NO_FILE))]) from error
    items = of_features(document) if is_geojson(document) else [(item, "") for item in _listed(document)]
    if len(items) > MOST_CENTRES:
        raise wrong_rows([RowFault(0, "", sentence(_TOO_MANY, most=MOST_CENTRES))])
    for number, (item, wrong) in enumerate(items, 1):
        yield _of_item(number, item, wrong)


def _listed(document: Any) -> list[Any]:
    """The centres of a list, of {"centres": […]}, or of a file of all settings."""
    if isinstance(document, Mapping):
        settings = document.get("settings", document)
        document = settings.get(AREA) if isinstance(settings, Mapping) else None
    if not isinstance(document, list):
        raise wrong_rows([RowFault(0, "", sentence(_NO_FILE))])
    return document


def _of_item(number: int, item: Any, wrong: str) -> CentreRow:
    given = dict(item) if isinstance(item, Mapping) else {}
    item_id = given.pop(ID, "")
    address = given.get("address")

    def onto(before: Document, faults: list[RowFault]) -> Document:
        if wrong or not isinstance(item, Mapping):
            faults.append(RowFault(number, "", sentence(wrong or _NO_CENTRE)))
        if not isinstance(item_id, str):
            faults.append(RowFault(number, ID, sentence(N_("Please write text here."))))
        return _merged(before, given)

    return CentreRow(
        number,
        item_id.strip() if isinstance(item_id, str) else "",
        _text(given.get("name")),
        _text(address.get("postal_code")) if isinstance(address, Mapping) else "",
        onto,
    )


def _merged(before: Document, given: Mapping[str, Any]) -> Document:
    """Groups such as the address are told setting by setting, everything else as a whole."""
    merged = dict(before)
    for name, value in given.items():
        old = merged.get(name)
        both = isinstance(value, Mapping) and isinstance(old, Mapping) and name in ("address", "fee")
        merged[name] = {**old, **value} if both and old is not None else value
    return merged


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def key_of(name: str, postal_code: str) -> tuple[str, str]:
    """By what a centre without an id is known again: its name and postcode, however they are spaced and spelled."""
    return " ".join(name.casefold().split()), re.sub(r"[\s-]", "", postal_code).upper()
