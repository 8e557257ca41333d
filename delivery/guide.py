"""The first-run guide: four screens' answers become settings, each as if it were typed on its own page.

What a screen adds is there to be changed later; screens seen again change the shop, the first origin and the first service,
and add no second set of windows or centres.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from marshmallow import ValidationError

from delivery.audit import By
from delivery.faults import faults_in
from delivery.problems import Fault, InvalidInput
from delivery.rules.workdays import Region
from delivery.settings import items
from delivery.settings.areas import Document
from delivery.settings.collections import ByWeekday, Group, Lines, Rows, Weekdays
from delivery.settings.fields import Amount, Degrees, SettingsSchema, Text, WallTime, Whole
from delivery.settings.groups import AddressSchema
from delivery.settings.rows import ONLY
from delivery.settings.ways import MOST_PLACES
from delivery.store.engine import Session
from delivery.texts.catalogues import reader, say
from delivery.texts.countries import usual_in
from delivery.texts.sentences import N_, sentence

COURIER_ZONE = "own-courier"
MOST_TIMES = 4
_DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_OWN_COURIER = N_("Own courier")
_NOT_VALID = N_("Some of it cannot be kept as it is.")


class CarrierSchema(SettingsSchema):
    """A carrier's product for the whole country: days and fee."""

    name = Text(200)
    least_days = Whole(0, 60)
    most_days = Whole(0, 60)
    amount = Amount()
    free_from = Amount(nullable=True)


class TimesSchema(SettingsSchema):
    """One round of the shop's own courier."""

    start_time = WallTime()
    end_time = WallTime()


class CourierSchema(SettingsSchema):
    """Where the shop's own courier comes, on which days and at what times, with how many orders each time."""

    postcodes = Lines(Text(80))
    weekdays = Weekdays()
    times = Rows(TimesSchema, most=MOST_TIMES)
    capacity = Whole(1, MOST_PLACES)
    amount = Amount()


class CollectingSchema(SettingsSchema):
    """A place to collect from, with its stock: when it is open, and how long an order takes there."""

    name = Text(200)
    address = Group(AddressSchema)
    latitude = Degrees(90, nullable=True)
    longitude = Degrees(180, nullable=True)
    opens = ByWeekday(WallTime())
    closes = ByWeekday(WallTime())
    preparation_minutes = Whole(0, 10_080)


def save_shop(
    session: Session, now: datetime, by: By, merchant_id: str, data: Mapping[str, Any], seen: str | None = None
) -> None:
    """Name and country; language, currency and time zone where they are left empty are those usual in the country."""
    usual = usual_in(str(data.get("country") or "").upper())._asdict()
    answers = {name: data.get(name) or usual.get(name) for name in ("name", "country", *usual)}
    items.save(session, now, by, merchant_id, "shop", ONLY, answers, seen)


def save_origin(
    session: Session, now: datetime, by: By, merchant_id: str, data: Mapping[str, Any], seen: str | None = None
) -> None:
    """The place that goods leave from: the first, or a new one."""
    first = next(iter(items.items(session, merchant_id, "origins")), None)
    if first is not None:
        items.save(session, now, by, merchant_id, "origins", first, data, seen)
        return
    keeps = _holidays((data.get("address") or {}).get("country")) is not None
    items.add(session, now, by, merchant_id, "origins", {"keeps_holidays": keeps, **data})


def save_carrier(session: Session, now: datetime, by: By, merchant_id: str, data: Mapping[str, Any]) -> None:
    """A service for the whole country: the first, or a new one. Faults are at /carrier."""
    answers = read(CarrierSchema(), data, "/carrier")
    country = items.item(session, merchant_id, "shop")["country"]
    first = next(iter(items.items(session, merchant_id, "services").items()), None)
    with _told_at(("/transits/0/", "/carrier/"), ("/fee/", "/carrier/"), ("/", "/carrier/")):
        if first is not None:
            items.save(session, now, by, merchant_id, "services", first[0], _with_answers(first[1], answers))
            return
        zone = _whole_country(session, now, by, merchant_id, country)
        added = {"collects": _week(country, 1), "delivers": _week(country, 2), "transits": [{"zone": zone}], "fee": {}}
        items.add(session, now, by, merchant_id, "services", _with_answers(added, answers))


def save_courier(session: Session, now: datetime, by: By, merchant_id: str, data: Mapping[str, Any]) -> None:
    """A zone of the shop's own courier, with a window for each weekday and time. Faults are at /courier."""
    answers = read(CourierSchema(), data, "/courier")
    _refuse_without(answers, "/courier", weekdays=N_("Please choose a day."), times=N_("Please give a time."))
    shop = items.item(session, merchant_id, "shop")
    named = say(shop["language"], _OWN_COURIER)
    zone = {"name": named, "country": shop["country"], "postcodes": answers["postcodes"]}
    with _told_at(("/", "/courier/")):
        if COURIER_ZONE in items.items(session, merchant_id, "zones"):
            items.save(session, now, by, merchant_id, "zones", COURIER_ZONE, zone)
        else:
            items.add(session, now, by, merchant_id, "zones", zone, COURIER_ZONE)
    origin = next(iter(items.items(session, merchant_id, "origins")))
    for number, times in enumerate(answers["times"]):
        window = {"zone_id": COURIER_ZONE, "origin_id": origin, "capacity": answers["capacity"], **times}
        window["fee"] = {"amount": answers["amount"]}
        with _told_at(("/", f"/courier/times/{number}/")):
            for weekday in answers["weekdays"]:
                items.add(session, now, by, merchant_id, "windows", window | {"weekday": weekday})


