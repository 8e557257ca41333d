"""The rush of the coming hours at the centres: learnt from the weeks before, for what waits now and what will be ready."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy import func, select

from delivery.booking_states import COLLECTED, CONFIRMED, DELIVERY_FAILED, DISPATCHED, PACKED, READY_FOR_PICKUP
from delivery.collected import collected
from delivery.keeping import hours_of, opened
from delivery.rules.pickup import Centre
from delivery.rules.rush import Habits, Hour, Waited, habits, rush
from delivery.rules.wallclock import instant_of, local_day
from delivery.store.engine import Session
from delivery.store.tables import bookings

LEARNS_FROM = timedelta(weeks=8)
DAYS_AHEAD = 2
"""Today and tomorrow."""
_TO_COME = (CONFIRMED, PACKED, DISPATCHED, DELIVERY_FAILED)
_NOBODY = Habits(0.0)


@dataclass(frozen=True, slots=True)
class Rush:
    """The open hours of today and tomorrow; `is_foretold` is false where too little was collected to learn from, and then
    nothing is expected, only what becomes ready is known. `waiting`: how many orders lie there now."""

    hours: tuple[Hour, ...]
    waiting: int
    is_foretold: bool


def rush_of(session: Session, now: datetime, merchant_id: str, centre: Centre) -> Rush:
    """The rush at one centre of a merchant."""
    zone = centre.zone
    until = instant_of(local_day(now, zone) + timedelta(days=DAYS_AHEAD), time(0), zone)
    ahead = [part for part in opened(hours_of(centre), now, until) if part[0] < until and part[1] > now]
    before = opened(hours_of(centre), now - LEARNS_FROM, now)
    found = collected(session, merchant_id, now - LEARNS_FROM, now, centre.id)
    waited = [Waited(one.ready_at, one.ended_at, one.state == COLLECTED) for one in found]
    known = habits(waited, [(opens, min(closes, now)) for opens, closes in before if opens < now], zone)
    waiting, ready_at = _waiting(session, merchant_id, centre), _ready_at(session, merchant_id, centre)
    hours = rush(known or _NOBODY, now, waiting, ready_at, ahead, zone)
    return Rush(hours, waiting, known is not None)


def together(rushes: Iterable[Rush]) -> Rush:
    """Several centres as one, hour by hour. It is foretold as soon as one of them is."""
    found = tuple(rushes)
    by_hour: dict[datetime, list[Hour]] = {}
    for one in found:
        for hour in one.hours:
            by_hour.setdefault(hour.at, []).append(hour)
    hours = tuple(_added(by_hour[at]) for at in sorted(by_hour))
    return Rush(hours, sum(one.waiting for one in found), any(one.is_foretold for one in found))


def _added(hours: Sequence[Hour]) -> Hour:
    expected, ready = sum(hour.expected for hour in hours), sum(hour.ready for hour in hours)
    return Hour(hours[0].at, expected, ready, max(hour.open_part for hour in hours))


def _waiting(session: Session, merchant_id: str, centre: Centre) -> int:
    here = (
        bookings.c.merchant_id == merchant_id,
        bookings.c.centre_id == centre.id,
        bookings.c.state == READY_FOR_PICKUP,
    )
    return session.execute(select(func.count()).where(*here)).scalar_one()


def _ready_at(session: Session, merchant_id: str, centre: Centre) -> list[datetime]:
    """When the orders that are still to come are promised ready; those that are late left out, nobody knows when they come."""
    coming = (
        bookings.c.merchant_id == merchant_id,
        bookings.c.centre_id == centre.id,
        bookings.c.state.in_(_TO_COME),
    )
    rows = session.execute(select(bookings.c.option, bookings.c.expected).where(*coming))
    return [datetime.fromisoformat(row.option["ready_by"]) for row in rows if row.option and not row.expected]
