"""Room on a van's route: claimed for a hold under the lock of its day, so that of two who want the last gap one gets it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, literal_column, select, update

from delivery import van_days, van_stops
from delivery.fleets import Fleet
from delivery.problems import SlotFull
from delivery.rules.gaps import best_way, openings
from delivery.rules.places import Point
from delivery.rules.routes import Stop
from delivery.scarce import Place, PlaceKey
from delivery.store.engine import Session
from delivery.store.prepared import Prepared
from delivery.store.tables import holds
from delivery.van_days import VAN, VanDay

Visit = Mapping[str, Any]
"""Who is to be visited: {"latitude", "longitude", "unsure_seconds", "parcels", "grams", "seconds" (at the door)}."""


@dataclass(frozen=True, slots=True)
class VanPlace(Place):
    """A window that vans keep: from `opens` until `closes` (POSIX seconds), on the routes of a fleet. `plain` is what an address
    without coordinates counts in."""

    plain: Place
    fleet: Fleet
    opens: float
    closes: float
    visit: Visit = field(default_factory=dict)

    def taken_by(self, hold_id: str, option: Mapping[str, Any]) -> Place:
        """On a route, where it is known where to go; else one of the window's plain places."""
        visit = option.get("visit")
        return replace(self, ref=hold_id, visit=visit) if visit else self.plain

    def had_as(self, key: PlaceKey, option: Mapping[str, Any]) -> Place | None:
        """As it was had: on a route of that day and origin, or as a plain place."""
        if key.kind == VAN and key.day == self.day and option.get("origin_id") == self.fleet.origin_id:
            return self.taken_by(key.ref, option)
        return self.plain if self.plain.key == key else None


def is_same_window(
    old: PlaceKey | None, old_option: Mapping[str, Any], new: PlaceKey | None, new_option: Mapping[str, Any]
) -> bool:
    """Whether both are one window on vans' routes, where each hold has a place of its own."""
    if old is None or new is None or not old.kind == new.kind == VAN:
        return False
    return (old.day, old_option.get("ref")) == (new.day, new_option.get("ref"))


class NoVan(SlotFull):
    """No van can come by in this window, as the routes stand; perhaps one could if the day were planned anew. `checkout`: who
    asked, where it is known."""

    checkout = ""

    def __init__(self, merchant_id: str, place: VanPlace) -> None:
        super().__init__(f"No van can come by on {place.day.isoformat()} in this window.")
        self.merchant_id, self.place = merchant_id, place


_EXPIRED = (
    select(holds.c.id)
    .where(
        holds.c.merchant_id == bindparam("m"),
        holds.c.state == literal_column("'live'"),
        holds.c.expires_at <= bindparam("now"),
        holds.c.kind == VAN,
        holds.c.day == bindparam("d"),
    )
    .with_for_update(skip_locked=True)
)
_TAKE_BACK = Prepared(
    update(holds)
    .where(holds.c.merchant_id == bindparam("m"), holds.c.id.in_(_EXPIRED), holds.c.state == literal_column("'live'"))
    .values(state="expired")
    .returning(holds.c.id)
)


def claim(session: Session, now: datetime, merchant_id: str, place: VanPlace) -> None:
    """Put the visit on the route where it takes least more driving. Raises NoVan; then the caller's transaction must be rolled
    back. Those on the routes whose hold has expired are let go first, when there is no room else."""
    day = van_days.lock(session, merchant_id, place.fleet, place.day)
    if _put(session, now, merchant_id, day, place):
        return
    expired = [hold_id for (hold_id,) in _TAKE_BACK.rows(session, {"m": merchant_id, "now": now, "d": place.day})]
    for hold_id in expired:
        van_stops.take_out(session, merchant_id, hold_id)
    if expired and _put(session, now, merchant_id, van_days.read(session, merchant_id, place.fleet, place.day), place):
        return
    raise NoVan(merchant_id, place)


def stop_of(fleet: Fleet, visit: Visit, number: int, window: tuple[float, float]) -> Stop:
    """A visit between two moments as a stop of its day."""
    point = Point(round(visit["latitude"], 7), round(visit["longitude"], 7))
    where = fleet.plane.place(point, visit["unsure_seconds"])
    return Stop(number, where, *window, visit["seconds"], visit["parcels"], visit["grams"])


def _put(session: Session, now: datetime, merchant_id: str, day: VanDay, place: VanPlace) -> bool:
    if not day.shifts:
        return False
    stop = stop_of(place.fleet, place.visit, day.version, (place.opens, place.closes))
    found = openings(day.gaps_at(now), day.roads, day.clock, stop.place, stop.service, stop.parcels, stop.grams)
    way = best_way(found, stop.opens, stop.closes)
    if way is None:
        return False
    shift, position = day.shifts[day.gaps.route[way.gap]], int(day.gaps.position[way.gap])
    route = day.route(shift).with_stop(stop, position)
    whose = (session, merchant_id, place.fleet.origin_id, place.day, stop.number, place.ref)
    if van_stops.enter(*whose):
        van_days.write(session, merchant_id, day, [route])
        return True
    # It had a stop before, whose mark goes now: so that one has to leave the routes first, whichever van has it.
    van_days.write(session, merchant_id, day, [one for one in day.routes if one.shift != shift] + [route])
    van_stops.forget(session, merchant_id, place.ref)
    van_stops.enter(*whose)
    return True
