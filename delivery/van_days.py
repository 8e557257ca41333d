"""A day's routes as they are kept: read, locked, and written.

Whoever changes a day's routes locks its row first (`lock`), which writes the next version; so changes of one day happen one after
the other, and who remembers a version knows whether it still stands. A place that is given back only marks its stop as gone
(`take_out`), which waits for nobody: who reads leaves it out, and who next writes the routes takes it out of them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from math import inf
from typing import Any

import numpy as np
from sqlalchemy import Date, LargeBinary, String, bindparam, cast, null, select, true, union_all, update

from delivery.fleets import Fleet
from delivery.rules.driving import Clock, Numbers, Roads
from delivery.rules.gaps import Gaps, gaps_in, still_open
from delivery.rules.places import Point
from delivery.rules.routes import ROW, Route, Shift, Stop
from delivery.store.dialects import PerDialect
from delivery.store.engine import Session
from delivery.store.prepared import Prepared
from delivery.store.tables import van_days, van_routes, van_stops
from delivery.van_stops import forget_gone

VAN = "van"
"""The kind of counter that a window kept by vans counts in."""

COLUMNS = 11
"""What is kept of a stop: its number, latitude, longitude, how unsure its place is (seconds), when its window opens and closes,
how long it takes, parcels, grams; and of its route when it can be left and when it must begin. All are 64-bit floats."""
_NUMBER, _PLACE, _WORKED_OUT = 0, slice(1, 4), slice(9, 11)


@dataclass(frozen=True)
class VanDay:
    """The routes of a fleet on a day. `version` 0: nobody is to be visited yet.

    `sheets` are the rows of COLUMNS by van, `gone` the stops in them whose place was given back: routes leave them out.
    `held`: where nobody has ordered yet, as far as it was asked for.
    """

    fleet: Fleet
    day: date
    version: int
    planned_version: int
    planned_at: datetime | None
    basis: str
    sheets: Mapping[str, Numbers]
    gone: frozenset[int]
    roads: Roads
    clock: Clock
    held: frozenset[int] = frozenset()

    def with_held(self, held: frozenset[int]) -> "VanDay":
        """The same, saying which of its stops are only held. What was worked out of the routes stays."""
        same = replace(self, held=held)
        for name in ("shifts", "routes", "gaps"):
            if name in self.__dict__:
                same.__dict__[name] = self.__dict__[name]
        return same

    @cached_property
    def shifts(self) -> tuple[Shift, ...]:
        """The vans that are out."""
        return self.fleet.shifts_on(self.day)

    @cached_property
    def routes(self) -> tuple[Route, ...]:
        """One for each van that is out, also for one that stays empty."""
        return tuple(self.route(shift) for shift in self.shifts)

    @cached_property
    def left_over(self) -> tuple[Stop, ...]:
        """Stops that no van takes any more: the merchant has fewer than when they were accepted."""
        out = {shift.van for shift in self.shifts}
        rows = (row for van, sheet in self.sheets.items() if van not in out for row in sheet)
        return tuple(stop for stop in map(self._stop, rows) if stop.number not in self.gone)

    def route(self, shift: Shift) -> Route:
        """The route of one van, without those who are gone."""
        sheet = self.sheets.get(shift.van)
        stops = () if sheet is None else tuple(map(self._stop, sheet))
        route = Route(shift, stops, self.roads, self.clock)
        return route.without(self.gone) if self.gone else route

    @cached_property
    def gaps(self) -> Gaps:
        """Where one more stop could go. No gaps where no van is out: then `shifts` is empty, and this raises ValueError."""
        return gaps_in(self.shifts, [self._rows(shift) for shift in self.shifts], self.roads)

    def gaps_at(self, now: datetime) -> Gaps:
        """The gaps there are still at a moment: see `still_open`. The usual ones as long as no shift has begun."""
        return still_open(self.gaps, self.clock, now.timestamp()) if self.has_begun(now) else self.gaps

    def has_begun(self, now: datetime) -> bool:
        """Whether a shift has."""
        return self._first_start < now.timestamp()

    @cached_property
    def _first_start(self) -> float:
        return min((shift.starts for shift in self.shifts), default=inf)

    def _rows(self, shift: Shift) -> Numbers:
        sheet = self.sheets.get(shift.van)
        if sheet is None:
            return _NOBODY
        is_current = self.basis == self.fleet.basis(self.day)
        if not is_current or (self.gone and bool(np.isin(sheet[:, _NUMBER], list(self.gone)).any())):
            return self.route(shift).rows
        rows = np.empty((len(sheet), ROW))
        rows[:, :3] = self.fleet.plane.places(sheet[:, _PLACE])
        rows[:, 3:5], rows[:, 5:7] = sheet[:, _WORKED_OUT], sheet[:, 7:9]
        rows[:, 7:] = sheet[:, (_NUMBER, 4, 5)]
        return rows

    def _stop(self, row: Numbers) -> Stop:
        number, latitude, longitude, unsure, opens, closes, service, parcels, grams = row[:9].tolist()
        place = self.fleet.plane.place(Point(latitude, longitude), unsure)
        return Stop(int(number), place, opens, closes, service, parcels, grams)


_NOBODY: Numbers = np.empty((0, ROW))
_HERE = (
    van_days.c.merchant_id == bindparam("m"),
    van_days.c.origin_id == bindparam("o"),
    van_days.c.day == bindparam("d", type_=Date),
)
_HEAD = (
    van_days.c.version,
    van_days.c.planned_version,
    van_days.c.planned_at,
    van_days.c.basis,
)
_READ = Prepared(select(*_HEAD).where(*_HERE))
_LOCK = Prepared(
    PerDialect(
        van_days,
        lambda insert: (
            insert.values(
                merchant_id=bindparam("m"),
                origin_id=bindparam("o"),
                day=bindparam("d"),
                version=1,
                planned_version=0,
                planned_settings=0,
                basis=bindparam("basis"),
            )
            .on_conflict_do_update(
                index_elements=["merchant_id", "origin_id", "day"], set_={"version": van_days.c.version + 1}
            )
            .returning(*_HEAD)
        ),
    )
)
_SHEETS_AND_GONE = Prepared(
    union_all(
        select(van_routes.c.van, van_routes.c.stops).where(
            van_routes.c.merchant_id == bindparam("m"),
            van_routes.c.origin_id == bindparam("o"),
            van_routes.c.day == bindparam("d", type_=Date),
        ),
        select(cast(van_stops.c.number, String), cast(null(), LargeBinary)).where(
            van_stops.c.merchant_id == bindparam("m"),
            van_stops.c.origin_id == bindparam("o"),
            van_stops.c.day == bindparam("d", type_=Date),
            van_stops.c.is_gone == true(),
        ),
    )
)
"""The sheet of each van; then the numbers of stops that are gone, without one."""
_WRITE = Prepared(
    PerDialect(
        van_routes,
        lambda insert: insert.values(
            {column.name: bindparam(column.name) for column in van_routes.c}
        ).on_conflict_do_update(
            index_elements=["merchant_id", "origin_id", "day", "van"], set_={"stops": insert.excluded.stops}
        ),
    )
)
_CONCLUDE = Prepared(update(van_days).where(*_HERE).values(basis=bindparam("new_basis")))


def read(session: Session, merchant_id: str, fleet: Fleet, day: date) -> VanDay:
    """The day as it stands."""
    whose = {"m": merchant_id, "o": fleet.origin_id, "d": day}
    head = _READ.first(session, whose) or (0, 0, None, fleet.basis(day))
    return _day(session, whose, fleet, day, head)


def lock(session: Session, merchant_id: str, fleet: Fleet, day: date) -> VanDay:
    """The day as it stands, which nobody else can change until this transaction ends; its version is one higher already."""
    whose = {"m": merchant_id, "o": fleet.origin_id, "d": day}
    head = _LOCK.first(session, whose | {"basis": fleet.basis(day)})
    assert head is not None
    return _day(session, whose, fleet, day, head)


def _day(session: Session, whose: dict[str, Any], fleet: Fleet, day: date, head: tuple[Any, ...]) -> VanDay:
    rows = _SHEETS_AND_GONE.rows(session, whose) if head[0] else []
    sheets = {van: _sheet(stops) for van, stops in rows if stops is not None}
    gone = frozenset(int(number) for number, stops in rows if stops is None)
    version, planned_version, planned_at, basis = head
    return VanDay(
        fleet=fleet,
        day=day,
        version=version,
        planned_version=planned_version,
        planned_at=planned_at,
        basis=basis,
        sheets=sheets,
        gone=gone,
        roads=fleet.roads,
        clock=fleet.clock_on(day),
    )


def _sheet(written: bytes) -> Numbers:
    return np.frombuffer(written, np.float64).reshape(-1, COLUMNS)


def write(session: Session, merchant_id: str, seen: VanDay, routes: Iterable[Route]) -> None:
    """Put these routes of a locked day in the place of what their vans had; who is gone leaves with them, who has found another
    van leaves the old one. A day that was worked out for other vans or another pace is written whole."""
    whose = {"m": merchant_id, "o": seen.fleet.origin_id, "d": seen.day}
    basis, written = seen.fleet.basis(seen.day), {route.shift.van: route for route in routes}
    if basis != seen.basis:
        written = {route.shift.van: route for route in seen.routes} | written
        _CONCLUDE.changes(session, whose | {"new_basis": basis})
    sheets = {van: _sheet_of(seen.fleet, route) for van, route in written.items()}
    numbers = {number for sheet in sheets.values() for number in _numbers(sheet)}
    left, out = {van: sheet for van, sheet in seen.sheets.items() if van not in written}, {s.van for s in seen.shifts}
    for van, sheet in left.items():
        moved = numbers if van in out else numbers | seen.gone
        if not moved.isdisjoint(_numbers(sheet)):
            sheets[van] = sheet[~np.isin(sheet[:, _NUMBER], list(moved))]
    for van, sheet in sheets.items():
        _WRITE.changes(session, _row(merchant_id, seen, van, sheet))
    if seen.gone:
        stay = {number for sheet in ({**seen.sheets} | sheets).values() for number in _numbers(sheet)}
        forget_gone(session, whose, seen.gone - stay)


def _numbers(sheet: Numbers) -> list[int]:
    numbers: list[int] = sheet[:, _NUMBER].astype(np.int64).tolist()
    return numbers


def _row(merchant_id: str, seen: VanDay, van: str, sheet: Numbers) -> dict[str, Any]:
    whose = {"merchant_id": merchant_id, "origin_id": seen.fleet.origin_id, "day": seen.day}
    return whose | {"van": van, "stops": sheet.tobytes()}


def _sheet_of(fleet: Fleet, route: Route) -> Numbers:
    rows = [
        (
            *(stop.number, *_degrees(fleet, stop), stop.place[2], stop.opens, stop.closes),
            *(stop.service, stop.parcels, stop.grams, leaves, due),
        )
        for stop, leaves, due in zip(route.stops, route.leavings[1:], route.latest, strict=False)
    ]
    return np.array(rows, np.float64).reshape(-1, COLUMNS)


def _degrees(fleet: Fleet, stop: Stop) -> tuple[float, float]:
    point = fleet.plane.point_of(stop.place)
    return point.latitude, point.longitude
