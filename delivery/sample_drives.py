"""What settings of driving come to: how long it is from where vans start to the farthest part of the zones they serve."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time
from math import cos, radians

from sqlalchemy import ColumnElement, func, or_, select

from delivery.driving import Driving
from delivery.fleets import Fleet
from delivery.rules import postcodes
from delivery.rules.estimate import Origin
from delivery.rules.known_roads import Known
from delivery.rules.places import Destination, Point, Zone
from delivery.rules.postcodes import British, Prefix, Range
from delivery.rules.slots import VANS
from delivery.setups import Setup
from delivery.store.engine import Session
from delivery.store.tables import places

AT = (time(10), time(17))
"""When a van leaves in the examples: in the quiet of the morning, and in the evening rush."""
MOST_LOOKED_AT = 2000


@dataclass(frozen=True, slots=True)
class SampleDrive:
    """From an origin to the farthest postcode of its zones: how far as the crow flies, how long when leaving at each of AT."""

    origin: str
    place: str
    metres: float
    seconds: Mapping[time, float]


def sample_drives(session: Session, setup: Setup, driving: Driving, day: date) -> list[SampleDrive]:
    """A drive for each origin whose windows vans keep, with this driving; for each with windows as long as vans keep none.
    Origins of whose zones no postcode is known have none."""
    found = []
    for origin_id, zones in _zones(setup).items():
        origin = setup.origins[origin_id]
        if origin.point is not None:
            far = _farthest(session, origin.point, zones)
            if far is not None:
                known = setup.fleets[origin_id].known if origin_id in setup.fleets else None
                found.append(_drive(origin, origin.point, far, driving, known, day))
    return found


def _zones(setup: Setup) -> dict[str, list[Zone]]:
    """The zones that are served from each origin."""
    patterns = [pattern for pattern in setup.patterns.values() if pattern.kept_by == VANS]
    found: dict[str, list[Zone]] = {}
    for pattern in patterns or setup.patterns.values():
        found.setdefault(pattern.origin_id, []).append(pattern.zone)
    return {origin_id: list(dict.fromkeys(zones)) for origin_id, zones in found.items()}


Far = tuple[str, Point]


def _farthest(session: Session, start: Point, zones: Iterable[Zone]) -> Far | None:
    """The postcode with its town that lies farthest from there."""
    found = [far for zone in zones if (far := _farthest_in(session, start, zone)) is not None]
    return max(found, key=lambda far: _away(start, far[1]), default=None)


def _farthest_in(session: Session, start: Point, zone: Zone) -> Far | None:
    narrowing = cos(radians(start.latitude))
    north, east = places.c.latitude - start.latitude, (places.c.longitude - start.longitude) * narrowing
    named = [_named(zone.country, text) for text in zone.postcodes]
    rows = session.execute(
        select(places.c.postal_code, places.c.name, places.c.latitude, places.c.longitude)
        .where(places.c.country == zone.country, *([or_(*named)] if named else []))
        .order_by((north * north + east * east).desc(), places.c.postal_code)
        .limit(MOST_LOOKED_AT)
    )
    for row in rows:
        if zone.covers(Destination(zone.country, row.postal_code)):
            return f"{row.postal_code} {row.name}".strip(), Point(row.latitude, row.longitude)
    return None


def _named(country: str, text: str) -> ColumnElement[bool]:
    """Postcodes that an entry of a zone may name, and some more."""
    entry = postcodes.read(country, text)
    if isinstance(entry, Range):
        return func.substr(places.c.postal_code, 1, len(entry.low)).between(entry.low, entry.high)
    assert isinstance(entry, Prefix | British)
    start = entry.start if isinstance(entry, Prefix) else entry.area
    return func.substr(places.c.postal_code, 1, len(start)) == start


def _away(start: Point, end: Point) -> float:
    north, east = end.latitude - start.latitude, (end.longitude - start.longitude) * cos(radians(start.latitude))
    return north * north + east * east


def _drive(origin: Origin, start: Point, far: Far, driving: Driving, known: Known | None, day: date) -> SampleDrive:
    fleet = Fleet(origin.id, start, origin.zone, (), driving, known)
    plane, clock = fleet.plane, fleet.clock_on(day)
    there = plane.place(far[1])
    drives = fleet.roads.leg(plane.place(start), there)
    leaves = {at: fleet.moment(day, at) for at in AT}
    seconds = {at: clock.arrival(moment, drives) - moment for at, moment in leaves.items()}
    return SampleDrive(origin.name, far[0], (there[0] ** 2 + there[1] ** 2) ** 0.5, seconds)
