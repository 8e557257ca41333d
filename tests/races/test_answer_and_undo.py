"""Fulfilment answers a change at the moment in which the shopper undoes it: one of the two counts, and no place leaks."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from delivery import change_answers, change_rows, settlements
from delivery.booking_rows import get
from delivery.change_rows import ACCEPTED, ASKED, REFUSED, UNDONE
from delivery.changes import Change
from delivery.problems import WrongState
from plugin.commands.demo_merchant.seed import MERCHANT_ID
from tests.delivery.counting import counted, expected
from tests.delivery.test_change_answers import Shopper, packed
from tests.doors import Door
from tests.widget.test_pages import booked

ROUNDS = 4
Deed = Callable[[Shopper, Change], Any]


def asked(door: Door, number: int) -> tuple[Shopper, Change]:
    """A packed order whose shopper wants another window; fulfilment is asked."""
    shopper = Shopper(door, booked(door, number=f"r-{number}")["booking"])
    packed(shopper)
    return shopper, shopper.moves("shipping", -1)


def at_once(shopper: Shopper, change: Change, *deeds: Deed) -> list[str]:
    """What each came to: "done" or the name of what it was refused with."""
    start = Barrier(len(deeds))

    def do(deed: Deed) -> str:
        start.wait()
        try:
            deed(shopper, change)
        except WrongState:
            return "wrong_state"
        return "done"

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(do, deeds))


def undoes(shopper: Shopper, change: Change) -> Any:
    return shopper.undoes(change)


def accepts(shopper: Shopper, change: Change) -> Any:
    return shopper.answers(change, accepted=True)


def refuses(shopper: Shopper, change: Change) -> Any:
    return shopper.answers(change, accepted=False)


def leaks(door: Door) -> bool:
    with door.database.reading() as session:
        return counted(session, MERCHANT_ID) != expected(session, MERCHANT_ID)


@pytest.mark.parametrize(("answer", "may_end"), [(refuses, {REFUSED, UNDONE}), (accepts, {UNDONE})])
def test_an_answer_and_an_undoing_at_once(door: Door, answer: Deed, may_end: set[str]) -> None:
    for number in range(ROUNDS):
        shopper, change = asked(door, number)
        before = shopper.booking
        came_to = at_once(shopper, change, answer, undoes, answer, undoes)
        state = shopper.state_of(change)
        assert state in may_end
        # Whoever says the same thing again is not contradicted.
        assert {"done"} <= set(came_to) <= {"done", "wrong_state"}
        after = shopper.booking
        assert (after.place is None) is False
        assert after.option != before.option
        assert after.type == "local_delivery"
        assert {due[-1] for due in shopper.dues()} == {"void"}
        assert not leaks(door)


def test_two_answers_that_contradict_each_other_leave_one(door: Door) -> None:
    for number in range(ROUNDS):
        shopper, change = asked(door, number)
        came_to = at_once(shopper, change, accepts, refuses)
        assert sorted(came_to) == ["done", "wrong_state"]
        assert shopper.state_of(change) in (ACCEPTED, REFUSED)
        assert not leaks(door)


def test_this_catches_an_answer_that_looks_and_then_writes(door: Door) -> None:
    shopper, change = asked(door, 1)
    looked, undone = Barrier(2), Barrier(2)

    def careless(shopper: Shopper, change: Change) -> None:
        with door.database.reading() as session:
            row = change_rows.find(session, MERCHANT_ID, change.id)
        assert row.state == ASKED
        looked.wait()
        undone.wait()

        def write(session: Any) -> None:
            booking = get(session, merchant_id=MERCHANT_ID, booking_id=shopper.booking_id)
            kept = change_rows.place_kept(row)
            assert kept is not None
            change_answers.free_booked(session, MERCHANT_ID, kept)
            change_rows.mark(session, door.clock(), row, ACCEPTED)
            settlements.put_back(session, door.clock(), booking, row.id)

        door.database.write(write)

    def undoes_meanwhile(shopper: Shopper, change: Change) -> None:
        looked.wait()
        shopper.undoes(change)
        undone.wait()

    assert at_once(shopper, change, careless, undoes_meanwhile) == ["done", "done"]
    assert leaks(door)
