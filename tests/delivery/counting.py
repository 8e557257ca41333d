"""Whether places leak: what the counters say, and what holds, bookings and waiting changes come to."""

from collections import Counter

from sqlalchemy import select

from delivery.change_rows import ASKED
from delivery.store.engine import Session
from delivery.store.tables import bookings, changes, counters, holds

Key = tuple[str, str, str]
Places = dict[Key, tuple[int, int]]


def counted(session: Session, merchant_id: str) -> Places:
    """(held, booked) by kind, ref and day, as the counters have it; empty ones left out."""
    rows = session.execute(select(counters).where(counters.c.merchant_id == merchant_id))
    found = {(row.kind, row.ref, row.day.isoformat()): (row.held, row.booked) for row in rows}
    return {key: both for key, both in found.items() if both != (0, 0)}


def expected(session: Session, merchant_id: str) -> Places:
    """The same, counted by hand: live holds; bookings that are not cancelled; the old place while a change waits; and the
    orders that wait to be made ready where they are collected."""
    held = Counter(_keys(session, holds, merchant_id, holds.c.state == "live"))
    booked = Counter(_keys(session, bookings, merchant_id, bookings.c.state != "cancelled"))
    waiting = select(changes.c.before, changes.c.after).where(
        changes.c.merchant_id == merchant_id, changes.c.state == ASKED
    )
    for before, after in session.execute(waiting):
        if before["place"] and before["hold"] != after["hold"]:
            kind, ref, day = before["place"]
            booked[kind, ref, day] += 1
    booked += Counter(_work(session, merchant_id))
    return {key: (held[key], booked[key]) for key in {*held, *booked}}


def _work(session: Session, merchant_id: str) -> list[Key]:
    own = select(bookings.c.centre_id).where(
        bookings.c.merchant_id == merchant_id,
        bookings.c.type == "pickup",
        bookings.c.service_id.is_(None),
        bookings.c.state == "confirmed",
    )
    return [("work", centre_id, "9999-12-31") for centre_id in session.execute(own).scalars()]


def _keys(session: Session, table: object, merchant_id: str, which: object) -> list[Key]:
    columns = table.c  # type: ignore[attr-defined]
    rows = session.execute(
        select(columns.kind, columns.ref, columns.day).where(
            columns.merchant_id == merchant_id,
            columns.kind.is_not(None),
            which,
        )
    )
    return [(row.kind, row.ref, row.day.isoformat()) for row in rows]
