"""Settlements: what the shop has still to take from a shopper, or to give back. Amounts are positive, in minor units."""

import secrets
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from delivery.booking_rows import Booking
from delivery.problems import SettlementNotFound, WrongState
from delivery.store.engine import Session
from delivery.store.tables import settlements

PAYMENT_DUE, REFUND_DUE = "payment_due", "refund_due"
OPEN, SETTLED, VOID = "open", "settled", "void"
CHANGE, PUT_BACK = "change", "put_back"
"""Reasons of ours: a change, and a change that was put back after its difference had been settled."""


def add(session: Session, now: datetime, booking: Booking, *, reason: str, ref: str, difference: int) -> None:
    """Note what is to be paid (a positive difference) or given back; nothing for none. Once for each reason and ref."""
    if difference == 0:
        return
    session.execute(
        insert(settlements).values(
            id=f"st_{secrets.token_urlsafe(16)}",
            merchant_id=booking.merchant_id,
            booking_id=booking.id,
            reason=reason,
            ref=ref,
            kind=PAYMENT_DUE if difference > 0 else REFUND_DUE,
            amount=abs(difference),
            currency=booking.currency,
            state=OPEN,
            created_at=now,
            settled_at=None,
        )
    )


def put_back(session: Session, now: datetime, booking: Booking, ref: str) -> None:
    """The change `ref` counts no more: what is open is void, and what was settled is settled the other way round."""
    own = (
        settlements.c.merchant_id == booking.merchant_id,
        settlements.c.booking_id == booking.id,
        settlements.c.reason == CHANGE,
        settlements.c.ref == ref,
    )
    row = session.execute(select(settlements).where(*own).with_for_update()).one_or_none()
    if row is None or row.state == VOID:
        return
    if row.state == OPEN:
        session.execute(update(settlements).where(*own).values(state=VOID))
        return
    difference = -row.amount if row.kind == PAYMENT_DUE else row.amount
    add(session, now, booking, reason=PUT_BACK, ref=ref, difference=difference)


def of_bookings(session: Session, merchant_id: str, booking_ids: Collection[str]) -> dict[str, list[dict[str, Any]]]:
    """The settlements of each booking, the oldest first, in the words of the public interface."""
    rows = session.execute(
        select(settlements)
        .where(settlements.c.merchant_id == merchant_id, settlements.c.booking_id.in_(booking_ids))
        .order_by(settlements.c.created_at, settlements.c.id)
    )
    found: dict[str, list[dict[str, Any]]] = {booking_id: [] for booking_id in booking_ids}
    for row in rows:
        found[row.booking_id].append(
            {
                "settlement": row.id,
                "kind": row.kind,
                "amount": {"amount": row.amount, "currency": row.currency},
                "reason": row.reason,
                "state": row.state,
            }
        )
    return found


def settled(session: Session, now: datetime, *, merchant_id: str, booking_id: str, settlement_id: str) -> None:
    """The shop has taken or given the money. Does nothing the second time.

    Raises SettlementNotFound, and WrongState for what is void.
    """
    own = (
        settlements.c.merchant_id == merchant_id,
        settlements.c.booking_id == booking_id,
        settlements.c.id == settlement_id,
    )
    state = session.execute(select(settlements.c.state).where(*own).with_for_update()).scalar_one_or_none()
    if state is None:
        raise SettlementNotFound("There is no such settlement.")
    if state == VOID:
        raise WrongState("The change it came of was put back: there is nothing to settle.")
    if state == OPEN:
        session.execute(update(settlements).where(*own).values(state=SETTLED, settled_at=now))
