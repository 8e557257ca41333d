"""Items as rows and rows as items: the columns are named as the settings are."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import time
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Time, delete, func, insert, select, update

from delivery.settings.areas import AREAS, Area, Document
from delivery.store.engine import Session
from delivery.store.tables import merchants

ONLY = ""
"""The id of the one item of a single area."""


class Everything(Mapping[str, dict[str, Document]]):
    """All items of all areas as they stand now, by area and id. The items of an area are made of its rows when it is asked
    for: that takes much longer than to read the rows, there are hundreds of windows, and few pages regard them."""

    def __init__(self, session: Session, merchant_id: str) -> None:
        self._rows = {name: _rows(session, merchant_id, area) for name, area in AREAS.items()}
        self._made: dict[str, dict[str, Document]] = {}

    def __getitem__(self, area: str) -> dict[str, Document]:
        if area not in self._made:
            self._made[area] = _documents(AREAS[area], self._rows[area])
        return self._made[area]

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)


def read(session: Session, merchant_id: str, area: Area) -> dict[str, Document]:
    """All items by id, in the merchant's order."""
    return _documents(area, _rows(session, merchant_id, area))


def read_one(session: Session, merchant_id: str, area: Area, item_id: str) -> Document | None:
    """One item; None when it is not there."""
    if area.single and item_id != ONLY:
        return None
    row = session.execute(select(area.table).where(*_one(area, merchant_id, item_id))).mappings().one_or_none()
    return None if row is None else _document(area, row)


def write(session: Session, merchant_id: str, area: Area, item_id: str, document: Document) -> None:
    """Change the item's row, which is there."""
    session.execute(update(area.table).where(*_one(area, merchant_id, item_id)).values(_values(area, document)))


def write_new(session: Session, merchant_id: str, area: Area, item_id: str, document: Document, position: int) -> None:
    """Add the item's row."""
    own = {"merchant_id": merchant_id, "id": item_id, "position": position}
    session.execute(insert(area.table).values(own | _values(area, document)))


def write_many_new(
    session: Session, merchant_id: str, area: Area, documents: Mapping[str, Document], position: int
) -> None:
    """Add rows by id, from this position on."""
    own = [
        {"merchant_id": merchant_id, "id": item_id, "position": number} | _values(area, document)
        for number, (item_id, document) in enumerate(documents.items(), position)
    ]
    if own:
        session.execute(insert(area.table), own)


def erase(session: Session, merchant_id: str, area: Area, item_id: str) -> None:
    """Take the item's row away."""
    session.execute(delete(area.table).where(*_one(area, merchant_id, item_id)))


def put_in_order(session: Session, merchant_id: str, area: Area, item_ids: list[str]) -> None:
    """Number the rows as their ids stand in the list."""
    for position, item_id in enumerate(item_ids):
        session.execute(update(area.table).where(*_one(area, merchant_id, item_id)).values(position=position))


def next_position(session: Session, merchant_id: str, area: Area) -> int:
    """The position after the last row's."""
    last = select(func.max(area.table.c.position)).where(area.table.c.merchant_id == merchant_id)
    found: int | None = session.execute(last).scalar_one()
    return 0 if found is None else found + 1


def lock(session: Session, merchant_id: str) -> None:
    """Let nobody else change this merchant's settings until the transaction ends. Shoppers do not wait for it."""
    session.execute(select(merchants.c.id).where(merchants.c.id == merchant_id).with_for_update(key_share=True))


def raise_version(session: Session, merchant_id: str) -> None:
    """Tell every process that the settings are others now."""
    newer = merchants.c.settings_version + 1
    session.execute(update(merchants).where(merchants.c.id == merchant_id).values(settings_version=newer))


def _rows(session: Session, merchant_id: str, area: Area) -> Sequence[RowMapping]:
    table = area.table
    if area.single:
        return session.execute(select(table).where(table.c.id == merchant_id)).mappings().all()
    own = select(table).where(table.c.merchant_id == merchant_id).order_by(table.c.position, table.c.id)
    return session.execute(own).mappings().all()


def _documents(area: Area, found: Sequence[RowMapping]) -> dict[str, Document]:
    return {ONLY if area.single else row["id"]: _document(area, row) for row in found}


def _one(area: Area, merchant_id: str, item_id: str) -> tuple[ColumnElement[bool], ...]:
    if area.single:
        return (area.table.c.id == merchant_id,)
    return (area.table.c.merchant_id == merchant_id, area.table.c.id == item_id)


def _document(area: Area, row: Mapping[Any, Any]) -> Document:
    document: Document = area.schema.dump(row[area.column] if area.column else row)
    return document


def _values(area: Area, document: Document) -> dict[str, Any]:
    if area.column:
        return {area.column: document}
    values = {name: _as_kept(area, name, value) for name, value in document.items()}
    # Offers and holidays ask for the country alone.
    return values | ({"country": document["address"]["country"]} if "address" in document else {})


def _as_kept(area: Area, name: str, value: Any) -> Any:
    return time.fromisoformat(value) if value is not None and isinstance(area.table.c[name].type, Time) else value
