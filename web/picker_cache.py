"""Pieces of the picker, kept rendered.

The same windows and centres are shown to one shopper after another; only the option ids, which are signed and fresh
each time, differ. So an option is rendered once with a mark in place of its id, split at the marks, and from then on
only joined by the id. Everything a piece shows is part of its key, so nothing has to be thrown away when it changes.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup, escape

from delivery.options import DayHours, Held, Location, Option, PickupOption
from delivery.rules.estimate import Estimate
from delivery.rules.prices import Money
from delivery.texts import formats, offers
from delivery.texts.catalogues import reader, say, say_number, translations

# Stands for what is put in later, ids above all. A NUL in a merchant's own text would show the id there: harmless.
MARK = "\0"

Parts = tuple[str, ...]


class Look(NamedTuple):
    """What all pieces of one fragment share."""

    locale: str
    name: str
    heading_level: int


def rendered(template: str, locale: str, **facts: object) -> str:
    """A template of web/templates/picker, escaped, in the reader's language."""
    return _template(template, reader(locale).language).render(**facts)


def safe_ids(options: Sequence[Option]) -> list[str]:
    """The options' ids, escaped in one go: one call for each of a hundred would take longer than the rest."""
    return str(escape(MARK.join([option.id for option in options]))).split(MARK)


@lru_cache(maxsize=2048)
def shipping_parts(
    look: Look, checked: bool, title: str, earliest: date | None, latest: date | None, fee: Money
) -> Parts:
    """A delivery by a carrier: the day or days first, then which service."""
    if earliest is None or latest is None:
        when, detail = title, say(look.locale, "The date is not known yet")
    else:
        when, detail = formats.day_range(earliest, latest, look.locale), title
    return _parts("shipping.html", look, checked, fee, when=when, title=detail)


@lru_cache(maxsize=8192)
def slot_parts(
    look: Look,
    checked: bool,
    start: datetime,
    end: datetime,
    time_zone: str,
    amount: int,
    currency: str,
    places: int | None,
    is_near: bool = False,
) -> Parts:
    """A home window within its day."""
    return _parts(
        "slot.html",
        look,
        checked,
        Money(amount, currency),
        window=formats.window(start, end, time_zone, look.locale),
        places=offers.near_by(look.locale) if is_near else places and offers.places_left(places, look.locale),
    )


@lru_cache(maxsize=2048)
def day_html(
    day: date, count: int, least: int, most: int, currency: str, is_open: bool, locale: str
) -> tuple[str, str]:
    """What stands before and after the windows of a day."""
    piece = rendered(
        "day.html",
        locale,
        day=day,
        day_name=formats.day(day, locale),
        note=_day_note(count, least, most, currency, locale),
        is_open=is_open,
        windows=MARK,
    )
    before, after = piece.split(MARK)
    return before, after


def pickup_parts(look: Look, checked: bool, option: PickupOption) -> Parts:
    """A pick-up centre with its address and the opening hours of the coming week."""
    return _pickup_parts(
        look,
        checked,
        option.location,
        option.time_zone,
        option.ready_by,
        option.pickup_by,
        option.fee,
        option.wait_for_message,
    )


@lru_cache(maxsize=4096)
def _pickup_parts(
    look: Look,
    checked: bool,
    place: Location,
    time_zone: str,
    ready_by: datetime,
    pickup_by: datetime,
    fee: Money,
    waits: bool,
) -> Parts:
    locale, metres = look.locale, place.distance_m
    return _parts(
        "pickup.html",
        look,
        checked,
        fee,
        title=place.name,
        address=_address(place.address),
        distance=None if metres is None else formats.distance(metres, locale),
        hours=_hours(place.opening_hours, time_zone, locale),
        closed=offers.closed_word(locale),
        ready=offers.ready_by(ready_by, time_zone, locale),
        kept=offers.kept_until(pickup_by, time_zone, locale),
        wait=offers.wait_for_message(locale) if waits else "",
    )


