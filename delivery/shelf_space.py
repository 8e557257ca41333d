"""The shelf of a centre as its staff plan with it: what lies there, since when, what leaves when, and the places of the days to
come."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from delivery import parcels_at_centres
from delivery.booking_rows import Booking, as_booking, select_bookings
from delivery.booking_states import (
    AWAITING_PAYMENT,
    CONFIRMED,
    DELIVERY_FAILED,
    DISPATCHED,
    OUT_FOR_DELIVERY,
    PACKED,
    READY_FOR_PICKUP,
)
from delivery.counters import booked_and_held
from delivery.parcels_at_centres import LEFT, REFUSED
from delivery.rules.keeping import last_day_of
from delivery.rules.pickup import Centre
from delivery.rules.shelf_days import ShelfDay, Stay, shelf_days
from delivery.rules.wallclock import local_day
from delivery.shelves import EVERY_DAY, SHELF
from delivery.store.engine import Session
from delivery.store.tables import bookings

DAYS = 14
_TO_COME = (AWAITING_PAYMENT, CONFIRMED, PACKED, DISPATCHED, OUT_FOR_DELIVERY, DELIVERY_FAILED)


@dataclass(frozen=True, slots=True)
class Lying:
    """An order that lies at the centre: where, how many parcels of it, since when and until when. `goes_back`: its time is
    over, so nobody knows when it leaves."""

    booking_id: str
    order: str
    part: str
    name: str
    shelves: tuple[str, ...]
    parcels: int
    since: datetime | None
    until: datetime | None
    goes_back: bool


@dataclass(frozen=True, slots=True)
class ShelfSpace:
    """The shelf of a centre now and in the days to come. `capacity` and `free` are None where the centre has no limit; `taken`
    counts orders from their choice on, `held` those being checked out; `lying` by the day on which they leave."""

    capacity: int | None
    taken: int
    held: int
    lying: tuple[Lying, ...]
    days: tuple[ShelfDay, ...]

    def free(self, day: ShelfDay) -> int | None:
        """How many places are free on this day, if nobody comes and nothing is ordered."""
        if self.capacity is None:
            return None
        left_by_then = self.days[0].taken - day.taken
        return max(0, self.capacity - self.taken - self.held + left_by_then)


def shelf_space(session: Session, now: datetime, merchant_id: str, centre: Centre, days: int = DAYS) -> ShelfSpace:
    """The shelf of a merchant's centre, `days` from today on by the centre's clock."""
    here = _bookings(session, merchant_id, centre.id)
    today = local_day(now, centre.zone)
    stays = (_stay(now, today, centre, booking) for booking in here)
    counted = booked_and_held(
        session, now, merchant_id=merchant_id, kind=SHELF, first_day=EVERY_DAY, last_day=EVERY_DAY
    )
    taken, held = counted.get((centre.id, EVERY_DAY), (0, 0))
    lying = _lying(session, now, merchant_id, (booking for booking in here if booking.state == READY_FOR_PICKUP))
    known = shelf_days(stays, today, days)
    # Orders from before there was a limit were never counted, and lie there all the same.
    return ShelfSpace(centre.shelf_capacity, max(taken, known[0].taken), held, lying, known)


def _bookings(session: Session, merchant_id: str, centre_id: str) -> list[Booking]:
    rows = session.execute(
        select_bookings(merchant_id).where(
            bookings.c.centre_id == centre_id, bookings.c.state.in_((READY_FOR_PICKUP, *_TO_COME))
        )
    )
    return [as_booking(row) for row in rows]


def _stay(now: datetime, today: date, centre: Centre, booking: Booking) -> Stay:
    if booking.state == READY_FOR_PICKUP:
        return Stay(today, None if _goes_back(now, booking) else _last_day(today, centre, booking.kept_until))
    option = booking.option or {}
    ready_by = datetime.fromisoformat(option["ready_by"]) if option.get("ready_by") else now
    later = (booking.expected or {}).get("latest")
    first = max(today, date.fromisoformat(later) if later else local_day(ready_by, centre.zone))
    until = datetime.fromisoformat(option["pickup_by"]) if option.get("pickup_by") else None
    return Stay(first, _last_day(first, centre, until))


def _last_day(first: date, centre: Centre, until: datetime | None) -> date | None:
    return None if until is None else max(first, last_day_of(until, centre.zone))


def _goes_back(now: datetime, booking: Booking) -> bool:
    return booking.going_back_at is not None or (booking.kept_until is not None and booking.kept_until <= now)


def _lying(session: Session, now: datetime, merchant_id: str, here: Iterable[Booking]) -> tuple[Lying, ...]:
    known = sorted(here, key=lambda booking: (booking.kept_until or now, booking.order, booking.part))
    parcels = parcels_at_centres.of_bookings(session, merchant_id, [booking.id for booking in known])
    return tuple(
        Lying(
            booking.id,
            booking.order,
            booking.part,
            str(booking.recipient.get("name") or ""),
            tuple(sorted({one.shelf for one in parcels.get(booking.id, ()) if one.shelf and one.state in _THERE})),
            sum(one.state in _THERE for one in parcels.get(booking.id, ())) or 1,
            booking.ready_at,
            booking.kept_until,
            _goes_back(now, booking),
        )
        for booking in known
    )


_THERE = LEFT | {REFUSED}
