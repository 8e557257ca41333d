"""Searching pick-up centres: the nearest to a place, perhaps only those open at a moment."""

from collections.abc import Iterator
from datetime import datetime

from delivery.centres_on_offer import location_of, opening_of
from delivery.memory import Memory
from delivery.options import Location
from delivery.rules.pickup import Centre
from delivery.rules.places import Destination
from delivery.setups import Setup
from delivery.store.engine import Session

MOST_LOOKED_AT = 500
"""How many of the nearest are asked for their hours before the search gives up."""


def nearest_centres(
    session: Session,
    now: datetime,
    memory: Memory,
    setup: Setup,
    destination: Destination,
    limit: int,
    open_at: datetime | None = None,
) -> list[tuple[Centre, Location]]:
    """Up to `limit` centres, nearest first; without coordinates those of the country, in the shop's order."""
    found = []
    for centre, metres in _in_order(session, memory, setup, destination, MOST_LOOKED_AT if open_at else limit):
        opening = opening_of(centre, min(now, open_at) if open_at else now)
        if open_at is None or any(opens <= open_at < closes for opens, closes in opening.intervals):
            found.append((centre, location_of(centre, metres, opening)))
        if len(found) == limit:
            break
    return found


def _in_order(
    session: Session, memory: Memory, setup: Setup, destination: Destination, most: int
) -> Iterator[tuple[Centre, int | None]]:
    point = memory.point_of(session, destination)
    if point is None:
        here = [centre for centre in setup.centres if centre.country == destination.country]
        yield from ((centre, None) for centre in here[:most])
    elif setup.centres:
        for position, metres in setup.centre_index.nearest(point, most):
            yield setup.centres[position], round(metres)
