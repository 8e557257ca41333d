"""/plugin/audit: who changed what, and when."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, request

from delivery import accounts, audit
from delivery.accounts import Role
from delivery.audit import Entry
from delivery.texts.formats import dated_moment
from plugin.pages.forms import Form
from plugin.pages.frame import locale, page
from plugin.pages.visitors import needs, shop, visitor
from plugin.staff.differences import differences
from plugin.staff.log_words import area_called, called, shown
from web.service import service

MOST_DIGITS = 18


def add_to(blueprint: Blueprint) -> None:
    """Put the route on the blueprint."""

    @blueprint.get("/audit")
    @needs(Role.CONFIGURE)
    def log() -> Response:
        """The newest changes first, of one area or person when asked."""
        area, who = request.args.get("area") or None, request.args.get("who") or None
        asked: dict[str, object] = {name: value for name, value in (("area", area), ("who", who)) if value}
        older, merchant_id = request.args.get("older", type=_row_number), visitor().merchant_id
        with service().database.reading() as session:
            found = audit.entries(session, merchant_id, area=area, who=who, older_than=older)
            areas, people = audit.areas(session, merchant_id), audit.people(session, merchant_id)
            names = {person.id: person.name for person in accounts.list_all(session, merchant_id)}
        return page(
            "staff/log.html",
            form=Form({"area": [area or ""], "who": [who or ""]}),
            entries=[_told(entry, names) for entry in found.entries],
            is_first=older is None,
            is_asked=bool(asked),
            newest=urlencode(asked),
            older=found.older and urlencode(asked | {"older": found.older}),
            areas=[(name, area_called(name, locale())) for name in areas],
            people=[(name, name) for name in people],
        )


def _row_number(text: str) -> int:
    """Raises ValueError for more than a database counts to."""
    if len(text) > MOST_DIGITS:
        raise ValueError(text)
    return int(text)


def _told(entry: Entry, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "area": area_called(entry.area, locale()),
        "item": names.get(entry.item, entry.item) if entry.area == accounts.AREA else entry.item,
        "action": entry.action,
        "who": entry.who,
        "at": entry.at,
        "moment": dated_moment(entry.at, shop().time_zone.key, locale()),
        "lines": list(_lines(entry)),
    }


def _lines(entry: Entry) -> Iterator[tuple[str, str, str]]:
    """What it is called, what it was, and what it is; an empty side says that there was nothing."""
    for path, before, after in differences(entry.before, entry.after):
        name, field = called(entry.area, path, locale())
        currency, tag = shop().currency, locale()
        yield name, shown(before, field, currency, tag), shown(after, field, currency, tag)
