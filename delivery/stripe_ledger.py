"""What the people of a shop see of its money at Stripe: what waits for them, what is under way, and what went wrong."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select

from delivery.settlements import OPEN
from delivery.store.engine import Session
from delivery.store.tables import bookings, settlements, stripe_sessions, stripe_settlements
from delivery.stripe_sessions import PAID
from delivery.stripe_settlements import APPROVED, FAILED, PROPOSED, SENT

DISPUTES_SHOWN = timedelta(days=60)
MOST = 200
WAITING, UNDER_WAY = (PROPOSED, FAILED), (APPROVED, SENT)


@dataclass(frozen=True, slots=True)
class Line:
    """A settlement on its way: of which order, why, how much (minor units), how far it is."""

    settlement_id: str
    booking_id: str
    order: str
    reason: str
    kind: str
    amount: int
    currency: str
    state: str
    approved_by: str | None
    url: str | None
    problem: str | None
    created_at: datetime
    done_at: datetime | None


@dataclass(frozen=True, slots=True)
class Paid:
    """A payment and what became of it. `order` is None when no order came of it."""

    id: str
    booking_id: str | None
    order: str | None
    paid_amount: int
    refunded_amount: int
    currency: str
    disputed_at: datetime | None
    problem: str | None


def lines(session: Session, merchant_id: str, states: Sequence[str]) -> list[Line]:
    """Those in these states, the oldest first."""
    return _lines(session, merchant_id, stripe_settlements.c.state.in_(states))


def lines_of(session: Session, merchant_id: str, booking_id: str) -> list[Line]:
    """Those of one booking, the oldest first."""
    return _lines(session, merchant_id, stripe_settlements.c.booking_id == booking_id)


def line(session: Session, merchant_id: str, settlement_id: str) -> Line | None:
    """One of them."""
    return next(iter(_lines(session, merchant_id, stripe_settlements.c.settlement_id == settlement_id)), None)


def link_to_pay(session: Session, merchant_id: str, booking_id: str) -> tuple[str, int, str] | None:
    """The payment link that waits for the shopper: its address, amount in minor units and currency."""
    row = session.execute(
        select(stripe_settlements.c.url, stripe_settlements.c.amount, stripe_settlements.c.currency)
        .join(settlements, _same(settlements, stripe_settlements.c.settlement_id))
        .where(
            stripe_settlements.c.merchant_id == merchant_id,
            stripe_settlements.c.booking_id == booking_id,
            stripe_settlements.c.state == SENT,
            settlements.c.state == OPEN,
        )
        .order_by(stripe_settlements.c.created_at)
        .limit(1)
    ).one_or_none()
    return None if row is None or row.url is None else (row.url, row.amount, row.currency)


def how_many_wait(session: Session, merchant_id: str) -> int:
    """How many wait for somebody of the shop."""
    mine = (stripe_settlements.c.merchant_id == merchant_id, stripe_settlements.c.state.in_(WAITING))
    return int(session.execute(select(func.count()).where(*mine)).scalar_one())


def paid_of(session: Session, merchant_id: str, booking_id: str) -> list[Paid]:
    """By which payments one booking was paid, the first of them first."""
    return _paid(session, merchant_id, stripe_sessions.c.booking_id == booking_id)


def troubles(session: Session, now: datetime, merchant_id: str) -> list[Paid]:
    """Payments that somebody has to look at: money without its delivery, and disputes of the last weeks."""
    was_paid = and_(stripe_sessions.c.state == PAID, stripe_sessions.c.problem.is_not(None))
    return _paid(session, merchant_id, or_(was_paid, stripe_sessions.c.disputed_at > now - DISPUTES_SHOWN))


def _lines(session: Session, merchant_id: str, which: ColumnElement[bool]) -> list[Line]:
    names = ("settlement_id", "booking_id", "kind", "amount", "currency", "state", "approved_by", "url", "problem")
    found = (
        select(
            *(stripe_settlements.c[name] for name in (*names, "created_at", "done_at")),
            settlements.c.reason,
            bookings.c.order_number.label("order"),
        )
        .join(settlements, _same(settlements, stripe_settlements.c.settlement_id))
        .join(bookings, _same(bookings, stripe_settlements.c.booking_id))
        .where(stripe_settlements.c.merchant_id == merchant_id, which)
        .order_by(stripe_settlements.c.created_at, stripe_settlements.c.settlement_id)
        .limit(MOST)
    )
    return [Line(**row._mapping) for row in session.execute(found)]


def _same(table: Any, whose: ColumnElement[str]) -> ColumnElement[bool]:
    return and_(table.c.merchant_id == stripe_settlements.c.merchant_id, table.c.id == whose)


def _paid(session: Session, merchant_id: str, which: ColumnElement[bool]) -> list[Paid]:
    names = ("id", "booking_id", "paid_amount", "refunded_amount", "currency", "disputed_at", "problem")
    theirs = and_(
        bookings.c.merchant_id == stripe_sessions.c.merchant_id, bookings.c.id == stripe_sessions.c.booking_id
    )
    found = (
        select(*(stripe_sessions.c[name] for name in names), bookings.c.order_number.label("order"))
        .outerjoin(bookings, theirs)
        .where(stripe_sessions.c.merchant_id == merchant_id, which)
        .order_by(stripe_sessions.c.created_at.desc())
        .limit(MOST)
    )
    return [Paid(**row._mapping) for row in session.execute(found)]
