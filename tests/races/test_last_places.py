"""Many want the last three places: three get them."""

import threading
import time

import pytest

from delivery import holds
from delivery.problems import SlotFull
from delivery.store.engine import Database
from tests.races.processes import in_processes, url_of
from tests.races.shoppers import careless_take, proper_take, try_for_the_last
from tests.selling import NOW, counted, live_holds, make_counter, slot

pytestmark = pytest.mark.usefixtures("merchants")
ROUNDS = [1, pytest.param(25, marks=pytest.mark.soak)]


def winners_of(database: Database, taker, threads: int) -> int:
    start, won, failed = threading.Barrier(threads), [], []

    def shopper(number: int) -> None:
        start.wait()
        try:
            won.append(taker(database, f"shopper {number} {time.monotonic_ns()}", slot(capacity=3), NOW, 10))
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


@pytest.mark.parametrize("rounds", ROUNDS)
def test_of_sixty_four_threads_three_win(database: Database, rounds: int) -> None:
    for _ in range(rounds):
        assert winners_of(database, proper_take, 64) == 3
        assert counted(database, slot()) == (3, 0)
        assert live_holds(database) == 3
        database.write(lambda s: holds.expire(s, holds_end(), 100))


@pytest.mark.parametrize("rounds", ROUNDS)
def test_of_eight_processes_with_six_tries_each_three_win(database: Database, rounds: int) -> None:
    for _ in range(rounds):
        won = in_processes(8, try_for_the_last, url_of(database), False, 6, time.monotonic() + 0.5)
        assert sum(won) == 3
        assert counted(database, slot()) == (3, 0)
        database.write(lambda s: holds.expire(s, holds_end(), 100))


def test_this_catches_threads_that_read_and_then_write(database: Database) -> None:
    make_counter(database, slot())
    assert winners_of(database, careless_take, 64) > 3


def test_this_catches_processes_that_read_and_then_write(database: Database) -> None:
    make_counter(database, slot())
    assert sum(in_processes(8, try_for_the_last, url_of(database), True, 6, time.monotonic() + 2.0)) > 3


def holds_end():
    return NOW.replace(hour=23)
