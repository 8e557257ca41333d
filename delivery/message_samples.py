"""An order to show a message with: the newest of the shop that it could be about, else a made-up one."""

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement

from delivery.booking_rows import Booking, as_booking, select_bookings
from delivery.booking_states import CHOICE_OPEN, HOME_ONLY, READY_FOR_PICKUP
from delivery.messages import STILL_TRUE
from delivery.rules.wallclock import instant_of, local_day
from delivery.setups import Setup
from delivery.store.engine import Session
from delivery.store.tables import bookings
from delivery.trials import made_up

KEPT_DAYS = 7


@dataclass(frozen=True, slots=True)
class Sample:
    """The order, and whether it was really placed."""

    booking: Booking
    is_real: bool


def sample(session: Session, now: datetime, setup: Setup, kind: str) -> Sample:
    """The order for a kind of message. Nobody's name is in it once it was erased."""
    newest = (
        select_bookings(setup.merchant_id)
        .where(bookings.c.erased_at.is_(None), *_of_its_type(kind))
        .order_by(bookings.c.created_at.desc(), bookings.c.id.desc())
        .limit(1)
    )
    row = session.execute(newest).one_or_none()
    return (
        Sample(_without_its_code(as_booking(row)), True)
        if row is not None
        else Sample(_made_up(now, setup, kind), False)
    )


def _without_its_code(booking: Booking) -> Booking:
    """A picture of a mail must not open anything: the code in it is of a version that there never is."""
    return replace(booking, code_version=0, code_hash=None)


def _of_its_type(kind: str) -> tuple[ColumnElement[bool], ...]:
    if STILL_TRUE[kind] == {CHOICE_OPEN}:
        return (bookings.c.state == CHOICE_OPEN,)
    if STILL_TRUE[kind] == {READY_FOR_PICKUP}:
        return (bookings.c.type == "pickup",)
    return (bookings.c.type != "pickup",) if kind in HOME_ONLY else (bookings.c.type.is_not(None),)


def _made_up(now: datetime, setup: Setup, kind: str) -> Booking:
    booking = made_up(now, setup)
    if STILL_TRUE[kind] == {CHOICE_OPEN}:
        return replace(booking, state=CHOICE_OPEN, type=None, option=None, service_id=None)
    if STILL_TRUE[kind] == {READY_FOR_PICKUP}:
        return replace(booking, type="pickup", option=_pickup(now, setup))
    return booking


def _pickup(now: datetime, setup: Setup) -> dict[str, Any]:
    """Tomorrow at noon, at the shop's first centre if it has one."""
    centre = next(iter(setup.centres), None)
    zone = centre.zone if centre else setup.time_zone
    day = local_day(now, zone) + timedelta(days=1)
    place: dict[str, Any] = {"id": "", "name": setup.name, "address": {}}
    if centre:
        place = {"id": centre.id, "name": centre.name, "address": dict(centre.address)}
    ready_by = instant_of(day, time(12), zone)
    return {
        "type": "pickup",
        "time_zone": zone.key,
        "location": place,
        "ready_by": ready_by.isoformat(),
        "pickup_by": (ready_by + timedelta(days=KEPT_DAYS)).isoformat(),
        "steps": [],
    }
