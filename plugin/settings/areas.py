"""The areas of the settings: a form for what there is once, a list and forms for what there are several of."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from flask import Blueprint, Response, abort, request

from delivery.accounts import Role
from delivery.problems import EditedMeanwhile, InvalidInput, StillUsed
from delivery.settings import items
from delivery.settings.areas import AREAS, Area, Document
from delivery.settings.rows import ONLY
from delivery.store.engine import Session
from delivery.texts.catalogues import say
from delivery.texts.settings import AREAS as AREA_WORDS
from plugin.pages.forms import Form, document_of, filled, typed
from plugin.pages.frame import locale, page, see_other, tell
from plugin.pages.visitors import by, shop, visitor
from plugin.settings.appearance import FORMS
from plugin.settings.differences import differences
from plugin.settings.kinds import weekday_names, words
from plugin.settings.layout import layout_of
from plugin.settings.titles import facts_of, title_of
from plugin.settings.twins import twins_of
from web.service import now, service

HOME = "/plugin/settings"
OWNERS_ONLY = frozenset({"retention"})
EDIT = "edit"
"""A form with this field is shown again as it is; it is not saved."""


MOST_LISTED = 100
"""Items on one page of a list. Imports bring thousands."""


class Entry(NamedTuple):
    """An item in the list of its area, and its place there, from 0."""

    id: str
    title: str
    facts: str
    position: int


def add_to(blueprint: Blueprint) -> None:
    """Put the routes on the blueprint."""

    @blueprint.get("/settings/<string:area>")
    def area(area: str) -> Response:
        """The list of an area's items, or the form of a single one."""
        known = area_of(area)
        return _form(known, ONLY) if known.single else _list(known)

    @blueprint.post("/settings/<string:area>")
    def save_only(area: str) -> Response:
        """Save the one item of a single area."""
        known = area_of(area)
        return _save(known, ONLY) if known.single else abort(404)

    @blueprint.get("/settings/<string:area>/add")
    def new(area: str) -> Response:
        """An empty form, what is usual filled in."""
        return _form(_many(area), None)

    @blueprint.post("/settings/<string:area>/add")
    def add(area: str) -> Response:
        """Add an item."""
        return _save(_many(area), None)

    @blueprint.get("/settings/<string:area>/<string:item>")
    def item(area: str, item: str) -> Response:
        """The form of one item."""
        return _form(_many(area), item)

    @blueprint.post("/settings/<string:area>/<string:item>")
    def save(area: str, item: str) -> Response:
        """Save one item."""
        return _save(_many(area), item)

    @blueprint.post("/settings/<string:area>/<string:item>/remove")
    def remove(area: str, item: str) -> Response:
        """Take an item away, unless others name it."""
        known = _many(area)
        try:
            _write(lambda session: items.remove(session, now(), by(), visitor().merchant_id, known.name, item))
        except StillUsed as problem:
            return page("settings/still_used.html", problem.status, area=known, item=item, users=problem.users)
        tell(say(locale(), "Removed."))
        return see_other(f"{HOME}/{known.name}")

    @blueprint.post("/settings/<string:area>/<string:item>/move")
    def move(area: str, item: str) -> Response:
        """Put an item at another place of the order."""
        known, to = _many(area), request.form.get("to", type=int)
        if to is not None:
            _write(lambda session: items.move(session, now(), by(), visitor().merchant_id, known.name, item, to))
        return see_other(f"{HOME}/{known.name}")


def area_of(name: str) -> Area:
    """The area of this name; the page for what is not there when there is none, or none for this role."""
    area = AREAS.get(name)
    return area if area and may_see(area) else abort(404)


def may_see(area: Area) -> bool:
    """Whether the visitor's role is enough: how long people's data is kept, owners decide."""
    return area.name not in OWNERS_ONLY or visitor().role.covers(Role.OWNER)


def form_page(
    area: Area,
    item: str | None,
    known: Mapping[str, Mapping[str, Document]],
    form: Form,
    status: int = 200,
    **facts: Any,
) -> Response:
    """The page with an item's form; `item` None is a new one."""
    document = known[area.name][item] if item is not None else None
    area_words = area_words_of(area.name)
    named = title_of(area, document, known, locale()) if document and not area.single else area_words["label"]
    shown = {
        "area": area,
        "area_words": area_words,
        "item": item,
        "title": say(locale(), "Add: {area}", area=area_words["label"]) if item is None else named,
        "form": form,
        "seen": items.mark(document) if document is not None else "",
        "theirs": (),
        "twins": _twins(area, item, known),
        "layout": [(say(locale(), heading) if heading else "", names) for heading, names in layout_of(area)],
    }
    own = FORMS.get(area.name)
    if own is None:
        return page("settings/form.html", status, **words(locale(), known), **(shown | facts))
    # What stands in the form: as it was typed, else as it is kept.
    standing = document_of(area.schema, request.form) if request.method == "POST" else document or {}
    return page(f"settings/{area.name}.html", status, **words(locale(), known), **own(standing), **(shown | facts))


