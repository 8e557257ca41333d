"""Shoppers who swap slots: nobody waits for ever, nobody sees a deadlock, and each has one place or the other."""

import threading

import pytest

from delivery import holds
from delivery.problems import SlotFull
from delivery.store.engine import Database
from tests.databases import LAMPS
from tests.selling import NOW, counted, live_holds, slot, take

pytestmark = pytest.mark.usefixtures("merchants")


@pytest.mark.parametrize("capacity", [1, 2])
@pytest.mark.parametrize("times", [40, pytest.param(1000, marks=pytest.mark.soak)])
def test_two_shoppers_who_swap_two_slots_over_and_over_never_fail(
    database: Database, capacity: int, times: int
) -> None:
    start, failed, refused = threading.Barrier(2), [], []

    def swap(shopper: str, first: str, second: str) -> None:
        try:
            database.write(lambda s: take(s, shopper, slot(first, capacity)))
            start.wait()
            for n in range(times):
                target = second if n % 2 == 0 else first
                try:
                    database.write(lambda s, target=target: take(s, shopper, slot(target, capacity)))
                except SlotFull:
                    refused.append(target)
                assert_has_one_place(database, shopper)
        except Exception as error:
            failed.append(error)

    pair = [
        threading.Thread(target=swap, args=("anna", "a", "b")),
        threading.Thread(target=swap, args=("bram", "b", "a")),
    ]
    for one in pair:
        one.start()
    for one in pair:
        one.join()
    assert failed == []
    assert live_holds(database) == 2
    assert counted(database, slot("a"))[0] + counted(database, slot("b"))[0] == 2
    if capacity == 2:
        assert refused == []


def assert_has_one_place(database: Database, shopper: str) -> None:
    with database.reading() as session:
        hold = holds.live_hold(session, NOW, merchant_id=LAMPS, checkout=shopper)
    assert hold is not None
    assert hold.place is not None


def test_one_checkout_in_many_tabs_has_one_place_in_the_end(database: Database) -> None:
    start, failed = threading.Barrier(12), []

    def tab(number: int) -> None:
        start.wait()
        try:
            for n in range(5):
                database.write(lambda s, n=n: take(s, "anna", slot("abc"[(number + n) % 3], 1)))
        except Exception as error:
            failed.append(error)

    tabs = [threading.Thread(target=tab, args=(number,)) for number in range(12)]
    for one in tabs:
        one.start()
    for one in tabs:
        one.join()
    assert failed == []
    assert live_holds(database) == 1
    assert sum(counted(database, slot(ref))[0] for ref in "abc") == 1
