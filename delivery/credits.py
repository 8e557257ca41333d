"""A broken promise gives the delivery fee back, if the merchant wants that: once, however often it is looked at."""

import secrets
from datetime import datetime

from sqlalchemy import ColumnElement, select, update

from delivery.booking_rows import Booking
from delivery.rules.outcomes import NOBODY_HOME
from delivery.settlements import OPEN, REFUND_DUE, SETTLED, VOID
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


def given_back(session: Session, booking: Booking) -> int | None:
    """The fee that a broken promise of this booking gives back, in minor units; None when it gives back nothing."""
    found = select(settlements.c.amount).where(*_own(booking), settlements.c.state.in_((OPEN, SETTLED)))
    return session.execute(found).scalar_one_or_none()


def _own(booking: Booking) -> tuple[ColumnElement[bool], ...]:
    return (
        settlements.c.merchant_id == booking.merchant_id,
        settlements.c.booking_id == booking.id,
        settlements.c.reason == BROKEN_PROMISE,
        settlements.c.ref == booking.id,
    )


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
    turned = update(settlements).where(*_own(booking), settlements.c.state == before).values(state=after)
    return session.execute(turned).rowcount == 1
