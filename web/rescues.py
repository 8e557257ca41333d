"""Room for a visit that fits into no route as they stand: only who would be refused waits, and not long."""

from datetime import datetime
from threading import Lock

import structlog

from delivery import van_days, van_refusals, van_replans
from delivery.rules import replans
from delivery.rules.replans import Effort
from delivery.store.engine import Database, Session
from delivery.van_claims import NoVan, stop_of

SECONDS = 0.25
"""How long is searched, so that a refusal waits a third of a second at most, with all around it."""

_one_at_a_time = Lock()
log = structlog.get_logger(__name__)


def make_room(database: Database, now: datetime, no_van: NoVan, seconds: float = SECONDS) -> bool:
    """Look for routes that leave room for the visit, and put them in the place of the day's; whether there may be room now.

    It thinks in no transaction, and about one visit at a time in each process: whoever comes meanwhile is refused at once.
    """
    if not replans.is_there() or not _one_at_a_time.acquire(blocking=False):
        return False
    try:
        return _made_room(database, now, no_van, seconds)
    except Exception:
        # The last good plan stands, and the shopper is told that the window is full.
        log.exception("rescue_broke", merchant=no_van.merchant_id, day=no_van.place.day.isoformat())
        return False
    finally:
        _one_at_a_time.release()


def _made_room(database: Database, now: datetime, no_van: NoVan, seconds: float) -> bool:
    place, merchant_id = no_van.place, no_van.merchant_id
    with database.reading() as session:
        seen = van_days.read(session, merchant_id, place.fleet, place.day)
    stop = stop_of(place.fleet, place.visit, seen.version + 1, (place.opens, place.closes))
    routes = van_replans.room_for(seen, now, stop, Effort(seconds, seed=seen.version, is_rescue=True))
    if routes is None:
        return False
    return database.write(lambda session: van_replans.swap(session, now, merchant_id, seen, routes))


def note_refusal(database: Database, now: datetime, no_van: NoVan) -> None:
    """What was refused is noted for whoever plans with vans: in a transaction of its own, as the refusal undid the shopper's."""
    place, merchant_id = no_van.place, no_van.merchant_id

    def note(session: Session) -> None:
        day = van_days.read(session, merchant_id, place.fleet, place.day)
        van_refusals.note_refused(session, now, merchant_id, place, day, no_van.checkout)

    if place.fleet.shifts_on(place.day):
        database.write(note)
