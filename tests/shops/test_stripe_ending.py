"""A place and what can be paid for it end together: the session when the hold does, and the other way round."""

from datetime import timedelta
from threading import Thread

from sqlalchemy import select

from delivery import stripe_sessions
from delivery.rules.parcels import Basket, Line
from delivery.rules.places import Destination
from delivery.store.engine import Session
from delivery.store.tables import holds as holds_table
from delivery.stripe_choices import Payable, keep_for
from plugin.commands.demo_merchant.seed import MERCHANT_ID
from plugin.shops.stripe.ending import Ender
from plugin.shops.stripe.work import StripeWork
from plugin.tools import Tools
from tests.shops.stripe_api import Fault
from tests.shops.stripe_shop import StripeShop

THE_BASKET = Basket((Line("LAMP-1", 1, 1200),), "EUR")


def end_overdue(shop: StripeShop) -> int:
    ours = shop.door.service
    return Ender(Tools(shop.door.database, shop.door.clock, ours.signer, ours.config)).end_overdue()


def row(shop: StripeShop, payment: str) -> stripe_sessions.StripeSession:
    with shop.door.database.reading() as session:
        found = stripe_sessions.find(session, MERCHANT_ID, payment)
    assert found is not None
    return found


def hold_state(shop: StripeShop, hold: str) -> str:
    own = (holds_table.c.merchant_id == MERCHANT_ID, holds_table.c.id == hold)
    with shop.door.database.reading() as session:
        return str(session.execute(select(holds_table.c.state).where(*own)).scalar_one())


def test_when_the_hold_has_ended_the_session_is_expired(stripe_shop: StripeShop) -> None:
    session, hold = stripe_shop.session(), stripe_shop.door.take()
    stripe_shop.deliver(session, hold["choice"])
    stripe_shop.door.clock.forward(minutes=29)
    assert end_overdue(stripe_shop) == 0
    stripe_shop.door.clock.forward(minutes=2)
    assert end_overdue(stripe_shop) == 1
    assert stripe_shop.at_stripe(session)["status"] == "expired"
    assert row(stripe_shop, session.id).state == "expired"
    assert hold_state(stripe_shop, hold["hold"]) == "released"
    assert end_overdue(stripe_shop) == 0


def test_when_the_hold_has_ended_the_intent_is_cancelled(plain_stripe_shop: StripeShop) -> None:
    intent, hold = plain_stripe_shop.intent(), plain_stripe_shop.door.take()
    plain_stripe_shop.deliver(intent, hold["choice"])
    plain_stripe_shop.door.page("DELETE", f"/holds/{hold['hold']}")
    assert end_overdue(plain_stripe_shop) == 0, "whoever chooses again lets a place go for a moment"
    plain_stripe_shop.door.clock.forward(minutes=2)
    assert end_overdue(plain_stripe_shop) == 1
    assert plain_stripe_shop.at_stripe(intent)["status"] == "canceled"


def test_when_the_session_has_ended_the_place_is_let_go(stripe_shop: StripeShop) -> None:
    session, hold = stripe_shop.session(), stripe_shop.door.take()
    stripe_shop.deliver(session, hold["choice"])
    whose = {"merchant_id": MERCHANT_ID, "object_id": session.id, "state": "expired"}
    now = stripe_shop.door.clock()
    assert stripe_shop.door.database.write(lambda writing: stripe_sessions.ended(writing, now, **whose))
    assert hold_state(stripe_shop, hold["hold"]) == "released"
    assert not stripe_shop.door.database.write(lambda writing: stripe_sessions.ended(writing, now, **whose))


def test_choosing_again_keeps_the_session_and_another_session_takes_its_place(plain_stripe_shop: StripeShop) -> None:
    shop = plain_stripe_shop
    first, second = shop.session(), shop.session()
    shop.deliver(first, shop.door.take()["choice"])
    shop.deliver(second, shop.door.take(number=1)["choice"])
    assert end_overdue(shop) == 1, "one place is not paid twice"
    assert shop.at_stripe(first)["status"] == "expired"
    assert shop.at_stripe(second)["status"] == "open"
    live = row(shop, second.id).hold_id
    assert live is not None
    assert hold_state(shop, live) == "live"


