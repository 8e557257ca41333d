"""Sending what waits in the outbox to shoppers: a row is taken by lease, sent outside any transaction, and moved on.

Any number of workers may do this at once. A worker that dies loses its lease by time; then the same mail, with the same
id, is sent once more.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select, update

from delivery.messages import (
    ASK,
    DROPPED,
    FEE_CREDITED,
    KINDS,
    MAIL,
    NOTICE,
    OF_CHANGES,
    REFUSED,
    SENT,
    TOO_LATE,
    WAITING,
)
from delivery.store.engine import Session
from delivery.store.tables import messages
from delivery.tries import JITTER, LONGEST_ASKED_WAIT, pause

LEASE = timedelta(seconds=60)
"""Longer than the longest try, so that a live worker keeps what it took."""

GAPS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=3),
    timedelta(hours=6),
    timedelta(hours=12),
)
"""The wait after each try that may be repeated; the last one again and again, until it is too late."""

STEPS = frozenset(KINDS) - OF_CHANGES - {ASK, FEE_CREDITED}
"""Kinds that tell how far the order has come: each says what the ones before it said, and more."""

_EACH_COUNTS = frozenset({NOTICE, REFUSED})

_ACROSS = {"across_merchants": "the worker sends what is due, whoever it belongs to"}


@dataclass(frozen=True, slots=True)
class Claimed:
    """One message taken for sending until `until`."""

    id: str
    merchant_id: str
    booking_id: str
    kind: str
    channel: str
    occasion: str
    tries: int
    created_at: datetime
    until: datetime


def anything_due(session: Session, now: datetime, channel: str = MAIL) -> bool:
    """Whether a claim would find something. Reads only, so that looking often costs no lock."""
    return session.execute(_due(now, channel).limit(1)).first() is not None


def claim(session: Session, now: datetime, channel: str = MAIL, lease: timedelta = LEASE) -> Claimed | None:
    """Take the message of this channel that has been due longest for `lease`; None when nothing is due."""
    row = session.execute(_due(now, channel).limit(1).with_for_update(skip_locked=True)).one_or_none()
    if row is None:
        return None
    until = now + lease
    taken = session.execute(
        update(messages)
        .where(messages.c.merchant_id == row.merchant_id, messages.c.id == row.id, _is_due(now, channel))
        .values(claimed_until=until, next_try_at=until)
    )
    return Claimed(**row._mapping, until=until) if taken.rowcount == 1 else None


def was_overtaken(session: Session, now: datetime, claimed: Claimed) -> bool:
    """Whether the shopper has heard of a later step of the same order already, or is about to hear the same thing anew."""
    newer = [
        messages.c.merchant_id == claimed.merchant_id,
        messages.c.booking_id == claimed.booking_id,
        messages.c.channel == claimed.channel,
        messages.c.created_at > claimed.created_at,
    ]
    if claimed.kind in _EACH_COUNTS:
        return False
    anew = and_(messages.c.kind == claimed.kind, messages.c.state != DROPPED, messages.c.created_at <= now)
    later = and_(messages.c.kind.in_(STEPS), messages.c.state == SENT)
    found = select(messages.c.id).where(*newer, or_(anew, later) if claimed.kind in STEPS else anew)
    return session.execute(found.limit(1)).first() is not None


def record(
    session: Session,
    now: datetime,
    claimed: Claimed,
    state: str,
    *,
    status: int | None = None,
    problem: str | None = None,
    tried: bool = True,
    again_at: datetime | None = None,
    asked: timedelta | None = None,
    chance: Callable[[], float] = random.random,
) -> bool:
    """Move the message on to `state`; waiting means that it is tried again later. `tried` is false when nothing was sent;
    `again_at` is when, if not after the usual gap, which is at least what the receiver `asked` for.

    False when the lease was lost meanwhile: the message belongs to whoever took it after us.
    """
    tries = claimed.tries + tried
    moved = session.execute(
        update(messages)
        .where(
            messages.c.merchant_id == claimed.merchant_id,
            messages.c.id == claimed.id,
            messages.c.state == WAITING,
            messages.c.claimed_until == claimed.until,
        )
        .values(
            state=state,
            tries=tries,
            next_try_at=(again_at or now + _wait(tries, asked, chance)) if state == WAITING else now,
            claimed_until=None,
            last_status=status,
            last_problem=problem,
            sent_at=now if state == SENT else None,
        )
    )
    return moved.rowcount == 1


def give_rest(session: Session, now: datetime, claimed: Claimed, asked: timedelta | None) -> None:
    """Let what else waits for the same merchant's channel wait as well: its receiver is away, or has too much to do."""
    until = now + max(GAPS[0], pause(asked))
    session.execute(
        update(messages)
        .where(
            messages.c.merchant_id == claimed.merchant_id,
            messages.c.channel == claimed.channel,
            messages.c.id != claimed.id,
            messages.c.state == WAITING,
            messages.c.next_try_at < until,
            or_(messages.c.claimed_until.is_(None), messages.c.claimed_until <= now),
        )
        .values(next_try_at=until)
    )


def _wait(tries: int, asked: timedelta | None, chance: Callable[[], float]) -> timedelta:
    usual = GAPS[min(tries, len(GAPS)) - 1]
    return max(usual, min(asked or usual, LONGEST_ASKED_WAIT)) * (1 + JITTER * chance())


def _due(now: datetime, channel: str) -> Select[Any]:
    names = ("id", "merchant_id", "booking_id", "kind", "channel", "occasion", "tries", "created_at")
    return (
        select(*(messages.c[name] for name in names))
        .where(_is_due(now, channel))
        .order_by(messages.c.next_try_at, messages.c.created_at, messages.c.id)
        .execution_options(**_ACROSS)
    )


def _is_due(now: datetime, channel: str) -> ColumnElement[bool]:
    return and_(
        messages.c.channel == channel,
        messages.c.state == WAITING,
        messages.c.next_try_at <= now,
        messages.c.created_at > now - TOO_LATE,
        or_(messages.c.claimed_until.is_(None), messages.c.claimed_until <= now),
    )
