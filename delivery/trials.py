"""Test handovers: a made-up order for one endpoint, sent at once and outside the outbox; nothing is booked."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from delivery.booking_rows import Booking
from delivery.booking_states import CONFIRMED
from delivery.handovers import data_of, written
from delivery.leases import Claimed
from delivery.links import PageLinks
from delivery.rules.wallclock import local_day
from delivery.setups import Setup
from delivery.store.engine import Session
from delivery.store.tables import endpoints
from delivery.tries import Outcome

EVENT = "booking.confirmed"
LEASE = timedelta(minutes=1)


def trial(session: Session, now: datetime, setup: Setup, endpoint_id: str, links: PageLinks) -> Claimed | None:
    """A message as a real one would be, marked `"test": true`, to send to this endpoint, disabled or not.

    None when the merchant has no such endpoint.
    """
    row = session.execute(
        select(endpoints).where(endpoints.c.merchant_id == setup.merchant_id, endpoints.c.id == endpoint_id)
    ).first()
    if row is None:
        return None
    booking = made_up(now, setup)
    return Claimed(
        id=f"msg_test_{secrets.token_hex(16)}",
        merchant_id=setup.merchant_id,
        booking_id=booking.id,
        endpoint_id=endpoint_id,
        type=EVENT,
        body=written(now, EVENT, {"test": True} | data_of(booking, links)),
        tries=0,
        until=now + LEASE,
        kind=row.kind,
        url=row.url,
        secret=row.secret,
        old_secret=row.old_secret,
        old_secret_until=row.old_secret_until,
        shop_name=setup.name,
        language=setup.language,
        time_zone=setup.time_zone.key,
    )


def keep_trial(session: Session, now: datetime, merchant_id: str, endpoint_id: str, outcome: Outcome) -> None:
    """Remember how it went, for the self-check; the endpoint's other messages are not touched."""
    session.execute(
        update(endpoints)
        .where(endpoints.c.merchant_id == merchant_id, endpoints.c.id == endpoint_id)
        .values(tested_at=now, tested_status=outcome.status, tested_problem=outcome.problem)
    )


def made_up(now: datetime, setup: Setup) -> Booking:
    """An order that nobody placed: for a carrier, the day after tomorrow."""
    today = local_day(now, setup.time_zone)
    return Booking(
        id=f"bk_test_{secrets.token_hex(8)}",
        merchant_id=setup.merchant_id,
        order="TEST",
        part="",
        state=CONFIRMED,
        type="shipping",
        hold_id=None,
        place=None,
        option=_option(setup, now),
        origin_id=next(iter(setup.origins), None),
        service_id=next(iter(setup.services), None),
        ship_by=today,
        fee_amount=0,
        currency=setup.currency,
        recipient={"name": "Test", "email": "test@example.org", "locale": setup.language},
        address={"lines": ["Test 1"], "postal_code": "", "city": "Test", "country": setup.country},
        lines=[{"sku": "TEST", "quantity": 1}],
        notes="",
        paid_until=None,
        page_version=1,
        version=1,
        created_at=now,
        updated_at=now,
    )


def _option(setup: Setup, now: datetime) -> dict[str, Any]:
    """A carrier's date: the day after tomorrow."""
    day = (local_day(now, setup.time_zone) + timedelta(days=2)).isoformat()
    return {"type": "shipping", "time_zone": setup.time_zone.key, "earliest_day": day, "latest_day": day, "steps": []}
