"""Windows, centres and zones as spreadsheets (CSV): a row for each item, a column for each setting.

A setting in a group has a dot in its name (`fee.amount`); a list stands in one cell with "|" between; values by day and
steps by weight are JSON. A text that a spreadsheet would take for a formula gets an apostrophe in front, which reading
takes off again.
"""

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from marshmallow import Schema

from delivery.audit import By
from delivery.faults import part
from delivery.problems import Fault, InvalidInput
from delivery.settings import items, rows
from delivery.settings.areas import AREAS, Document
from delivery.settings.collections import ByDay, Group, Rows, Several
from delivery.settings.documents import Plan, carry_out, plan_areas
from delivery.settings.fields import Setting
from delivery.store.engine import Session
from delivery.texts.sentences import N_, sentence

SHEETS = ("zones", "windows", "centres")
"""The areas that have a spreadsheet."""

MOST_ROWS = 5000
BYTE_ORDER_MARK = "\ufeff"
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?(e[+-]?\d+)?", re.ASCII)
ID = "id"


@dataclass(frozen=True, slots=True)
class RowFault:
    """What is wrong in a sheet: the row counted as a spreadsheet counts it (the head is row 1, 0 is the whole sheet), the
    name of the column or nothing, and a sentence."""

    row: int
    column: str
    detail: str


@dataclass(eq=False)
class WrongRows(InvalidInput):
    """The sheet was not taken; `rows` says why, from the top down."""

    rows: tuple[RowFault, ...] = ()


def columns(area: str) -> list[str]:
    """The head of an area's sheet."""
    return [ID, *(name for name, _ in leaves(AREAS[area].schema))]


def write_sheet(session: Session, merchant_id: str, area: str, separator: str = ",") -> str:
    """The area as CSV, with the mark by which spreadsheets know UTF-8."""
    text = io.StringIO(BYTE_ORDER_MARK)
    text.seek(len(BYTE_ORDER_MARK))
    writer = csv.writer(text, delimiter=separator)
    writer.writerow(columns(area))
    for item_id, document in items.items(session, merchant_id, area).items():
        cells = (_cell(field, _found(document, name)) for name, field in leaves(AREAS[area].schema))
        writer.writerow([defused(item_id), *cells])
    return text.getvalue()


def plan_sheet(session: Session, merchant_id: str, area: str, content: bytes) -> Plan:
    """What the sheet would do to its area: items that it lacks go; a column that it lacks leaves
    its setting as it is, and gives new items the usual one. Raises WrongRows."""
    known = items.items(session, merchant_id, area)
    numbers, wanted = _read(area, content, known)
    try:
        return plan_areas(session, merchant_id, {area: wanted})
    except InvalidInput as error:
        raise wrong_rows([_row_fault(fault, area, numbers) for fault in error.faults]) from error


def replace_sheet(
    session: Session, now: datetime, by: By, merchant_id: str, area: str, content: bytes, seen: str | None = None
) -> Plan:
    """Put the items of the sheet in the place of those of its area. Raises WrongRows and, as documents.replace_all does,
    EditedMeanwhile; then nothing has changed."""
    rows.lock(session, merchant_id)
    made = plan_sheet(session, merchant_id, area, content)
    carry_out(session, now, by, merchant_id, made, seen)
    return made


def _read(area: str, content: bytes, known: Mapping[str, Document]) -> tuple[list[int], list[Document]]:
    """The number of each row that says something, and its item. Raises WrongRows."""
    lines = list(lines_of(content))
    if not lines:
        raise wrong_rows([RowFault(0, "", sentence(N_("The sheet is empty.")))])
    head = [name.strip() for name in lines[0][1]]
    faults = list(faults_of_head(area, head))
    fields = dict(leaves(AREAS[area].schema))
    numbers, wanted = [], []
    for number, cells in lines[1:]:
        if len(cells) > len(head):
            faults.append(RowFault(number, "", sentence(N_("There are more cells in this row than columns."))))
        if any(cell.strip() for cell in cells):
            numbers.append(number)
            row = dict(zip(head, map(armed, cells), strict=False))
            item_id = row.get(ID, "").strip()
            item = item_of(row, fields, known.get(item_id, {}), number, faults)
            wanted.append(item | ({ID: item_id} if item_id else {}))
    if faults:
        raise wrong_rows(faults)
    return numbers, wanted


