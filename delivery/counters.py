"""Counters of scarce places: one row per thing and day; one conditional UPDATE decides who gets the last one.

Who holds a lock on a hold's row may wait for a counter, never the other way round; several counters are taken in the
order of their keys; then the routes of a day (delivery/van_days.py), of which one transaction locks one at most; then stock
(delivery/pieces.py), then the work that waits (delivery/work.py). So nobody waits in a circle.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    Date,
    Integer,
    Select,
    and_,
    bindparam,
    literal,
    literal_column,
    null,
    select,
    union_all,
    update,
)
from sqlalchemy.sql import ColumnElement

from delivery import van_claims, van_stops
from delivery.problems import SlotFull
from delivery.scarce import Place, PlaceKey
from delivery.store.dialects import PerDialect
from delivery.store.engine import Session
from delivery.store.prepared import Prepared
from delivery.store.tables import counters, holds
from delivery.van_claims import VanPlace
from delivery.van_days import VAN

__all__ = ["Place", "PlaceKey"]

LIVE = holds.c.state == literal_column("'live'")
"""Spelled into the statement: with a parameter, neither database would use its partial indexes."""


def _here() -> ColumnElement[bool]:
    return and_(
        counters.c.merchant_id == bindparam("m"),
        counters.c.kind == bindparam("k"),
        counters.c.ref == bindparam("r"),
        counters.c.day == bindparam("d"),
    )


_FREED: BindParameter[int] = bindparam("freed", type_=Integer)
_ROOM = counters.c.held - _FREED + counters.c.booked < bindparam("capacity", type_=Integer)
_CLAIM_HELD = Prepared(update(counters).where(_here(), _ROOM).values(held=counters.c.held - _FREED + 1))
_CLAIM_BOOKED = Prepared(
    update(counters).where(_here(), _ROOM).values(held=counters.c.held - _FREED, booked=counters.c.booked + 1)
)
_FREE_HELD = Prepared(update(counters).where(_here()).values(held=counters.c.held - 1))
_FREE_BOOKED = Prepared(update(counters).where(_here()).values(booked=counters.c.booked - 1))
_BOOK_HELD = Prepared(update(counters).where(_here()).values(held=counters.c.held - 1, booked=counters.c.booked + 1))
_LOCK = Prepared(
    PerDialect(
        counters,
        lambda insert: insert.values(
            merchant_id=bindparam("m"), kind=bindparam("k"), ref=bindparam("r"), day=bindparam("d"), held=0, booked=0
        ).on_conflict_do_update(index_elements=["merchant_id", "kind", "ref", "day"], set_={"held": counters.c.held}),
    )
)
"""Makes the counter when it is new; locks it either way."""

_EXPIRED_HERE = (
    select(holds.c.id)
    .where(
        holds.c.merchant_id == bindparam("m"),
        LIVE,
        holds.c.expires_at <= bindparam("now"),
        holds.c.kind == bindparam("k"),
        holds.c.ref == bindparam("r"),
        holds.c.day == bindparam("d"),
    )
    .with_for_update(skip_locked=True)
)
_TAKE_BACK = Prepared(
    update(holds)
    .where(holds.c.merchant_id == bindparam("m"), holds.c.id.in_(_EXPIRED_HERE), LIVE)
    .values(state="expired")
)
"""A hold whose row is locked is just being extended, confirmed or let go by its owner: it is left to them."""


def claim_held(session: Session, now: datetime, merchant_id: str, place: Place) -> None:
    """Count one more place as held. Raises SlotFull; then the caller's transaction must be rolled back."""
    _claim(session, now, merchant_id, place, _CLAIM_HELD)


def claim_booked(session: Session, now: datetime, merchant_id: str, place: Place) -> None:
    """Count one more place as booked. Raises SlotFull; then the caller's transaction must be rolled back."""
    _claim(session, now, merchant_id, place, _CLAIM_BOOKED)


def free_held(session: Session, merchant_id: str, key: PlaceKey) -> None:
    """Give back a place that was held."""
    if key.kind == VAN:
        van_stops.take_out(session, merchant_id, key.ref)
        return
    _FREE_HELD.changes(session, _where(merchant_id, key))


def free_booked(session: Session, merchant_id: str, key: PlaceKey) -> None:
    """Give back a place that was booked."""
    if key.kind == VAN:
        van_stops.take_out(session, merchant_id, key.ref)
        return
    _FREE_BOOKED.changes(session, _where(merchant_id, key))


