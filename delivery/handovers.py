"""Handing bookings over to fulfilment: the outbox. Rows are the truth; a queue only hastens what is found here."""

import secrets
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, NamedTuple

import orjson
from sqlalchemy import func, insert, select, update

from delivery.booking_rows import Booking
from delivery.descriptions import describe
from delivery.links import PageLinks
from delivery.sending_times import due_at
from delivery.store.engine import Session
from delivery.store.tables import bookings, endpoints, handovers, merchants

WAITING, PASSED_ON, REFUSED, PARKED = "waiting", "passed_on", "refused", "parked"
WORST_FIRST = (PARKED, REFUSED, WAITING, PASSED_ON)


def enqueue(
    session: Session,
    now: datetime,
    booking: Booking,
    event_type: str,
    links: PageLinks,
    *,
    change: Mapping[str, str] | None = None,
) -> list[str]:
    """Write the message about `booking` as it stands, one row for each enabled endpoint, and return their ids. `change`
    is the one it tells of, {"change", "kind", "state"}: what is asked waits for an answer.

    A merchant without one gets a single row without an endpoint, to send by hand. Call it in the transaction that
    changed the booking: both are kept, or neither.
    """
    sequence = _next_sequence(session, booking.merchant_id, booking.id)
    body = written(now, event_type, data_of(booking, links) | ({"change": change} if change else {}))
    rows = [
        {
            "id": f"msg_{secrets.token_hex(16)}",
            "merchant_id": booking.merchant_id,
            "booking_id": booking.id,
            "endpoint_id": target.endpoint_id,
            "sequence": sequence,
            "type": event_type,
            "body": body,
            "state": WAITING,
            "tries": 0,
            "next_try_at": target.due_at,
            "created_at": now,
        }
        for target in _targets(session, now, booking.merchant_id)
    ]
    session.execute(insert(handovers), rows)
    return [str(row["id"]) for row in rows]


def _next_sequence(session: Session, merchant_id: str, booking_id: str) -> int:
    # Two changes of one booking at once must not take the same number. SQLite has one writer, so it needs no lock.
    session.execute(
        select(bookings.c.id)
        .where(bookings.c.merchant_id == merchant_id, bookings.c.id == booking_id)
        .with_for_update()
    )
    last = session.scalar(
        select(func.max(handovers.c.sequence)).where(
            handovers.c.merchant_id == merchant_id, handovers.c.booking_id == booking_id
        )
    )
    return (last or 0) + 1


class _Target(NamedTuple):
    endpoint_id: str | None
    due_at: datetime


def _targets(session: Session, now: datetime, merchant_id: str) -> list[_Target]:
    found = session.execute(
        select(endpoints.c.id, endpoints.c.send_at, merchants.c.time_zone)
        .join(merchants, merchants.c.id == endpoints.c.merchant_id)
        .where(endpoints.c.merchant_id == merchant_id, endpoints.c.enabled)
        .order_by(endpoints.c.id)
    )
    return [_Target(row.id, due_at(now, row.send_at, row.time_zone)) for row in found] or [_Target(None, now)]


def written(now: datetime, event_type: str, data: dict[str, Any]) -> str:
    """A message as it is sent, the same over all tries."""
    return orjson.dumps({"type": event_type, "timestamp": now, "data": data}).decode()


def data_of(booking: Booking, links: PageLinks) -> dict[str, Any]:
    """A booking in the words of fulfilment."""
    return describe(booking, links, {"state": WAITING, "tries": 0}) | {
        "shop": booking.merchant_id,
        "ship_by": booking.ship_by,
        "origin": {"id": booking.origin_id} if booking.origin_id else None,
        "service": booking.service_id,
        "lines": list(booking.lines),
        "notes": booking.notes,
    }


def state_of(session: Session, merchant_id: str, booking_id: str) -> dict[str, Any]:
    """How the handing over of one booking stands: `{"state", "tries"}`. See `states_of`."""
    return states_of(session, merchant_id, [booking_id])[booking_id]


def states_of(session: Session, merchant_id: str, booking_ids: Collection[str]) -> dict[str, dict[str, Any]]:
    """How the handing over of each booking stands, over all its messages and endpoints.

    The worst of them speaks: parked, refused, waiting, passed_on; `tries` is the most that any of those took.
    A booking without a message yet (still to be paid) is waiting.
    """
    found = session.execute(
        select(handovers.c.booking_id, handovers.c.state, func.max(handovers.c.tries))
        .where(handovers.c.merchant_id == merchant_id, handovers.c.booking_id.in_(booking_ids))
        .group_by(handovers.c.booking_id, handovers.c.state)
    )
    tries = {(booking_id, state): most for booking_id, state, most in found}
    return {booking_id: _worst(booking_id, tries) for booking_id in booking_ids}


def _worst(booking_id: str, tries: dict[tuple[str, str], int]) -> dict[str, Any]:
    for state in WORST_FIRST:
        if (booking_id, state) in tries:
            return {"state": state, "tries": tries[booking_id, state]}
    return {"state": WAITING, "tries": 0}


def unfinished(session: Session) -> dict[str, int]:
    """How many messages of all merchants wait, were refused or are parked: what an operator keeps an eye on."""
    found = session.execute(
        select(handovers.c.state, func.count())
        .where(handovers.c.state != PASSED_ON)
        .group_by(handovers.c.state)
        .execution_options(across_merchants="figures for the operator")
    )
    counts = {WAITING: 0, REFUSED: 0, PARKED: 0}
    counts.update((state, count) for state, count in found)
    return counts


def retry(session: Session, now: datetime, merchant_id: str, handover_id: str) -> bool:
    """Send it again at once, its schedule starting anew. False when there is no such handover, or it was passed on.

    The log of its tries stays. One that is being sent at this moment keeps its lease.
    """
    done = session.execute(
        update(handovers)
        .where(
            handovers.c.merchant_id == merchant_id,
            handovers.c.id == handover_id,
            handovers.c.endpoint_id.is_not(None),
            handovers.c.state != PASSED_ON,
        )
        .values(state=WAITING, tries=0, next_try_at=now)
    )
    return done.rowcount == 1


def retry_parked(session: Session, now: datetime, merchant_id: str) -> int:
    """Send everything of this merchant that is parked again at once; says how many messages that are."""
    done = session.execute(
        update(handovers)
        .where(
            handovers.c.merchant_id == merchant_id,
            handovers.c.endpoint_id.is_not(None),
            handovers.c.state == PARKED,
        )
        .values(state=WAITING, tries=0, next_try_at=now)
    )
    return done.rowcount


def sent_by_hand(session: Session, now: datetime, merchant_id: str, handover_id: str) -> bool:
    """The merchant saw to it without us: what waits behind it may go. False when there is nothing left to do."""
    done = session.execute(
        update(handovers)
        .where(
            handovers.c.merchant_id == merchant_id,
            handovers.c.id == handover_id,
            handovers.c.state != PASSED_ON,
        )
        .values(state=PASSED_ON, passed_on_at=now, claimed_until=None)
    )
    return done.rowcount == 1


def seen_to_by_hand(session: Session, now: datetime, merchant_id: str, booking_id: str) -> None:
    """Someone works on the booking: what was for the merchant itself to read, without an endpoint, has been read."""
    session.execute(
        update(handovers)
        .where(
            handovers.c.merchant_id == merchant_id,
            handovers.c.booking_id == booking_id,
            handovers.c.endpoint_id.is_(None),
            handovers.c.state != PASSED_ON,
        )
        .values(state=PASSED_ON, passed_on_at=now)
    )
