"""A broken promise gives the delivery fee back, if the merchant wants that: once, however often it is looked at."""

import secrets
from datetime import datetime

from sqlalchemy import update

from delivery.booking_rows import Booking
from delivery.rules.outcomes import NOBODY_HOME
from delivery.settlements import OPEN, REFUND_DUE, VOID
from delivery.setups import Setup
from delivery.store.dialects import PerDialect
from delivery.store.engine import Session
from delivery.store.tables import settlements

BROKEN_PROMISE = "broken_promise"
"""The reason of a settlement; its ref is the booking's id."""

_INSERT = PerDialect(
    settlements, lambda insert: insert.on_conflict_do_nothing().execution_options(preserve_rowcount=True)
)


def settle(session: Session, now: datetime, setup: Setup, booking: Booking) -> bool:
    """Note what a broken promise gives back, or that it gives nothing back after all. Whether it is owed since now.

    A courier who came in time and found nobody costs the shop nothing. What was settled already stays settled.
    """
    if booking.kept is not False or booking.broken_by == NOBODY_HOME:
        if booking.kept is not None:
            _turn(session, booking, OPEN, VOID)
        return False
    if not setup.afterwards.refund_broken or booking.fee_amount <= 0:
        return False
    return _note(session, now, booking) or _turn(session, booking, VOID, OPEN)


def _note(session: Session, now: datetime, booking: Booking) -> bool:
    row = {
        "id": f"st_{secrets.token_urlsafe(16)}",
        "merchant_id": booking.merchant_id,
        "booking_id": booking.id,
        "reason": BROKEN_PROMISE,
        "ref": booking.id,
        "kind": REFUND_DUE,
        "amount": booking.fee_amount,
        "currency": booking.currency,
        "state": OPEN,
        "created_at": now,
    }
    return session.execute(_INSERT.of(session), row).rowcount == 1


def _turn(session: Session, booking: Booking, before: str, after: str) -> bool:
    done = session.execute(
        update(settlements)
        .where(
            settlements.c.merchant_id == booking.merchant_id,
            settlements.c.booking_id == booking.id,
            settlements.c.reason == BROKEN_PROMISE,
            settlements.c.ref == booking.id,
            settlements.c.state == before,
        )
        .values(state=after)
    )
    return done.rowcount == 1
