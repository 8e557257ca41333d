"""Whatever shoppers, shop and fulfilment do to bookings, in whatever order: no place leaks, nothing is undone halfway."""

from collections.abc import Iterator
from itertools import count
from threading import Barrier, Thread
from typing import Any, ClassVar

import hypothesis.strategies as st
from hypothesis import HealthCheck, settings
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from delivery.booking_rows import get
from delivery.change_rows import ASKED, MADE, STATES
from delivery.changes import Change
from delivery.problems import Problem
from delivery.store.engine import Database
from delivery.store.tables import changes
from plugin.commands.demo_merchant.seed import MERCHANT_ID
from tests.delivery.counting import counted, expected
from tests.delivery.test_change_answers import Shopper
from tests.doors import Door, open_door
from tests.widget.test_pages import booked

KINDS = st.sampled_from(["local_delivery", "shipping"])
STEPS = st.sampled_from(["packed", "packed", "dispatched", "delivered", "returned"])


class Changes(RuleBasedStateMachine):
    """Orders of one shop and what is done to them; each deed may be refused by name, and then changes nothing."""

    door: Door
    bookings: Bundle[Shopper] = Bundle("bookings")
    made: Bundle[tuple[Shopper, Change]] = Bundle("made")

    numbers: ClassVar[Iterator[int]] = count(1)

    @initialize(target=bookings, kind=KINDS, is_packed=st.booleans(), to=KINDS)
    def first_order(self, kind: str, is_packed: bool, to: str) -> Shopper:
        """Each run begins with one that is moved: most deeds need it."""
        shopper = Shopper(self.door, booked(self.door, kind, number=f"o-{next(self.numbers)}")["booking"])
        if is_packed:
            self.report(shopper, "packed")
        self.move(shopper, to, 1)
        return shopper

    @rule(target=bookings, kind=KINDS)
    def order(self, kind: str) -> Shopper:
        return Shopper(self.door, booked(self.door, kind, number=f"o-{next(self.numbers)}")["booking"])

    @rule(target=made, shopper=bookings, kind=KINDS, number=st.integers(0, 1))
    def move(self, shopper: Shopper, kind: str, number: int) -> Any:
        try:
            return shopper, shopper.moves(kind, number)
        except (Problem, IndexError):
            return multiple()

    @rule(deed=made, what=st.sampled_from(["accepted", "refused", "undone"]))
    def conclude(self, deed: tuple[Shopper, Change], what: str) -> None:
        shopper, change = deed
        try:
            if what == "undone":
                shopper.undoes(change)
            else:
                shopper.answers(change, accepted=what == "accepted")
        except Problem:
            return

    @rule(shopper=bookings, step=STEPS)
    def report(self, shopper: Shopper, step: str) -> None:
        self.door.clock.forward(seconds=1)
        event = {"type": step, "at": self.door.clock().isoformat()}
        answer = self.door.server("POST", f"/bookings/{shopper.booking_id}/events", json=event)
        assert answer.status_code in (200, 409)

    @rule(shopper=bookings)
    def cancel(self, shopper: Shopper) -> None:
        assert self.door.server("POST", f"/bookings/{shopper.booking_id}/cancel").status_code in (200, 409)

    @rule(checkout=st.integers(0, 2))
    def hold(self, checkout: int) -> None:
        self.door.take(checkout=f"checkout of {checkout}")

    @invariant()
    def places_never_leak(self) -> None:
        with self.door.database.reading() as session:
            assert counted(session, MERCHANT_ID) == expected(session, MERCHANT_ID)

    @invariant()
    def at_most_one_change_of_a_booking_waits(self) -> None:
        own = select(changes.c.booking_id, changes.c.state).where(changes.c.merchant_id == MERCHANT_ID)
        with self.door.database.reading() as session:
            found = session.execute(own).all()
            waiting = [row.booking_id for row in found if row.state == ASKED]
            assert len(waiting) == len(set(waiting))
            assert {row.state for row in found} <= set(STATES)
            for booking_id in waiting:
                assert get(session, merchant_id=MERCHANT_ID, booking_id=booking_id).state not in (
                    "cancelled",
                    "delivered",
                )


def test_no_place_leaks_whatever_is_done(database: Database) -> None:
    door = open_door(database, database.url.render_as_string(hide_password=False), limit_per_minute=1_000_000)
    machine = type("ChangesHere", (Changes,), {"door": door})
    checks = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
    try:
        run_state_machine_as_test(
            machine,
            settings=settings(max_examples=15, stateful_step_count=20, deadline=None, suppress_health_check=checks),
        )
        # What is tested did happen.
        with database.reading() as session:
            states = session.execute(select(changes.c.state).where(changes.c.merchant_id == MERCHANT_ID)).scalars()
            assert {MADE, ASKED} <= set(states)
    finally:
        door.service.database.close()


def test_two_who_swap_their_windows_never_fail(database: Database) -> None:
    """Freeing and taking in the order of the keys: else the two would wait for each other."""
    door = open_door(database, database.url.render_as_string(hide_password=False), limit_per_minute=1_000_000)
    shoppers = [Shopper(door, booked(door, number=number)["booking"]) for number in ("anna", "bram")]
    shoppers[1].moves(number=1)
    start, failed = Barrier(2), []

    def swap(shopper: Shopper, first: int) -> None:
        start.wait()
        try:
            for turn in range(8):
                shopper.moves(number=(first + turn) % 2)
        except Exception as error:
            failed.append(error)

    pair = [Thread(target=swap, args=(shopper, first)) for first, shopper in enumerate(reversed(shoppers))]
    for one in pair:
        one.start()
    for one in pair:
        one.join()
    assert failed == []
    with database.reading() as session:
        assert counted(session, MERCHANT_ID) == expected(session, MERCHANT_ID)
    door.service.database.close()
