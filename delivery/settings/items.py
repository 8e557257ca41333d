"""Reading and changing what a merchant has set, item by item.

Every change locks the merchant's row first, so that edits of one merchant happen one after the other; is checked as a
whole; is recorded; and raises the version by which processes remember settings.
"""

import re
import unicodedata
from collections.abc import Container, Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

import orjson

from delivery import audit
from delivery.audit import By
from delivery.problems import EditedMeanwhile, SettingNotFound, StillUsed
from delivery.settings import checks, rows
from delivery.settings.areas import AREAS, Area, Document
from delivery.settings.references import dangling, users_of
from delivery.settings.rows import ONLY
from delivery.store.engine import Session
from delivery.texts.sentences import N_, sentence

LONGEST_ID = 40

_NOT_THERE = N_("This is not there any more.")


def items(session: Session, merchant_id: str, area: str) -> dict[str, Document]:
    """The items of an area by id, in the merchant's order; a single area has one, of the id ""."""
    return rows.read(session, merchant_id, AREAS[area])


def item(session: Session, merchant_id: str, area: str, item_id: str = ONLY) -> Document:
    """One item as it stands. Raises SettingNotFound."""
    found = rows.read_one(session, merchant_id, AREAS[area], item_id)
    if found is None:
        raise SettingNotFound(sentence(_NOT_THERE))
    return found


def everything(session: Session, merchant_id: str) -> Mapping[str, dict[str, Document]]:
    """All items of all areas."""
    return rows.Everything(session, merchant_id)


class _AsAsked(dict[str, dict[str, Document]]):
    """All items of all areas, an area read when it is asked for: there are hundreds of windows, and few changes regard them."""

    def __init__(self, session: Session, merchant_id: str) -> None:
        super().__init__()
        self._session, self._merchant_id = session, merchant_id

    def __missing__(self, area: str) -> dict[str, Document]:
        self[area] = items(self._session, self._merchant_id, area)
        return self[area]


def mark(document: Mapping[str, Any]) -> str:
    """A short text that is another one when the document is."""
    return sha256(orjson.dumps(document, option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]


def add(
    session: Session,
    now: datetime,
    by: By,
    merchant_id: str,
    area: str,
    data: Mapping[str, Any],
    item_id: str | None = None,
) -> str:
    """Add an item at the end, and return its id: short, made from its name, unlike the others', unless it is given.
    Raises InvalidInput."""
    rows.lock(session, merchant_id)
    kind, known = AREAS[area], _AsAsked(session, merchant_id)
    document = checks.read(session, merchant_id, kind, data)
    checks.refuse(dangling(kind, document, known))
    own_id = item_id or new_id(document, known[area])
    rows.write_new(session, merchant_id, kind, own_id, document, rows.next_position(session, merchant_id, kind))
    _conclude(session, now, by, merchant_id, kind, own_id, "added", None, document)
    return own_id


def save(
    session: Session,
    now: datetime,
    by: By,
    merchant_id: str,
    area: str,
    item_id: str,
    data: Mapping[str, Any],
    seen: str | None = None,
) -> Document:
    """Change an item and return it as it is kept. Settings that `data` leaves out stay as they are.

    `seen` is the mark of what stood there when the editing began. Raises EditedMeanwhile when something else stands there
    now, SettingNotFound, and InvalidInput with pointers into the item.
    """
    rows.lock(session, merchant_id)
    kind, known = AREAS[area], _AsAsked(session, merchant_id)
    before = item(session, merchant_id, area, item_id)
    if seen is not None and seen != mark(before):
        raise EditedMeanwhile(sentence(N_("Somebody else changed this while you were editing.")), theirs=before)
    document = checks.read(session, merchant_id, kind, before | dict(data))
    checks.refuse(dangling(kind, document, known))
    if document != before:
        rows.write(session, merchant_id, kind, item_id, document)
        _conclude(session, now, by, merchant_id, kind, item_id, "changed", before, document)
    return document


def remove(session: Session, now: datetime, by: By, merchant_id: str, area: str, item_id: str) -> None:
    """Take an item away. Raises StillUsed while others name it, and SettingNotFound."""
    rows.lock(session, merchant_id)
    kind, known = AREAS[area], everything(session, merchant_id)
    before = _known(known[area], item_id)
    users = users_of(area, item_id, known)
    if users:
        raise StillUsed(sentence(N_("This is still used, so it cannot be removed.")), users=tuple(users))
    rows.erase(session, merchant_id, kind, item_id)
    _conclude(session, now, by, merchant_id, kind, item_id, "removed", before, None)


def move(session: Session, now: datetime, by: By, merchant_id: str, area: str, item_id: str, to: int) -> None:
    """Put an item at another place of the order, counted from 0; beyond the ends is at the end. Raises SettingNotFound."""
    rows.lock(session, merchant_id)
    kind = AREAS[area]
    order = list(rows.read(session, merchant_id, kind))
    if item_id not in order:
        raise SettingNotFound(sentence(_NOT_THERE))
    before = order.index(item_id)
    order.remove(item_id)
    order.insert(max(to, 0), item_id)
    after = order.index(item_id)
    if after != before:
        rows.put_in_order(session, merchant_id, kind, order)
        _conclude(session, now, by, merchant_id, kind, item_id, "changed", {"position": before}, {"position": after})


def _conclude(
    session: Session,
    now: datetime,
    by: By,
    merchant_id: str,
    area: Area,
    item_id: str,
    action: audit.Action,
    before: Document | None,
    after: Document | None,
) -> None:
    rows.raise_version(session, merchant_id)
    checks.check_whole(session, merchant_id)
    audit.record(session, now, merchant_id, by, area.name, item_id, action, before, after)


def _known(items: Mapping[str, Document], item_id: str) -> Document:
    if item_id not in items:
        raise SettingNotFound(sentence(_NOT_THERE))
    return items[item_id]


def _called(document: Document) -> str:
    """What an id is made of: the name; for a window its zone, weekday and start."""
    if "name" in document:
        return str(document["name"])
    return f"{document['zone_id']}-{document['weekday']}-{document['start_time'].replace(':', '')}"


def new_id(document: Document, taken: Container[str]) -> str:
    """An id for a new item: short, plain, made from its name, and not taken."""
    short = short_name(_called(document))
    number, found = 1, short
    while found in taken:
        number += 1
        found = f"{short}-{number}"
    return found


def short_name(called: str) -> str:
    """A name in small letters, digits and hyphens, such as an id is made of."""
    plain = unicodedata.normalize("NFKD", called).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain)[:LONGEST_ID].strip("-") or "item"
