"""Noting to whom windows were closed because no van could come by: what one more van is worth. An offer writes nothing, so it is
noted of those who chose something else, and of those who were refused what they chose. Places only, no people."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from math import inf
from typing import Any

from sqlalchemy import bindparam

from delivery.asked import Asked
from delivery.rules.gaps import gaps_in, least_extra, openings
from delivery.rules.routes import NO_LIMIT, Route, Shift, Stop
from delivery.rules.slots import Slot
from delivery.slots_on_offer import open_slots
from delivery.store.dialects import PerDialect
from delivery.store.engine import Session
from delivery.store.prepared import Prepared
from delivery.store.tables import van_refusals
from delivery.van_claims import VanPlace, Visit, stop_of
from delivery.van_days import VanDay
from delivery.vans_on_offer import van_ways, visit_of

FULL, FAR, ROOM = "full", "far", "room"
"""No van has the time; the address is too far for any shift, even of an empty van; the vans are full of parcels."""

_NOTE = Prepared(
    PerDialect(
        van_refusals,
        lambda insert: insert.values(
            {column.name: bindparam(column.name) for column in van_refusals.c}
        ).on_conflict_do_update(
            index_elements=["merchant_id", "origin_id", "day", "checkout"],
            set_={column.name: insert.excluded[column.name] for column in van_refusals.c if not column.primary_key},
        ),
    )
)


def note_closed(session: Session, asked: Asked, checkout: str) -> None:
    """Note the windows of each day that are closed to this address. Does nothing where none is."""
    if not asked.vans:
        return
    slots = list(open_slots(asked))
    closed: dict[tuple[str, date], list[Slot]] = {}
    kept = van_ways(asked, slots)
    for slot in slots:
        if kept.get((slot.pattern_id, slot.day), slot) is None:
            closed.setdefault((slot.origin_id, slot.day), []).append(slot)
    for (origin_id, day), own in closed.items():
        if (known := asked.vans.get((origin_id, day))) is not None:
            visit = visit_of(asked, known.fleet.driving)
            windows = [(slot.start.timestamp(), slot.end.timestamp()) for slot in own]
            _note(
                session,
                asked.now,
                asked.setup.merchant_id,
                known,
                checkout,
                visit,
                [s.pattern_id for s in own],
                windows,
            )


def note_refused(
    session: Session, now: datetime, merchant_id: str, place: VanPlace, day: VanDay, checkout: str
) -> None:
    """Note that a window was refused to somebody who chose it."""
    window = (place.opens, place.closes)
    _note(session, now, merchant_id, day, checkout, place.visit, [place.plain.ref], [window])


def _note(
    session: Session,
    now: datetime,
    merchant_id: str,
    day: VanDay,
    checkout: str,
    visit: Visit,
    patterns: list[str],
    windows: list[tuple[float, float]],
) -> None:
    facts: dict[str, Any] = {name: visit[name] for name in ("latitude", "longitude", "parcels", "grams")}
    facts |= {"merchant_id": merchant_id, "origin_id": day.fleet.origin_id, "day": day.day, "checkout": checkout}
    facts |= {
        "at": now,
        "windows": patterns,
        "reason": why_closed(day, stop_of(day.fleet, visit, 0, windows[0]), windows),
    }
    _NOTE.changes(session, facts)


def why_closed(day: VanDay, stop: Stop, windows: list[tuple[float, float]]) -> str:
    """Why no van can come by in any of these windows: FAR, ROOM or FULL."""
    empty = [Route(shift, (), day.roads, day.clock) for shift in day.shifts]
    if not _fits(empty, stop, windows):
        return FAR
    roomy = [replace(route, shift=_without_limits(route.shift)) for route in day.routes]
    return ROOM if _fits(roomy, stop, windows) else FULL


def _fits(routes: Iterable[Route], stop: Stop, windows: list[tuple[float, float]]) -> bool:
    routes = list(routes)
    gaps = gaps_in([route.shift for route in routes], [route.rows for route in routes], routes[0].roads)
    found = openings(gaps, routes[0].roads, routes[0].clock, stop.place, stop.service, stop.parcels, stop.grams)
    return min(least_extra(found, windows)) < inf


def _without_limits(shift: Shift) -> Shift:
    return replace(shift, parcels=NO_LIMIT, grams=NO_LIMIT)
