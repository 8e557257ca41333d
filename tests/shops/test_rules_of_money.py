"""Whatever is changed, approved, lost and repeated: nobody gets back more than they paid, and nothing moves twice."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from delivery import stripe_settlements
from plugin.commands.demo_merchant.seed import MERCHANT_ID
from plugin.shops.stripe import settling
from tests.shops.stripe_api import Fault
from tests.shops.stripe_owed import CHEAP, DEAR, approve, bought, lines, move, owed, refunds, sweep
from tests.shops.stripe_refusals import Refused
from tests.shops.stripe_shop import StripeShop
from tests.shops.stripe_worker import hear, later

steps = st.lists(
    st.one_of(
        st.tuples(st.just("move"), st.sampled_from([CHEAP, DEAR])),
        st.tuples(st.just("approve"), st.integers(0, 5)),
        st.tuples(st.just("approve"), st.integers(0, 5)),
        st.tuples(st.just("decline"), st.integers(0, 5)),
        st.tuples(st.just("by hand"), st.sampled_from([1, 300, 5000])),
        st.tuples(st.just("break"), st.sampled_from([(500, True), (500, False), (None, True), (None, False)])),
        st.tuples(st.just("wait"), st.sampled_from([3, 60 * 7, 60 * 25])),
        st.sampled_from([("pay", 0), ("hear", 0), ("hear", 0), ("sweep", 0)]),
    ),
    min_size=6,
    max_size=14,
)


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps)
def test_nobody_gets_more_than_they_paid_and_nothing_moves_twice(
    plain_stripe_shop: StripeShop, done: list[tuple[str, Any]]
) -> None:
    shop = plain_stripe_shop
    number = len(shop.api.account.all("checkout.session"))
    booking, payment = bought(shop, DEAR, client_reference_id=f"S-{number}")
    for what, fact in [("move", CHEAP), ("sweep", 0), *done]:
        does(shop, booking, payment, what, fact)
        holds(shop)
    shop.api.faults.clear()
    for _ in range(3):
        later(shop, hours=25)
        sweep(shop)
    holds(shop)


def does(shop: StripeShop, booking: str, payment: str, what: str, fact: Any) -> None:
    mine = [line for line in lines(shop) if line.booking_id == booking]
    if what == "move":
        move(shop, booking, fact)
    elif what == "approve" and mine:
        approve(shop, mine[fact % len(mine)])
    elif what == "decline" and mine:
        own = {"merchant_id": MERCHANT_ID, "settlement_id": mine[fact % len(mine)].settlement_id}
        shop.door.database.write(lambda s: stripe_settlements.decline(s, **own))
    elif what == "by hand":
        tried(shop.shopper.refund_by_hand, shop.at_stripe_id(payment)["payment_intent"], fact)
    elif what == "break":
        shop.api.faults.append(Fault(*fact, path="/v1/refunds"))
    elif what == "wait":
        later(shop, minutes=fact)
    elif what == "pay":
        for link in shop.api.account.all("payment_link"):
            tried(shop.shopper.pay_link, link["id"])
    elif what == "hear":
        shop.api.account.posts[0].deliver()
        hear(shop)
    else:
        sweep(shop)


def tried(deed: Any, *facts: Any) -> None:
    with suppress(Refused):
        deed(*facts)


def holds(shop: StripeShop) -> None:
    """What may never be otherwise."""
    account = shop.api.account
    for charge in account.all("charge"):
        back = sum(refund["amount"] for refund in account.all("refund") if refund["charge"] == charge["id"])
        assert back == charge["amount_refunded"] <= charge["amount_captured"]
    of = [refund["metadata"]["stoep_settlement"] for refund in account.all("refund") if refund["metadata"]]
    assert len(of) == len(set(of)), "one settlement gave back twice"
    paid = {refund["metadata"].get("stoep_settlement") for refund in account.all("refund")}
    by_id = {line.settlement_id: line for line in lines(shop)}
    assert all(by_id[one].state != "declined" for one in paid if one in by_id)
    assert all(amount > 0 for _, _, amount, _ in owed(shop))


def test_one_who_does_not_look_before_a_second_try_is_caught(
    plain_stripe_shop: StripeShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = plain_stripe_shop
    monkeypatch.setattr(settling, "_refund_before", lambda *_: None)
    booking, _ = bought(shop, DEAR)
    move(shop, booking, CHEAP)
    sweep(shop)
    approve(shop, lines(shop)[0])
    shop.api.faults.append(Fault(None, after=True, path="/v1/refunds"))
    hear(shop)
    later(shop, days=2)
    hear(shop)
    assert refunds(shop) == [200, 200]
    with pytest.raises(AssertionError, match="gave back twice"):
        holds(shop)
