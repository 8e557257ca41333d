"""The log of handing over: each message, and each try to send it with what the receiver answered."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select

from delivery.cursors import read_cursor, write_cursor
from delivery.handovers import PASSED_ON, WAITING
from delivery.store.engine import Session
from delivery.store.tables import bookings, handover_tries, handovers

PAGE = 50


@dataclass(frozen=True, slots=True)
class Try:
    """One try: the receiver's status, if it gave one, and a sentence if it failed."""

    at: datetime
    status: int | None
    problem: str | None
    took_ms: int


@dataclass(frozen=True, slots=True)
class Message:
    """One message to fulfilment. `held_back`: it waits until the one before it, of the same booking, was passed on."""

    id: str
    booking_id: str
    order: str | None
    part: str | None
    endpoint_id: str | None
    type: str
    state: str
    tries: int
    next_try_at: datetime
    created_at: datetime
    passed_on_at: datetime | None
    held_back: bool
    log: tuple[Try, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """Messages, newest first, and the cursor of what comes after them, None at the end."""

    messages: list[Message]
    older: str | None


def messages(
    session: Session, merchant_id: str, endpoint_id: str | None, state: str | None = None, before: str | None = None
) -> Page:
    """What goes, or went, to one endpoint; without one: what is the merchant's own to see to.

    `before` is the `older` of the page before. Raises InvalidInput for a cursor that is none of ours.
    """
    conditions = [handovers.c.endpoint_id == endpoint_id] + ([handovers.c.state == state] if state else [])
    if before:
        at, handover_id = read_cursor(before)
        older = and_(handovers.c.created_at == at, handovers.c.id < handover_id)
        conditions.append(or_(handovers.c.created_at < at, older))
    found = _read(session, merchant_id, conditions, PAGE + 1)
    shown = found[:PAGE]
    more = write_cursor(shown[-1].created_at, shown[-1].id) if len(found) > PAGE else None
    return Page(shown, more)


def unfinished(session: Session, merchant_id: str, states: Collection[str]) -> list[Message]:
    """Messages with an endpoint in these states, newest first, as many as one page holds."""
    return _read(session, merchant_id, [handovers.c.endpoint_id.is_not(None), handovers.c.state.in_(states)], PAGE)


def log_of(session: Session, merchant_id: str, handover_ids: Collection[str]) -> Mapping[str, tuple[Try, ...]]:
    """The tries of each of these messages, oldest first; nothing for one that was never tried."""
    rows = session.execute(
        select(handover_tries)
        .where(handover_tries.c.merchant_id == merchant_id, handover_tries.c.handover_id.in_(handover_ids))
        .order_by(handover_tries.c.id)
    )
    found: dict[str, list[Try]] = defaultdict(list)
    for row in rows:
        found[row.handover_id].append(Try(row.at, row.status, row.problem, row.took_ms))
    return {handover_id: tuple(tries) for handover_id, tries in found.items()}


def counts(session: Session, merchant_id: str) -> Mapping[str | None, Mapping[str, int]]:
    """How many messages of each endpoint, and of none, stand in each state but passed on."""
    rows = session.execute(
        select(handovers.c.endpoint_id, handovers.c.state, func.count())
        .where(handovers.c.merchant_id == merchant_id, handovers.c.state != PASSED_ON)
        .group_by(handovers.c.endpoint_id, handovers.c.state)
    )
    found: dict[str | None, dict[str, int]] = defaultdict(dict)
    for endpoint_id, state, number in rows:
        found[endpoint_id][state] = number
    return found


def _read(session: Session, merchant_id: str, conditions: list[ColumnElement[bool]], limit: int) -> list[Message]:
    kept = [name for name in Message.__slots__ if name in handovers.c]
    rows = session.execute(
        select(
            *(handovers.c[name] for name in kept),
            bookings.c.order_number.label("order"),
            bookings.c.part,
            _is_held_back().label("held_back"),
        )
        .outerjoin(
            bookings, and_(bookings.c.merchant_id == handovers.c.merchant_id, bookings.c.id == handovers.c.booking_id)
        )
        .where(handovers.c.merchant_id == merchant_id, *conditions)
        .order_by(handovers.c.created_at.desc(), handovers.c.id.desc())
        .limit(limit)
    ).all()
    tries = log_of(session, merchant_id, [row.id for row in rows])
    return [replace(_message(row), log=tries.get(row.id, ())) for row in rows]


def _message(row: Any) -> Message:
    return Message(**row._mapping)


def _is_held_back() -> ColumnElement[bool]:
    earlier = handovers.alias("earlier")
    return and_(
        handovers.c.state == WAITING,
        exists().where(
            earlier.c.merchant_id == handovers.c.merchant_id,
            earlier.c.booking_id == handovers.c.booking_id,
            earlier.c.endpoint_id == handovers.c.endpoint_id,
            earlier.c.sequence < handovers.c.sequence,
            earlier.c.state != PASSED_ON,
        ),
    )
