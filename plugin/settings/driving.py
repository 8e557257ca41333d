"""The form of driving with what it comes to; and driving times: what is kept, a file, a question to the map server."""

from datetime import timedelta
from typing import Any, NamedTuple

from flask import Blueprint, Response, request
from marshmallow import ValidationError

from delivery import travel_times
from delivery.driving import SOURCES, STRAIGHT, Driving, driving_of
from delivery.rules.known_roads import cell_of
from delivery.rules.places import Point
from delivery.rules.wallclock import local_day
from delivery.sample_drives import sample_drives
from delivery.settings import items
from delivery.settings.areas import AREAS, Document
from delivery.texts.catalogues import say
from delivery.texts.formats import clock_time, distance
from delivery.texts.sentences import N_, Sentence, sentence
from delivery.texts.settings import CHOICES
from plugin.pages.frame import locale, page, see_other, tell
from plugin.pages.visitors import shop, visitor, visitor_or_none
from plugin.travel import SERVERS
from plugin.travel.asking import NotTold
from plugin.travel.fetching import ask
from plugin.travel.keeping import keep_all
from plugin.travel.matrix import MOST_ROWS, BadMatrix, read_matrix
from web.service import now, service

HOME = "/plugin/settings/driving/times"
LARGEST_FILE = 8 * 1024 * 1024
SCHEMA = AREAS["driving"].schema
AS_ENTERED = int
"""Amounts are not looked at here."""


class Drive(NamedTuple):
    """A drive in words: from where to where, how far, and for each time of leaving how many minutes."""

    origin: str
    place: str
    distance: str
    times: list[tuple[str, int]]


def allow_large_files() -> None:
    """Before anything reads the form."""
    if request.path == HOME and visitor_or_none():
        request.max_content_length = LARGEST_FILE


def driving_facts(document: Document) -> dict[str, Any]:
    """What a document comes to, as it was typed; as it is kept, when what was typed cannot be."""
    driving, is_read = _as_typed(document)
    setup = shop()
    tomorrow = local_day(now(), setup.time_zone) + timedelta(days=1)
    with service().database.reading() as session:
        found = sample_drives(session, setup, driving, tomorrow)
    drives = [
        Drive(
            one.origin,
            one.place,
            distance(round(one.metres), locale()),
            [(clock_time(at, locale()), _minutes(seconds)) for at, seconds in one.seconds.items()],
        )
        for one in found
    ]
    stop = [driving.door_seconds(1) // 60, driving.door_seconds(3) // 60, driving.door_seconds(1, longer=True) // 60]
    return {"drives": drives, "stop_minutes": stop, "is_read": is_read, "has_times": driving.source != STRAIGHT}


def _as_typed(document: Document) -> tuple[Driving, bool]:
    try:
        return driving_of(SCHEMA.load(document), AS_ENTERED), True
    except ValidationError:
        return _kept(), False


def _kept() -> Driving:
    with service().database.reading() as session:
        return driving_of(items.item(session, visitor().merchant_id, "driving"), AS_ENTERED)


def _minutes(seconds: float) -> int:
    return max(1, round(seconds / 60))


def add_to(blueprint: Blueprint) -> None:
    """Put the routes on the blueprint, before those of all areas."""

    @blueprint.get("/settings/driving/times")
    def driving_times() -> Response:
        """What is kept of driving times, and how to get more."""
        return _page()

    @blueprint.post("/settings/driving/times")
    def bring_driving_times() -> Response:
        """Take a file of driving times, or none of it."""
        sent = request.files.get("file")
        if sent is None or not sent.filename:
            return _page(422, faults=[(0, sentence(N_("Please choose a file.")))])
        with sent.stream as stream:
            content = stream.read()
        try:
            with service().database.reading() as session:
                told = read_matrix(session, shop().country, content)
        except BadMatrix as problem:
            return _page(422, faults=problem.faults)
        anew, merchant_id = "replace" in request.form, visitor().merchant_id
        kept = keep_all(service().database, now(), merchant_id, told, anew=anew)
        tell(say(locale(), "Driving times brought in: {number}.", number=kept))
        return see_other(HOME)

    @blueprint.post("/settings/driving/times/ask")
    def ask_map_server() -> Response:
        """Ask the map server once, from an origin to a place some kilometres away, and say what it says."""
        driving, setup = _kept(), shop()
        start = next((origin.point for origin in setup.origins.values() if origin.point is not None), None)
        if driving.source not in SERVERS or start is None:
            return see_other(HOME)
        return _page(asked=_answered(driving, start))


def _answered(driving: Driving, start: Point) -> Sentence:
    """What the server says of a drive of some five kilometres, or why it says nothing."""
    away = 0.05 if start.latitude < 89 else -0.05
    pair = cell_of(start), cell_of(Point(start.latitude + away, start.longitude))
    block = ([pair[0]], [pair[1]])
    try:
        seconds = dict(ask(driving, block, service().config.allow_private_targets))[pair]
    except NotTold as problem:
        return sentence(str(problem))
    if seconds is None:
        return sentence(N_("It answers, but knows no road there. Does its map cover your country?"))
    return sentence(N_("It answers: five kilometres to the north are {minutes} minutes."), minutes=_minutes(seconds))


def _page(status: int = 200, **shown: Any) -> Response:
    with service().database.reading() as session:
        driving = driving_of(items.item(session, visitor().merchant_id, "driving"), AS_ENTERED)
        number, last_at = travel_times.standing(session, visitor().merchant_id)
    assert driving.source in SOURCES
    return page(
        "settings/driving_times.html",
        status,
        source=say(locale(), CHOICES[f"source.{driving.source}"]),
        is_used=driving.source != STRAIGHT,
        server=driving.source_url if driving.source in SERVERS else None,
        number=number,
        last_at=last_at,
        most=MOST_ROWS,
        **({"faults": (), "asked": None} | shown),
    )
