"""What Stripe told while somebody was away, or did not tell at all: it is heard in the end, and once."""

import threading

import pytest
from huey import MemoryHuey

from delivery import stripe_accounts
from plugin.commands.demo_merchant.seed import MERCHANT_ID
from plugin.worker import Worker
from tests.served import served
from tests.shops.stripe_api import Fault
from tests.shops.stripe_events import Post, over_http
from tests.shops.stripe_shop import WEBHOOK_SECRET, StripeShop
from tests.shops.stripe_worker import booked, chosen, hear, later, places, post_of, row, rows, tools_of, work_of


def test_what_stripe_could_not_deliver_is_asked_for(plain_stripe_shop: StripeShop) -> None:
    shop, post = plain_stripe_shop, post_of(plain_stripe_shop)
    session, _ = chosen(shop)
    shop.shopper.pay(session.id)
    post.drop()
    work = work_of(shop)
    work.see_to_all()
    assert booked(shop)[0].state == "confirmed"
    asked = len(shop.api.calls("GET", "/v1/events"))
    work.see_to_all()
    assert len(shop.api.calls("GET", "/v1/events")) == asked, "once an hour is enough"
    later(shop, hours=1)
    shop.api.faults.append(Fault(500, path="/v1/events"))
    work.see_to_all()
    shop.api.faults.clear()
    work.see_to_all()
    assert len(shop.api.calls("GET", "/v1/events")) == asked + 2, "what was not heard is asked again"


@pytest.mark.parametrize("fault", [Fault(500), Fault(429), Fault(None)])
def test_stripe_that_is_away_is_asked_again(plain_stripe_shop: StripeShop, fault: Fault) -> None:
    shop, post = plain_stripe_shop, post_of(plain_stripe_shop)
    session, _ = chosen(shop)
    shop.shopper.pay(session.id)
    post.deliver()
    shop.api.faults.extend([fault] * 20)
    before = len(shop.api.asked)
    hear(shop)
    assert booked(shop) == []
    assert len(shop.api.asked) == before + 1, "what else is due waits: Stripe is away"
    shop.api.faults.clear()
    later(shop, seconds=11)
    hear(shop)
    assert booked(shop)[0].state == "confirmed"
    assert all(kept.done_at for kept in rows(shop, "stripe_events"))


def test_a_key_that_was_revoked_is_shown_and_nothing_is_lost(plain_stripe_shop: StripeShop) -> None:
    shop, post = plain_stripe_shop, post_of(plain_stripe_shop)
    session, _ = chosen(shop)
    shop.shopper.pay(session.id)
    post.deliver()
    kept = dict(shop.api.account.keys)
    shop.api.account.keys.clear()
    hear(shop)
    with shop.door.database.reading() as reading:
        account = stripe_accounts.find(reading, MERCHANT_ID)
    assert account
    assert account.problem == "key_refused"
    shop.api.account.keys.update(kept)
    later(shop, seconds=11)
    hear(shop)
    assert booked(shop)[0].state == "confirmed"


def test_the_worker_hears_within_a_second_what_came_over_the_wire(plain_stripe_shop: StripeShop) -> None:
    shop = plain_stripe_shop
    session, _ = chosen(shop)
    shop.shopper.pay(session.id)
    storage = MemoryHuey("stoep")
    worker = Worker(tools_of(shop), storage, 1)
    with served(shop.door.client.application) as url:
        post = Post(over_http(f"{url}/plugin/stripe/webhooks/{shop.door.shop}"), [WEBHOOK_SECRET], shop.door.clock)
        shop.api.account.posts.append(post)
        shop.client.v1.checkout.sessions.expire(shop.session().id)
        for written in shop.api.account.events:
            assert post.deliver(written) == [200]
    worker._look()
    while task := storage.dequeue():
        storage.execute(task)
    assert booked(shop)[0].state == "confirmed"
    assert all(kept.done_at for kept in rows(shop, "stripe_events"))


def test_money_under_way_is_looked_at_once_a_day_though_nobody_tells(plain_stripe_shop: StripeShop) -> None:
    shop, post = plain_stripe_shop, post_of(plain_stripe_shop)
    session, _ = chosen(shop)
    shop.shopper.pay(session.id, "sepa_debit")
    post.deliver()
    hear(shop)
    shop.api.account.posts.clear()
    shop.shopper.money_comes(session.id)
    for _ in range(3):
        later(shop, hours=2)
        work_of(shop).see_to_all()
    assert booked(shop)[0].state == "confirmed"
    looked = [kept.id for kept in rows(shop, "stripe_events") if kept.id.startswith("looked_")]
    assert len(looked) == 1


def test_what_was_read_before_somebody_else_wrote_is_read_again(stripe_shop: StripeShop) -> None:
    shop, post = stripe_shop, post_of(stripe_shop)
    session, _ = chosen(shop)
    shop.shopper.pay(session.id, "sepa_debit")
    post.deliver(shop.api.account.events[-1])
    slow = Fault(after=True, gate=threading.Event(), path=f"/v1/checkout/sessions/{session.id}")
    shop.api.faults.append(slow)
    first = threading.Thread(target=hear, args=[shop])
    first.start()
    assert slow.reached.wait(10), "the first was told that the money is under way"
    shop.shopper.money_fails(session.id)
    post.deliver()
    hear(shop)
    assert places(shop) == (0, 0)
    slow.gate.set()  # type: ignore[union-attr]
    first.join()
    found = row(shop, session.id)
    assert found
    assert (found.state, places(shop), booked(shop)) == ("failed", (0, 0), [])
    assert all(kept.done_at for kept in rows(shop, "stripe_events"))
