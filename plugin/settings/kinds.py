"""What a template needs to know of a setting: its kind, its words, and what there is to choose from."""

from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import available_timezones

from babel import Locale

from delivery.settings.areas import Document
from delivery.settings.codes import countries
from delivery.settings.collections import ByDay, ByWeekday, Days, Group, Rows, Several, Weekday, Weekdays
from delivery.settings.fields import (
    Amount,
    Choice,
    Country,
    Hours,
    Number,
    Percent,
    Ref,
    Switch,
    TimeZone,
    WallTime,
    Whole,
)
from delivery.texts.catalogues import reader, say
from delivery.texts.settings import CHOICES, help_for, label

KINDS: Mapping[type, str] = {
    Switch: "switch",
    Group: "group",
    Rows: "rows",
    ByWeekday: "by_weekday",
    ByDay: "by_day",
    Weekdays: "weekdays",
    Days: "days",
    Several: "lines",
    Amount: "amount",
    Percent: "percent",
    Weekday: "weekday",
    Whole: "whole",
    Number: "number",
    WallTime: "time",
    Choice: "choice",
    Ref: "ref",
    Country: "country",
    Hours: "hours",
    TimeZone: "time_zone",
}
"""The kinds that have a control of their own, special ones before those they are made of; the others are a line of text."""

Known = Mapping[str, Mapping[str, Document]]
"""All items, by area and id."""


def kind_of(field: object) -> str:
    """The name of a setting's kind, as the templates call it."""
    return next((name for kind, name in KINDS.items() if isinstance(field, kind)), "text")


def words(locale: str, known: Known) -> dict[str, Any]:
    """What the templates of the settings ask for, in the reader's language."""
    return {
        "kind_of": kind_of,
        "named": lambda area: lambda name: named(area, name, locale),
        "label": lambda path: label(path, locale),
        "help_for": lambda path: help_for(path, locale),
        "choices": lambda field, path: choices(field, path, locale, known),
        "weekdays": weekday_names(locale),
        "time_zones": sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/")),
    }


def named(area: str, name: str, locale: str) -> str:
    """What the field of this name is called; nothing for one that is no setting."""
    parts = [part for part in name.split("-") if not part.isdecimal() and part not in ("day", "value")]
    try:
        return label(".".join((area, *parts)), locale)
    except KeyError:
        return ""


def choices(field: object, path: str, locale: str, known: Known) -> Sequence[tuple[str, str]]:
    """What can be chosen: value and words."""
    if isinstance(field, Choice):
        name = path.rsplit(".", 1)[-1]
        return [(value, say(locale, CHOICES[f"{name}.{value}"])) for value in field.names]
    if isinstance(field, Country):
        return country_names(locale)
    assert isinstance(field, Ref)
    return [(item_id, str(item["name"])) for item_id, item in known[field.area].items()]


def country_names(locale: str) -> list[tuple[str, str]]:
    """All countries in the reader's language, by name."""
    names = reader(locale).formats.territories
    return sorted(((code, names.get(code, code)) for code in countries()), key=lambda pair: pair[1])


def weekday_names(locale: str) -> list[tuple[int, str]]:
    """The weekdays, Monday 1 to Sunday 7."""
    formats: Locale = reader(locale).formats
    names = formats.days["stand-alone"]["wide"]
    return [(number, names[number - 1].capitalize()) for number in range(1, 8)]
