"""Sending what waits in the outbox: each row is taken by lease, sent outside any transaction, and its outcome recorded.

Any number of workers may do this at once. A worker that dies loses its lease by time, and the row is sent again.
"""

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update

from delivery import due, endpoints
from delivery.due import ACROSS, AT_ONCE_PER_ENDPOINT, Key, is_free
from delivery.due import LEASE as LEASE
from delivery.handovers import PARKED, PASSED_ON, REFUSED, WAITING
from delivery.store.engine import Session
from delivery.store.tables import endpoints as endpoint_rows
from delivery.store.tables import handover_tries, handovers
from delivery.tries import Outcome, Verdict, next_try, pause


@dataclass(frozen=True, slots=True)
class Claimed:
    """One message taken for sending until `until`, with where it goes. Secrets are still encrypted.

    `shop_name`, `language` and `time_zone` are the merchant's: how a mail speaks. `with_it`: the messages that leave
    together with this one, in a daily list.
    """

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
    old_secret: str | None = None
    old_secret_until: datetime | None = None
    shop_name: str = ""
    language: str = "en"
    time_zone: str = "UTC"
    with_it: tuple["Claimed", ...] = ()


def anything_due(session: Session, now: datetime) -> bool:
    """Whether a claim would find something. Reads only, so that looking often costs no lock."""
    busy = due.busy_endpoints(session, now)
    queries = (due.select_messages(now, busy), due.select_lists(now, busy))
    return any(session.execute(query.limit(1)).first() is not None for query in queries)


def claim_due(session: Session, now: datetime, limit: int, lease: timedelta = LEASE) -> list[Claimed]:
    """Take up to `limit` due messages for `lease`, the longest waiting first; or else one daily list, whole.

    Of each booking and endpoint only the earliest message that was not passed on: a later one waits for it, also
    while that one is parked or refused, until it is retried or marked as sent by hand.
    """
    busy = due.busy_endpoints(session, now)
    until = now + lease
    for key in due.lists(session, now, busy):
        if claimed := _claim_list(session, now, until, key):
            return [claimed]
    query = due.select_messages(now, busy).limit(limit).with_for_update(of=handovers, skip_locked=True)
    rows = session.execute(query).all()
    return _taken(session, now, until, _within_limits(rows, busy)) if rows else []


def _claim_list(session: Session, now: datetime, until: datetime, key: Key) -> Claimed | None:
    # Whoever holds the endpoint takes the whole list: two workers would otherwise send half of it each.
    mine = session.scalar(
        select(endpoint_rows.c.id)
        .where(endpoint_rows.c.merchant_id == key[0], endpoint_rows.c.id == key[1])
        .with_for_update(skip_locked=True)
    )
    rows = session.execute(due.select_list(now, key)).all() if mine else []
    taken = _taken(session, now, until, rows) if rows else []
    return replace(taken[0], with_it=tuple(taken[1:])) if taken else None


def _taken(session: Session, now: datetime, until: datetime, rows: Sequence[Any]) -> list[Claimed]:
    taken = _take(session, now, until, [row.id for row in rows])
    return [Claimed(**row._mapping, until=until) for row in rows if row.id in taken]


def _within_limits(rows: Sequence[Any], busy: Counter[Key]) -> list[Any]:
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
        .where(handovers.c.id.in_(ids), handovers.c.state == WAITING, is_free(now))
        .values(claimed_until=until, next_try_at=until)
        .returning(handovers.c.id)
        .execution_options(**ACROSS)
    )
    return set(taken)


def record(
    session: Session,
    now: datetime,
    claimed: Claimed,
    outcome: Outcome,
    chance: Callable[[], float] = random.random,
) -> str | None:
    """Log the try and move the message on, with those that left with it; returns its new state.

    None when the lease was lost meanwhile: the try is logged, but the message belongs to whoever took it after us.
    """
    share = chance()  # One for all, so that what belongs to one list is tried again together.
    states = [_record(session, now, each, outcome, lambda: share) for each in (claimed, *claimed.with_it)]
    state = next((state for state in states if state is not None), None)
    if state is None:
        return None
    if outcome.verdict is Verdict.GONE:
        endpoints.disable(session, claimed.merchant_id, claimed.endpoint_id, "It answered 410 Gone.")
    if outcome.overloaded:
        _give_rest(session, now, claimed, outcome)
    return state


def _record(
    session: Session, now: datetime, claimed: Claimed, outcome: Outcome, chance: Callable[[], float]
) -> str | None:
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
    return state if moved.rowcount == 1 else None


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
    return PARKED if again_at is None or outcome.verdict is Verdict.HOPELESS else WAITING


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
            is_free(now),
        )
        .values(next_try_at=until)
    )
