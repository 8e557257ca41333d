"""Routed holds: processes that claim places on the routes of one hot day at the same time, as the doors do."""

import random
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from datetime import time as wall_time
from multiprocessing import get_context
from typing import Any
from zoneinfo import ZoneInfo

from benchmarks import merchant
from benchmarks.databases import fresh_url
from benchmarks.figures import percentile, show, spread
from delivery import holds, van_days
from delivery.driving import Driving
from delivery.fleets import Fleet, Van
from delivery.problems import SlotFull
from delivery.rules.places import Point
from delivery.rules.route_checks import faults_of_day
from delivery.scarce import Place
from delivery.store.engine import Database, Session
from delivery.van_claims import VanPlace
from delivery.van_days import VAN

HEADS = ("database", "writers", "tries", "on a route", "holds/s", "p99, ms", "broken")
DEPOT = Point(52.3791, 4.8994)
DAY = date(2026, 11, 26)
OPENS, HOURS = 9, 12
FLEET = Fleet(
    "depot",
    DEPOT,
    ZoneInfo("Europe/Amsterdam"),
    (
        Van(
            "bus",
            "Bus",
            "depot",
            20,
            frozenset(range(1, 8)),
            frozenset(),
            wall_time(9),
            wall_time(21),
            True,
            None,
            None,
        ),
    ),
    Driving(),
)


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured."""

    rounds: int
    writers: int
    takes: int


def run(kinds: tuple[str, ...], plan: Plan) -> None:
    """One day of 20 vans and 12 windows that fills up from nothing, each round anew."""
    rows = [_measured(kind, plan) for kind in kinds]
    show("Places on the routes of one hot day", HEADS, rows)


def _measured(kind: str, plan: Plan) -> list[str]:
    rates, p99, given, broken = [], [], [], 0
    for number in range(plan.rounds):
        with fresh_url(kind) as url:
            database = Database(url)
            database.write(lambda session: merchant.add(session, merchant.TUESDAY_MORNING))
            written = _together(url, merchant.MERCHANT_ID, plan, number)
            broken += _broken(database, merchant.MERCHANT_ID, sum(one.got for one in written))
            database.close()
        seconds = max(one.ended for one in written) - min(one.began for one in written)
        rates.append(plan.writers * plan.takes / seconds)
        p99.append(percentile([took for one in written for took in one.took_ms], 0.99))
        given.append(sum(one.got for one in written))
    tries = plan.writers * plan.takes
    return [kind, str(plan.writers), str(tries), spread(given), spread(rates), spread(p99), str(broken)]


@dataclass(frozen=True, slots=True)
class Written:
    """How one writer fared."""

    began: float
    ended: float
    took_ms: list[float]
    got: int


def _together(url: str, merchant_id: str, plan: Plan, seed: int) -> list[Written]:
    context = get_context("forkserver")
    context.set_forkserver_preload([__name__])
    line: Any = context.Queue()
    start = context.Barrier(plan.writers)
    crowd = [
        context.Process(target=_write, args=(url, merchant_id, plan.takes, (seed, number), start, line))
        for number in range(plan.writers)
    ]
    for one in crowd:
        one.start()
    found = [line.get(timeout=300) for _ in crowd]
    for one in crowd:
        one.join()
    failed = [one for one in found if not isinstance(one, Written)]
    if failed:
        raise RuntimeError(f"a writer failed: {failed[0]}")
    return found


def _write(url: str, merchant_id: str, takes: int, seed: tuple[int, int], start: Any, line: Any) -> None:
    try:
        line.put(_written(url, merchant_id, takes, random.Random(repr(seed)), start.wait))
    except Exception as error:
        line.put(repr(error))


def _written(url: str, merchant_id: str, takes: int, chance: random.Random, wait: Callable[[float], int]) -> Written:
    database = Database(url)
    _take(database, merchant_id, chance, DAY + timedelta(days=1))
    wait(60)
    began, took_ms, got = time.monotonic(), [], 0
    for _ in range(takes):
        at = time.perf_counter()
        got += _take(database, merchant_id, chance, DAY)
        took_ms.append(1000 * (time.perf_counter() - at))
    ended = time.monotonic()
    database.close()
    return Written(began, ended, took_ms, got)


def _take(database: Database, merchant_id: str, chance: random.Random, day: date) -> bool:
    """A window of a shopper somewhere in the town."""
    opens = datetime(day.year, day.month, day.day, OPENS - 1 + chance.randrange(HOURS), tzinfo=UTC)
    start = opens.timestamp()
    plain = Place("slot", f"from-{opens.hour}", day, 1_000)
    place = VanPlace(VAN, "", day, 1_000, plain, FLEET, start, start + 3_600)
    visit = {
        "latitude": DEPOT.latitude + chance.gauss(0, 0.03),
        "longitude": DEPOT.longitude + chance.gauss(0, 0.05),
        "unsure_seconds": 0,
        "parcels": 1,
        "grams": 900,
        "seconds": 300,
    }
    who = secrets.token_urlsafe(16)

    def work(session: Session) -> None:
        holds.take(
            session,
            merchant.TUESDAY_MORNING,
            merchant_id=merchant_id,
            checkout=who,
            place=place,
            option={"visit": visit},
            country="NL",
            postal_code="1016GV",
            basket=who,
            minutes=30,
            limit_minutes=60,
        )

    try:
        database.write(work)
    except SlotFull:
        return False
    return True


def _broken(database: Database, merchant_id: str, given: int) -> int:
    """What the checker finds wrong; and holds that are not on the routes."""
    with database.reading() as session:
        day = van_days.read(session, merchant_id, FLEET, DAY)
    stops = [stop for route in day.routes for stop in route.stops]
    return len(faults_of_day(day.routes, stops)) + abs(len(stops) - given)
