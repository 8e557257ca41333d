"""What stands at Stripe to be paid, and whose place it keeps: the two end together.

A row is written before Stripe is told: what was paid is read from Stripe anew, where the hold's id stands beside the amount.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Row, and_, delete, exists, not_, or_, select, text, update

from delivery import holds
from delivery.counters import LIVE
from delivery.problems import HoldNotFound
from delivery.store.dialects import PerDialect
from delivery.store.engine import Session
from delivery.store.tables import holds as holds_table
from delivery.store.tables import stripe_sessions

CHECKOUT_SESSION, PAYMENT_INTENT = "checkout_session", "payment_intent"
OPEN, UNPAID, PAID, FAILED, EXPIRED = "open", "unpaid", "paid", "failed", "expired"

LOOKED_AT_AFTER = timedelta(minutes=2)
"""Nothing is ended so soon after it was put up: whoever chooses again lets a place go for a moment."""
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=1)
"""Between two tries to end one at Stripe."""
ARE_KEPT = timedelta(days=14)
"""How long one that was never paid is remembered, as holds are."""

_STILL_OPEN = text("stripe_sessions.state = 'open'")
"""Spelled as in the index of open ones, or it would not be used."""
_NEVER_PAID = text("stripe_sessions.state in ('failed', 'expired')")
_PUT = PerDialect(
    stripe_sessions,
    lambda insert: insert.on_conflict_do_update(
        index_elements=["merchant_id", "id"],
        set_={
            name: insert.excluded[name]
            for name in (
                "checkout",
                "hold_id",
                "locale",
                "currency",
                "fee_amount",
                "expires_at",
                "next_look_at",
                "tries",
            )
        },
        where=stripe_sessions.c.state == OPEN,
    ).execution_options(preserve_rowcount=True),
)


@dataclass(frozen=True, slots=True)
class StripeSession:
    """A Checkout Session or a PaymentIntent; `id` is Stripe's. Amounts in minor units; see the table for each column."""

    merchant_id: str
    id: str
    kind: str
    state: str
    checkout: str
    hold_id: str | None
    booking_id: str | None
    locale: str | None
    currency: str
    fee_amount: int
    paid_amount: int
    refunded_amount: int
    payment_intent: str | None
    disputed_at: datetime | None
    problem: str | None
    created_at: datetime
    expires_at: datetime | None
    next_look_at: datetime | None
    tries: int
    ended_at: datetime | None


def find(session: Session, merchant_id: str, object_id: str) -> StripeSession | None:
    """The row of this session or intent, if there is one."""
    own = (stripe_sessions.c.merchant_id == merchant_id, stripe_sessions.c.id == object_id)
    row = session.execute(select(stripe_sessions).where(*own)).one_or_none()
    return None if row is None else _as_session(row)


def put(
    session: Session,
    now: datetime,
    *,
    merchant_id: str,
    object_id: str,
    kind: str,
    hold: holds.Hold,
    fee_amount: int,
    expires_at: datetime | None,
) -> bool:
    """From now on this session keeps the hold's place. False when it is not open any more.

    Another one that the same checkout left behind keeps nothing: it is ended at Stripe at the next look, or one place could be
    paid twice.
    """
    row = {
        "merchant_id": merchant_id,
        "id": object_id,
        "kind": kind,
        "state": OPEN,
        "checkout": hold.checkout,
        "hold_id": hold.id,
        "locale": hold.option.get("locale"),
        "currency": hold.option["fee"]["currency"],
        "fee_amount": fee_amount,
        "created_at": now,
        "expires_at": expires_at,
        "next_look_at": now + LOOKED_AT_AFTER,
        "tries": 0,
    }
    if session.execute(_PUT.of(session), row).rowcount == 0:
        return False
    others = and_(stripe_sessions.c.merchant_id == merchant_id, stripe_sessions.c.checkout == hold.checkout)
    session.execute(
        update(stripe_sessions)
        .where(others, stripe_sessions.c.id != object_id, _STILL_OPEN)
        .values(hold_id=None, next_look_at=now)
    )
    return True


