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


def rushes_of(session: Session, now: datetime, merchant_id: str, centres: Sequence[Centre]) -> list[Rush]:
    """The rush at each of these centres of a merchant, by three queries for all of them."""
    ids = [centre.id for centre in centres]
    found = collected(session, merchant_id, now - LEARNS_FROM, now, ids[0] if len(ids) == 1 else None)
    waited: dict[str, list[Waited]] = {centre_id: [] for centre_id in ids}
    for one in found:
        if one.centre_id in waited:
            waited[one.centre_id].append(Waited(one.ready_at, one.ended_at, one.state == COLLECTED))
    waiting, ready_at = _waiting(session, merchant_id, ids), _ready_at(session, merchant_id, ids)
    return [
        _rush(now, centre, waited[centre.id], waiting.get(centre.id, 0), ready_at.get(centre.id, []))
        for centre in centres
    ]


def _rush(now: datetime, centre: Centre, waited: Sequence[Waited], waiting: int, ready_at: Sequence[datetime]) -> Rush:
    hours, zone = hours_of(centre), centre.zone
    until = instant_of(local_day(now, zone) + timedelta(days=DAYS_AHEAD), time(0), zone)
    ahead = [part for part in opened(hours, now, until) if part[0] < until and part[1] > now]
    before = [(opens, min(closes, now)) for opens, closes in opened(hours, now - LEARNS_FROM, now) if opens < now]
    known = habits(waited, before, zone)
    return Rush(rush(known or _NOBODY, now, waiting, ready_at, ahead, zone), waiting, known is not None)


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


def _waiting(session: Session, merchant_id: str, ids: Sequence[str]) -> dict[str, int]:
    rows = session.execute(
        select(bookings.c.centre_id, func.count().label("number"))
        .where(
            bookings.c.merchant_id == merchant_id,
            bookings.c.centre_id.in_(ids),
            bookings.c.state == READY_FOR_PICKUP,
        )
        .group_by(bookings.c.centre_id)
    )
    return {row.centre_id: row.number for row in rows}


def _ready_at(session: Session, merchant_id: str, ids: Sequence[str]) -> dict[str, list[datetime]]:
    """When the orders that are still to come are promised ready; those that are late left out, nobody knows when they come."""
    rows = session.execute(
        select(bookings.c.centre_id, bookings.c.option, bookings.c.expected).where(
            bookings.c.merchant_id == merchant_id, bookings.c.centre_id.in_(ids), bookings.c.state.in_(_TO_COME)
        )
    )
    found: dict[str, list[datetime]] = {}
    for row in rows:
        if row.option and not row.expected:
            found.setdefault(row.centre_id, []).append(datetime.fromisoformat(row.option["ready_by"]))
    return found
