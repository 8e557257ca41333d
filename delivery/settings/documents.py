"""Everything a merchant has set as one JSON document, out and in again: all of it or nothing.

Keys, staff, endpoints and stock are not settings and do not stand in it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from marshmallow import ValidationError

from delivery import audit
from delivery.audit import By
from delivery.faults import faults_in, part
from delivery.problems import EditedMeanwhile, Fault, InvalidInput
from delivery.settings import checks, rows
from delivery.settings.areas import AREAS, Area, Document
from delivery.settings.fields import NEEDED, Text
from delivery.settings.items import everything, mark, new_id
from delivery.settings.references import dangling, users_of
from delivery.store.engine import Session
from delivery.texts.sentences import N_, sentence

FORMAT = "stoep-settings"
VERSION = 1

Items = Mapping[str, Document]
_ID = Text(64)


class Difference(NamedTuple):
    """How many items of an area come, change and go."""

    added: int
    changed: int
    removed: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import would do: what stands in each area now, and what will. Areas that it does not name stay."""

    known: Mapping[str, Items]
    wanted: Mapping[str, Items]
    seen: str
    """The mark of all settings as they stood when the plan was made."""

    def differences(self) -> dict[str, Difference]:
        """By area, those that the import names."""
        return {name: _difference(self.known[name], wanted) for name, wanted in self.wanted.items()}


def export(session: Session, merchant_id: str) -> dict[str, Any]:
    """The document. Imported anywhere, it says the same again."""
    return {"format": FORMAT, "version": VERSION, "settings": _as_settings(everything(session, merchant_id))}


def plan(session: Session, merchant_id: str, document: Any) -> Plan:
    """What `replace_all` would do with the document. Raises InvalidInput with every fault, by JSON pointer."""
    if not isinstance(document, Mapping) or document.get("format") != FORMAT or document.get("version") != VERSION:
        detail = sentence(N_("This is not a file of settings made by Stoep, or one of another version."))
        raise InvalidInput(detail, (Fault("/format", detail),))
    return plan_areas(session, merchant_id, document.get("settings"))


def plan_areas(session: Session, merchant_id: str, settings: Any) -> Plan:
    """The same for the areas alone: {"zones": [{"id": "nl", …}], …}; an item without an id gets one of its name."""
    known = everything(session, merchant_id)
    faults: list[Fault] = []
    wanted: dict[str, dict[str, Document]] = {}
    if not isinstance(settings, Mapping):
        faults.append(Fault("/settings", sentence(NEEDED)))
        settings = {}
    for name, said in settings.items():
        if name in AREAS:
            wanted[name] = _read_area(session, merchant_id, AREAS[name], said, known[name], faults)
        else:
            faults.append(Fault("/settings" + part(str(name)), sentence(N_("There is no such setting."))))
    checks.refuse(tuple(faults))
    checks.refuse(_lost(known, wanted))
    return Plan(known, wanted, mark(_as_settings(known)))


def replace_all(
    session: Session, now: datetime, by: By, merchant_id: str, document: Any, seen: str | None = None
) -> Plan:
    """Put the settings of the document in the place of those that there are, in the areas that it names.

    Raises InvalidInput with every fault by JSON pointer, and EditedMeanwhile when `seen` is not the mark of what stands
    there now; then nothing has changed.
    """
    rows.lock(session, merchant_id)
    made = plan(session, merchant_id, document)
    carry_out(session, now, by, merchant_id, made, seen)
    return made


def carry_out(session: Session, now: datetime, by: By, merchant_id: str, made: Plan, seen: str | None = None) -> None:
    """Do what was planned in this transaction, with the merchant's row locked. Raises EditedMeanwhile and InvalidInput."""
    if seen is not None and seen != made.seen:
        raise EditedMeanwhile(
            sentence(N_("Somebody changed the settings in the meantime. Please look at the changes again.")),
            theirs=_as_settings(made.known),
        )
    for name, wanted in made.wanted.items():
        _replace(session, now, by, merchant_id, AREAS[name], made.known[name], wanted)
    rows.raise_version(session, merchant_id)
    checks.check_whole(session, merchant_id, "/settings")


