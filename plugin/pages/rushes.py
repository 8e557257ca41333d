"""The rush of the coming hours as pages show it: a plot, and its rows."""

from typing import NamedTuple

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
    columns = [
        Column(row.hour, _words(row, rush.is_foretold), (("first", hour.expected if rush.is_foretold else hour.ready),))
        for row, hour in zip(rows, rush.hours, strict=True)
    ]
    return RushShown(plot(columns), rows, rush.is_foretold, rush.waiting)


def _words(row: HourRow, is_foretold: bool) -> str:
    at = say(locale(), "{day}, {time}", day=row.day, time=row.hour)
    return f"{at}: {row.expected}" if is_foretold else f"{at}: {row.ready}"
