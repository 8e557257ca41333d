"""Whatever is done to orders that are collected where they lie: the work that waits, the shelf and the stock are what a recount
finds, and no piece is sold twice or lost."""

from collections.abc import Iterator
from itertools import count
from typing import Any, ClassVar

import hypothesis.strategies as st
import pytest
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

from delivery.changes import Change
from delivery.payments import release_unpaid
from delivery.problems import Problem
from delivery.store.engine import Database
from delivery.store.tables import bookings
from plugin.commands.demo_merchant.seed import MERCHANT_ID
from tests import own_stock
from tests.delivery.counting import counted, expected
from tests.delivery.test_change_answers import Shopper
from tests.doors import Door, open_door
from tests.own_stock import CENTRE

OTHER = "boekhandel-ceintuur"
STEPS = st.sampled_from(["packed", "packed", "ready_for_pickup", "dispatched", "collected", "returned"])


class Centre(RuleBasedStateMachine):
    """A centre with a shelf, where a few pieces lie; each deed may be refused by name, and then changes nothing."""

    door: Door
    bookings: Bundle[Shopper] = Bundle("bookings")
    made: Bundle[tuple[Shopper, Change]] = Bundle("made")

    numbers: ClassVar[Iterator[int]] = count(1)

    @initialize(target=bookings, quantity=st.integers(1, 4), is_packed=st.booleans())
    def open_shop(self, quantity: int, is_packed: bool) -> Any:
        own_stock.set_centre(self.door, shelf_capacity=40, **own_stock.AT_WORK)
        self.counts(quantity)
        shopper = self.comes(paid=True)
        assert shopper
        if is_packed:
            self.report(shopper, "packed")
        return shopper

    @rule(quantity=st.integers(0, 3))
    def counts(self, quantity: int) -> None:
        own_stock.count(self.door, quantity)
        self.pieces = quantity + own_stock.kept(self.door)

    @rule(target=bookings, paid=st.booleans())
    def order(self, paid: bool) -> Any:
        return self.comes(paid) or multiple()

    def comes(self, paid: bool) -> Shopper | None:
        """None when nothing is offered there."""
        number = f"c-{next(self.numbers)}"
        option = own_stock.at_centre(self.door, number)
        if option is None:
            return None
        answer = self.door.order(own_stock.taken(self.door, option), number, paid=paid)
        assert answer.status_code == 201, answer.text
        return Shopper(self.door, answer.get_json()["booking"])

    @rule(shopper=bookings, how=st.sampled_from(["paid", "payment_failed", "cancel"]))
    def money(self, shopper: Shopper, how: str) -> None:
        assert self.door.server("POST", f"/bookings/{shopper.booking_id}/{how}").status_code in (200, 409)

    @rule()
    def nobody_pays_for_an_hour(self) -> None:
        self.door.clock.forward(minutes=61)
        self.door.database.write(lambda session: release_unpaid(session, self.door.clock(), 10))

    @rule(shopper=bookings, step=STEPS)
    def report(self, shopper: Shopper, step: str) -> None:
        assert own_stock.report(self.door, shopper.booking_id, step).status_code in (200, 409)

    @rule(target=made, shopper=bookings, where=st.sampled_from([None, None, CENTRE, OTHER]))
    def send(self, shopper: Shopper, where: str | None) -> Any:
        try:
            return shopper, own_stock.sends(self.door, shopper.booking_id, where)
        except (Problem, StopIteration):
            return multiple()

    @rule(deed=made, what=st.sampled_from(["accepted", "refused", "undone"]))
    def conclude(self, deed: tuple[Shopper, Change], what: str) -> None:
        shopper, change = deed
        try:
            shopper.undoes(change) if what == "undone" else shopper.answers(change, accepted=what == "accepted")
        except Problem:
            return

    @invariant()
    def a_recount_finds_the_same_work_and_places(self) -> None:
        with self.door.database.reading() as session:
            assert counted(session, MERCHANT_ID) == expected(session, MERCHANT_ID)

    @invariant()
    def no_piece_is_lost(self) -> None:
        if hasattr(self, "pieces"):
            assert (own_stock.left(self.door) or 0) + own_stock.kept(self.door) == self.pieces

    @invariant()
    def what_is_over_keeps_nothing(self) -> None:
        own = select(bookings.c.stock_place).where(
            bookings.c.merchant_id == MERCHANT_ID, bookings.c.state.in_(("cancelled", "returned"))
        )
        with self.door.database.reading() as session:
            assert set(session.execute(own).scalars()) <= {None}


@pytest.mark.parametrize("examples", [6, pytest.param(200, marks=pytest.mark.soak)])
def test_whatever_is_done_a_recount_finds_the_same(database: Database, examples: int) -> None:
    door = open_door(database, database.url.render_as_string(hide_password=False), limit_per_minute=1_000_000)
    machine = type("CentreHere", (Centre,), {"door": door})
    checks = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
    try:
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=examples, stateful_step_count=12, deadline=None, suppress_health_check=checks
            ),
        )
        # What is tested did happen.
        own = select(bookings.c.state).where(bookings.c.merchant_id == MERCHANT_ID)
        with database.reading() as session:
            assert {"confirmed", "packed", "cancelled"} <= set(session.execute(own).scalars())
    finally:
        door.service.database.close()
