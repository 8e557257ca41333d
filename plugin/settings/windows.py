"""The week of home windows: drawn, listed, added for several weekdays at once, changed for several at once."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from math import ceil

from flask import Blueprint, Response, request

from delivery.problems import EditedMeanwhile, InvalidInput
from delivery.rules.slots import VANS
from delivery.settings import items
from delivery.settings.areas import AREAS, Document
from delivery.store.engine import Session
from delivery.texts.catalogues import say, say_number
from delivery.texts.formats import clock_time, money
from plugin.pages.forms import document_of, typed
from plugin.pages.frame import locale, page, see_other, tell
from plugin.pages.visitors import by, shop, visitor
from plugin.settings.areas import HOME, area_words_of, everything, form_page
from plugin.settings.differences import differences
from plugin.settings.kinds import weekday_names
from plugin.settings.twins import twins_of
from web.service import now, service

WINDOWS = AREAS["windows"]
PATH = f"{HOME}/windows"
DAY_WIDTH, HOUR_HEIGHT = 110, 24
USUAL_HOURS = 7, 22
"""The picture shows at least these, so that there is room to draw."""


@dataclass(frozen=True, slots=True)
class Block:
    """A window in the picture of the week: where it lies there, and what it says."""

    id: str
    weekday: int
    hours: str
    facts: str
    short: str
    x: int
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Week:
    """The windows of a zone. `hours`: the marks of the picture, with their height in it."""

    zone_id: str
    zone: str
    blocks: Sequence[Block]
    hours: Sequence[tuple[int, str]]
    height: int


def add_to(blueprint: Blueprint) -> None:
    """Put the routes on the blueprint, before those of all areas."""

    @blueprint.get("/settings/windows")
    def windows() -> Response:
        """The week of each zone, as a picture and as a table."""
        known = everything()
        return page(
            "settings/windows.html",
            area=WINDOWS,
            area_words=area_words_of("windows"),
            weeks=list(_weeks(known, locale())),
            weekdays=weekday_names(locale()),
            day_width=DAY_WIDTH,
            zones=known["zones"],
            origins=known["origins"],
        )

    @blueprint.post("/settings/windows/add")
    def add_windows() -> Response:
        """A window for each of the weekdays, or for none of them."""
        data = document_of(WINDOWS.schema, request.form, shop().currency)
        weekdays = request.form.getlist("weekday") or [""]
        try:
            service().database.write(lambda session: _add_all(session, data, weekdays))
        except InvalidInput as problem:
            return form_page(WINDOWS, None, everything(), typed(request.form, problem.faults), 422)
        tell(say_number(locale(), "{number} window added.", "{number} windows added.", len(weekdays)))
        return see_other(PATH)

    @blueprint.post("/settings/windows/<string:window>")
    def save_window(window: str) -> Response:
        """Save a window and, if asked, the same hours on other weekdays."""
        data = document_of(WINDOWS.schema, request.form, shop().currency)
        try:
            service().database.write(lambda session: _save_all(session, window, data, request.form.getlist("also")))
        except InvalidInput as problem:
            seen = request.form.get("seen", "")
            return form_page(WINDOWS, window, everything(), typed(request.form, problem.faults), 422, seen=seen)
        except EditedMeanwhile as problem:
            theirs = differences(WINDOWS, problem.theirs, data, locale())
            return form_page(WINDOWS, window, everything(), typed(request.form), 409, theirs=theirs)
        tell(say(locale(), "Saved."))
        return see_other(PATH)


def _add_all(session: Session, data: Document, weekdays: Sequence[str]) -> None:
    for weekday in weekdays:
        items.add(session, now(), by(), visitor().merchant_id, "windows", data | {"weekday": weekday})


def _save_all(session: Session, window: str, data: Document, also: Sequence[str]) -> None:
    merchant_id = visitor().merchant_id
    known = items.items(session, merchant_id, "windows")
    twins = twins_of(window, known)
    items.save(session, now(), by(), merchant_id, "windows", window, data, seen=request.form.get("seen"))
    shared = {name: value for name, value in data.items() if name not in ("weekday", "exceptions")}
    for twin in also:
        if twin in twins:
            items.save(session, now(), by(), merchant_id, "windows", twin, shared)


def _weeks(known: Mapping[str, Mapping[str, Document]], reader: str) -> Iterator[Week]:
    for zone_id, zone in known["zones"].items():
        of_zone = {name: one for name, one in known["windows"].items() if one["zone_id"] == zone_id}
        if of_zone:
            yield _week(zone_id, zone["name"], of_zone, reader)


def _week(zone_id: str, zone: str, of_zone: Mapping[str, Document], reader: str) -> Week:
    top = int(min(USUAL_HOURS[0], *(_hour(one["start_time"]) for one in of_zone.values())))
    bottom = ceil(max(USUAL_HOURS[1], *(_end(one) for one in of_zone.values())))
    marks = range(top, bottom + 1)
    in_order = sorted(of_zone.items(), key=lambda pair: (pair[1]["weekday"], pair[1]["start_time"]))
    return Week(
        zone_id=zone_id,
        zone=zone,
        blocks=[_block(name, one, top, reader) for name, one in in_order],
        hours=[((hour - top) * HOUR_HEIGHT, f"{hour % 24}:00") for hour in marks],
        height=(bottom - top) * HOUR_HEIGHT,
    )


def _block(name: str, one: Document, top: int, reader: str) -> Block:
    start = _hour(one["start_time"])
    hours = "–".join(clock_time(time.fromisoformat(one[end]), reader) for end in ("start_time", "end_time"))
    kept, kept_short = _kept_by(one, reader)
    fee = money(one["fee"]["amount"], shop().currency, reader)
    return Block(
        id=name,
        weekday=one["weekday"],
        hours=hours,
        facts=f"{kept}, {fee}",
        short=f"{kept_short} · {fee}",
        x=(one["weekday"] - 1) * DAY_WIDTH,
        y=(start - top) * HOUR_HEIGHT,
        height=(_end(one) - start) * HOUR_HEIGHT,
    )


def _kept_by(one: Document, reader: str) -> tuple[str, str]:
    """What keeps a window, in words and in short."""
    if one["kept_by"] == VANS:
        return say(reader, "kept by vans"), say(reader, "vans")
    return say_number(reader, "{number} place", "{number} places", one["capacity"]), str(one["capacity"])


def _hour(text: str) -> float:
    at = time.fromisoformat(text)
    return at.hour + at.minute / 60


def _end(one: Document) -> float:
    """The hour at which it ends; past 24 when that is the next day."""
    start, end = _hour(one["start_time"]), _hour(one["end_time"])
    return end if end > start else end + 24
