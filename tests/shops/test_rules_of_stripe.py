"""However late, often and out of order Stripe tells: our side ends as Stripe's stands, no order comes twice, no place leaks."""

from collections import Counter
from collections.abc import Callable
from typing import Any, ClassVar

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from delivery.stripe_sessions import EXPIRED, FAILED, OPEN, PAID, UNPAID
from plugin.shops.stripe import outcomes
from tests.shops.stripe_events import Post
from tests.shops.stripe_refusals import Refused
from tests.shops.stripe_shop import StripeShop
from tests.shops.stripe_worker import booked, chosen, hear, later, places, post_of, rows, work_of

some = st.integers(0, 30)


class Telling(RuleBasedStateMachine):
    """Sessions of one shop, what shoppers and banks do to them, and Stripe's post."""

    shop: StripeShop
    post: Post
    sessions: Bundle[str] = Bundle("sessions")
    seen: ClassVar[set[str]] = set()

    @initialize(target=sessions)
    def first(self) -> str:
        return self.begin()

    def begin(self) -> str:
        number = len(rows(self.shop, "stripe_sessions"))
        session, _ = chosen(self.shop, checkout=f"checkout-{number}", client_reference_id=f"S-{number}")
        return str(session.id)

    @rule(target=sessions, method=st.sampled_from(["card", "card", "sepa_debit", None]))
    def shop_more(self, method: str | None) -> str:
        session = self.begin()
        if method:
            self.pay(session, method)
        return session

    @rule(session=sessions, method=st.sampled_from(["card", "sepa_debit"]))
    def pay(self, session: str, method: str) -> None:
        self.does(self.shop.shopper.pay, session, method)

    @rule(session=sessions, well=st.booleans())
    def money(self, session: str, well: bool) -> None:
        self.does(self.shop.shopper.money_comes if well else self.shop.shopper.money_fails, session)

    @rule(session=sessions)
    def expire(self, session: str) -> None:
        if self.shop.api.account.objects[session]["status"] == "open":
            self.shop.client.v1.checkout.sessions.expire(session)

    @rule(session=sessions, amount=st.sampled_from([1, 500, 4900]))
    def refund(self, session: str, amount: int) -> None:
        if intent := self.shop.api.account.objects[session]["payment_intent"]:
            self.does(self.shop.shopper.refund_by_hand, intent, amount)

    def does(self, deed: Callable[..., Any], *facts: Any) -> None:
        try:
            deed(*facts)
        except (Refused, KeyError):
            return

    @rule(which=some, times=st.integers(1, 2))
    def deliver(self, which: int, times: int) -> None:
        if self.post.waiting:
            self.post.deliver(self.post.waiting[which % len(self.post.waiting)], times=times)

    @rule(which=some)
    def deliver_again(self, which: int) -> None:
        events = self.shop.api.account.events
        if events:
            self.post.deliver(events[which % len(events)])

    @rule(which=some)
    def drop(self, which: int) -> None:
        if self.post.waiting:
            self.post.drop(self.post.waiting[which % len(self.post.waiting)])

    @rule()
    def hear(self) -> None:
        hear(self.shop)

    @invariant()
    def each_order_is_confirmed_once(self) -> None:
        told = Counter((one.booking_id, one.type, one.endpoint_id) for one in rows(self.shop, "handovers"))
        assert set(told.values()) <= {1}
        orders = Counter(booking.order_number for booking in booked(self.shop))
        assert set(orders.values()) <= {1}

    @invariant()
    def no_place_leaks(self) -> None:
        live = sum(hold.state == "live" and hold.kind == "slot" for hold in rows(self.shop, "holds"))
        kept = sum(
            booking.state in ("confirmed", "awaiting_payment") and booking.kind == "slot"
            for booking in booked(self.shop)
        )
        assert places(self.shop) == (live, kept)

    def teardown(self) -> None:
        """Days later everything that was dropped has been asked for."""
        later(self.shop, hours=2)
        for _ in range(3):
            work_of(self.shop).see_to_all()
            later(self.shop, minutes=5)
        self.each_order_is_confirmed_once()
        self.no_place_leaks()
        for kept in rows(self.shop, "stripe_sessions"):
            truth = self.truth(kept.id)
            assert kept.state == truth, kept
            self.seen.add(truth)
            assert kept.refunded_amount == self.given_back(kept.id)
            if truth in (PAID, UNPAID):
                state = next(one.state for one in booked(self.shop) if one.id == kept.booking_id)
                assert state in (("confirmed", "choice_open") if truth == PAID else ("awaiting_payment",))

    def truth(self, session: str) -> str:
        """By the stand-in, in our words."""
        facts = self.shop.api.account.objects[session]
        if facts["status"] != "complete":
            return OPEN if facts["status"] == "open" else EXPIRED
        if facts["payment_status"] == "paid":
            return PAID
        return UNPAID if self.shop.api.account.objects[facts["payment_intent"]]["status"] == "processing" else FAILED

    def given_back(self, session: str) -> int:
        intent = self.shop.api.account.objects[session]["payment_intent"]
        charge = intent and self.shop.api.account.objects[intent]["latest_charge"]
        return int(self.shop.api.account.objects[charge]["amount_refunded"]) if charge else 0


def machine(shop: StripeShop) -> type[Telling]:
    class Here(Telling):
        pass

    Here.shop, Here.post = shop, post_of(shop)
    return Here


def test_our_side_ends_as_stripes_stands_whatever_is_heard(stripe_shop: StripeShop) -> None:
    found = machine(stripe_shop)
    found.seen.clear()
    checks = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
    few = settings(max_examples=6, stateful_step_count=16, deadline=None, suppress_health_check=checks)
    run_state_machine_as_test(found, settings=few)
    # What is tested did happen.
    assert found.seen >= {PAID, UNPAID, EXPIRED}


def test_one_who_believes_the_session_alone_is_caught(
    plain_stripe_shop: StripeShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A completed session goes on saying `unpaid` when its money never comes."""
    made = machine(plain_stripe_shop)()
    session = made.begin()
    made.pay(session, "sepa_debit")
    made.money(session, False)
    made.post.deliver()
    monkeypatch.setattr(outcomes, "UNDER_WAY", (*outcomes.UNDER_WAY, "requires_payment_method"))
    with pytest.raises(AssertionError):
        made.teardown()
