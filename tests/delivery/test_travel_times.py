"""Which driving times are wanted: those that routes drive, of the nearest days first."""

from datetime import date, timedelta
from typing import Any

import pytest

from delivery import travel_times, van_days
from delivery.rules.known_roads import Cell, cell_of
from delivery.rules.places import Point
from delivery.rules.routes import Route, Stop
from delivery.settings import items
from delivery.settings.rows import ONLY
from delivery.setups import Setup
from delivery.store.engine import Database
from tests.databases import LAMPS
from tests.delivery.settings.builders import ANNA
from tests.driven import SOLD_AT, TUESDAY, fleet_of, setup_of, with_a_van

NORTH = 111.32
"""Kilometres of a degree of latitude."""


def with_stops(database: Database, setup: Setup, number: int, day: date = TUESDAY) -> list[Cell]:
    """So many stops of a day, a kilometre from each other to the north; their cells."""
    fleet = fleet_of(setup)
    points = [Point(fleet.point.latitude + n / NORTH, fleet.point.longitude) for n in range(1, number + 1)]
    places = [fleet.plane.place(point) for point in points]
    stops = tuple(Stop(n, place, 0.0, 1e12, 300.0) for n, place in enumerate(places, start=1))

    def work(session: Any) -> None:
        seen = van_days.lock(session, LAMPS, fleet, day)
        route = Route(seen.shifts[0], stops, seen.roads, seen.clock)
        van_days.write(session, LAMPS, seen, [route])

    database.write(work)
    return [cell_of(point) for point in points]


def wanted(database: Database, setup: Setup, days: int = 14) -> dict[Cell, set[Cell]]:
    with database.reading() as session:
        return travel_times.wanted(session, LAMPS, fleet_of(setup), TUESDAY, days)


@pytest.mark.usefixtures("merchants")
def test_stops_are_asked_for_with_their_neighbours_and_the_origin(database: Database) -> None:
    setup = with_a_van(database)
    assert wanted(database, setup) == {}
    cells, home = with_stops(database, setup, 60), cell_of(fleet_of(setup).point)
    found = wanted(database, setup)
    assert found[home] == set(cells)
    for n, cell in enumerate(cells):
        near = {other for m, other in enumerate(cells) if m != n and abs(m - n) <= travel_times.NEIGHBOURS // 2}
        assert near | {home} <= found[cell]
        assert cells[(n + 30) % 60] not in found[cell]
    assert all(cell in found[other] for cell in cells for other in found[cell]), "there and back"
    known = {(start, end): 60.0 for start, ends in found.items() for end in ends if start != home}
    database.write(lambda session: travel_times.keep(session, SOLD_AT, LAMPS, known))
    database.write(lambda session: travel_times.make_known(session, LAMPS))
    assert setup_of(database).version > setup.version
    assert fleet_of(setup_of(database)).known is None, "it takes the distance"
    driving = {"source": "matrix"}
    database.write(lambda session: items.save(session, SOLD_AT, ANNA, LAMPS, "driving", ONLY, driving))
    assert wanted(database, setup_of(database)) == {home: set(cells)}


@pytest.mark.usefixtures("merchants")
def test_what_is_known_is_not_wanted_and_the_nearest_days_come_first(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    setup = with_a_van(database)
    home = cell_of(fleet_of(setup).point)
    first = with_stops(database, setup, 3)
    second = with_stops(database, setup, 5, TUESDAY + timedelta(days=1))
    assert set(wanted(database, setup)) == {home, *first, *second}
    monkeypatch.setattr(travel_times, "MOST_IN_USE", 11)
    assert set(wanted(database, setup)) == {home, *first}
    assert set(wanted(database, setup, days=0)) == set()
