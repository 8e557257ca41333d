"""Many processes shop for a while; their logs together must make sense. And the checker itself is checked."""

import time

import pytest

from delivery.store.engine import Database
from tests.races.history import Did, complaints
from tests.races.processes import in_processes, url_of
from tests.races.shoppers import shop_for_a_while
from tests.selling import counted, live_holds, make_counter, slot

NEVER = 1e9


def took(visit: str, begin: float, end: float, ok: bool = True, expires: float = NEVER) -> Did:
    return Did(visit, "a", "take", begin, end, ok, expires)


def left(visit: str, begin: float, end: float) -> Did:
    return Did(visit, "a", "leave", begin, end, True, NEVER)


def ordered(visit: str, begin: float, end: float, ok: bool = True) -> Did:
    return Did(visit, "a", "order", begin, end, ok, NEVER)


@pytest.mark.parametrize(
    "log",
    [
        [took("x", 0, 1), took("y", 2, 3, ok=False)],
        [took("x", 0, 1), left("x", 2, 3), took("y", 4, 5)],
        [took("x", 0, 1), left("x", 2, 5), took("y", 3, 4)],
        [took("x", 0, 1), left("x", 2, 5), took("y", 3, 4, ok=False)],
        [took("x", 0, 9), took("y", 3, 4, ok=False)],
        [took("x", 0, 1, expires=5), took("y", 6, 7)],
        [took("x", 0, 1, expires=5), took("y", 4, 7, ok=False)],
        [took("x", 0, 1, expires=5), ordered("x", 6, 7), took("y", 8, 9, ok=False)],
        [took("x", 0, 1, expires=5), took("y", 6, 7), ordered("x", 8, 9, ok=False)],
        [took("x", 0, 1, expires=5), left("x", 6, 9), took("y", 7, 8, ok=False)],
    ],
)
def test_the_checker_passes_what_could_have_happened(log: list[Did]) -> None:
    assert complaints(log, capacity=1) == []


@pytest.mark.parametrize(
    "log",
    [
        [took("x", 0, 1), took("y", 2, 3)],
        [took("x", 0, 1), took("y", 0, 1)],
        [took("x", 2, 3, ok=False)],
        [took("x", 0, 1), left("x", 2, 3), took("y", 4, 5, ok=False)],
        [took("x", 0, 1, expires=5), took("y", 6, 7, ok=False)],
        [took("x", 0, 1, expires=5), left("x", 6, 7), took("y", 8, 9, ok=False)],
        [took("x", 0, 1, expires=5), ordered("x", 4, 6), took("y", 7, 8)],
        [took("x", 0, 1, expires=5), ordered("x", 6, 7, ok=False)],
    ],
)
def test_the_checker_names_what_cannot_be(log: list[Did]) -> None:
    assert complaints(log, capacity=1) != []


@pytest.mark.parametrize("visits", [60, pytest.param(3000, marks=pytest.mark.soak)])
def test_no_place_is_sold_twice_and_none_refused_that_was_free(
    database: Database, merchants: tuple[str, str], visits: int
) -> None:
    logs = in_processes(4, shop_for_a_while, url_of(database), False, visits, ["a", "b"], time.monotonic() + 1)
    log = [did for one in logs for did in one]
    assert {did.ok for did in log} == {True, False}
    assert complaints(log, capacity=2) == []
    held = sum(counted(database, slot(ref))[0] for ref in "ab")
    assert held == live_holds(database)


def test_the_checker_catches_processes_that_read_and_then_write(database: Database, merchants: tuple[str, str]) -> None:
    make_counter(database, slot("a"))
    assert any(is_caught(database) for _ in range(5))


def is_caught(database: Database) -> bool:
    """On a machine with other work the processes do not always meet."""
    logs = in_processes(8, shop_for_a_while, url_of(database), True, 20, ["a"], time.monotonic() + 2)
    return any("at once" in said for said in complaints([did for one in logs for did in one], capacity=2))
