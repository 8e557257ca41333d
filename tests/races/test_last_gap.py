"""Many want the last gaps of a van's route: as many get one as there is room for, and each is visited in time."""

import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest

from delivery import holds, van_days
from delivery.problems import SlotFull
from delivery.store.engine import Database
from tests.databases import LAMPS
from tests.races import driving
from tests.races.processes import FORK_SERVER, in_processes, url_of
from tests.selling import NOW, TUESDAY

pytestmark = pytest.mark.usefixtures("merchants")
SOON = 0.5


def winners_of(database: Database, taker, threads: int) -> int:
    start, won, failed = threading.Barrier(threads), [], []

    def shopper(number: int) -> None:
        start.wait()
        try:
            won.append(taker(database, f"shopper {number}", driving.window(13 + number % 3), north=0.001 * number))
        except SlotFull:
            pass
        except Exception as error:
            failed.append(error)

    crowd = [threading.Thread(target=shopper, args=(number,)) for number in range(threads)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    assert failed == []
    return len(won)


def test_of_twenty_four_threads_three_get_on_the_van(database: Database) -> None:
    assert winners_of(database, driving.careful_take, 24) == 3
    assert driving.wrong_with(database, TUESDAY, driving.fleet()) == []
    database.write(lambda session: holds.expire(session, NOW + timedelta(hours=1), 100))
    assert driving.wrong_with(database, TUESDAY, driving.fleet()) == []
    assert driving.careful_take(database, "later", driving.window())


def test_this_catches_threads_that_look_before_they_lock(database: Database) -> None:
    driving.careful_take(database, "first", driving.window())
    winners_of(database, driving.careless_take, 24)
    assert driving.wrong_with(database, TUESDAY, driving.fleet()) != []


@pytest.mark.parametrize("rounds", [1, pytest.param(15, marks=pytest.mark.soak)])
def test_of_six_processes_with_four_tries_each_three_get_on_the_van(database: Database, rounds: int) -> None:
    for _ in range(rounds):
        got = in_processes(6, driving.try_for_the_last, url_of(database), 4, time.monotonic() + SOON)
        assert sum(got) == 3
        assert driving.wrong_with(database, TUESDAY, driving.fleet()) == []
        database.write(lambda session: holds.expire(session, NOW + timedelta(hours=1), 100))


@pytest.mark.parametrize("visits", [12, pytest.param(150, marks=pytest.mark.soak)])
def test_whatever_shoppers_and_planners_do_everybody_is_visited(database: Database, visits: int) -> None:
    url, start = url_of(database), time.monotonic() + SOON
    planner = FORK_SERVER.Process(target=driving.plan_anew, args=(0, url, visits, start))
    planner.start()
    in_processes(3, driving.shop_by_van, url, visits, start)
    planner.join(90)
    assert planner.exitcode == 0
    for ahead in range(2):
        assert driving.wrong_with(database, TUESDAY + timedelta(days=ahead), driving.fleet(2, 8)) == []


def test_a_plan_whose_maker_is_killed_half_way_leaves_the_last_good_one(database: Database, tmp_path: Path) -> None:
    own, marker = driving.fleet(2, 8), tmp_path / "marker"
    for number in range(6):
        driving.careful_take(database, f"shopper {number}", driving.window(own=own), north=0.01 * number)
    before = day(database)
    maker = FORK_SERVER.Process(target=driving.swap_and_wait, args=(url_of(database), str(marker)))
    maker.start()
    while not marker.exists():
        time.sleep(0.01)
    maker.kill()
    maker.join()
    after = day(database)
    assert after.version == before.version
    assert [route.stops for route in after.routes] == [route.stops for route in before.routes]
    driving.careful_take(database, "another", driving.window(own=own))
    assert driving.wrong_with(database, TUESDAY, own) == []


def day(database: Database) -> van_days.VanDay:
    with database.reading() as session:
        return van_days.read(session, LAMPS, driving.fleet(2, 8), TUESDAY)
