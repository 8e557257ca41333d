"""What of the outbox is due: the statements by which a worker finds it."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select

from delivery.endpoint_kinds import DAILY_LIST
from delivery.handovers import PASSED_ON, WAITING
from delivery.store.engine import Session
from delivery.store.tables import endpoints, handovers, merchants

LEASE = timedelta(seconds=60)
"""Longer than the longest try, so that a live worker keeps what it took."""

AT_ONCE_PER_ENDPOINT = 2
"""So that one endpoint that hangs cannot occupy every sender."""

LONGEST_LIST = 500
"""Messages in one mail of a daily list; what is more goes in another right after it."""

ACROSS = {"across_merchants": "the worker sends what is due, whoever it belongs to"}

Key = tuple[str, str]
"""A merchant's id and its endpoint's."""

_COLUMNS = (
    *(handovers.c[name] for name in ("id", "merchant_id", "booking_id", "endpoint_id", "type", "body", "tries")),
    *(endpoints.c[name] for name in ("kind", "url", "secret", "old_secret", "old_secret_until")),
    merchants.c.name.label("shop_name"),
    merchants.c.language,
    merchants.c.time_zone,
)


def select_messages(now: datetime, busy: Counter[Key]) -> Select[Any]:
    """What goes message by message, the longest waiting first, leaving alone endpoints with enough under way."""
    full = (key for key, sending in busy.items() if sending >= AT_ONCE_PER_ENDPOINT)
    return (
        _joined(*_COLUMNS)
        .where(endpoints.c.kind != DAILY_LIST, _is_due(now), _is_the_first_left(), *_none_of(full))
        .order_by(handovers.c.next_try_at, handovers.c.sequence, handovers.c.id)
    )


def select_lists(now: datetime, busy: Counter[Key]) -> Select[Any]:
    """The endpoints with a daily list to send, leaving alone those with one under way."""
    return (
        _joined(handovers.c.merchant_id, handovers.c.endpoint_id)
        .where(endpoints.c.kind == DAILY_LIST, _is_due(now), _is_the_first_left(), *_none_of(busy))
        .distinct()
    )


def lists(session: Session, now: datetime, busy: Counter[Key]) -> list[Key]:
    """The keys that `select_lists` finds."""
    return [(row.merchant_id, row.endpoint_id) for row in session.execute(select_lists(now, busy))]


def select_list(now: datetime, key: Key) -> Select[Any]:
    """All that is due of one daily list, in the order in which it was written.

    A message behind one that is not due itself, because it is parked or waits for its next try, waits for that one.
    """
    earlier = handovers.alias("earlier")
    return (
        _joined(*_COLUMNS)
        .where(
            handovers.c.merchant_id == key[0],
            handovers.c.endpoint_id == key[1],
            _is_due(now),
            ~exists().where(
                *_is_before(earlier),
                earlier.c.state != PASSED_ON,
                or_(earlier.c.state != WAITING, earlier.c.next_try_at > now, earlier.c.claimed_until > now),
            ),
        )
        .order_by(handovers.c.created_at, handovers.c.sequence, handovers.c.id)
        .limit(LONGEST_LIST)
    )


def busy_endpoints(session: Session, now: datetime) -> Counter[Key]:
    """How many messages are under way to each endpoint."""
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
        .execution_options(**ACROSS)
    )
    return Counter({(merchant_id, endpoint_id): sending for merchant_id, endpoint_id, sending in rows})


def is_free(now: datetime) -> ColumnElement[bool]:
    """Nobody holds it."""
    return or_(handovers.c.claimed_until.is_(None), handovers.c.claimed_until <= now)


def _joined(*columns: Any) -> Select[Any]:
    return (
        select(*columns)
        .join(
            endpoints,
            and_(endpoints.c.merchant_id == handovers.c.merchant_id, endpoints.c.id == handovers.c.endpoint_id),
        )
        .join(merchants, merchants.c.id == handovers.c.merchant_id)
        .execution_options(**ACROSS)
    )


def _is_due(now: datetime) -> ColumnElement[bool]:
    return and_(handovers.c.state == WAITING, handovers.c.next_try_at <= now, is_free(now), endpoints.c.enabled)


def _is_the_first_left() -> ColumnElement[bool]:
    earlier = handovers.alias("earlier")
    return ~exists().where(*_is_before(earlier), earlier.c.state != PASSED_ON)


def _is_before(earlier: Any) -> tuple[ColumnElement[bool], ...]:
    return (
        earlier.c.merchant_id == handovers.c.merchant_id,
        earlier.c.booking_id == handovers.c.booking_id,
        earlier.c.endpoint_id == handovers.c.endpoint_id,
        earlier.c.sequence < handovers.c.sequence,
    )


def _none_of(keys: Iterable[Key]) -> list[ColumnElement[bool]]:
    return [
        or_(handovers.c.merchant_id != merchant_id, handovers.c.endpoint_id != endpoint_id)
        for merchant_id, endpoint_id in keys
    ]
