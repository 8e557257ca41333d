"""Settlements on their way through Stripe: approved or declined by somebody of the shop, taken by lease, done once.

What is proposed, and how much, is said in delivery/stripe_proposals.py. Money moves in plugin/shops/stripe/settling.py.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, or_, select, text, update

from delivery import settlements
from delivery.problems import SettlementNotFound, WrongState
from delivery.store.engine import Session
from delivery.store.tables import settlements as settlement_rows
from delivery.store.tables import stripe_settlements
from delivery.texts.sentences import N_

REFUND, PAYMENT_LINK = "refund", "payment_link"
PROPOSED, APPROVED, SENT, DONE, FAILED, DECLINED = "proposed", "approved", "sent", "done", "failed", "declined"

PUT_BACK = N_("The money moved, but the change was put back meanwhile.")

LEASE = timedelta(minutes=2)
LOOKED_AT_EVERY = timedelta(hours=6)
"""How often a link that was not paid is looked at, besides what Stripe tells by itself."""
GAPS = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6))
"""The wait after each try that failed for no fault of the request; the last one again and again."""

_ACROSS = {"across_merchants": "the worker does what is due, whoever it belongs to"}
_UNDER_WAY = text("stripe_settlements.state in ('approved', 'sent')")
"""Spelled as in the index of what is under way, or it would not be used."""


@dataclass(frozen=True, slots=True)
class Settling:
    """One settlement on its way through Stripe. `session_id` is our row of the payment it belongs to; `tries` those before."""

    merchant_id: str
    settlement_id: str
    booking_id: str
    session_id: str
    kind: str
    amount: int
    currency: str
    state: str
    idempotency_key: str
    approved_by: str | None
    approved_at: datetime | None
    stripe_id: str | None
    url: str | None
    problem: str | None
    created_at: datetime
    next_try_at: datetime
    claimed_until: datetime | None
    tries: int
    done_at: datetime | None


def approve(session: Session, now: datetime, *, merchant_id: str, settlement_id: str, by: str) -> bool:
    """Somebody of the shop says yes, for the first time or once more after Stripe refused. False when it is past that.

    What Stripe refused was not done, so another try goes by a key of its own: the old one would bring the old refusal.
    """
    own = _own(merchant_id, settlement_id)
    row = session.execute(select(stripe_settlements).where(*own).with_for_update()).one_or_none()
    if row is None or row.state not in (PROPOSED, FAILED):
        return False
    again = {"idempotency_key": f"{row.idempotency_key.split('#')[0]}#{row.tries}"} if row.state == FAILED else {}
    said = {"state": APPROVED, "approved_by": by, "approved_at": now, "next_try_at": now, "problem": None, **again}
    session.execute(update(stripe_settlements).where(*own).values(said))
    return True


def decline(session: Session, *, merchant_id: str, settlement_id: str) -> bool:
    """Stripe is not asked: the shop sees to it in another way, or not at all. False when it is past that."""
    own = (*_own(merchant_id, settlement_id), stripe_settlements.c.state.in_((PROPOSED, FAILED)))
    return session.execute(update(stripe_settlements).where(*own).values(state=DECLINED)).rowcount == 1


def anything_due(session: Session, now: datetime) -> bool:
    """Whether a claim would find something. Reads only."""
    due = select(stripe_settlements.c.settlement_id).where(_is_due(now)).limit(1).execution_options(**_ACROSS)
    return session.execute(due).first() is not None


def claim(session: Session, now: datetime) -> Settling | None:
    """Take what has been due longest; None when nothing is."""
    row = session.execute(
        select(stripe_settlements)
        .where(_is_due(now))
        .order_by(stripe_settlements.c.next_try_at, stripe_settlements.c.settlement_id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .execution_options(**_ACROSS)
    ).one_or_none()
    if row is None:
        return None
    own = _own(row.merchant_id, row.settlement_id)
    until = now + LEASE
    taken = session.execute(
        update(stripe_settlements)
        .where(*own, _is_due(now))
        .values(claimed_until=until, next_try_at=until, tries=stripe_settlements.c.tries + 1)
    )
    return replace(Settling(**row._mapping), claimed_until=until) if taken.rowcount == 1 else None


def forget(session: Session, one: Settling) -> None:
    """Nothing is to be settled any more, and nothing was done: should it be owed once more, it is proposed once more."""
    session.execute(delete(stripe_settlements).where(*_own(one.merchant_id, one.settlement_id)))


def is_off(session: Session, one: Settling) -> bool:
    """Whether nothing is to be settled any more: the change was put back, or the shop has seen to it in another way."""
    state = select(settlement_rows.c.state).where(
        settlement_rows.c.merchant_id == one.merchant_id, settlement_rows.c.id == one.settlement_id
    )
    return bool(session.execute(state).scalar_one() != settlements.OPEN)


def move(session: Session, one: Settling, state: str, **facts: Any) -> bool:
    """Write how it went. False when the lease was lost meanwhile: somebody else does it, by the same key."""
    moved = session.execute(
        update(stripe_settlements)
        .where(*_own(one.merchant_id, one.settlement_id), stripe_settlements.c.claimed_until == one.claimed_until)
        .values(state=state, claimed_until=None, **facts)
    )
    return moved.rowcount == 1


def again_later(session: Session, now: datetime, one: Settling, problem: str | None = None) -> None:
    """It could not be done now, or there is nothing to do yet."""
    wait = LOOKED_AT_EVERY if one.state == SENT else GAPS[min(one.tries, len(GAPS) - 1)]
    move(session, one, one.state, next_try_at=now + wait, problem=problem)


def done(session: Session, now: datetime, one: Settling, stripe_id: str) -> None:
    """The money moved: the settlement is settled."""
    problem = None
    try:
        settlements.settled(
            session,
            now,
            merchant_id=one.merchant_id,
            booking_id=one.booking_id,
            settlement_id=one.settlement_id,
        )
    except (WrongState, SettlementNotFound):
        problem = PUT_BACK
    own = (*_own(one.merchant_id, one.settlement_id), stripe_settlements.c.state != DONE)
    values = {"state": DONE, "stripe_id": stripe_id, "done_at": now, "claimed_until": None, "problem": problem}
    session.execute(update(stripe_settlements).where(*own).values(values))


def link_paid(session: Session, now: datetime, merchant_id: str, link_id: str) -> None:
    """A payment link was paid: if it is one of ours, its settlement is settled. Does nothing the second time."""
    found = session.execute(
        select(stripe_settlements)
        .where(
            stripe_settlements.c.merchant_id == merchant_id,
            stripe_settlements.c.stripe_id == link_id,
            stripe_settlements.c.kind == PAYMENT_LINK,
        )
        .with_for_update()
    ).one_or_none()
    if found is not None and found.state != DONE:
        done(session, now, Settling(**found._mapping), link_id)


def _own(merchant_id: str, settlement_id: str) -> tuple[ColumnElement[bool], ...]:
    return stripe_settlements.c.merchant_id == merchant_id, stripe_settlements.c.settlement_id == settlement_id


def _is_due(now: datetime) -> ColumnElement[bool]:
    free = or_(stripe_settlements.c.claimed_until.is_(None), stripe_settlements.c.claimed_until <= now)
    return and_(_UNDER_WAY, stripe_settlements.c.next_try_at <= now, free)
