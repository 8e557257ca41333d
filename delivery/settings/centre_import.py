"""Bringing many pick-up centres in from a file: those that are known are changed, the others added, none is taken away. A row
that is wrong is refused and changes nothing else; what became of each row is told.

Working it out takes seconds for thousands of rows, so it is done while only reading; the writing transaction does it
again only if the settings have changed since.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Literal, NamedTuple

from marshmallow import ValidationError
from sqlalchemy import select

from delivery import audit
from delivery.audit import By
from delivery.faults import faults_in
from delivery.places import find_places
from delivery.problems import Fault
from delivery.rules.places import Point
from delivery.settings import checks, rows
from delivery.settings.areas import AREAS, Document
from delivery.settings.centre_files import AREA, CentreRow, key_of
from delivery.settings.checks import PLACE_NOT_KNOWN
from delivery.settings.items import short_name
from delivery.settings.references import dangling
from delivery.settings.sheets import ID, RowFault
from delivery.store.engine import Session
from delivery.store.tables import merchants
from delivery.texts.sentences import N_, sentence

BATCH = 500
LONGEST_ID = 64
_KEPT_FOR_PAGES = frozenset({"add", "import"})
"""Ids that are pages already."""

Action = Literal["added", "changed", "same", "refused"]
ACTIONS: tuple[Action, ...] = ("added", "changed", "same", "refused")
Heard = Callable[[int], object]
"""Hears of how many rows more have been done."""


class Outcome(NamedTuple):
    """What becomes of one row, and why it is refused."""

    row: int
    action: Action
    item_id: str
    name: str
    faults: tuple[RowFault, ...]


@dataclass(frozen=True, slots=True)
class CentrePlan:
    """What an import would do, worked out from the settings at `version`."""

    outcomes: tuple[Outcome, ...]
    known: Mapping[str, Document]
    wanted: Mapping[str, Document]
    version: int

    def count(self, action: Action) -> int:
        """How many rows end so."""
        return sum(outcome.action == action for outcome in self.outcomes)


@dataclass(frozen=True, slots=True)
class _Shop:
    """What rows are held against."""

    version: int
    country: str
    time_zone: str
    known: Mapping[str, Mapping[str, Document]]
    service_id: str | None


class _Read(NamedTuple):
    row: CentreRow
    item_id: str
    document: Document
    faults: list[RowFault]


def plan_import(
    session: Session,
    merchant_id: str,
    file: Sequence[CentreRow],
    service_id: str | None = None,
    heard: Heard | None = None,
) -> CentrePlan:
    """What becomes of each row. A centre that names neither service nor origin gets this service, else the only one that
    the merchant has; without an id it is the known centre of its name and postcode, or a new one."""
    shop = _shop(session, merchant_id, service_id)
    known = shop.known[AREA]
    ids = _Ids(known, (row.item_id for row in file if row.item_id))
    outcomes: list[Outcome] = []
    wanted: dict[str, Document] = {}
    remaining = iter(file)
    while batch := list(islice(remaining, BATCH)):
        found = [_read(row, shop, ids) for row in batch]
        points = find_places(session, (_place_of(read.document) for read in found if _has_no_point(read)))
        for read in found:
            outcome = _judged(read, shop, ids, points)
            outcomes.append(outcome)
            if outcome.action in ("added", "changed"):
                wanted[outcome.item_id] = read.document
        if heard:
            heard(len(batch))
    return CentrePlan(tuple(outcomes), known, wanted, shop.version)


def import_centres(
    session: Session,
    now: datetime,
    by: By,
    merchant_id: str,
    file: Sequence[CentreRow],
    service_id: str | None = None,
    planned: CentrePlan | None = None,
) -> CentrePlan:
    """Do it, in this transaction, and say what became of each row. `planned` is done as it is, unless the settings are
    others now. Raises InvalidInput when no offer could be made of what would stand there."""
    rows.lock(session, merchant_id)
    plan = planned
    if plan is None or plan.version != _version(session, merchant_id):
        plan = plan_import(session, merchant_id, file, service_id)
    area = AREAS[AREA]
    new = {item_id: document for item_id, document in plan.wanted.items() if item_id not in plan.known}
    rows.write_many_new(session, merchant_id, area, new, rows.next_position(session, merchant_id, area))
    audit.record_added(session, now, merchant_id, by, AREA, new)
    for item_id, document in plan.wanted.items():
        if item_id in plan.known:
            rows.write(session, merchant_id, area, item_id, document)
            audit.record(session, now, merchant_id, by, AREA, item_id, "changed", plan.known[item_id], document)
    if plan.wanted:
        rows.raise_version(session, merchant_id)
        checks.check_whole(session, merchant_id)
    return plan


def _version(session: Session, merchant_id: str) -> int:
    version: int = session.execute(
        select(merchants.c.settings_version).where(merchants.c.id == merchant_id)
    ).scalar_one()
    return version


def _shop(session: Session, merchant_id: str, service_id: str | None) -> _Shop:
    row = session.execute(select(merchants).where(merchants.c.id == merchant_id)).one()
    known = {name: rows.read(session, merchant_id, AREAS[name]) for name in ("origins", "services", AREA)}
    only = next(iter(known["services"])) if len(known["services"]) == 1 else None
    return _Shop(row.settings_version, row.country, row.time_zone, known, service_id or only)


class _Ids:
    """Which centre a row means: by its id, else by name and postcode; and ids for new ones, unlike all others'."""

    def __init__(self, known: Mapping[str, Document], given: Iterator[str]) -> None:
        self._taken = {*known, *given, *_KEPT_FOR_PAGES}
        self._numbers: dict[str, int] = {}
        self._by_key: dict[tuple[str, str], list[str]] = {}
        self.kept: set[str] = set()
        """The ids of rows that were not refused."""
        for item_id, document in known.items():
            self._by_key.setdefault(key_of(document["name"], document["address"]["postal_code"]), []).append(item_id)

    def of(self, row: CentreRow) -> list[str]:
        """Those that the row may mean; none for a new one."""
        return [row.item_id] if row.item_id else self._by_key.get(key_of(row.name, row.postal_code), [])

    def new(self, row: CentreRow, document: Document) -> str:
        """An id of the name and the town. A row after this one with its name and postcode means it, too."""
        short = short_name(f"{document['name']} {document['address']['city']}")
        number, found = self._numbers.get(short, 1), short
        while found in self._taken:
            number += 1
            found = f"{short}-{number}"
        self._numbers[short] = number
        self._taken.add(found)
        self._by_key[key_of(row.name, row.postal_code)] = [found]
        return found


