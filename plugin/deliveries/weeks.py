"""GET /plugin/capacity: the windows of the coming weeks as a calendar, the fuller the darker."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta

from flask import Blueprint, Response, request

from delivery.accounts import Role
from delivery.capacity import Calendar, Cell, Counts, ZoneWeeks, calendar
from delivery.rules.wallclock import local_day
from plugin.pages.frame import page
from plugin.pages.visitors import needs, shop
from web.service import now, service

PATH = "/plugin/capacity"
WEEKS = 4
WEEK = timedelta(days=7)
FARTHEST = timedelta(days=366)
HEAT_STEPS = 4
"""Shades between empty and full."""


@dataclass(frozen=True, slots=True)
class Row:
    """The windows of one time in one week, a list for each day."""

    start_time: time
    end_time: time
    days: Sequence[Sequence[Cell]]


@dataclass(frozen=True, slots=True)
class Week:
    """A table: seven days, the windows that have a day in it, and the totals of each day."""

    days: Sequence[date]
    rows: Sequence[Row]
    totals: Sequence[Counts]


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone's weeks."""

    id: str
    name: str
    weeks: Sequence[Week]


def add_to(blueprint: Blueprint) -> None:
    """Put the route on the blueprint."""

    @blueprint.get("/capacity")
    @needs(Role.CONFIGURE)
    def capacity() -> Response:
        """Four weeks from the Monday asked for, else from this week's."""
        this_monday = monday_of(local_day(now(), shop().time_zone))
        first = _asked(this_monday)
        with service().database.reading() as session:
            found = calendar(session, now(), shop(), first, WEEKS)
        return page(
            "capacity/weeks.html",
            zones=[_zone(zone, found.days) for zone in found.zones],
            together=_together(found) if len(found.zones) > 1 else [],
            first=found.days[0],
            last=found.days[-1],
            today=local_day(now(), shop().time_zone),
            earlier=first - WEEKS * WEEK,
            later=first + WEEKS * WEEK,
            is_now=first == this_monday,
            heat=heat,
            any_by_vans=shop().has_van_windows,
        )


def monday_of(day: date) -> date:
    """The Monday of its week."""
    return day - timedelta(days=day.weekday())


def heat(counts: Counts) -> str:
    """The class of a cell's look: from `heat-0`, nobody there, to `heat-5`, full; `closed` without places."""
    taken = counts.sold + counts.held
    if counts.capacity == 0 and not taken:
        return "closed"
    if taken >= counts.capacity:
        return f"heat-{HEAT_STEPS + 1}"
    return "heat-0" if not taken else f"heat-{1 + taken * HEAT_STEPS // counts.capacity}"


def _asked(usual: date) -> date:
    """The Monday of the day in the address; the usual one when that is none, or farther off than anybody plans."""
    try:
        day = monday_of(date.fromisoformat(request.args.get("from", "")))
    except (ValueError, OverflowError):
        return usual
    return day if abs(day - usual) <= FARTHEST else usual


def _zone(zone: ZoneWeeks, days: Sequence[date]) -> Zone:
    starts = range(0, len(days), 7)
    return Zone(zone.zone_id, zone.name, [_week(zone, days, first) for first in starts])


def _week(zone: ZoneWeeks, days: Sequence[date], first: int) -> Week:
    these = slice(first, first + 7)
    rows = [Row(line.start_time, line.end_time, line.days[these]) for line in zone.lines if any(line.days[these])]
    return Week(days[these], rows, zone.totals[these])


def _together(found: Calendar) -> list[Week]:
    return [Week(found.days[n : n + 7], [], found.totals[n : n + 7]) for n in range(0, len(found.days), 7)]
