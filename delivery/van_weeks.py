"""The days of vans that are to come: how many are out, what is sold, how full they are. A line for each day and origin."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, false, func, select

from delivery import van_days
from delivery.options import Window
from delivery.problems import VansNotFound
from delivery.rules.slots import VANS, slot_on
from delivery.rules.wallclock import local_day
from delivery.setups import Setup
from delivery.store.engine import Session
from delivery.store.tables import bookings, van_refusals, van_stops
from delivery.texts.sentences import N_, sentence

DAYS = 14
_AGE = range(1970, 3000)


@dataclass(frozen=True, slots=True)
class VansOnDay:
    """A day of an origin's vans. `sold` are stops with an order, `held` those of shoppers who are checking out; `refused` how
    many checkouts were shown fewer windows. `share_used`: how much of the vans' time is taken by driving and doors, of 1; None
    without vans. `windows`: how many windows there are that day."""

    origin_id: str
    day: date
    vans: int
    windows: int
    sold: int
    held: int
    refused: int
    share_used: float | None


@dataclass(frozen=True, slots=True)
class OriginWeeks:
    """The coming days of one origin, only those with vans, windows or stops."""

    origin_id: str
    name: str
    days: tuple[VansOnDay, ...]


def day_named(text: str) -> date:
    """The day of an address: of this age, so that every moment of it can be told. Raises VansNotFound."""
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise VansNotFound(sentence(N_("That is no day."))) from error
    if day.year not in _AGE:
        raise VansNotFound(sentence(N_("No vans are out so long ago, or so far ahead.")))
    return day


def weeks(session: Session, now: datetime, setup: Setup) -> tuple[OriginWeeks, ...]:
    """Today and the days after it, as far as shoppers can choose, at least DAYS; by each origin's calendar."""
    found = []
    for origin_id, fleet in setup.fleets.items():
        today = local_day(now, fleet.time_zone)
        days = [today + timedelta(days=n) for n in range(max(DAYS, setup.horizon_days + 1))]
        stops, refused = _stops(session, setup, origin_id, days), _refused(session, setup, origin_id, days)
        lines = (_line(session, setup, origin_id, day, stops.get(day, (0, 0)), refused.get(day, 0)) for day in days)
        known = tuple(line for line in lines if line.vans or line.windows or line.sold or line.held)
        found.append(OriginWeeks(origin_id, setup.origins[origin_id].name, known))
    return tuple(found)


def _line(session: Session, setup: Setup, origin_id: str, day: date, stops: tuple[int, int], refused: int) -> VansOnDay:
    fleet = setup.fleets[origin_id]
    shifts = fleet.shifts_on(day)
    lasts = sum(shift.ends - shift.starts for shift in shifts)
    busy = 0.0
    if shifts and any(stops):
        routes = van_days.read(session, setup.merchant_id, fleet, day).routes
        busy = sum(route.drives + sum(stop.service for stop in route.stops) for route in routes)
    share = min(1.0, busy / lasts) if lasts else None
    return VansOnDay(origin_id, day, len(shifts), len(windows_of(setup, origin_id, day)), *stops, refused, share)


def windows_of(setup: Setup, origin_id: str, day: date) -> tuple[Window, ...]:
    """The windows that an origin's vans keep on a day, each once; closed ones are left out."""
    own = (pattern for pattern in setup.patterns.values() if pattern.origin_id == origin_id and pattern.kept_by == VANS)
    slots = (slot_on(pattern, day) for pattern in own)
    return tuple(dict.fromkeys(Window(slot.start, slot.end) for slot in slots if slot and slot.capacity))


def _stops(session: Session, setup: Setup, origin_id: str, days: list[date]) -> dict[date, tuple[int, int]]:
    """How many stops are sold, and how many only held."""
    ordered = and_(bookings.c.merchant_id == van_stops.c.merchant_id, bookings.c.hold_id == van_stops.c.hold_id)
    counted = (
        select(van_stops.c.day, func.count(bookings.c.id), func.count())
        .select_from(van_stops.outerjoin(bookings, ordered))
        .where(van_stops.c.is_gone == false())
    )
    rows = session.execute(_of(van_stops.c, counted, setup, origin_id, days))
    return {day: (sold, stops - sold) for day, sold, stops in rows}


def _refused(session: Session, setup: Setup, origin_id: str, days: list[date]) -> dict[date, int]:
    counted = select(van_refusals.c.day, func.count()).select_from(van_refusals)
    rows = session.execute(_of(van_refusals.c, counted, setup, origin_id, days))
    return {row[0]: row[1] for row in rows}


def _of(columns: Any, counted: Select[Any], setup: Setup, origin_id: str, days: list[date]) -> Select[Any]:
    return counted.where(
        columns.merchant_id == setup.merchant_id,
        columns.origin_id == origin_id,
        columns.day.between(days[0], days[-1]),
    ).group_by(columns.day)
