"""How an origin's vans really drive, learnt from the reported stops of the days before."""

from datetime import date, timedelta

from sqlalchemy import select

from delivery.fleets import Fleet
from delivery.rules.days_out import stretches
from delivery.rules.habits import Habits, Stretch, habits_of
from delivery.store.engine import Session
from delivery.store.tables import van_days
from delivery.van_reports import read_vans

LOOKS_BACK = timedelta(days=28)
ENOUGH = 400
"""Stretches: no older days are read then."""


def habits_on(session: Session, merchant_id: str, fleet: Fleet, day: date) -> Habits:
    """The habits for a day, from the days before: read once in a process, for as long as the settings stay."""
    known = fleet.made.get(("habits", day))
    if isinstance(known, Habits):
        return known
    habits = habits_of(_stretches(session, merchant_id, fleet, day))
    fleet.made.keep(("habits", day), habits)
    return habits


def _stretches(session: Session, merchant_id: str, fleet: Fleet, day: date) -> list[Stretch]:
    found: list[Stretch] = []
    for earlier in _days(session, merchant_id, fleet, day):
        for van in read_vans(session, merchant_id, fleet, earlier):
            found += stretches(van.route, van.seen) if van.seen else ()
        if len(found) >= ENOUGH:
            break
    return found


def _days(session: Session, merchant_id: str, fleet: Fleet, day: date) -> list[date]:
    """Those with stops, the newest first."""
    own = van_days.c.merchant_id == merchant_id, van_days.c.origin_id == fleet.origin_id
    before = van_days.c.day < day, van_days.c.day >= day - LOOKS_BACK
    return list(session.scalars(select(van_days.c.day).where(*own, *before).order_by(van_days.c.day.desc())))
