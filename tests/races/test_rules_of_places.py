"""Random acts on a few slots, against a model that knows the rules: Hypothesis looks for a way to break them."""

import itertools
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from delivery import bookings, holds
from delivery.problems import ChoiceGone, ChoiceUsed, HoldExpired, SlotFull
from delivery.store.engine import Database
from tests.databases import add_merchant
from tests.selling import LINKS, NOW, confirm, counted, how_many_taken, slot, take

CHECKOUTS = ["anna", "bram", "carla", "daan"]
SLOTS = ["a", "b", None]
numbers = itertools.count()


@dataclass
class Kept:
    """A hold as the model remembers it."""

    checkout: str
    slot: str | None
    expires_at: datetime
    until: datetime
    state: str = "live"


class Places(RuleBasedStateMachine):
    """Slots "a" and "b", a plain option, four checkouts, and a clock that only these rules move."""

    database: Database
    kept = Bundle("kept")
    ordered = Bundle("ordered")

    @initialize()
    def open_shop(self) -> None:
        self.merchant = f"mr_{next(numbers)}"
        self.now = NOW
        self.capacity = {"a": 2, "b": 1}
        self.holds: dict[str, Kept] = {}
        self.booked: dict[str, str | None] = {}
        self.gone: set[str] = set()
        self.database.write(lambda s: add_merchant(s, self.merchant, "A shop"))

    @rule(minutes=st.sampled_from([1, 4, 11, 31]))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule(ref=st.sampled_from("ab"), capacity=st.integers(0, 3))
    def merchant_changes_the_capacity(self, ref: str, capacity: int) -> None:
        self.capacity[ref] = capacity

    @rule(target=kept, checkout=st.sampled_from(CHECKOUTS), ref=st.sampled_from(SLOTS))
    def take(self, checkout: str, ref: str | None) -> object:
        own = self.live_of(checkout)
        same = own is not None and own.slot is not None and own.slot == ref
        welcome = ref is None or same or self.has_room(ref, without=own)
        place = slot(ref, self.capacity[ref]) if ref else None
        try:
            hold = self.database.write(lambda s: take(s, checkout, place, self.now, self.merchant))
        except SlotFull:
            assert not welcome
            return multiple()
        assert welcome
        if ref and not same:
            self.take_back_if_needed(ref, own)
        if own is not None:
            own.state = "replaced"
        self.holds[hold.id] = Kept(checkout, ref, hold.expires_at, hold.extendable_until)
        return hold.id

    @rule(hold_id=kept)
    def extend(self, hold_id: str) -> None:
        kept = self.holds[hold_id]
        try:
            hold = self.database.write(
                lambda s: holds.extend(s, self.now, merchant_id=self.merchant, hold_id=hold_id, minutes=10)
            )
        except HoldExpired:
            assert kept.state != "live" or kept.until <= self.now
            return
        assert kept.state == "live"
        assert hold.expires_at <= kept.until
        kept.expires_at = hold.expires_at

    @rule(hold_id=kept)
    def release(self, hold_id: str) -> None:
        self.database.write(lambda s: holds.release(s, self.now, merchant_id=self.merchant, hold_id=hold_id))
        kept = self.holds[hold_id]
        kept.state = "released" if kept.state == "live" else kept.state

    @rule()
    def sweep(self) -> None:
        expired = [kept for kept in self.holds.values() if self.has_expired(kept)]
        assert self.database.write(lambda s: holds.expire(s, self.now, 10_000)) >= len(expired)
        for kept in expired:
            kept.state = "expired"

    @rule(target=ordered, hold_id=kept)
    def order(self, hold_id: str) -> object:
        kept = self.holds[hold_id]
        number = f"order {next(numbers)}"
        place = slot(kept.slot, self.capacity[kept.slot]) if kept.slot else None
        own = self.live_of(kept.checkout)
        again = own if own is not None and own is not kept and own.slot == kept.slot else None
        try:
            made = self.database.write(lambda s: confirm(s, number, hold_id, place, self.now, self.merchant)).booking
        except ChoiceUsed:
            assert kept.state == "confirmed"
            return multiple()
        except ChoiceGone:
            assert kept.state in {"released", "expired", "replaced"}
            assert kept.slot is not None
            assert again is None
            assert not self.has_room(kept.slot)
            return multiple()
        assert kept.state != "confirmed"
        if kept.state != "live" and kept.slot is not None:
            if again is not None:
                again.state = "replaced"
            else:
                assert self.has_room(kept.slot)
                self.take_back_if_needed(kept.slot)
        kept.state = "confirmed"
        self.booked[made.id] = kept.slot
        return made.id

    @rule(booking_id=consumes(ordered))
    def cancel(self, booking_id: str) -> None:
        self.database.write(
            lambda s: bookings.cancel(s, self.now, merchant_id=self.merchant, booking_id=booking_id, links=LINKS)
        )
        self.gone.add(booking_id)

    @invariant()
    def counters_agree_with_what_was_done(self) -> None:
        for ref in "ab" if hasattr(self, "merchant") else "":
            booked = sum(where == ref for id, where in self.booked.items() if id not in self.gone)
            live = [kept for kept in self.holds.values() if kept.slot == ref and kept.state == "live"]
            assert counted(self.database, slot(ref), self.merchant) == (len(live), booked)
            valid = sum(kept.expires_at > self.now for kept in live)
            assert how_many_taken(self.database, slot(ref), self.now, self.merchant) == booked + valid

    def teardown(self) -> None:
        with self.database.reading() as session:
            for booking_id in self.booked:
                found = bookings.get(session, merchant_id=self.merchant, booking_id=booking_id)
                assert (found.state == "cancelled") == (booking_id in self.gone)

    def live_of(self, checkout: str) -> Kept | None:
        return next((k for k in self.holds.values() if k.checkout == checkout and k.state == "live"), None)

    def has_expired(self, kept: Kept) -> bool:
        return kept.state == "live" and kept.expires_at <= self.now

    def counted(self, ref: str) -> int:
        booked = sum(where == ref for id, where in self.booked.items() if id not in self.gone)
        return booked + sum(kept.slot == ref and kept.state == "live" for kept in self.holds.values())

    def has_room(self, ref: str, without: Kept | None = None) -> bool:
        """Whether a claim may succeed: what has expired does not count. The rule that everything else serves."""
        expired = sum(kept.slot == ref and self.has_expired(kept) for kept in self.holds.values())
        own = without is not None and without.slot == ref and not self.has_expired(without)
        return self.counted(ref) - expired - own < self.capacity[ref]

    def take_back_if_needed(self, ref: str, own: Kept | None = None) -> None:
        """A claim takes back what has expired only where it finds the slot full."""
        if self.counted(ref) >= self.capacity[ref]:
            for kept in self.holds.values():
                if kept.slot == ref and self.has_expired(kept) and kept is not own:
                    kept.state = "expired"


@pytest.mark.parametrize("examples", [25, pytest.param(1500, marks=pytest.mark.soak)])
def test_whatever_shoppers_do_the_rules_of_places_hold(database: Database, examples: int) -> None:
    class Here(Places):
        pass

    Here.database = database
    run_state_machine_as_test(Here, settings=settings(max_examples=examples, stateful_step_count=40, deadline=None))
