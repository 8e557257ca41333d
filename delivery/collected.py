"""What pick-up centres gave out: each order that lay ready in a time, when it was, and when it was collected or went back."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, select

from delivery.booking_states import COLLECTED, RETURNED
from delivery.store.engine import Session
from delivery.store.tables import bookings, events, parcels


@dataclass(frozen=True, slots=True)
class Collected:
    """An order that lay ready at a centre. `ended_at`: when it was collected or went back; None: it lies there still, or nobody
    said. `kept`: whether it was ready as promised; None where nothing was. `parcels`: how many it consisted of."""

    centre_id: str
    ready_at: datetime
    ended_at: datetime | None
    state: str
    kept: bool | None
    parcels: int

    @property
    def collected_at(self) -> datetime | None:
        """When it was collected; None when it was not."""
        return self.ended_at if self.state == COLLECTED else None


def collected(
    session: Session, merchant_id: str, start: datetime, end: datetime, centre_id: str | None = None
) -> tuple[Collected, ...]:
    """The orders of a merchant that became ready from `start` until `end`, of one centre or of all, by that moment."""
    which = [
        bookings.c.merchant_id == merchant_id,
        bookings.c.centre_id.is_not(None),
        bookings.c.ready_at >= start,
        bookings.c.ready_at < end,
        # What is ready has arrived, at that moment at the latest: an index knows when.
        bookings.c.arrived_at < end,
    ]
    if centre_id is not None:
        which.append(bookings.c.centre_id == centre_id)
    return tuple(_read(session, merchant_id, which))


def _read(session: Session, merchant_id: str, which: list[Any]) -> Iterator[Collected]:
    """The database neither sorts nor groups: a busy shop has many."""
    numbers = _numbers(session, merchant_id, which)
    names = ("id", "centre_id", "ready_at", "state", "kept")
    ended = and_(
        events.c.merchant_id == bookings.c.merchant_id,
        events.c.booking_id == bookings.c.id,
        events.c.type.in_((COLLECTED, RETURNED)),
    )
    rows = session.execute(
        select(*(bookings.c[name] for name in names), events.c.at).outerjoin(events, ended).where(*which)
    )
    first: dict[str, tuple[Any, datetime | None]] = {}
    for row in rows:
        known = first.get(row.id)
        if known is None or (row.at is not None and known[1] is not None and row.at < known[1]):
            first[row.id] = row, row.at
    for booking_id, (row, ended_at) in first.items():
        yield Collected(row.centre_id, row.ready_at, ended_at, row.state, row.kept, numbers.get(booking_id, 1))


def _numbers(session: Session, merchant_id: str, which: list[Any]) -> dict[str, int]:
    mine = select(bookings.c.id).where(*which)
    rows = session.execute(
        select(parcels.c.booking_id, func.count().label("number"))
        .where(parcels.c.merchant_id == merchant_id, parcels.c.booking_id.in_(mine))
        .group_by(parcels.c.booking_id)
    )
    return {row.booking_id: row.number for row in rows}
