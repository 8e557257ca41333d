"""What is proposed to be settled through Stripe: at most once for each promise, and never more than was paid.

Every amount is worked out here, of what Stripe said was paid; none comes from a browser. It waits until somebody of the shop
approves it, unless the merchant lets money go back by itself.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, delete, exists, func, select, text

from delivery import settlements, stripe_outcomes
from delivery.change_rows import CANCEL, CHOICE
from delivery.credits import BROKEN_PROMISE
from delivery.settlements import PAYMENT_DUE
from delivery.store.dialects import PerDialect
from delivery.store.engine import Session
from delivery.store.tables import changes, stripe_accounts, stripe_sessions, stripe_settlements
from delivery.store.tables import settlements as settlement_rows
from delivery.stripe_sessions import PAID, StripeSession
from delivery.stripe_settlements import APPROVED, DONE, FAILED, PAYMENT_LINK, PROPOSED, REFUND, SENT
from delivery.texts.sentences import N_
from delivery.waiting import UNCOLLECTED

NOTHING_LEFT = N_("Nothing is left of what was paid: it was given back already.")

_ACROSS = {"across_merchants": "the worker does what is due, whoever it belongs to"}
_IS_OPEN = text("settlements.state = 'open'")
_INSERT = PerDialect(
    stripe_settlements, lambda insert: insert.on_conflict_do_nothing().execution_options(preserve_rowcount=True)
)
_COUNTS = (PROPOSED, APPROVED, SENT, DONE)


def propose(session: Session, now: datetime, limit: int) -> int:
    """Propose what is open of bookings that were paid through Stripe, of all merchants, at most so many; how many."""
    connected = session.execute(
        select(stripe_accounts.c.merchant_id, stripe_accounts.c.settles_alone).execution_options(**_ACROSS)
    ).all()
    made = 0
    for merchant_id, settles_alone in connected:
        _take_back(session, merchant_id)
        for row in _unproposed(session, merchant_id, limit - made):
            made += _propose(session, now, row, settles_alone=settles_alone)
        if made >= limit:
            break
    return made


def _take_back(session: Session, merchant_id: str) -> None:
    """What is not owed any more, or was settled in another way, waits for nobody's approval."""
    still_open = exists().where(
        settlement_rows.c.merchant_id == merchant_id,
        settlement_rows.c.id == stripe_settlements.c.settlement_id,
        _IS_OPEN,
    )
    mine = (stripe_settlements.c.merchant_id == merchant_id, stripe_settlements.c.state.in_((PROPOSED, FAILED)))
    session.execute(delete(stripe_settlements).where(*mine, ~still_open))


def _unproposed(session: Session, merchant_id: str, limit: int) -> Sequence[Row[Any]]:
    paid = stripe_sessions
    mine = and_(settlement_rows.c.merchant_id == merchant_id, _IS_OPEN)
    was_paid = exists().where(
        paid.c.merchant_id == merchant_id, paid.c.booking_id == settlement_rows.c.booking_id, paid.c.state == PAID
    )
    known = exists().where(
        stripe_settlements.c.merchant_id == merchant_id, stripe_settlements.c.settlement_id == settlement_rows.c.id
    )
    found = select(settlement_rows).where(mine, was_paid, ~known).order_by(settlement_rows.c.created_at).limit(limit)
    return session.execute(found).all()


def _propose(session: Session, now: datetime, row: Row[Any], *, settles_alone: bool) -> int:
    paid = stripe_outcomes.of_booking(session, row.merchant_id, row.booking_id)
    if paid is None:
        return 0
    difference = _difference(session, row, paid)
    kind, amount = (PAYMENT_LINK if difference > 0 else REFUND), abs(difference)
    if difference == 0 and row.kind == PAYMENT_DUE:
        # The fee that was paid at first is that of what was chosen in the end.
        settlements.settled(session, now, merchant_id=row.merchant_id, booking_id=row.booking_id, settlement_id=row.id)
        return 1
    if kind == REFUND:
        amount = min(amount, _left(session, paid))
    alone = settles_alone and kind == REFUND and amount > 0
    facts = {
        "merchant_id": row.merchant_id,
        "settlement_id": row.id,
        "booking_id": row.booking_id,
        "session_id": paid.id,
        "kind": kind,
        "amount": amount or row.amount,
        "currency": row.currency,
        "state": APPROVED if alone else (PROPOSED if amount > 0 else FAILED),
        "idempotency_key": _key(row),
        "approved_at": now if alone else None,
        "problem": None if amount > 0 else NOTHING_LEFT,
        "created_at": now,
        "next_try_at": now,
        "tries": 0,
    }
    return session.execute(_INSERT.of(session), facts).rowcount


def _key(row: Row[Any]) -> str:
    """One for each promise, whatever becomes of its settlement."""
    return f"refund:{row.booking_id}" if row.reason == BROKEN_PROMISE else f"settlement:{row.id}"


def _difference(session: Session, row: Row[Any], paid: StripeSession) -> int:
    """What the shopper has to pay still; less than nothing: what goes back to them."""
    kind = _kind_of_change(session, row)
    if row.reason in (BROKEN_PROMISE, UNCOLLECTED) or kind == CANCEL:
        return -_fee_paid(session, paid)
    if row.kind == PAYMENT_DUE:
        # Who chooses for an order that came without a choice may have paid for one that was gone.
        return int(row.amount) - (_fee_paid(session, paid) if kind == CHOICE else 0)
    return -int(row.amount)


def _kind_of_change(session: Session, row: Row[Any]) -> str | None:
    if row.reason != settlements.CHANGE:
        return None
    found = select(changes.c.kind).where(changes.c.merchant_id == row.merchant_id, changes.c.id == row.ref)
    return session.execute(found).scalar_one_or_none()


def _fee_paid(session: Session, paid: StripeSession) -> int:
    """What was really taken for the delivery and not given back, in minor units."""
    more = _sum(session, paid, PAYMENT_LINK, (DONE,))
    return max(paid.fee_amount + more - _sum(session, paid, REFUND, _COUNTS), 0)


def _left(session: Session, paid: StripeSession) -> int:
    """What can still be given back of the payment."""
    return max(paid.paid_amount - max(paid.refunded_amount, _sum(session, paid, REFUND, _COUNTS)), 0)


def _sum(session: Session, paid: StripeSession, kind: str, states: Sequence[str]) -> int:
    total = select(func.coalesce(func.sum(stripe_settlements.c.amount), 0)).where(
        stripe_settlements.c.merchant_id == paid.merchant_id,
        stripe_settlements.c.booking_id == paid.booking_id,
        stripe_settlements.c.kind == kind,
        stripe_settlements.c.state.in_(states),
    )
    return int(session.execute(total).scalar_one())
