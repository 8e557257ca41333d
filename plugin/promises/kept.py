"""GET /plugin/promises: how promises were kept, as a plot and as tables."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, Response

from delivery.problems import InvalidInput
from delivery.promise_reports import Report, Tally, Way, report
from delivery.rules.outcomes import BROKEN_BY
from delivery.texts.formats import short_day
from delivery.texts.promises import reason_word, share_said, way_word, zone_word
from plugin.pages.forms import typed
from plugin.pages.frame import locale, page
from plugin.pages.visitors import shop
from plugin.promises import period
from web.service import service

HEIGHT, STEP, WIDTH = 160, 24, 16
"""The plot in its own units: how high all of a bar can be, how far bars stand apart, how wide each is."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table."""

    name: str
    tally: Tally
    share: str


@dataclass(frozen=True, slots=True)
class Bar:
    """One week of the plot: its kept part stands on its broken one. Lengths in the plot's units, from the top."""

    x: int
    kept_y: float
    kept_height: float
    broken_y: float
    broken_height: float
    words: str


def add_to(blueprint: Blueprint) -> None:
    """Put the route on the blueprint."""

    @blueprint.get("/promises")
    def promises() -> Response:
        """The report of the period that the address names; with a day that is none, the form and why."""
        try:
            first, last = period.period()
        except InvalidInput as error:
            return page("promises/kept.html", 422, form=typed(period.typed_again(), error.faults), found=None)
        with service().database.reading() as session:
            found = report(session, shop(), first, last)
        form = typed(period.shown(first, last))
        return page("promises/kept.html", form=form, asked=period.asked(), **_facts(found, locale()))


def way_name(way: Way, language: str) -> str:
    """A way as the shop calls it: the service's name, else the kind of option."""
    return way_word(way.type, service_name(way), language)


def service_name(way: Way) -> str | None:
    """The name of a carrier's service, or the id of one that is gone."""
    priced = shop().services.get(way.service_id or "")
    return priced.service.name if priced else way.service_id


def zone_name(found: Report, zone_id: str | None, language: str) -> str:
    """A zone as the shop calls it."""
    return zone_word(found.zone_names.get(zone_id, zone_id) if zone_id else None, language)


def _facts(found: Report, language: str) -> dict[str, Any]:
    by_week = found.by_week()
    weeks = [(short_day(week, language), tally) for week, tally in by_week.items()]
    return {
        "found": found,
        "share": share_said(found.total.share, language),
        "weeks": _rows(weeks, language),
        "ways": _rows(((way_name(way, language), tally) for way, tally in found.by_way().items()), language),
        "zones": _rows(
            ((zone_name(found, zone, language), tally) for zone, tally in found.by_zone().items()), language
        ),
        "reasons": [(reason_word(name, language), found.total.broken_by.get(name, 0)) for name in BROKEN_BY],
        "bars": _bars(by_week, language),
        "size": {"width": STEP * max(len(by_week), 4), "height": HEIGHT, "bar": WIDTH},
    }


def _rows(named: Iterable[tuple[str, Tally]], language: str) -> list[Row]:
    return [Row(name, tally, share_said(tally.share, language)) for name, tally in named]


def _bars(by_week: Any, language: str) -> list[Bar]:
    most = max((tally.total for tally in by_week.values()), default=0) or 1
    return [_bar(number, week, tally, most, language) for number, (week, tally) in enumerate(by_week.items())]


def _bar(number: int, week: date, tally: Tally, most: int, language: str) -> Bar:
    broken, kept = (round(part * HEIGHT / most, 1) for part in (tally.broken, tally.kept))
    words = f"{short_day(week, language)}: {tally.kept} + {tally.broken}"
    top = round(HEIGHT - broken - kept, 1)
    return Bar(number * STEP + (STEP - WIDTH) // 2, top, kept, round(HEIGHT - broken, 1), broken, words)