def lines_of(content: bytes, most: int = MOST_ROWS) -> Iterator[tuple[int, list[str]]]:
    """The rows with their numbers, the head first. Raises WrongRows for what is no sheet, and for more than `most` rows."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise wrong_rows([RowFault(0, "", sentence(N_("Please save the sheet as CSV with UTF-8.")))]) from error
    first = text.partition("\n")[0]
    separator = max(",;\t", key=first.count)
    number = 0
    try:
        for cells in csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True):
            number += 1
            if number > most:
                raise wrong_rows([RowFault(0, "", sentence(N_("At most {most} of them."), most=most))])
            yield number, cells
    except csv.Error as error:
        raise wrong_rows([RowFault(number + 1, "", sentence(N_("This row cannot be read.")))]) from error


def faults_of_head(area: str, head: list[str]) -> Iterator[RowFault]:
    """What is wrong with the names of the columns."""
    for position, name in enumerate(head):
        if name not in columns(area):
            yield RowFault(1, name, sentence(N_("There is no such column.")))
        elif name in head[:position]:
            yield RowFault(1, name, sentence(N_("This column stands there twice.")))


def item_of(
    row: Mapping[str, str], fields: Mapping[str, Setting], before: Document, number: int, faults: list[RowFault]
) -> Document:
    """A row, cells by column, as an item without its id, on top of what it was before. An empty cell is what is usual."""
    item = _nested(before)
    for name, text in row.items():
        if name in fields:
            try:
                _put(item, name.split("."), _value(fields[name], text))
            except ValueError:
                faults.append(RowFault(number, name, sentence(N_("This is not the JSON that is expected here."))))
    return item


def _nested(document: Document) -> Document:
    """A copy whose groups can be changed."""
    return {name: dict(value) if isinstance(value, dict) else value for name, value in document.items()}


_NOTHING = object()


def _put(item: Document, path: list[str], value: Any) -> None:
    for name in path[:-1]:
        item[name] = item.get(name) or {}
        item = item[name]
    if value is _NOTHING:
        item.pop(path[-1], None)
    else:
        item[path[-1]] = value


def leaves(schema: Schema, prefix: str = "") -> Iterator[tuple[str, Setting]]:
    """The settings of a schema by their names in a sheet, groups taken apart."""
    for name, field in schema.fields.items():
        if isinstance(field, Group):
            yield from leaves(field.schema, f"{prefix}{name}.")
        elif isinstance(field, Setting):
            yield prefix + name, field


def _found(document: Document, name: str) -> Any:
    value: Any = document
    for step in name.split("."):
        value = value[step]
    return value


def _cell(field: Setting, value: Any) -> str:
    if value is None or value in ([], {}):
        return ""
    if isinstance(field, Several):
        return defused("|".join(str(each).replace("\\", "\\\\").replace("|", "\\|") for each in value))
    if isinstance(value, bool | list | dict):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return defused(str(value))


def _value(field: Setting, text: str) -> Any:
    """What a cell says. Raises ValueError for what should be JSON and is not."""
    if not text.strip():
        return _NOTHING
    if isinstance(field, Several):
        return [re.sub(r"\\(.)", r"\1", each) for each in re.findall(r"(?:\\.|[^\\|])+", text, re.DOTALL)]
    return json.loads(text) if isinstance(field, Rows | ByDay) else text


def defused(text: str) -> str:
    """A text that a spreadsheet would take for a formula, with an apostrophe in front."""
    return "'" + text if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def armed(cell: str) -> str:
    """A cell as it was before the apostrophe that keeps spreadsheets from reckoning."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell[1:]) else cell


def _row_fault(fault: Fault, area: str, numbers: list[int]) -> RowFault:
    pieces = fault.pointer.removeprefix(f"/settings{part(area)}").strip("/").split("/")
    if not pieces[0].isdecimal():
        return RowFault(0, "", fault.detail)
    known, column = columns(area), ""
    for length in range(len(pieces) - 1, 0, -1):
        if (name := ".".join(pieces[1 : length + 1])) in known:
            column = name
            break
    return RowFault(numbers[int(pieces[0])], column or ".".join(pieces[1:]), fault.detail)


def wrong_rows(faults: list[RowFault]) -> WrongRows:
    """The refusal of a sheet for these faults."""
    ordered = tuple(sorted(faults, key=lambda fault: fault.row))
    return WrongRows(sentence(N_("Some of it cannot be kept as it is.")), rows=ordered)
