"""GET /plugin/collections: how collecting goes at the pick-up centres, and the rush of the coming hours."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from flask import Blueprint, Response, request

from delivery.collection_reports import Report, Tally, report
from delivery.problems import InvalidInput
from delivery.rules.pickup import Centre
from delivery.rushes import rushes_of, together
from delivery.texts.catalogues import say
from delivery.texts.collections import decimal_said, wait_said
from delivery.texts.formats import short_day
from delivery.texts.promises import share_said
from plugin.pages import rushes
from plugin.pages.forms import typed
from plugin.pages.frame import locale, page
from plugin.pages.plots import Column, Plot, plot
from plugin.pages.visitors import shop
from plugin.promises import period
from web.service import now, service

MOST_CENTRES = 100
"""In the table; the file has them all."""

MOST_RUSHES = 20
"""How many centres, the busiest, are added up to one rush."""


class Row(NamedTuple):
    """A line of a table."""

    name: str
    tally: Tally
    in_a_day: str
    wait: str
    kept: str
    per_hour: str


def add_to(blueprint: Blueprint) -> None:
    """Put the route on the blueprint."""

    @blueprint.get("/collections")
    def collections() -> Response:
        """The report of the period and centre that the address names; with a day that is none, the form and why."""
        centre = asked_centre()
        centres = sorted(shop().centres, key=lambda one: one.name)
        facts: dict[str, Any] = {"centres": centres, "centre": centre, "found": None}
        try:
            first, last = period.period()
        except InvalidInput as error:
            form = typed(period.typed_again(), error.faults)
            return page("promises/collected.html", 422, form=form, asked={}, **facts)
        with service().database.reading() as session:
            found = report(session, now(), shop(), first, last, centre.id if centre else None)
            looked_at = [centre] if centre else _busiest(found)
            rush = together(rushes_of(session, now(), shop().merchant_id, looked_at))
        facts |= _facts(found) | {"rush": rushes.shown(rush, _zone(looked_at))}
        return page("promises/collected.html", form=typed(period.shown(first, last)), asked=asked(), **facts)


def asked_centre() -> Centre | None:
    """The centre that the address names; None for all of them."""
    return shop().centre(request.args.get("centre", ""))


def asked() -> dict[str, str]:
    """What the address says, without what is empty."""
    centre = asked_centre()
    return period.asked() | ({"centre": centre.id} if centre else {})


def centre_name(centre_id: str) -> str:
    """A centre as the shop calls it, or the id of one that is gone."""
    centre = shop().centre(centre_id)
    return centre.name if centre else centre_id


def _busiest(found: Report) -> list[Centre]:
    known = (shop().centre(centre_id) for centre_id in found.by_centre)
    return [centre for centre in known if centre is not None][:MOST_RUSHES]


def _zone(centres: list[Centre]) -> str:
    return (centres[0].zone if len({centre.zone for centre in centres}) == 1 else shop().time_zone).key


def _facts(found: Report) -> dict[str, Any]:
    centres = [(centre_name(centre_id), tally) for centre_id, tally in found.by_centre.items()]
    weeks = [(short_day(week, locale()), tally) for week, tally in found.by_week.items()]
    return {
        "found": found.total,
        "total": next(_rows([("", found.total)])),
        "by_centre": list(_rows(centres[:MOST_CENTRES])),
        "left_out": max(0, len(centres) - MOST_CENTRES),
        "by_week": list(_rows(weeks)),
        "weeks": _weeks(found),
        "hours": _hours(found),
        "by_hour": [(f"{hour:02}:00", number) for hour, number in found.by_hour.items()],
    }


def _rows(named: Iterable[tuple[str, Tally]]) -> Any:
    for name, tally in named:
        yield Row(
            name,
            tally,
            share_said(tally.share_in_a_day, locale()),
            wait_said(tally.median_hours, locale()),
            share_said(tally.share_kept, locale()),
            decimal_said(tally.per_hour, locale()),
        )


def _weeks(found: Report) -> Plot:
    """Each week's orders: collected within a day below, the others on top."""
    columns = []
    for week, tally in found.by_week.items():
        words = say(
            locale(), "{day}: {here} and {more}", day=short_day(week, locale()), here=tally.in_a_day, more=_later(tally)
        )
        label = f"{week.day}.{week.month}."
        columns.append(Column(label, words, (("first", tally.in_a_day), ("second", _later(tally)))))
    return plot(columns)


def _later(tally: Tally) -> int:
    return tally.ready - tally.in_a_day


def _hours(found: Report) -> Plot:
    return plot(
        [Column(str(hour), f"{hour:02}:00: {number}", (("first", number),)) for hour, number in found.by_hour.items()]
    )