def book_held(session: Session, merchant_id: str, key: PlaceKey) -> None:
    """The place that was held is now booked. On a van's route both are one."""
    if key.kind != VAN:
        _BOOK_HELD.changes(session, _where(merchant_id, key))


def goes_first(old: PlaceKey, new: PlaceKey | None) -> bool:
    """Whether an old place is given back before a new one is claimed by this key: in the order of their keys; but on
    a van's route always first, which waits for nobody and makes room for the new one."""
    return new is None or old.kind == VAN or old < new


def _claim(session: Session, now: datetime, merchant_id: str, place: Place, claim: Prepared) -> None:
    if isinstance(place, VanPlace):
        van_claims.claim(session, now, merchant_id, place)
        return
    here = _where(merchant_id, place.key)
    if claim.changes(session, here | {"capacity": place.capacity, "freed": 0}):
        return
    # Full, or never used. The counter is locked before its expired holds are looked for: else two claims at once could
    # each leave them to the other, and refuse a place that is free.
    _LOCK.changes(session, here)
    freed = _TAKE_BACK.changes(session, here | {"now": now})
    if not claim.changes(session, here | {"capacity": place.capacity, "freed": freed}):
        raise SlotFull(f"No place is left on {place.day.isoformat()}.")


def _where(merchant_id: str, key: PlaceKey) -> dict[str, object]:
    return {"m": merchant_id, "k": key.kind, "r": key.ref, "d": key.day}


_FIRST_DAY: BindParameter[date] = bindparam("first_day", type_=Date)
_LAST_DAY: BindParameter[date] = bindparam("last_day", type_=Date)
TAKEN_PARTS: tuple[Select[Any], Select[Any]] = (
    select(counters.c.kind, counters.c.ref, counters.c.day, (counters.c.held + counters.c.booked).label("n")).where(
        counters.c.merchant_id == bindparam("m"),
        counters.c.day.between(_FIRST_DAY, _LAST_DAY),
        counters.c.held + counters.c.booked > 0,
    ),
    select(holds.c.kind, holds.c.ref, holds.c.day, literal(-1)).where(
        holds.c.merchant_id == bindparam("m"),
        LIVE,
        holds.c.expires_at <= bindparam("now"),
        holds.c.kind.is_not(null()),
        holds.c.day.between(_FIRST_DAY, _LAST_DAY),
    ),
)
"""What is taken, and what of it has expired: (kind, ref, day, number)."""

_TAKEN = Prepared(union_all(*TAKEN_PARTS))


def taken(
    session: Session, now: datetime, *, merchant_id: str, first_day: date, last_day: date
) -> Mapping[tuple[str, str, date], int]:
    """How many places are taken of each (kind, ref, day) from `first_day` to `last_day`; what is not in it has none.

    Held and booked together. A hold that has expired does not count, whether or not it was taken back. One query.
    """
    asked = {"m": merchant_id, "first_day": first_day, "last_day": last_day, "now": now}
    return added_up(_TAKEN.rows(session, asked))


def added_up(rows: Iterable[Any]) -> dict[tuple[str, str, date], int]:
    """The sums of rows of TAKEN_PARTS."""
    found: dict[tuple[str, str, date], int] = {}
    for kind, ref, day, n in rows:
        key = (kind, ref, day)
        found[key] = found.get(key, 0) + n
    return found


_BOOKED = Prepared(
    select(counters.c.ref, counters.c.day, counters.c.booked).where(
        counters.c.merchant_id == bindparam("m"),
        counters.c.kind == bindparam("k"),
        counters.c.day.between(_FIRST_DAY, _LAST_DAY),
    )
)


def booked_and_held(
    session: Session, now: datetime, *, merchant_id: str, kind: str, first_day: date, last_day: date
) -> Mapping[tuple[str, date], tuple[int, int]]:
    """How many places of each (ref, day) are booked, and how many held by holds that are still live."""
    asked = {"m": merchant_id, "k": kind, "first_day": first_day, "last_day": last_day}
    rows = _BOOKED.rows(session, asked)
    live = taken(session, now, merchant_id=merchant_id, first_day=first_day, last_day=last_day)
    return {(ref, day): (booked, live.get((kind, ref, day), 0) - booked) for ref, day, booked in rows}
