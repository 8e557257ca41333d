"""Sending what waits in the outbox: each row is taken by lease, sent outside any transaction, and its outcome recorded.

Any number of workers may do this at once. A worker that dies loses its lease by time, and the row is sent again.
"""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, insert, or_, select, update

from delivery import endpoints
from delivery.handovers import PARKED, PASSED_ON, REFUSED, WAITING
from delivery.store.engine import Session
from delivery.store.tables import endpoints as endpoint_rows
from delivery.store.tables import handover_tries, handovers
from delivery.tries import Outcome, Verdict, next_try, pause

LEASE = timedelta(seconds=60)
"""Longer than the longest try, so that a live worker keeps what it took."""

AT_ONCE_PER_ENDPOINT = 2
"""So that one endpoint that hangs cannot occupy every sender."""

_ACROSS = {"across_merchants": "the worker sends what is due, whoever it belongs to"}


@dataclass(frozen=True, slots=True)
class Claimed:
    """One message taken for sending until `until`, with where it goes. `secret` is still encrypted."""

    id: str
    merchant_id: str
    booking_id: str
    endpoint_id: str
    type: str
    body: str
    tries: int
    until: datetime
    kind: str
    url: str
    secret: str


def anything_due(session: Session, now: datetime) -> bool:
    """Whether a claim would find something. Reads only, so that looking often costs no lock."""
    return session.execute(_due(now, _busy_endpoints(session, now)).limit(1)).first() is not None


def claim_due(session: Session, now: datetime, limit: int, lease: timedelta = LEASE) -> list[Claimed]:
    """Take up to `limit` due messages for `lease`, the longest waiting first.

    Of each booking and endpoint only the earliest message that was not passed on: a later one waits for it, also
    while that one is parked or refused, until it is retried or marked as sent by hand.
    """
    busy = _busy_endpoints(session, now)
    rows = session.execute(_due(now, busy).limit(limit).with_for_update(of=handovers, skip_locked=True)).all()
    until = now + lease
    taken = _take(session, now, until, [row.id for row in _within_limits(rows, busy)]) if rows else set()
    return [Claimed(**row._mapping, until=until) for row in rows if row.id in taken]


def _due(now: datetime, busy: Counter[tuple[str, str]]) -> Select[Any]:
    earlier = handovers.alias("earlier")
    full = [key for key, sending in busy.items() if sending >= AT_ONCE_PER_ENDPOINT]
    return (
        select(
            *(
                handovers.c[name]
                for name in ("id", "merchant_id", "booking_id", "endpoint_id", "type", "body", "tries")
            ),
            *(endpoint_rows.c[name] for name in ("kind", "url", "secret")),
        )
        .join(
            endpoint_rows,
            and_(
                endpoint_rows.c.merchant_id == handovers.c.merchant_id,
                endpoint_rows.c.id == handovers.c.endpoint_id,
            ),
        )
        .where(
            handovers.c.state == WAITING,
            handovers.c.next_try_at <= now,
            _is_free(now),
            endpoint_rows.c.enabled,
            *(
                or_(handovers.c.merchant_id != merchant_id, handovers.c.endpoint_id != endpoint_id)
                for merchant_id, endpoint_id in full
            ),
            ~exists().where(
                earlier.c.merchant_id == handovers.c.merchant_id,
                earlier.c.booking_id == handovers.c.booking_id,
                earlier.c.endpoint_id == handovers.c.endpoint_id,
                earlier.c.sequence < handovers.c.sequence,
                earlier.c.state != PASSED_ON,
            ),
        )
        .order_by(handovers.c.next_try_at, handovers.c.sequence, handovers.c.id)
        .execution_options(**_ACROSS)
    )


def _is_free(now: datetime) -> ColumnElement[bool]:
    return or_(handovers.c.claimed_until.is_(None), handovers.c.claimed_until <= now)


