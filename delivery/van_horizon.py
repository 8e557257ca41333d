"""The routes of the coming days as an offer needs them: read once for each version, and remembered."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from delivery import van_days, van_stops
from delivery.fleets import Fleet
from delivery.store.engine import Session
from delivery.van_days import VanDay
from delivery.van_stops import State

NOT_YET = State()


def coming_van_days(
    session: Session, now: datetime, merchant_id: str, fleets: Mapping[str, Fleet], first_day: date, days: int
) -> dict[tuple[str, date], VanDay]:
    """Each fleet's days on which vans are out, `days` after the first included. One query, and one more for each day that
    changed since this process last looked."""
    last_day = first_day + timedelta(days=days)
    states = van_stops.states(session, now, merchant_id, first_day, last_day)
    found = {}
    for origin_id, fleet in fleets.items():
        for ahead in range(days + 1):
            day = first_day + timedelta(days=ahead)
            if fleet.shifts_on(day):
                state = states.get((origin_id, day), NOT_YET)
                found[origin_id, day] = _at(session, merchant_id, fleet, day, state)
    return found


def _at(session: Session, merchant_id: str, fleet: Fleet, day: date, state: State) -> VanDay:
    known = fleet.made.get(day)
    if known is None or known.version != state.version:
        known = van_days.read(session, merchant_id, fleet, day)
    if known.gone != state.gone:
        known = replace(known, gone=state.gone)
    fleet.made.keep(day, known)
    found: VanDay = known
    return found if found.held == state.held else found.with_held(state.held)
