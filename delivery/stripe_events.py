"""What Stripe told: each event is kept once and done once, whatever its order, however often and however late it comes.

Of an event only its id, its type and whose it is are kept: what became of that object is read anew from Stripe.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, or_, select, text, update

from delivery.store.dialects import PerDialect
from delivery.store.engine import Session
from delivery.store.tables import stripe_accounts, stripe_events

TYPES = frozenset(
    {
        "checkout.session.completed",
        "checkout.session.async_payment_succeeded",
        "checkout.session.async_payment_failed",
        "checkout.session.expired",
        "payment_intent.processing",
        "payment_intent.succeeded",
        "payment_intent.payment_failed",
        "payment_intent.canceled",
        "charge.refunded",
        "charge.dispute.created",
    }
)
"""What is kept; the rest is thanked for and forgotten."""

LEASE = timedelta(seconds=60)
"""Longer than the longest look at Stripe, so that a live worker keeps what it took."""

GAPS = (
    timedelta(seconds=10),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
)
"""The wait after each look that failed; the last one again and again."""

ARE_KEPT = timedelta(days=40)
"""Longer than Stripe lists them, so that none is done twice."""
ASKED_EVERY = timedelta(hours=1)
DELIVERED_WITHIN = timedelta(days=3)
"""How long Stripe goes on trying to deliver one."""
LISTED_FOR = timedelta(days=30)

_ACROSS = {"across_merchants": "the worker does what is due, whoever it belongs to"}
_TO_DO = text("stripe_events.done_at is null")
"""Spelled as in the index of what is to do, or it would not be used."""
_INSERT = PerDialect(
    stripe_events, lambda insert: insert.on_conflict_do_nothing().execution_options(preserve_rowcount=True)
)


@dataclass(frozen=True, slots=True)
class Event:
    """One event. `object_id` is of the session or the intent that it is about; `until` when the lease ends."""

    merchant_id: str
    id: str
    type: str
    object_id: str
    tries: int
    until: datetime


def keep(
    session: Session,
    now: datetime,
    *,
    merchant_id: str,
    event_id: str,
    event_type: str,
    object_id: str,
    created_at: datetime,
) -> bool:
    """Remember that this has still to be done. False when it is known already, or of a type that says nothing to us."""
    if event_type not in TYPES:
        return False
    row = {
        "merchant_id": merchant_id,
        "id": event_id,
        "type": event_type,
        "object_id": object_id,
        "created_at": created_at,
        "received_at": now,
        "next_try_at": now,
        "tries": 0,
    }
    return session.execute(_INSERT.of(session), row).rowcount == 1


def anything_due(session: Session, now: datetime) -> bool:
    """Whether a claim would find something. Reads only."""
    due = select(stripe_events.c.id).where(_is_due(now)).limit(1).execution_options(**_ACROSS)
    return session.execute(due).first() is not None


def claim(session: Session, now: datetime) -> Event | None:
    """Take the event that has been due longest; None when nothing is due."""
    names = ("merchant_id", "id", "type", "object_id", "tries")
    row = session.execute(
        select(*(stripe_events.c[name] for name in names))
        .where(_is_due(now))
        .order_by(stripe_events.c.next_try_at, stripe_events.c.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .execution_options(**_ACROSS)
    ).one_or_none()
    if row is None:
        return None
    until = now + LEASE
    taken = session.execute(
        update(stripe_events)
        .where(stripe_events.c.merchant_id == row.merchant_id, stripe_events.c.id == row.id, _is_due(now))
        .values(claimed_until=until, next_try_at=until)
    )
    return Event(**row._mapping, until=until) if taken.rowcount == 1 else None


def done(session: Session, now: datetime, event: Event, problem: str | None = None) -> bool:
    """It is done, or `problem` says why nothing can be done about it. False when it was done already: then nothing of what
    came of it may be written a second time."""
    ended = session.execute(
        update(stripe_events)
        .where(*_own(event), _TO_DO)
        .values(done_at=now, claimed_until=None, tries=event.tries + 1, problem=problem and problem[:300])
    )
    return ended.rowcount == 1


def later(session: Session, now: datetime, event: Event, problem: str) -> None:
    """It could not be done now: it is tried again."""
    wait = GAPS[min(event.tries, len(GAPS) - 1)]
    session.execute(
        update(stripe_events)
        .where(*_own(event), _TO_DO, stripe_events.c.claimed_until == event.until)
        .values(next_try_at=now + wait, claimed_until=None, tries=event.tries + 1, problem=problem[:300])
    )


def forget(session: Session, now: datetime) -> int:
    """Forget what was done long ago, of all merchants; how many."""
    old = (
        delete(stripe_events)
        .where(stripe_events.c.received_at < now - ARE_KEPT, stripe_events.c.done_at.is_not(None))
        .execution_options(across_merchants="a sweep")
    )
    return session.execute(old).rowcount


@dataclass(frozen=True, slots=True)
class Asking:
    """An account whose undelivered events are asked for, from `since` on."""

    merchant_id: str
    since: datetime


def ask_next(session: Session, now: datetime) -> Asking | None:
    """The account whose undelivered events have not been asked for longest; from now on it counts as asked. None for an hour
    after each."""
    due = or_(stripe_accounts.c.asked_at.is_(None), stripe_accounts.c.asked_at <= now - ASKED_EVERY)
    row = session.execute(
        select(stripe_accounts.c.merchant_id, stripe_accounts.c.asked_at)
        .where(due)
        .order_by(stripe_accounts.c.asked_at)
        .limit(1)
        .with_for_update(skip_locked=True)
        .execution_options(**_ACROSS)
    ).one_or_none()
    if row is None:
        return None
    session.execute(
        update(stripe_accounts).where(stripe_accounts.c.merchant_id == row.merchant_id).values(asked_at=now)
    )
    oldest = now - LISTED_FOR
    return Asking(row.merchant_id, max(oldest, row.asked_at - DELIVERED_WITHIN) if row.asked_at else oldest)


def not_asked(session: Session, asking: Asking) -> None:
    """The list could not be read: whatever it would have said is asked for the next time."""
    since = asking.since + DELIVERED_WITHIN
    session.execute(
        update(stripe_accounts).where(stripe_accounts.c.merchant_id == asking.merchant_id).values(asked_at=since)
    )


def _own(event: Event) -> tuple[ColumnElement[bool], ...]:
    return stripe_events.c.merchant_id == event.merchant_id, stripe_events.c.id == event.id


def _is_due(now: datetime) -> ColumnElement[bool]:
    free = or_(stripe_events.c.claimed_until.is_(None), stripe_events.c.claimed_until <= now)
    return and_(_TO_DO, stripe_events.c.next_try_at <= now, free)
