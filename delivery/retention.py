"""Personal data is kept as long as the merchant says, then erased; sooner when the person asked for it and the delivery is over.

What must be kept is kept without the person: a booking's number, what was ordered, what was promised and when, and the
country. Where personal data lies stands in delivery/personal_data.py. Holds of those who never ordered go whole.
"""

from collections import defaultdict
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, or_, select, text

from delivery import personal_data
from delivery.booking_states import CANCELLED, COLLECTED, DELIVERED, RETURNED
from delivery.store.engine import Session
from delivery.store.tables import bookings, holds, merchants, van_days, van_refusals, van_routes, van_stops

OVER = (DELIVERED, COLLECTED, RETURNED, CANCELLED)
HOLDS_ARE_KEPT = timedelta(days=14)
"""How long a hold that ended without an order is kept: the choice in it can be redeemed until then."""
LONG_PAST = timedelta(days=30)
"""Nobody is on the way any more with what was promised for a day that long ago, or was never promised and is that old."""

ROUTES_ARE_KEPT = timedelta(days=60)
"""How long the routes of vans are kept, with the places that they went to: how long stops take is learnt from four weeks."""

_ENDED = text("state in ('released', 'expired', 'replaced')")
"""Spelled as in the index of ended holds, or it would not be used."""


def is_over(now: datetime) -> ColumnElement[bool]:
    """Whether a booking's person may go: it is over, or nobody ever said so and its days are long past."""
    untouched = bookings.c.updated_at <= now - LONG_PAST
    past = or_(bookings.c.latest_day.is_(None), bookings.c.latest_day < (now - LONG_PAST).date())
    return or_(bookings.c.state.in_(OVER), and_(untouched, past))


def erase_due(session: Session, now: datetime, batch: int) -> int:
    """Erase the people from at most `batch` bookings that are over, and have not changed for as many days as their merchant
    keeps personal data; return how many they were."""
    found = session.execute(select(merchants.c.id, merchants.c.retention_days).order_by(merchants.c.id)).all()
    done = 0
    for merchant_id, days in found:
        due = _due(session, now, merchant_id, timedelta(days=days), batch - done)
        if due:
            personal_data.erase(session, now, merchant_id, due)
        done += len(due)
        if done >= batch:
            break
    return done


def erase_asked(session: Session, now: datetime, batch: int) -> int:
    """Erase at most `batch` of those who asked for it while their delivery was under way, and it is over; how many."""
    asked = (
        select(bookings.c.merchant_id, bookings.c.id)
        .where(text("erase_asked_at is not null and erased_at is null"), is_over(now))
        .limit(batch)
        .with_for_update(skip_locked=True)
        .execution_options(across_merchants="a sweep for every merchant")
    )
    found: dict[str, list[str]] = defaultdict(list)
    for merchant_id, booking_id in session.execute(asked):
        found[merchant_id].append(booking_id)
    for merchant_id, booking_ids in sorted(found.items()):
        personal_data.erase(session, now, merchant_id, booking_ids)
    return sum(map(len, found.values()))


def forget_holds(session: Session, now: datetime, batch: int) -> int:
    """Delete at most `batch` holds that ended without an order a while ago, and return how many."""
    old = select(holds.c.id).where(_ENDED, holds.c.expires_at <= now - HOLDS_ARE_KEPT).limit(batch)
    gone = delete(holds).where(holds.c.id.in_(old)).execution_options(across_merchants="a sweep for every merchant")
    return session.execute(gone).rowcount


def forget_van_days(session: Session, now: datetime, batch: int) -> int:
    """Delete the routes of all days that are long past, and whom they refused; return how many days, less than a batch."""
    before = (now - ROUTES_ARE_KEPT).date()
    every = {"across_merchants": "a sweep for every merchant"}
    for table in (van_routes, van_stops, van_refusals):
        session.execute(delete(table).where(table.c.day < before).execution_options(**every))
    return min(
        batch - 1, session.execute(delete(van_days).where(van_days.c.day < before).execution_options(**every)).rowcount
    )


def _due(session: Session, now: datetime, merchant_id: str, kept: timedelta, most: int) -> list[str]:
    rows = (
        select(bookings.c.id)
        .where(
            bookings.c.merchant_id == merchant_id,
            bookings.c.erased_at.is_(None),
            bookings.c.updated_at <= now - kept,
            is_over(now),
        )
        .order_by(bookings.c.updated_at)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    return list(session.scalars(rows))
