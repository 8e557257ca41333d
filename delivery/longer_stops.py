"""More time at a door: a stop that takes longer than usual, as long as the vans still keep everybody's window."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import false, select

from delivery import van_days
from delivery.booking_rows import Booking
from delivery.booking_states import AWAITING_PAYMENT, DISPATCHED, OUT_FOR_DELIVERY, STILL_HERE
from delivery.problems import NoTimeAtDoor, WrongState
from delivery.rules.doors import Place, Refusal, place_of, with_service
from delivery.rules.routes import Route
from delivery.setups import Setup
from delivery.store.engine import Session
from delivery.store.tables import van_stops
from delivery.texts.sentences import N_, sentence

NO_STOP, WINDOWS, SHIFT = "no_stop", "windows", "shift"
"""Why not: no van has it in its route; others would be served after their window; the van would be out longer than its shift."""

MOST_MINUTES = 240
_TO_COME = (STILL_HERE | {DISPATCHED, OUT_FOR_DELIVERY}) - {AWAITING_PAYMENT}


class Longer(NamedTuple):
    """What was granted: so many minutes on top of the usual, and whether another van comes because of it."""

    minutes: int
    has_moved: bool


def longer(session: Session, now: datetime, setup: Setup, booking: Booking, minutes: int | None = None) -> Longer:
    """Keep so many minutes more than usual at the door of a booking: in all, not on top of what was granted before, so that
    asking twice is asking once. None: as many as the settings say; 0: the usual again, which is always kept.

    Before its van is out the stop may go to another place in the day's routes, or to another van; from then on it stays. The day
    is locked, after the booking's row if that is locked: see delivery/van_days.py. Raises NoTimeAtDoor, WrongState.
    """
    if booking.state not in _TO_COME:
        raise WrongState(sentence(N_("The delivery is over, or was not paid yet.")))
    stop = _stop_of(session, setup.merchant_id, booking)
    fleet = setup.fleets.get(stop.origin_id)
    if fleet is None:
        raise _no_stop()
    day = van_days.lock(session, setup.merchant_id, fleet, stop.day)
    where = place_of(day.routes, stop.number)
    if where is None:
        raise _no_stop()
    asked = min(fleet.driving.longer_minutes if minutes is None else max(0, minutes), MOST_MINUTES)
    usual = _usual_seconds(booking)
    is_out = now.timestamp() >= day.routes[where.route].shift.starts
    found = with_service(day.routes, where, usual + 60 * asked, may_move=not is_out)
    if isinstance(found, Refusal):
        raise _refused(found, usual)
    van_days.write(session, setup.merchant_id, day, found)
    return Longer(asked, len(found) > 1)


def granted_minutes(session: Session, setup: Setup, booking: Booking) -> int | None:
    """How many minutes more than usual are kept at its door; None when no van has it in its route."""
    try:
        stop = _stop_of(session, setup.merchant_id, booking)
    except NoTimeAtDoor:
        return None
    fleet = setup.fleets.get(stop.origin_id)
    if fleet is None:
        return None
    routes = van_days.read(session, setup.merchant_id, fleet, stop.day).routes
    where = place_of(routes, stop.number)
    if where is None:
        return None
    return max(0, round((_service(routes, where) - _usual_seconds(booking)) / 60))


def _service(routes: Sequence[Route], where: Place) -> float:
    return routes[where.route].stops[where.position].service


def _usual_seconds(booking: Booking) -> float:
    visit = (booking.option or {}).get("visit") or {}
    return float(visit.get("seconds", 0))


class _Stop(NamedTuple):
    origin_id: str
    day: date
    number: int


def _stop_of(session: Session, merchant_id: str, booking: Booking) -> _Stop:
    found = session.execute(
        select(van_stops.c.origin_id, van_stops.c.day, van_stops.c.number).where(
            van_stops.c.merchant_id == merchant_id,
            van_stops.c.hold_id == booking.hold_id,
            van_stops.c.is_gone == false(),
        )
    ).one_or_none()
    if found is None:
        raise _no_stop()
    return _Stop(*found)


def _no_stop() -> NoTimeAtDoor:
    return NoTimeAtDoor(sentence(N_("No van has this delivery in its route.")), reason=NO_STOP)


def _refused(why: Refusal, usual: float) -> NoTimeAtDoor:
    most = max(0, int((why.most - usual) // 60))
    if why.late:
        detail = sentence(N_("Somebody else would then be visited after their window."))
        return NoTimeAtDoor(detail, reason=WINDOWS, late=len(why.late), most_minutes=most)
    detail = sentence(N_("The van would then be out longer than its shift."))
    return NoTimeAtDoor(detail, reason=SHIFT, most_minutes=most)