def test_what_was_paid_is_ordered_even_when_no_webhook_ever_comes(stripe_shop: StripeShop) -> None:
    session, hold = stripe_shop.session(), stripe_shop.door.take()
    stripe_shop.deliver(session, hold["choice"])
    stripe_shop.shopper.pay(session.id)
    stripe_shop.door.clock.forward(minutes=31)
    assert end_overdue(stripe_shop) == 0
    ours = stripe_shop.door.service
    StripeWork(Tools(stripe_shop.door.database, stripe_shop.door.clock, ours.signer, ours.config)).do_due()
    assert row(stripe_shop, session.id).state == "paid"
    [booking] = stripe_shop.door.server("GET", "/bookings?order=S-1").get_json()["bookings"]
    assert (booking["state"], booking["type"]) == ("confirmed", "local_delivery")
    assert booking["address"]["lines"] == ["Prinsengracht 263"]


def test_when_stripe_is_away_it_is_tried_again_later(plain_stripe_shop: StripeShop) -> None:
    session, hold = plain_stripe_shop.session(), plain_stripe_shop.door.take()
    plain_stripe_shop.deliver(session, hold["choice"])
    plain_stripe_shop.door.clock.forward(minutes=31)
    plain_stripe_shop.api.faults.append(Fault(500, path="/v1/checkout/sessions/"))
    assert end_overdue(plain_stripe_shop) == 0
    assert row(plain_stripe_shop, session.id).problem == "APIError"
    assert end_overdue(plain_stripe_shop) == 0, "not at once"
    plain_stripe_shop.door.clock.forward(minutes=1)
    assert end_overdue(plain_stripe_shop) == 1


def test_one_of_an_account_that_is_not_connected_any_more_keeps_nothing(plain_stripe_shop: StripeShop) -> None:
    session, hold = plain_stripe_shop.session(), plain_stripe_shop.door.take()
    plain_stripe_shop.deliver(session, hold["choice"])
    plain_stripe_shop.api.account.objects.pop(session.id)
    plain_stripe_shop.door.clock.forward(minutes=31)
    assert end_overdue(plain_stripe_shop) == 1
    assert row(plain_stripe_shop, session.id).state == "failed"


def test_what_was_never_ordered_is_forgotten_after_two_weeks(plain_stripe_shop: StripeShop) -> None:
    session, hold = plain_stripe_shop.session(), plain_stripe_shop.door.take()
    plain_stripe_shop.deliver(session, hold["choice"])
    plain_stripe_shop.door.clock.forward(minutes=31)
    end_overdue(plain_stripe_shop)

    def forget() -> int:
        now = plain_stripe_shop.door.clock()
        return plain_stripe_shop.door.database.write(lambda writing: stripe_sessions.forget(writing, now, 10))

    assert forget() == 0
    plain_stripe_shop.door.clock.now += timedelta(days=14)
    assert forget() == 1


def test_two_sessions_that_want_one_place_at_once_wait_for_each_other(stripe_shop: StripeShop) -> None:
    """Else both could be paid: on PostgreSQL neither would see the other's row."""
    hold = stripe_shop.door.take()
    keys = ("cs_test_one", "cs_test_two")
    others: list[Thread] = []

    def keep(session: Session, key: str, *, and_let_another_come: bool = False) -> None:
        memory, signer, now = stripe_shop.door.service.memory, stripe_shop.door.service.signer, stripe_shop.door.clock()
        setup = memory.setup_of_merchant(session, MERCHANT_ID)
        payable = Payable(key, stripe_sessions.CHECKOUT_SESSION, THE_BASKET, None)
        there = Destination("NL", "1016 GV")
        keep_for(session, now, memory, signer, setup, payable=payable, token=hold["choice"], destination=there)
        if and_let_another_come and not others:
            second = lambda: stripe_shop.door.database.write(lambda session: keep(session, keys[1]))  # noqa: E731
            others.append(Thread(target=second))
            others[0].start()
            others[0].join(0.3)

    stripe_shop.door.database.write(lambda session: keep(session, keys[0], and_let_another_come=True))
    others[0].join()
    assert [row(stripe_shop, key).hold_id for key in keys] == [None, hold["hold"]]


def test_the_hold_is_not_let_go_by_a_session_that_lost_it(plain_stripe_shop: StripeShop) -> None:
    shop = plain_stripe_shop
    first, second = shop.session(), shop.session()
    hold = shop.door.take()
    shop.deliver(first, hold["choice"])
    shop.deliver(second, hold["choice"])
    end_overdue(shop)
    assert shop.at_stripe(first)["status"] == "expired"
    assert hold_state(shop, hold["hold"]) == "live"