@lru_cache(maxsize=1024)
def frame_html(
    look: Look,
    direction: str,
    time_zone: str,
    notes: tuple[str, ...],
    has_options: bool,
    held: Held | None,
    own: tuple[str, str],
) -> Parts:
    """What stands around everything: before the offer's id, its end and, if there are any, the sections.

    `own` is what is the merchant's own: a note above the options, and the looks as CSS custom properties.
    """
    shop_note, look_css = own
    piece = rendered(
        "picker.html",
        look.locale,
        offer_id=MARK,
        expires_at=MARK,
        tag=look.locale,
        time_zone=time_zone,
        held=held,
        held_until=_held_until(held, time_zone, look.locale),
        direction=direction,
        words=element_words(look.locale),
        look_css=look_css,
        notes=notes,
        shop_note=shop_note,
        mark=MARK if has_options else None,
        iso=iso,
    )
    return tuple(piece.split(MARK))


def iso(instant: datetime) -> str:
    """An instant as the element reads it: UTC, whole seconds."""
    return instant.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _held_until(held: Held | None, time_zone: str, locale: str) -> str:
    if held is None:
        return ""
    return say(locale, "Kept for you until {time}", time=formats.time_at(held.expires_at, time_zone, locale))


@lru_cache(maxsize=1024)
def section_html(kind: str, heading: str, look: Look, more_words: str, more_open: bool) -> Parts:
    """What stands around a section's options: before them, between those in sight and the rest, and after."""
    piece = rendered(
        "section.html",
        look.locale,
        type=kind,
        heading=heading,
        level=look.heading_level,
        more_words=more_words,
        more_open=more_open,
        mark=MARK,
    )
    return tuple(piece.split(MARK))


@lru_cache(maxsize=1024)
def reasons_html(estimate: Estimate, time_zone: str, locale: str) -> str:
    """Until when to order, and why that day."""
    zone = offers.order_zone(estimate, time_zone)
    until = formats.moment(estimate.order_before, zone, locale)
    before = say(locale, "If you order before {moment}", moment=until)
    return rendered("reasons.html", locale, order_before=before, reasons=offers.reasons(estimate.steps, locale))


@lru_cache(maxsize=64)
def element_words(locale: str) -> Markup:
    """The element's own words, as attributes of the fragment's root."""
    notes = [(code, offers.problem_note(code, locale)) for code in offers.problem_codes()]
    return Markup(rendered("words.html", locale, problems=notes))  # noqa: S704


def _parts(template: str, look: Look, checked: bool, fee: Money, **facts: object) -> Parts:
    price = say(look.locale, "Free") if fee.amount == 0 else formats.money(fee.amount, fee.currency, look.locale)
    piece = rendered(template, look.locale, id=MARK, name=look.name, checked=checked, fee=fee, price=price, **facts)
    return tuple(f"{piece.strip()}\n".split(MARK))


def _day_note(count: int, least: int, most: int, currency: str, locale: str) -> str:
    times = say_number(locale, "{number} time", "{number} times", count)
    if most == 0:
        return say(locale, "{times}, free", times=times)
    fee = formats.money(least, currency, locale)
    if least == most:
        return say(locale, "{times}, {fee}", times=times, fee=fee)
    return say(locale, "{times}, from {fee}", times=times, fee=fee)


def _address(address: Mapping[str, object]) -> str:
    lines = address.get("lines")
    kept = [str(line) for line in lines] if isinstance(lines, list | tuple) else []
    town = " ".join(str(address[key]) for key in ("postal_code", "city") if address.get(key))
    return ", ".join(part for part in (*kept, town) if part)


def _hours(days: tuple[DayHours, ...], time_zone: str, locale: str) -> list[tuple[str, list[str]]]:
    return [
        (
            formats.short_day(day.day, locale),
            [formats.window(interval.start, interval.end, time_zone, locale) for interval in day.intervals],
        )
        for day in days
    ]


@cache
def _template(name: str, language: str) -> Template:
    return _environment(language).get_template(f"picker/{name}")


@cache
def _environment(language: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    words = translations(language)
    environment.install_gettext_callables(words.gettext, words.ngettext, newstyle=False)  # type: ignore[attr-defined]
    return environment