def _as_settings(known: Mapping[str, Items]) -> dict[str, Any]:
    return {
        name: known[name][rows.ONLY] if area.single else [{"id": i} | item for i, item in known[name].items()]
        for name, area in AREAS.items()
    }


def _read_area(
    session: Session, merchant_id: str, area: Area, said: Any, known: Items, faults: list[Fault]
) -> dict[str, Document]:
    """What can be read of an area; what cannot is added to the faults."""
    pointer = f"/settings/{area.name}"
    if area.single:
        return {rows.ONLY: _read_item(session, merchant_id, area, said, pointer, faults)}
    if not isinstance(said, Sequence) or isinstance(said, str):
        faults.append(Fault(pointer, sentence(N_("Please give a list."))))
        return {}
    found: dict[str, Document] = {}
    named = {item["id"] for item in said if isinstance(item, Mapping) and isinstance(item.get("id"), str)}
    for number, item in enumerate(said):
        where = f"{pointer}/{number}"
        data = dict(item) if isinstance(item, Mapping) else item
        given = data.pop("id", None) if isinstance(data, dict) else None
        document = _read_item(session, merchant_id, area, data, where, faults)
        if document:
            own_id = new_id(document, named | known.keys() | found.keys()) if given is None else given
            found[_checked_id(own_id, found, where, faults)] = document
    return found


def _checked_id(given: Any, taken: Items, where: str, faults: list[Fault]) -> str:
    try:
        item_id: str = _ID.deserialize(given)
    except ValidationError as error:
        faults.extend(faults_in(error.messages, where + "/id"))
        return ""
    if item_id in taken:
        faults.append(Fault(where + "/id", sentence(N_("This id stands there twice."))))
    return item_id


def _read_item(
    session: Session, merchant_id: str, area: Area, data: Any, pointer: str, faults: list[Fault]
) -> Document:
    try:
        return checks.read(session, merchant_id, area, data)
    except InvalidInput as error:
        faults.extend(Fault(pointer + fault.pointer, fault.detail) for fault in error.faults)
        return {}


def _lost(known: Mapping[str, Items], wanted: Mapping[str, Items]) -> tuple[Fault, ...]:
    """What would name items that are not there: in the document itself, or in areas that it leaves as they are."""
    after = {**known, **wanted}
    faults = [
        Fault(f"/settings/{name}{'' if AREAS[name].single else f'/{number}'}{fault.pointer}", fault.detail)
        for name, items in wanted.items()
        for number, document in enumerate(items.values())
        for fault in dangling(AREAS[name], document, after)
    ]
    left = {name: {} if name in wanted else items for name, items in known.items()}
    for name, items in wanted.items():
        for gone in known[name].keys() - items.keys():
            for user in users_of(name, gone, left):
                detail = sentence(N_("“{id}” is missing, and “{user}” still uses it."), id=gone, user=user.name)
                faults.append(Fault(f"/settings/{name}", detail))
    return tuple(faults)


def _replace(
    session: Session, now: datetime, by: By, merchant_id: str, area: Area, known: Items, wanted: Items
) -> None:
    def told(item_id: str, action: audit.Action, before: Document | None, after: Document | None) -> None:
        audit.record(session, now, merchant_id, by, area.name, item_id, action, before, after)

    for item_id in known.keys() - wanted.keys():
        rows.erase(session, merchant_id, area, item_id)
        told(item_id, "removed", known[item_id], None)
    for position, (item_id, document) in enumerate(wanted.items()):
        if item_id not in known:
            rows.write_new(session, merchant_id, area, item_id, document, position)
            told(item_id, "added", None, document)
        elif known[item_id] != document:
            rows.write(session, merchant_id, area, item_id, document)
            told(item_id, "changed", known[item_id], document)
    stayed = [item_id for item_id in known if item_id in wanted]
    if list(known) != list(wanted):
        rows.put_in_order(session, merchant_id, area, list(wanted))
        told("", "changed", {"order": stayed}, {"order": [item_id for item_id in wanted if item_id in known]})


def _difference(known: Items, wanted: Items) -> Difference:
    changed = sum(known[item_id] != wanted[item_id] for item_id in known.keys() & wanted.keys())
    return Difference(len(wanted.keys() - known.keys()), changed, len(known.keys() - wanted.keys()))