def take_off(session: Session, *, merchant_id: str, object_id: str) -> None:
    """The session has no choice any more, and keeps no place: it may be paid as it is, or not."""
    own = (stripe_sessions.c.merchant_id == merchant_id, stripe_sessions.c.id == object_id)
    session.execute(delete(stripe_sessions).where(*own, _STILL_OPEN))


def ended(session: Session, now: datetime, *, merchant_id: str, object_id: str, state: str) -> bool:
    """It cannot be paid any more (EXPIRED, FAILED): what it kept is let go, if that is still its own. Does nothing the second
    time, and for what was paid; then False."""
    own = (stripe_sessions.c.merchant_id == merchant_id, stripe_sessions.c.id == object_id)
    hold_id = session.execute(
        select(stripe_sessions.c.hold_id).where(*own, stripe_sessions.c.state.in_((OPEN, UNPAID))).with_for_update()
    ).one_or_none()
    if hold_id is None:
        return False
    over = stripe_sessions.c.state.in_((OPEN, UNPAID))
    session.execute(update(stripe_sessions).where(*own, over).values(state=state, ended_at=now, next_look_at=None))
    if hold_id[0] is not None:
        try:
            holds.release(session, now, merchant_id=merchant_id, hold_id=hold_id[0])
        except HoldNotFound:
            return True
    return True


def overdue(session: Session, now: datetime, limit: int) -> list[StripeSession]:
    """Those of all merchants that can still be paid and whose checkout keeps no place any more, at most so many."""
    found = (
        select(stripe_sessions)
        .where(_STILL_OPEN, stripe_sessions.c.next_look_at <= now, _keeps_nothing(now))
        .order_by(stripe_sessions.c.next_look_at)
        .limit(limit)
        .execution_options(across_merchants="a sweep")
    )
    return [_as_session(row) for row in session.execute(found)]


def claim(session: Session, now: datetime, one: StripeSession) -> bool:
    """Take it in hand before Stripe is asked; False when somebody else has, or the shopper chose again meanwhile."""
    wait = min(FIRST_WAIT * 2 ** min(one.tries, 10), LONGEST_WAIT)
    claimed = session.execute(
        update(stripe_sessions)
        .where(
            stripe_sessions.c.merchant_id == one.merchant_id,
            stripe_sessions.c.id == one.id,
            _STILL_OPEN,
            stripe_sessions.c.next_look_at == one.next_look_at,
            _keeps_nothing(now),
        )
        .values(next_look_at=now + wait, tries=stripe_sessions.c.tries + 1)
    )
    return claimed.rowcount == 1


def trouble(session: Session, one: StripeSession, problem: str) -> None:
    """Why it could not be ended at Stripe."""
    own = (stripe_sessions.c.merchant_id == one.merchant_id, stripe_sessions.c.id == one.id)
    session.execute(update(stripe_sessions).where(*own).values(problem=problem[:300]))


def forget(session: Session, now: datetime, limit: int) -> int:
    """Forget up to `limit` of all merchants that were never ordered and ended long ago; how many."""
    old = (
        select(stripe_sessions.c.merchant_id, stripe_sessions.c.id)
        .where(
            stripe_sessions.c.booking_id.is_(None),
            _NEVER_PAID,
            stripe_sessions.c.ended_at <= now - ARE_KEPT,
        )
        .limit(limit)
        .execution_options(across_merchants="a sweep")
    )
    found = session.execute(old).all()
    for merchant_id, object_id in found:
        own = (stripe_sessions.c.merchant_id == merchant_id, stripe_sessions.c.id == object_id)
        session.execute(delete(stripe_sessions).where(*own))
    return len(found)


def _keeps_nothing(now: datetime) -> ColumnElement[bool]:
    """It was left behind, or its checkout has no live hold."""
    live = exists().where(
        holds_table.c.merchant_id == stripe_sessions.c.merchant_id,
        holds_table.c.checkout == stripe_sessions.c.checkout,
        LIVE,
        holds_table.c.expires_at > now,
    )
    return or_(stripe_sessions.c.hold_id.is_(None), not_(live))


def _as_session(row: Row[tuple[object, ...]]) -> StripeSession:
    return StripeSession(**row._mapping)
