"""Driving times from a map server: asked by the worker over HTTP, kept, ended; and what becomes of routes without it."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import structlog
from sqlalchemy import func, select

from delivery import travel_times
from delivery.fleets import Fleet
from delivery.rules.known_roads import Cell, KnownRoads, cell_of
from delivery.rules.places import Point
from delivery.settings import items
from delivery.settings.rows import ONLY
from delivery.setups import Setup
from delivery.store.engine import Database
from delivery.store.tables import travel_times as table
from plugin.sweeps import sweep_all
from plugin.tools import Tools
from plugin.travel import SERVERS, asking
from plugin.travel.asking import NotTold, Server
from plugin.travel.fetching import AGAIN, AGAIN_WHEN_AWAY, Traveller
from tests.databases import BOOKS, LAMPS
from tests.delivery.settings.builders import ANNA
from tests.driven import SOLD_AT, TUESDAY, fleet_of, on_the_road, setup_of, with_a_van
from tests.outbox import SIGNER, Clock
from tests.plugin.travel.map_server import SECONDS_PER_METRE, MapServer, map_server
from web.config import Config

MERCHANTS = pytest.mark.usefixtures("merchants")


@pytest.fixture(scope="module")
def one_server() -> Iterator[MapServer]:
    with map_server() as maps:
        yield maps


@pytest.fixture
def maps(one_server: MapServer) -> MapServer:
    one_server.behaves = None
    one_server.asked.clear()
    one_server.islands.clear()
    return one_server


def with_server(database: Database, source: str, url: str | None) -> Setup:
    setup = with_a_van(database)
    driving = {"source": source, "source_url": url}
    database.write(lambda session: items.save(session, SOLD_AT, ANNA, LAMPS, "driving", ONLY, driving))
    return setup


def traveller(database: Database, clock: Clock, allow_private: bool = True) -> Traveller:
    return Traveller(Tools(database, clock, SIGNER, Config(allow_private_targets=allow_private)))


def kept(database: Database, merchant_id: str = LAMPS) -> int:
    with database.reading() as session:
        count = select(func.count()).select_from(table).where(table.c.merchant_id == merchant_id)
        return session.execute(count).scalar_one()


def told(fleet: Fleet, start: Point, end: Point) -> float:
    return fleet.roads.leg(fleet.plane.place(start), fleet.plane.place(end))


@MERCHANTS
@pytest.mark.parametrize("source", SERVERS)
def test_what_the_server_tells_is_what_vans_drive(database: Database, maps: MapServer, source: str) -> None:
    setup, clock = with_server(database, source, maps.url), Clock(SOLD_AT)
    on_the_road(database, setup, 3)
    by_distance = fleet_of(setup)
    worker = traveller(database, clock)
    worker.fetch_due()
    fleet = fleet_of(setup_of(database))
    assert kept(database) == 4 * 3
    assert kept(database, BOOKS) == 0
    first = Point(fleet.point.latitude + 4 / 111.32, fleet.point.longitude)
    seconds = maps.seconds(cell_of(fleet.point).point, cell_of(first).point)
    assert seconds is not None
    assert told(fleet, fleet.point, first) == round(seconds)
    assert told(by_distance, by_distance.point, first) < seconds
    assert fleet.basis(TUESDAY) != by_distance.basis(TUESDAY), "the routes of that day are looked at again"
    # What is not known is slower as well, as what is known is.
    assert isinstance(fleet.roads, KnownRoads)
    assert fleet.roads.factor > 1
    clock.forward(hours=1)
    worker.fetch_due()
    assert len(maps.asked) == 1, "everything is known"


@MERCHANTS
def test_only_what_is_lacking_is_asked_for_and_not_every_minute(database: Database, maps: MapServer) -> None:
    setup, clock = with_server(database, "osrm", maps.url), Clock(SOLD_AT)
    worker = traveller(database, clock)
    worker.fetch_due()
    assert maps.asked == [], "nobody is to be visited yet"
    clock.forward(minutes=1)
    on_the_road(database, setup, 2)
    worker.fetch_due()
    assert maps.asked == [], "it looked a minute ago"
    clock.forward(seconds=AGAIN.total_seconds())
    worker.fetch_due()
    assert kept(database) == 6
    on_the_road(database, setup, 1, day=TUESDAY + timedelta(days=1), km=8.0)
    clock.forward(seconds=AGAIN.total_seconds())
    worker.fetch_due()
    assert len(maps.asked) == 1, "that stretch is known from the day before"


@MERCHANTS
def test_a_place_without_a_road_is_asked_for_once(database: Database, maps: MapServer) -> None:
    setup, clock = with_server(database, "valhalla", maps.url), Clock(SOLD_AT)
    on_the_road(database, setup, 2)
    point = Point(fleet_of(setup).point.latitude + 4 / 111.32, fleet_of(setup).point.longitude)
    maps.islands.add(tuple(cell_of(point)))
    worker = traveller(database, clock)
    for _ in range(3):
        worker.fetch_due()
        clock.forward(hours=1)
    assert (kept(database), len(maps.asked)) == (2, 1)
    fleet = fleet_of(setup_of(database))
    assert 0 < told(fleet, fleet.point, point) < 10_000, "the distance counts"


@MERCHANTS
def test_while_the_server_is_away_nothing_changes_and_half_an_hour_later_it_is_asked_again(
    database: Database, maps: MapServer
) -> None:
    setup, clock = with_server(database, "osrm", maps.url), Clock(SOLD_AT)
    on_the_road(database, setup, 2)
    maps.behaves = "refuses"
    worker = traveller(database, clock)
    with structlog.testing.capture_logs() as logs:
        worker.fetch_due()
    assert [(entry["event"], entry["problem"]) for entry in logs] == [
        ("travel_times_failed", "The map server refused to answer.")
    ]
    assert fleet_of(setup_of(database)).roads == fleet_of(setup).roads
    maps.behaves = None
    clock.forward(seconds=AGAIN_WHEN_AWAY.total_seconds() - 1)
    worker.fetch_due()
    assert kept(database) == 0
    clock.forward(seconds=1)
    worker.fetch_due()
    assert kept(database) == 6


HERE, THERE = Cell(52_028, 5_173), Cell(52_064, 5_173)
NOT_READ = "The map server's answer cannot be read."


@pytest.mark.parametrize("source", SERVERS)
@pytest.mark.parametrize(
    ("behaves", "why"),
    [
        ("refuses", "The map server refused to answer."),
        ("leads on", "The map server refused to answer."),
        ("talks", NOT_READ),
        ("too few", NOT_READ),
        ("words", NOT_READ),
        ("hangs", "The map server did not answer in time."),
    ],
)
def test_an_answer_that_is_none_is_refused(
    maps: MapServer, monkeypatch: pytest.MonkeyPatch, source: str, behaves: str, why: str
) -> None:
    maps.behaves = behaves
    monkeypatch.setattr(asking, "ANSWER_SECONDS", 0.2 if behaves == "hangs" else 5.0)
    with pytest.raises(NotTold, match=why):
        SERVERS[source](Server(maps.url, allow_private=True), [HERE], [THERE, HERE])


def test_it_is_never_asked_inside_the_operators_network_unless_allowed(maps: MapServer) -> None:
    with pytest.raises(NotTold, match="Its address is not a public one"):
        SERVERS["osrm"](Server(maps.url), [HERE], [THERE])
    with pytest.raises(NotTold, match="could not be reached"):
        SERVERS["osrm"](Server("http://127.0.0.1:1", allow_private=True), [HERE], [THERE])
    assert maps.asked == []


@MERCHANTS
def test_what_a_server_told_ends_after_a_month_and_what_a_file_told_does_not(database: Database) -> None:
    for merchant_id, source in ((LAMPS, "osrm"), (BOOKS, "matrix")):
        with_a_van(database, merchant_id)
        driving = {"source": source, "source_url": "https://maps.example"}
        known = {(HERE, THERE): 300.0, (THERE, HERE): 320.0, (HERE, HERE): 0.0}
        database.write(
            lambda session, m=merchant_id, d=driving: items.save(session, SOLD_AT, ANNA, m, "driving", ONLY, d)
        )
        database.write(lambda session, m=merchant_id, k=known: travel_times.keep(session, SOLD_AT, m, k))
    month = SOLD_AT + timedelta(days=30)
    for now, left in ((month, (2, 2)), (month + timedelta(seconds=1), (0, 2))):
        sweep_all(database, now)
        assert (kept(database), kept(database, BOOKS)) == left
    with database.reading() as session:
        assert travel_times.load(session, LAMPS, "osrm") is None
        assert travel_times.load(session, BOOKS, "distance") is None
        assert travel_times.standing(session, BOOKS) == (2, SOLD_AT)


def test_a_minute_of_driving_is_what_it_was() -> None:
    """The stand-in is slower than the settings think, so that one can tell them apart."""
    assert SECONDS_PER_METRE > 1.3 / (30 / 3.6)
