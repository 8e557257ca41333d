"""Money at Stripe: nothing moves before the owner says so, and nobody else can."""

from typing import Any

import pytest

from delivery.accounts import Role
from delivery.stripe_ledger import lines
from plugin.commands.demo_merchant.seed import MERCHANT_ID
from tests.plugin.desk import Desk, another_desk, seated
from tests.shops.stripe_owed import CHEAP, DEAR, bought, move, owed, refunds, sweep
from tests.shops.stripe_shop import StripeShop
from tests.shops.stripe_worker import hear

PATH = "/plugin/money"


@pytest.fixture
def owner(plain_stripe_shop: StripeShop) -> Desk:
    return seated(plain_stripe_shop.door, MERCHANT_ID)


def waiting(shop: StripeShop) -> Any:
    """A delivery that got cheaper after it was paid."""
    booking, _ = bought(shop, DEAR)
    move(shop, booking, CHEAP)
    sweep(shop)
    with shop.door.database.reading() as session:
        return lines(session, MERCHANT_ID, ("proposed",))[0]


def test_the_owner_approves_what_is_given_back(plain_stripe_shop: StripeShop, owner: Desk) -> None:
    shop, line = plain_stripe_shop, waiting(plain_stripe_shop)
    assert "1 payment at Stripe waits for your approval" in owner.get("/plugin/deliveries").text
    page = owner.get(PATH).text
    assert "Give €2.00 back" in page
    assert "The delivery was changed after the order." in page
    answer = owner.post(f"{PATH}/{line.settlement_id}", {"deed": "approve", "amount": "99999", "currency": "USD"})
    assert answer.status_code == 303
    assert "Approved: it is being done." in owner.get(PATH).text
    assert refunds(shop) == []
    hear(shop)
    assert (refunds(shop), owed(shop)[0][-1]) == ([200], "settled")
    one = owner.get(f"/plugin/deliveries/{line.booking_id}").text
    assert "Paid through Stripe" in one
    assert "Give €2.00 back" in one
    log = owner.get("/plugin/audit").text
    assert "Money at Stripe" in log
    assert "Approved" in log
    again = owner.post(f"{PATH}/{line.settlement_id}", {"deed": "decline"}, follow_redirects=True)
    assert "There was nothing left to decide." in again.text


def test_the_owner_may_see_to_it_in_another_way(plain_stripe_shop: StripeShop, owner: Desk) -> None:
    line = waiting(plain_stripe_shop)
    owner.post(f"{PATH}/{line.settlement_id}", {"deed": "decline"})
    hear(plain_stripe_shop)
    assert "Nothing waits for your approval." in owner.get(PATH).text
    assert refunds(plain_stripe_shop) == []


def test_nobody_else_decides_about_money(plain_stripe_shop: StripeShop, owner: Desk) -> None:
    line = waiting(plain_stripe_shop)
    own = f"{PATH}/{line.settlement_id}"
    for desk, status in ((owner.as_role(Role.CONFIGURE), 403), (owner.as_role(Role.COUNTER), 403)):
        assert desk.get(PATH).status_code == status
        assert desk.post(own, {"deed": "approve"}).status_code == status
    other = another_desk(owner)
    assert "Give" not in other.get(PATH).text
    assert "There was nothing left to decide." in other.post(own, {"deed": "approve"}, follow_redirects=True).text
    assert owner.post(own, {"deed": "double it"}).status_code == 404
    assert owner.client.post(own, data={"deed": "approve"}).status_code == 400, "without the token of a page"
    hear(plain_stripe_shop)
    assert refunds(plain_stripe_shop) == []


def test_what_went_wrong_is_there_to_look_at(plain_stripe_shop: StripeShop, owner: Desk) -> None:
    shop = plain_stripe_shop
    booking, payment = bought(shop, DEAR)
    bought(shop, CHEAP)
    shop.shopper.dispute(shop.at_stripe_id(payment)["payment_intent"])
    shop.api.account.posts[0].deliver()
    hear(shop)
    page = owner.get(PATH).text
    assert "The same order was paid a second time: give the money back." in page
    assert "Disputed" in page
    assert "Disputed" in owner.get(f"/plugin/deliveries/{booking}").text
