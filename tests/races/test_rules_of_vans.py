"""Whatever shoppers, shop, fulfilment and planner do to windows kept by vans: who waits is visited once, in time, where and when
it was promised; and nobody else is."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from itertools import count
from typing import Any, ClassVar

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Table, select, update

from delivery import change_rows, holds, moves, van_days, van_stops
from delivery.audit import OPERATOR
from delivery.problems import Problem
from delivery.rules.route_checks import faults_of_day
from delivery.rules.slots import VANS
from delivery.settings import items
from delivery.store.engine import Database, Session
from delivery.store.tables import bookings, changes, metadata, slot_patterns, van_routes
from delivery.store.tables import holds as holds_table
from delivery.store.tables import van_stops as stops_table
from delivery.van_days import VAN
from plugin.commands.demo_merchant.seed import MERCHANT_ID
from plugin.replanning import Replanner
from plugin.tools import Tools
from tests.delivery.counting import counted, expected
from tests.delivery.test_change_answers import Shopper
from tests.doors import ADDRESS, AMSTERDAM, Door, open_door
from tests.vans import ORIGIN, with_vans
from tests.widget.test_van_windows import windows

PLACES = st.sampled_from([(52.3752, 4.8841), (52.3752, 4.9141), (52.36, 4.87)])
WINDOWS = st.integers(0, 3)
OTHER_ADDRESS = ADDRESS | {"postal_code": "1095 MZ", "lines": ["Javastraat 1"]}
CHECKS = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
Wanted = dict[str, dict[str, Any]]


class Vans(RuleBasedStateMachine):
    """Three checkouts and any number of orders of one shop; each deed may be refused by name, and then changes nothing."""

    door: Door
    van_id: str
    empty: tuple[Table, ...]
    start: datetime
    choices: Bundle[dict[str, Any]] = Bundle("choices")
    orders: Bundle[Shopper] = Bundle("orders")
    made: Bundle[tuple[Shopper, Any]] = Bundle("made")
    numbers: ClassVar[Iterator[int]] = count(1)

    @initialize(target=orders, is_packed=st.booleans())
    def begin(self, is_packed: bool) -> Any:
        """Each run begins with two orders, one of them perhaps packed: most deeds need one."""
        self.door.clock.now = self.start
        across = {"across_merchants": "a test"}
        self.door.database.write(
            lambda s: [s.execute(table.delete(), execution_options=across) for table in self.empty]
        )
        self.vans(2, 2)
        first, second = (self.order(self.hold(n, (52.36 + n / 100, 4.87), 0), True) for n in range(2))
        if is_packed:
            self.pack(first)
        return multiple(first, second)

    @rule(target=choices, checkout=st.integers(0, 2), where=PLACES, number=WINDOWS)
    def hold(self, checkout: int, where: tuple[float, float], number: int) -> Any:
        there = AMSTERDAM | {"latitude": where[0], "longitude": where[1]}
        offer = self.door.offer(f"checkout of {checkout}", destination=there)
        option = windows(offer)[number]
        response = self.door.hold(offer["offer"], option["id"])
        assert response.status_code in (201, 409), response.text
        return response.get_json() if response.status_code == 201 else multiple()

    @rule(target=orders, taken=choices, paid=st.booleans())
    def order(self, taken: dict[str, Any], paid: bool) -> Any:
        """With a choice that is live, has ended or was ordered with before."""
        response = self.door.order(taken["choice"], f"v-{next(self.numbers)}", paid=paid)
        assert response.status_code in (201, 409), response.text
        return Shopper(self.door, response.get_json()["booking"]) if response.status_code == 201 else multiple()

    @rule(taken=choices)
    def leave(self, taken: dict[str, Any]) -> None:
        assert self.door.page("DELETE", f"/holds/{taken['hold']}").status_code == 204

    @rule(minutes=st.sampled_from([6, 16]), sweeps=st.booleans())
    def wait(self, minutes: int, sweeps: bool) -> None:
        self.door.clock.forward(minutes=minutes)
        if sweeps:
            self.door.database.write(lambda session: holds.expire(session, self.door.clock(), 100))

    @rule(target=made, shopper=orders, number=WINDOWS, address=st.sampled_from([None, None, OTHER_ADDRESS]))
    def move(self, shopper: Shopper, number: int, address: dict[str, Any] | None) -> Any:
        known, now, setup = self.door.service, self.door.clock(), shopper.setup
        kind = change_rows.CORRECT if address else change_rows.MOVE
        about: dict[str, Any] = {"kind": kind, "address": address}
        with self.door.database.reading() as session:
            own = (session, now, known.memory, known.signer, setup, shopper.booking)
            offer = moves.offer_for(*own, locale="en", **about)
        option = [option for option in offer.options if option.type == "local_delivery"][number]
        about |= {"booking_id": shopper.booking_id, "offer_id": offer.id, "option_id": option.id}
        about_all = (now, known.memory, known.signer, setup, known.links)
        try:
            return shopper, self.door.database.write(lambda session: moves.move(session, *about_all, **about))
        except Problem:
            return multiple()

    @rule(deed=made, what=st.sampled_from(["accepted", "refused", "undone", "undone"]))
    def conclude(self, deed: tuple[Shopper, Any], what: str) -> None:
        shopper, change = deed
        try:
            if what == "undone":
                shopper.undoes(change)
            else:
                shopper.answers(change, accepted=what == "accepted")
        except Problem:
            return

    @rule(shopper=orders, what=st.sampled_from(["cancel", "cancel", "paid", "payment_failed"]))
    def settle(self, shopper: Shopper, what: str) -> None:
        """Also too late, and twice."""
        assert self.door.server("POST", f"/bookings/{shopper.booking_id}/{what}").status_code in (200, 409)

    @rule(shopper=orders)
    def pack(self, shopper: Shopper) -> None:
        self.door.clock.forward(seconds=1)
        event = {"type": "packed", "at": self.door.clock().isoformat()}
        answer = self.door.server("POST", f"/bookings/{shopper.booking_id}/events", json=event)
        assert answer.status_code in (200, 409)

    @rule(number=st.integers(1, 2), most_parcels=st.sampled_from([1, 2, 9]))
    def vans(self, number: int, most_parcels: int) -> None:
        self.set_vans({"number": number, "most_parcels": most_parcels}, VANS)

    @rule()
    def windows_are_counted_for_now(self) -> None:
        self.set_vans({"number": 2}, "count")

    def set_vans(self, wanted: dict[str, Any], kept_by: str) -> None:
        own = slot_patterns.c.merchant_id == MERCHANT_ID, slot_patterns.c.origin_id == ORIGIN

        def work(session: Session) -> None:
            session.execute(update(slot_patterns).where(*own).values(kept_by=kept_by))
            items.save(session, self.door.clock(), OPERATOR, MERCHANT_ID, "vans", self.van_id, wanted)

        self.door.database.write(work)

    @rule()
    def plan(self) -> None:
        known = self.door.service
        Replanner(Tools(self.door.database, self.door.clock, known.signer, known.config), seconds=0.005).replan_due()

    @invariant()
    def whoever_waits_is_visited_and_nobody_else(self) -> None:
        with self.door.database.reading() as session:
            assert visits(session) == {hold: visit_of(option) for hold, option in waiting(session).items()}
            assert kept_in_time(session, Shopper(self.door, "").setup) == []
            plain, by_hand = counted(session, MERCHANT_ID), expected(session, MERCHANT_ID)
            assert plain == {key: both for key, both in by_hand.items() if key[0] != VAN}


def waiting(session: Session) -> Wanted:
    """Who is to be visited, by hold, with what was promised: live holds, orders, and what is kept while a change waits."""
    live = holds_table.c.merchant_id == MERCHANT_ID, holds_table.c.kind == VAN, holds_table.c.state == "live"
    kept = bookings.c.merchant_id == MERCHANT_ID, bookings.c.kind == VAN, bookings.c.state != "cancelled"
    asked = changes.c.merchant_id == MERCHANT_ID, changes.c.state == change_rows.ASKED
    found: Wanted = {row.id: row.option for row in session.execute(select(holds_table).where(*live))}
    found |= {row.hold_id: row.option for row in session.execute(select(bookings).where(*kept))}
    before = [row.before for row in session.execute(select(changes).where(*asked))]
    return found | {one["hold"]: one["option"] for one in before if one["place"] and one["place"][0] == VAN}


def visit_of(option: dict[str, Any]) -> tuple[Any, ...]:
    window, visit = option["window"], option["visit"]
    moments = (datetime.fromisoformat(window[name]).timestamp() for name in ("start", "end"))
    where = round(visit["latitude"], 6), round(visit["longitude"], 6)
    return (*where, *moments, visit["seconds"], visit["parcels"], visit["grams"], 1)


def visits(session: Session) -> dict[str | None, tuple[Any, ...]]:
    """Who is visited, by hold, as the rows of the tables say; the last number is by how many vans."""
    own = stops_table.c.merchant_id == MERCHANT_ID
    stops = {(row.day, row.number): row for row in session.execute(select(stops_table).where(own))}
    found: dict[str | None, tuple[Any, ...]] = {}
    times: Counter[str | None] = Counter()
    for route in session.execute(select(van_routes).where(van_routes.c.merchant_id == MERCHANT_ID)):
        for row in np.frombuffer(route.stops).reshape(-1, van_days.COLUMNS).tolist():
            stop = stops.get((route.day, int(row[0])))
            if stop is None or not stop.is_gone:
                hold = None if stop is None else stop.hold_id
                times[hold] += 1
                found[hold] = (round(row[1], 6), round(row[2], 6), *row[4:9], times[hold])
    return found


def kept_in_time(session: Session, setup: Any) -> list[str]:
    """What the checker finds. A van that was made too small keeps its stops until the planner comes: that is no lateness."""
    own = stops_table.c.merchant_id == MERCHANT_ID
    faults: list[str] = []
    for day in session.scalars(select(stops_table.c.day).where(own).distinct()):
        known = van_days.read(session, MERCHANT_ID, setup.fleets[ORIGIN], day)
        faults += faults_of_day(known.routes, [stop for route in known.routes for stop in route.stops])
    return [fault for fault in faults if "has room for" not in fault]


def run(database: Database, examples: int, phases: Any = tuple(Phase)) -> None:
    door = open_door(database, database.url.render_as_string(hide_password=False), limit_per_minute=1_000_000)
    facts = {"door": door, "van_id": with_vans(door, number=2), "start": door.clock()}
    empty = tuple(table for table in reversed(metadata.sorted_tables) if not door.count(table.name))
    machine = type("VansHere", (Vans,), facts | {"empty": empty})
    plain = {"deadline": None, "suppress_health_check": CHECKS, "phases": phases, "derandomize": len(phases) == 1}
    try:
        run_state_machine_as_test(machine, settings=settings(max_examples=examples, stateful_step_count=30, **plain))
    finally:
        door.service.database.close()


@pytest.mark.parametrize("examples", [6, pytest.param(300, marks=pytest.mark.soak)])
def test_whoever_waits_is_visited_whatever_is_done(database: Database, examples: int) -> None:
    run(database, examples)


def test_this_catches_a_stop_that_is_left_behind(sqlite_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(van_stops, "take_out", lambda *_about: None)
    with pytest.raises(AssertionError):
        run(sqlite_database, 100, (Phase.generate,))