def save_centre(session: Session, now: datetime, by: By, merchant_id: str, data: Mapping[str, Any]) -> None:
    """A pick-up centre at the first origin's stock."""
    answers = read(CollectingSchema(), data)
    origin_id, origin = next(iter(items.items(session, merchant_id, "origins").items()))
    if answers["latitude"] is None and answers["address"]["postal_code"] == origin["address"]["postal_code"]:
        answers |= {"latitude": origin["latitude"], "longitude": origin["longitude"]}
    opens, closes = answers.pop("opens"), answers.pop("closes")
    hours = opening_hours(opens, closes, answers["address"]["country"])
    items.add(session, now, by, merchant_id, "centres", {**answers, "opening_hours": hours, "origin_id": origin_id})


def opening_hours(opens: Mapping[str, str], closes: Mapping[str, str], country: str) -> str:
    """Hours by weekday in OpenStreetMap's words, closed on public holidays where those are known. Raises InvalidInput."""
    incomplete = sorted(opens.keys() ^ closes.keys())
    if incomplete:
        missing = "closes" if incomplete[0] in opens else "opens"
        raise _wrong(f"/{missing}/{incomplete[0]}", N_("Please give both times, or neither."))
    if not opens:
        raise _wrong("/opens/1", N_("Please say when it is open, for one day at least."))
    days: dict[str, list[str]] = {}
    for weekday in sorted(opens):
        days.setdefault(f"{opens[weekday]}-{closes[weekday]}", []).append(_DAYS[int(weekday) - 1])
    rules = [f"{','.join(names)} {hours}" for hours, names in days.items()]
    return "; ".join([*rules, "PH off"] if _holidays(country) else rules)


def read(schema: SettingsSchema, data: Any, pointer: str = "") -> dict[str, Any]:
    """A screen's answers by their schema. Raises InvalidInput with faults below `pointer`."""
    try:
        answers: dict[str, Any] = schema.load(data)
    except ValidationError as error:
        raise InvalidInput(sentence(_NOT_VALID), faults_in(error.messages, pointer)) from error
    return answers


def _with_answers(service: Document, answers: Mapping[str, Any]) -> Document:
    """A service with the screen's answers in it; its other zones and steps stay."""
    days = {name: answers[name] for name in ("least_days", "most_days")}
    first, *others = service["transits"] or [{}]
    fee = {name: answers[name] for name in ("amount", "free_from")}
    return service | {
        "name": answers["name"],
        "transits": [first | days, *others] if first else [],
        "fee": service["fee"] | fee,
    }


def _whole_country(session: Session, now: datetime, by: By, merchant_id: str, country: str) -> str:
    """The id of a zone that is the whole country; a new one when there is none."""
    for zone_id, zone in items.items(session, merchant_id, "zones").items():
        if zone["country"] == country and not zone["postcodes"]:
            return zone_id
    zone = {"name": _country_name(session, merchant_id, country), "country": country, "postcodes": []}
    return items.add(session, now, by, merchant_id, "zones", zone, country.lower())


def _country_name(session: Session, merchant_id: str, country: str) -> str:
    language = items.item(session, merchant_id, "shop")["language"]
    return str(reader(language).formats.territories.get(country, country))


def _week(country: str, first: int) -> Document:
    """Five weekdays from this one on; no work on public holidays where those are known."""
    return {"weekdays": list(range(first, first + 5)), "holidays": _holidays(country)}


def _holidays(country: str | None) -> Document | None:
    try:
        Region(country or "")
    except ValueError:
        return None
    return {"country": country, "subdivision": None}


def _refuse_without(answers: Mapping[str, Any], pointer: str, **needed: str) -> None:
    faults = tuple(Fault(f"{pointer}/{name}", sentence(words)) for name, words in needed.items() if not answers[name])
    if faults:
        raise InvalidInput(sentence(_NOT_VALID), faults)


def _wrong(pointer: str, words: str) -> InvalidInput:
    return InvalidInput(sentence(_NOT_VALID), (Fault(pointer, sentence(words)),))


@contextmanager
def _told_at(*moves: tuple[str, str]) -> Iterator[None]:
    """Faults of a setting's own form, at the place where the screen asked for it: the first start that fits is replaced."""
    try:
        yield
    except InvalidInput as problem:
        faults = tuple(Fault(_moved(fault.pointer, moves), fault.detail) for fault in problem.faults)
        raise InvalidInput(problem.detail, faults) from problem


def _moved(pointer: str, moves: tuple[tuple[str, str], ...]) -> str:
    return next((to + pointer.removeprefix(start) for start, to in moves if pointer.startswith(start)), pointer)
