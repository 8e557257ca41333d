"""The rush of the coming hours as pages show it: a plot, and its rows."""

from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from delivery.rushes import Rush
from delivery.texts import formats
from delivery.texts.catalogues import say
from delivery.texts.collections import decimal_said
from plugin.pages.frame import locale
from plugin.pages.plots import Column, Plot, plot


class HourRow(NamedTuple):
    """An hour: its day and time, how many are expected, how many become ready."""

    day: str
    hour: str
    expected: str
    ready: int


class RushShown(NamedTuple):
    """The plot and the table of a rush."""

    plot: Plot
    rows: list[HourRow]
    is_foretold: bool
    waiting: int


def shown(rush: Rush, zone: str) -> RushShown:
    """A rush in words, by the clock of this zone."""
    rows = [
        HourRow(
            formats.short_day(formats.local_day(hour.at, zone), locale()),
            formats.time_at(hour.at, zone, locale()),
            decimal_said(hour.expected, locale()) if rush.is_foretold else "",
            hour.ready,
        )
        for hour in rush.hours
    ]
    return RushShown(plot(_columns(rush, rows, zone)), rows, rush.is_foretold, rush.waiting)


def _columns(rush: Rush, rows: list[HourRow], zone: str) -> list[Column]:
    """A bar for each hour, and room between two days."""
    columns: list[Column] = []
    for at, (row, hour) in enumerate(zip(rows, rush.hours, strict=True)):
        if at and row.day != rows[at - 1].day:
            columns.append(Column("", row.day, ()))
        number = hour.expected if rush.is_foretold else hour.ready
        columns.append(Column(_hour(hour.at, zone), _words(row, rush.is_foretold), (("first", number),)))
    return columns


def _hour(at: datetime, zone: str) -> str:
    return str(at.astimezone(ZoneInfo(zone)).hour)


def _words(row: HourRow, is_foretold: bool) -> str:
    at = say(locale(), "{day}, {time}", day=row.day, time=row.hour)
    return f"{at}: {row.expected}" if is_foretold else f"{at}: {row.ready}"
