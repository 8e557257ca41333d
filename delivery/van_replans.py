"""Routes that are made anew: which days are due, and a plan put in the place of another.

A plan takes a while to make, outside any transaction. It is taken only while the day is still at the version that it was made
from; who booked meanwhile goes first, and the day is due again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Date, bindparam, func, or_, select, update

from delivery import van_days
from delivery.rules.gaps import best_gap
from delivery.rules.replans import Effort, replan
from delivery.rules.routes import Route, Stop
from delivery.store.engine import Session
from delivery.store.tables import merchants
from delivery.store.tables import van_days as rows
from delivery.van_days import VanDay

_DUE = (
    select(rows.c.merchant_id, rows.c.origin_id, rows.c.day)
    .join(merchants, merchants.c.id == rows.c.merchant_id)
    .where(
        or_(rows.c.version != rows.c.planned_version, rows.c.planned_settings != merchants.c.settings_version),
        rows.c.day >= bindparam("first", type_=Date),
    )
    .order_by(rows.c.day, rows.c.merchant_id)
    .limit(bindparam("at_most"))
    .execution_options(across_merchants="a look at what is due")
)
_HERE = (
    rows.c.merchant_id == bindparam("m"),
    rows.c.origin_id == bindparam("o"),
    rows.c.day == bindparam("d", type_=Date),
    rows.c.version == bindparam("seen"),
)
_SWAP = (
    update(rows)
    .where(*_HERE)
    .values(version=bindparam("new"), planned_version=bindparam("new"), planned_at=bindparam("now"))
    .values(planned_settings=func.coalesce(bindparam("settings"), rows.c.planned_settings))
)
_LEAVE = (
    update(rows)
    .where(*_HERE)
    .values(planned_version=bindparam("seen"), planned_at=bindparam("now"), planned_settings=bindparam("settings"))
)


@dataclass(frozen=True, slots=True)
class DueDay:
    """A day whose routes, or whose merchant's settings, changed since it was last planned."""

    merchant_id: str
    origin_id: str
    day: date


def due(session: Session, first_day: date, limit: int) -> list[DueDay]:
    """Days of all merchants from `first_day` on, the nearest first."""
    found = session.execute(_DUE, {"first": first_day, "at_most": limit})
    return [DueDay(row.merchant_id, row.origin_id, row.day) for row in found]


def better(day: VanDay, now: datetime, effort: Effort) -> list[Route] | None:
    """Routes for the same stops that take less driving, or which find a van for stops that lost theirs; None when none were
    found. Only of vans that have not left. It may take as long as the effort says."""
    routes = _at_home(day, now)
    if not routes:
        return None
    if day.left_over:
        found = replan(routes, effort, day.left_over) or _with_who_fits(routes, day.left_over)
        if found is not None:
            return _as_they_start(day, found)
    found = replan(routes, effort)
    if found is None or (all(route.is_kept for route in routes) and _driving(found) >= _driving(routes)):
        return None
    return _as_they_start(day, found)


def room_for(day: VanDay, now: datetime, stop: Stop, effort: Effort) -> list[Route] | None:
    """Routes for the same stops that leave a gap into which this one fits; None when none were found."""
    routes = _at_home(day, now)
    found = replan(routes, effort, (stop,)) if routes else None
    return None if found is None else _as_they_start(day, [route.without({stop.number}) for route in found])


def _at_home(day: VanDay, now: datetime) -> list[Route]:
    """The routes of vans that have not left, none of which leaves before now: who is on the road has its parcels aboard."""
    moment = now.timestamp()
    return [route.not_before(moment) for route in day.routes if route.departs > moment and route.shift.ends > moment]


def _with_who_fits(routes: list[Route], stops: Sequence[Stop]) -> list[Route] | None:
    """The routes with as many of the stops as they take, one after the other; None when they take nobody."""
    found = list(routes)
    for stop in stops:
        gap = best_gap(found, stop, found[0].roads, found[0].clock)
        if gap is not None:
            n, position = gap
            found[n] = found[n].with_stop(stop, position)
    return None if found == routes else found


def _as_they_start(day: VanDay, found: Sequence[Route]) -> list[Route]:
    """With their shifts as they are set."""
    shifts = {shift.van: shift for shift in day.shifts}
    return [replace(route, shift=shifts[route.shift.van]) for route in found]


def swap(
    session: Session,
    now: datetime,
    merchant_id: str,
    seen: VanDay,
    routes: Sequence[Route],
    settings: int | None = None,
) -> bool:
    """Put a plan in the place of the one that it was made from; False when that does not stand any more, and nothing changes.
    `settings`: the version of them that it was made for, when it was made for its own sake."""
    if not _still(session, _SWAP, now, merchant_id, seen, settings):
        return False
    van_days.write(session, merchant_id, seen, routes)
    return True


def leave(session: Session, now: datetime, merchant_id: str, seen: VanDay, settings: int) -> None:
    """The day was looked at with these settings, and its routes stay."""
    _still(session, _LEAVE, now, merchant_id, seen, settings)


def give_up(session: Session, one: DueDay, settings: int) -> None:
    """There is nothing to plan with these settings: no van is out that day."""
    session.execute(
        update(rows)
        .where(rows.c.merchant_id == one.merchant_id, rows.c.origin_id == one.origin_id, rows.c.day == one.day)
        .values(planned_version=rows.c.version, planned_settings=settings)
    )


def _still(
    session: Session, statement: object, now: datetime, merchant_id: str, seen: VanDay, settings: int | None
) -> bool:
    here = {"m": merchant_id, "o": seen.fleet.origin_id, "d": seen.day, "seen": seen.version}
    done = session.execute(statement, here | {"new": seen.version + 1, "now": now, "settings": settings})  # type: ignore[call-overload]
    return bool(done.rowcount)


def _driving(routes: Sequence[Route]) -> float:
    return sum(route.drives for route in routes)
