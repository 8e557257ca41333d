"""What shoppers hear because of a reported step: of the step itself, later that it still waits, and one question."""

from datetime import UTC, datetime, time, timedelta

from sqlalchemy import select

from delivery import messages
from delivery.afterwards import afterwards_of
from delivery.booking_rows import Booking
from delivery.booking_states import COLLECTED, DELIVERED, DELIVERY_FAILED, OUT_FOR_DELIVERY, READY_FOR_PICKUP
from delivery.descriptions import promise
from delivery.rules.wallclock import instant_of, local_day, zone_named
from delivery.store.engine import Session
from delivery.store.tables import merchants

BEFORE_IT_GOES_BACK = timedelta(days=2)
ASK_AFTER = timedelta(hours=3)
"""So long after the delivery the question comes: the parcel is unpacked by then."""

_AGAIN = frozenset({OUT_FOR_DELIVERY, DELIVERY_FAILED})
"""Each try to deliver is told of anew."""
_MORNING = time(8)


def tell_of_step(session: Session, now: datetime, booking: Booking, step: str, at: datetime) -> None:
    """Write what follows from a step that has become the booking's state, `at` the moment of the step."""
    if step in messages.KINDS:
        occasion = at.astimezone(UTC).isoformat() if step in _AGAIN else ""
        messages.tell(session, now, booking, step, at, occasion=occasion)
    if booking.state == READY_FOR_PICKUP:
        _remind_later(session, now, booking)
    if booking.state in (DELIVERED, COLLECTED) and _asks(session, booking.merchant_id):
        messages.tell(session, now, booking, messages.ASK, at, later=now + ASK_AFTER)


def reminded_at(now: datetime, pickup_by: datetime, zone_name: str) -> dict[str, datetime]:
    """By occasion: two days before it goes back, if a day has passed by then; and in the morning of the last day, if that
    is not today."""
    zone = zone_named(zone_name)
    early, last_day = pickup_by - BEFORE_IT_GOES_BACK, local_day(pickup_by, zone)
    moments = {"two_days_before": early} if early - now >= timedelta(days=1) else {}
    if last_day > local_day(now, zone):
        moments["last_day"] = instant_of(last_day, _MORNING, zone)
    return moments


def _remind_later(session: Session, now: datetime, booking: Booking) -> None:
    promised = promise(booking.option) if booking.option else {}
    if promised.get("pickup_by"):
        pickup_by = datetime.fromisoformat(promised["pickup_by"])
        for occasion, moment in reminded_at(now, pickup_by, promised["time_zone"]).items():
            messages.tell(session, now, booking, messages.REMINDER, occasion=occasion, later=moment)


def _asks(session: Session, merchant_id: str) -> bool:
    facts = session.execute(select(merchants.c.afterwards).where(merchants.c.id == merchant_id)).scalar_one()
    return afterwards_of(facts).ask
