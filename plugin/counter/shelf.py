"""GET /plugin/counter/<centre>/shelf: what lies there, what leaves when, the places of the coming days and the coming hours."""

from typing import NamedTuple

from flask import Blueprint, Response

from delivery.rules.shelf_days import ShelfDay
from delivery.rushes import rushes_of
from delivery.shelf_space import Lying, ShelfSpace, shelf_space
from delivery.texts import formats
from delivery.texts.catalogues import say
from delivery.texts.collections import limit_said
from plugin.counter.centres import centre_of
from plugin.counter.shown import called
from plugin.pages import rushes
from plugin.pages.frame import locale, page
from plugin.pages.plots import Column, Plot, plot
from plugin.pages.visitors import shop
from web.service import now, service


class DayRow(NamedTuple):
    """A day of the table; `free` is None where the centre has no limit."""

    name: str
    day: ShelfDay
    free: int | None


class Order(NamedTuple):
    """An order that lies there, as people name it."""

    called: str
    lying: Lying


def add_to(blueprint: Blueprint) -> None:
    """Put the route on the blueprint."""

    @blueprint.get("/counter/<string:centre>/shelf")
    def shelf(centre: str) -> Response:
        """The shelf as it stands now, if nobody comes."""
        here = centre_of(centre)
        with service().database.reading() as session:
            space = shelf_space(session, now(), shop().merchant_id, here)
            (rush,) = rushes_of(session, now(), shop().merchant_id, [here])
        limit = limit_said(space.capacity, locale()) if space.capacity is not None else ""
        return page(
            "counter/shelf.html",
            centre=here,
            zone=here.zone.key,
            space=space,
            plot=_plot(space),
            limit=limit,
            days=_rows(space),
            orders=[Order(called(one.order, one.part), one) for one in space.lying],
            rush=rushes.shown(rush, here.zone.key),
        )


def _rows(space: ShelfSpace) -> list[DayRow]:
    return [DayRow(formats.short_day(one.day, locale()), one, space.free(one)) for one in space.days]


def _plot(space: ShelfSpace) -> Plot:
    columns = [
        Column(str(row.day.day.day), _words(row), (("first", row.day.lying), ("second", row.day.to_come)))
        for row in _rows(space)
    ]
    return plot(columns, space.capacity)


def _words(row: DayRow) -> str:
    return say(locale(), "{day}: {here} and {more}", day=row.name, here=row.day.lying, more=row.day.to_come)