def _busy_endpoints(session: Session, now: datetime) -> Counter[tuple[str, str]]:
    # A claim moves next_try_at to the end of its lease, so this reads a short stretch of the index of due rows.
    rows = session.execute(
        select(handovers.c.merchant_id, handovers.c.endpoint_id, func.count())
        .where(
            handovers.c.state == WAITING,
            handovers.c.next_try_at > now,
            handovers.c.next_try_at <= now + LEASE,
            handovers.c.claimed_until > now,
        )
        .group_by(handovers.c.merchant_id, handovers.c.endpoint_id)
        .execution_options(**_ACROSS)
    )
    return Counter({(merchant_id, endpoint_id): sending for merchant_id, endpoint_id, sending in rows})


def _within_limits(rows: Any, busy: Counter[tuple[str, str]]) -> list[Any]:
    chosen = []
    for row in rows:
        key = (row.merchant_id, row.endpoint_id)
        if busy[key] < AT_ONCE_PER_ENDPOINT:
            busy[key] += 1
            chosen.append(row)
    return chosen


def _take(session: Session, now: datetime, until: datetime, ids: list[str]) -> set[str]:
    taken = session.scalars(
        update(handovers)
        .where(handovers.c.id.in_(ids), handovers.c.state == WAITING, _is_free(now))
        .values(claimed_until=until, next_try_at=until)
        .returning(handovers.c.id)
        .execution_options(**_ACROSS)
    )
    return set(taken)


def record(
    session: Session,
    now: datetime,
    claimed: Claimed,
    outcome: Outcome,
    chance: Callable[[], float] = random.random,
) -> str | None:
    """Log the try and move the message on; returns its new state.

    None when the lease was lost meanwhile: the try is logged, but the message belongs to whoever took it after us.
    """
    _log_try(session, now, claimed, outcome)
    tries = claimed.tries + 1
    again_at = next_try(now, tries, outcome.retry_after, chance)
    state = _state_after(outcome, again_at)
    moved = session.execute(
        update(handovers)
        .where(
            handovers.c.merchant_id == claimed.merchant_id,
            handovers.c.id == claimed.id,
            handovers.c.state == WAITING,
            handovers.c.claimed_until == claimed.until,
        )
        .values(
            state=state,
            tries=tries,
            next_try_at=again_at or now,
            claimed_until=None,
            last_status=outcome.status,
            last_problem=outcome.problem,
            passed_on_at=now if state == PASSED_ON else None,
        )
    )
    if moved.rowcount != 1:
        return None
    if outcome.verdict is Verdict.GONE:
        endpoints.disable(session, claimed.merchant_id, claimed.endpoint_id, "It answered 410 Gone.")
    if outcome.overloaded:
        _give_rest(session, now, claimed, outcome)
    return state


def _log_try(session: Session, now: datetime, claimed: Claimed, outcome: Outcome) -> None:
    session.execute(
        insert(handover_tries).values(
            merchant_id=claimed.merchant_id,
            handover_id=claimed.id,
            at=now,
            status=outcome.status,
            problem=outcome.problem,
            took_ms=outcome.took_ms,
        )
    )


def _state_after(outcome: Outcome, again_at: datetime | None) -> str:
    if outcome.verdict is Verdict.PASSED_ON:
        return PASSED_ON
    if outcome.verdict is Verdict.GONE:
        return REFUSED
    return PARKED if again_at is None else WAITING


def _give_rest(session: Session, now: datetime, claimed: Claimed, outcome: Outcome) -> None:
    endpoints.lock(session, claimed.merchant_id, claimed.endpoint_id)
    until = now + pause(outcome.retry_after)
    session.execute(
        update(handovers)
        .where(
            handovers.c.merchant_id == claimed.merchant_id,
            handovers.c.endpoint_id == claimed.endpoint_id,
            handovers.c.id != claimed.id,
            handovers.c.state == WAITING,
            handovers.c.next_try_at < until,
            _is_free(now),
        )
        .values(next_try_at=until)
    )
