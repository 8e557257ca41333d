"""Personal data is kept as long as the merchant says, then erased. What must be kept is kept without the person.

Of a booking stay its number, what was ordered, what was promised and when, and the country. Gone are the name, e-mail, phone,
addresses, postcode and notes, in the booking, its changes, its hold, and whatever fulfilment was sent. Holds of those who
never ordered go whole.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import delete, select, text, update

from delivery.booking_states import CANCELLED, COLLECTED, DELIVERED, RETURNED
from delivery.searched import search_columns
from delivery.store.engine import Session
from delivery.store.tables import bookings, changes, events, handovers, holds, merchants

OVER = (DELIVERED, COLLECTED, RETURNED, CANCELLED)
HOLDS_ARE_KEPT = timedelta(days=14)
"""How long a hold that ended without an order is kept: the choice in it can be redeemed until then."""

_ENDED = text("state in ('released', 'expired', 'replaced')")
"""Spelled as in the index of ended holds, or it would not be used."""

NOBODY: Mapping[str, Any] = {"name": ""}
KEPT_OF_EVENTS = frozenset({"id", "carrier", "status", "by"})
ERASED_MESSAGE = orjson.dumps({"erased": True}).decode()


def erase_due(session: Session, now: datetime, batch: int) -> int:
    """Erase the people from at most `batch` bookings that have been over, and unchanged, for as many days as their merchant
    keeps personal data; return how many they were."""
    found = session.execute(select(merchants.c.id, merchants.c.retention_days).order_by(merchants.c.id)).all()
    done = 0
    for merchant_id, days in found:
        for row in _due(session, merchant_id, now - timedelta(days=days), batch - done):
            _erase(session, now, merchant_id, row)
            done += 1
        if done >= batch:
            break
    return done


def forget_holds(session: Session, now: datetime, batch: int) -> int:
    """Delete at most `batch` holds that ended without an order a while ago, and return how many."""
    old = select(holds.c.id).where(_ENDED, holds.c.expires_at <= now - HOLDS_ARE_KEPT).limit(batch)
    gone = delete(holds).where(holds.c.id.in_(old)).execution_options(across_merchants="a sweep for every merchant")
    return session.execute(gone).rowcount


def _due(session: Session, merchant_id: str, before: datetime, most: int) -> list[Any]:
    rows = (
        select(bookings.c.id, bookings.c.order_number, bookings.c.address, bookings.c.option, bookings.c.hold_id)
        .where(
            bookings.c.merchant_id == merchant_id,
            bookings.c.erased_at.is_(None),
            bookings.c.updated_at <= before,
            bookings.c.state.in_(OVER),
        )
        .order_by(bookings.c.updated_at)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    return list(session.execute(rows))


def _erase(session: Session, now: datetime, merchant_id: str, row: Any) -> None:
    address = {"country": row.address["country"], "lines": []}
    session.execute(
        update(bookings)
        .where(bookings.c.merchant_id == merchant_id, bookings.c.id == row.id)
        .values(
            recipient=dict(NOBODY),
            address=address,
            notes="",
            erased_at=now,
            page_version=bookings.c.page_version + 1,
            **search_columns(row.order_number, NOBODY, address, row.option),
        )
    )
    of_booking = {"merchant_id": merchant_id, "booking_id": row.id}
    _update(session, handovers, of_booking, body=ERASED_MESSAGE)
    _erase_changes(session, of_booking)
    _erase_events(session, of_booking)
    _update(session, holds, {"merchant_id": merchant_id, "id": row.hold_id}, postal_code=None, client=None)


def _erase_changes(session: Session, whose: Mapping[str, Any]) -> None:
    nobody = {"recipient": dict(NOBODY), "address": {}, "notes": ""}
    for row in session.execute(select(changes).filter_by(**whose)).all():
        known = {**whose, "id": row.id}
        _update(session, changes, known, before=dict(row.before) | nobody, after=dict(row.after) | nobody)


def _erase_events(session: Session, whose: Mapping[str, Any]) -> None:
    """A report may carry anything about who took the parcel; what it says of the parcel stays."""
    for row in session.execute(select(events).filter_by(**whose)).all():
        kept = {name: value for name, value in row.detail.items() if name in KEPT_OF_EVENTS}
        _update(session, events, {**whose, "id": row.id}, detail=kept)


def _update(session: Session, table: Any, whose: Mapping[str, Any], **values: Any) -> None:
    session.execute(update(table).where(*(table.c[name] == value for name, value in whose.items())).values(**values))