def area_words_of(name: str) -> dict[str, str]:
    """The name of an area, and what it is about."""
    said = AREA_WORDS[name]
    return {"label": say(locale(), said.label), "help": say(locale(), said.help)}


def everything() -> Mapping[str, dict[str, Document]]:
    """All that the visitor's shop has set."""
    with service().database.reading() as session:
        return items.everything(session, visitor().merchant_id)


def _many(name: str) -> Area:
    area = area_of(name)
    return abort(404) if area.single else area


def _list(area: Area) -> Response:
    known, asked = everything(), request.args.get("q", "").strip()
    entries = [
        Entry(item_id, title_of(area, document, known, locale()), facts_of(area, document, known, locale()), position)
        for position, (item_id, document) in enumerate(known[area.name].items())
    ]
    total, sought = len(entries), asked.casefold()
    found = [entry for entry in entries if sought in f"{entry.title} {entry.facts}".casefold()]
    first = min(max(request.args.get("from", 0, type=int), 0), max(len(found) - 1, 0))
    return page(
        "settings/list.html",
        area=area,
        area_words=area_words_of(area.name),
        entries=found[first : first + MOST_LISTED],
        total=total,
        sought=asked,
        found=len(found),
        first=first,
        most=MOST_LISTED,
    )


def _form(area: Area, item: str | None) -> Response:
    known = everything()
    if item is not None and item not in known[area.name]:
        abort(404)
    document = known[area.name][item] if item is not None else usual(area)
    form = filled(area.schema, document, shop().currency)
    return form_page(area, item, known, form if item is not None else form.with_texts(_asked_for(area)))


def _asked_for(area: Area) -> dict[str, str]:
    """What the link to an empty form has filled in already, such as a window that was drawn."""
    return {name: text for name, text in request.args.items() if name in area.schema.fields}


def _twins(area: Area, item: str | None, known: Mapping[str, Mapping[str, Document]]) -> list[tuple[str, str]]:
    if area.name != "windows" or item is None:
        return []
    names = dict(weekday_names(locale()))
    return [(twin, names[weekday]) for twin, weekday in twins_of(item, known["windows"]).items()]


def usual(area: Area) -> Document:
    """What a new item begins with: the shop's own country, and what is usual everywhere."""
    found = {name: field.dump_default for name, field in area.schema.fields.items()}
    begun = {name: value() if callable(value) else value for name, value in found.items() if field_has(value)}
    if "address" in area.schema.fields:
        begun["address"] = {"country": shop().country}
    if "country" in area.schema.fields:
        begun["country"] = shop().country
    return begun


def field_has(default: object) -> bool:
    """Whether a setting begins with a value."""
    return default is not None and type(default).__name__ != "_Missing"


def _save(area: Area, item: str | None) -> Response:
    data = document_of(area.schema, request.form, shop().currency)
    if EDIT in request.form:
        return _as_typed(area, item)
    try:
        _write(lambda session: _kept(session, area, item, data))
    except InvalidInput as problem:
        return form_page(area, item, everything(), typed(request.form, problem.faults), 422, **_still_seen())
    except EditedMeanwhile as problem:
        theirs = differences(area, problem.theirs, data, locale())
        return form_page(area, item, everything(), typed(request.form), 409, theirs=theirs)
    tell(say(locale(), "Saved."))
    return see_other(f"{HOME}/{area.name}" if not area.single else HOME)


def _as_typed(area: Area, item: str | None) -> Response:
    """The form as it was sent, and nothing saved: from the rehearsal, or to see what was chosen."""
    known = everything()
    if item is not None and item not in known[area.name]:
        abort(404)
    return form_page(area, item, known, typed(request.form), 200, **_still_seen())


def _kept(session: Session, area: Area, item: str | None, data: Document) -> None:
    merchant_id = visitor().merchant_id
    if item is None:
        items.add(session, now(), by(), merchant_id, area.name, data)
    else:
        items.save(session, now(), by(), merchant_id, area.name, item, data, seen=request.form.get("seen"))


def _still_seen() -> dict[str, Sequence[str] | str]:
    """What stood there when the editing began, not when it was refused."""
    return {"seen": request.form.get("seen", "")}


def _write(work: Callable[[Session], None]) -> None:
    service().database.write(work)
