"""/plugin/audit: who changed what, and when."""

from collections.abc import Iterator
from urllib.parse import urlencode

from flask import Blueprint, Response, request

from delivery import audit
from delivery.accounts import Role
from delivery.audit import Entry
from delivery.texts.catalogues import say
from delivery.texts.formats import dated_moment
from delivery.texts.sentences import N_
from delivery.texts.settings import AREAS, label
from plugin.pages.forms import Form
from plugin.pages.frame import locale, page
from plugin.pages.visitors import needs, shop, visitor
from plugin.staff.differences import differences
from web.service import service

OTHER_AREAS = {"staff": N_("Staff"), "keys": N_("Keys"), "endpoints": N_("Handing over")}
FIELDS = {
    "email": N_("E-mail address"),
    "role": N_("Role"),
    "password": N_("Password"),
    "second_factor": N_("Code at each login"),
    "url": N_("Address"),
    "hint": N_("Last four characters"),
}
"""What is no setting, and so has no words among them."""

LONGEST = 500


def add_to(blueprint: Blueprint) -> None:
    """Put the route on the blueprint."""

    @blueprint.get("/audit")
    @needs(Role.CONFIGURE)
    def log() -> Response:
        """The newest changes first, of one area or person when asked."""
        area, who = request.args.get("area") or None, request.args.get("who") or None
        asked: dict[str, object] = {name: value for name, value in (("area", area), ("who", who)) if value}
        older, merchant_id = request.args.get("older", type=int), visitor().merchant_id
        with service().database.reading() as session:
            found = audit.entries(session, merchant_id, area=area, who=who, older_than=older)
            areas, people = audit.areas(session, merchant_id), audit.people(session, merchant_id)
        return page(
            "staff/log.html",
            form=Form({"area": [area or ""], "who": [who or ""]}),
            entries=[(entry, _area(entry.area), _at(entry), list(_lines(entry))) for entry in found.entries],
            is_first=older is None,
            is_asked=bool(asked),
            newest=urlencode(asked),
            older=found.older and urlencode(asked | {"older": found.older}),
            areas=[(name, _area(name)) for name in areas],
            people=[(name, name) for name in people],
        )


def _at(entry: Entry) -> str:
    return dated_moment(entry.at, shop().time_zone.key, locale())


def _area(name: str) -> str:
    if name in AREAS:
        return say(locale(), AREAS[name].label)
    return say(locale(), OTHER_AREAS[name]) if name in OTHER_AREAS else name


def _lines(entry: Entry) -> Iterator[tuple[str, str, str]]:
    """What it is called, what it was, and what it is; an empty side says that there was nothing."""
    for path, before, after in differences(entry.before, entry.after):
        yield _called(entry.area, path), _shown(before), _shown(after)


def _called(area: str, path: tuple[str, ...]) -> str:
    """The words of a setting, and what in the path is no name of one: the number of a row, a day."""
    if not path:
        return ""
    if path[-1] in FIELDS and area not in AREAS:
        return say(locale(), FIELDS[path[-1]])
    for end in range(len(path), 0, -1):
        try:
            words = label(".".join((area, *path[:end])), locale())
        except KeyError:
            continue
        return " · ".join((words, *path[end:]))
    return " · ".join(path)


def _shown(value: object) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return say(locale(), "Yes") if value else say(locale(), "No")
    text = str(value)
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"