def _read(row: CentreRow, shop: _Shop, ids: _Ids) -> _Read:
    """The row as a centre, checked by the schema. Coordinates may still be missing."""
    faults: list[RowFault] = []
    meant = ids.of(row)
    faults.extend(RowFault(row.number, ID, detail) for detail in _wrong_with(row, meant))
    item_id = meant[0] if len(meant) == 1 else row.item_id
    document = row.onto(shop.known[AREA].get(item_id, {}), faults)
    _fill_in(document, shop)
    try:
        document = AREAS[AREA].schema.load(document)
    except ValidationError as error:
        faults.extend(_row_fault(row, fault) for fault in faults_in(error.messages))
    if not faults:
        item_id = item_id or ids.new(row, document)
        document["time_zone"] = document["time_zone"] or shop.time_zone
    return _Read(row, item_id, document, faults)


def _wrong_with(row: CentreRow, meant: Sequence[str]) -> Iterator[str]:
    if len(meant) > 1:
        yield sentence(N_("Several centres have this name and postcode: say which one by its id."))
    if row.item_id in _KEPT_FOR_PAGES or "/" in row.item_id:
        yield sentence(N_("This cannot be an id."))
    if len(row.item_id) > LONGEST_ID:
        yield sentence(N_("At most {longest} characters."), longest=LONGEST_ID)


def _fill_in(document: Document, shop: _Shop) -> None:
    """What a file of places does not say: the shop's country, and the service that brings parcels."""
    address = document.get("address")
    if isinstance(address, Mapping) and not address.get("country"):
        document["address"] = {**address, "country": shop.country}
    if not document.get("origin_id") and not document.get("service_id") and shop.service_id:
        document["service_id"] = shop.service_id


def _has_no_point(read: _Read) -> bool:
    return not read.faults and read.document["latitude"] is None


def _place_of(document: Document) -> tuple[str, str]:
    address = document["address"]
    return address["country"], address["postal_code"]


def _judged(read: _Read, shop: _Shop, ids: _Ids, points: Mapping[tuple[str, str], Point]) -> Outcome:
    row, faults, document = read.row, list(read.faults), read.document
    if _has_no_point(read):
        point = points.get(_place_of(document))
        if point is None:
            faults.append(RowFault(row.number, "latitude", sentence(PLACE_NOT_KNOWN)))
        else:
            document["latitude"], document["longitude"] = point.latitude, point.longitude
    if not faults and read.item_id in ids.kept:
        faults.append(RowFault(row.number, ID, sentence(N_("This centre stands there twice."))))
    if not faults:
        faults.extend(_row_fault(row, fault) for fault in dangling(AREAS[AREA], document, shop.known))
    name = str(document.get("name") or row.name)
    if faults:
        return Outcome(row.number, "refused", read.item_id, name, tuple(faults))
    ids.kept.add(read.item_id)
    return Outcome(row.number, _action(read.item_id, document, shop.known[AREA]), read.item_id, name, ())


def _action(item_id: str, document: Document, known: Mapping[str, Document]) -> Action:
    if item_id not in known:
        return "added"
    return "same" if known[item_id] == document else "changed"


def _row_fault(row: CentreRow, fault: Fault) -> RowFault:
    return RowFault(row.number, fault.pointer.strip("/").replace("/", "."), fault.detail)
