"""What became of a payment, however it was heard: the order, its place, and what is shown to the shop."""

from typing import Any

from delivery.stripe_outcomes import PAID_TOO_LATE, PAID_TWICE, TAKEN_MEANWHILE
from tests.shops.stripe_shop import GOODS, StripeShop
from tests.shops.stripe_worker import booked, chosen, hear, later, places, post_of, row, rows


def test_a_paid_session_becomes_an_order_with_its_window(stripe_shop: StripeShop) -> None:
    post = post_of(stripe_shop)
    session, hold = chosen(stripe_shop)
    stripe_shop.shopper.pay(session.id)
    assert set(post.deliver()) == {200}
    hear(stripe_shop)
    (booking,) = booked(stripe_shop)
    assert (booking.order_number, booking.state) == ("S-1", "confirmed")
    assert booking.option["delivery_window"] == hold["option"]["delivery_window"]
    assert booking.fee_amount == hold["option"]["fee"]["amount"]
    assert booking.recipient == {"name": "A. Jansen", "email": "a.jansen@example.org", "phone": None, "locale": "en-GB"}
    assert booking.address["lines"] == ["Prinsengracht 263"]
    assert booking.lines[0]["weight_g"] == 1200
    assert [message.type for message in rows(stripe_shop, "handovers")] == ["booking.confirmed"]
    found = row(stripe_shop, session.id)
    assert found
    assert (found.state, found.paid_amount) == ("paid", GOODS + booking.fee_amount)
    assert found.fee_amount == booking.fee_amount
    assert places(stripe_shop) == (0, 1)


def test_the_order_is_the_one_that_the_shops_server_would_have_made(plain_stripe_shop: StripeShop) -> None:
    post = post_of(plain_stripe_shop)
    session, hold = chosen(plain_stripe_shop)
    plain_stripe_shop.shopper.pay(session.id)
    assert plain_stripe_shop.door.order(hold["choice"], "S-1").status_code == 201
    post.deliver()
    hear(plain_stripe_shop)
    assert len(booked(plain_stripe_shop)) == 1
    found = row(plain_stripe_shop, session.id)
    assert found
    assert (found.state, found.problem) == ("paid", None)
    assert found.booking_id == booked(plain_stripe_shop)[0].id


def test_what_is_unpaid_keeps_its_place_and_is_handed_over_when_the_money_comes(stripe_shop: StripeShop) -> None:
    post = post_of(stripe_shop)
    session, _ = chosen(stripe_shop)
    stripe_shop.shopper.pay(session.id, "sepa_debit")
    post.deliver()
    hear(stripe_shop)
    assert booked(stripe_shop)[0].state == "awaiting_payment"
    assert (places(stripe_shop), rows(stripe_shop, "handovers")) == ((0, 1), [])
    later(stripe_shop, days=6)
    stripe_shop.shopper.money_comes(session.id)
    post.deliver()
    hear(stripe_shop)
    assert booked(stripe_shop)[0].state == "confirmed"
    assert rows(stripe_shop, "handovers")


def test_money_that_never_comes_gives_the_place_back(stripe_shop: StripeShop) -> None:
    post = post_of(stripe_shop)
    session, _ = chosen(stripe_shop)
    stripe_shop.shopper.pay(session.id, "sepa_debit")
    stripe_shop.shopper.money_fails(session.id)
    assert set(post.deliver_reversed()) == {200}
    hear(stripe_shop)
    found = row(stripe_shop, session.id)
    assert found
    assert found.state == "failed"
    assert places(stripe_shop) == (0, 0)


def test_a_session_that_expires_lets_its_place_go(stripe_shop: StripeShop) -> None:
    post = post_of(stripe_shop)
    session, _ = chosen(stripe_shop)
    assert places(stripe_shop) == (1, 0)
    stripe_shop.client.v1.checkout.sessions.expire(session.id)
    post.deliver(times=3)
    hear(stripe_shop)
    assert (places(stripe_shop), booked(stripe_shop)) == ((0, 0), [])


def test_an_intent_goes_the_same_ways(stripe_shop: StripeShop) -> None:
    post, door = post_of(stripe_shop), stripe_shop.door
    paid, slow, off = (stripe_shop.intent(metadata=_own(number)) for number in range(3))
    for number, intent in enumerate((paid, slow, off)):
        assert (
            stripe_shop.deliver(intent, door.take(number=number, checkout=f"c-{number}")["choice"]).status_code == 200
        )
    stripe_shop.shopper.decline_intent(paid.id)
    stripe_shop.shopper.pay_intent(paid.id)
    stripe_shop.shopper.pay_intent(slow.id, "sepa_debit")
    stripe_shop.client.v1.payment_intents.cancel(off.id)
    post.deliver()
    hear(stripe_shop)
    assert {booking.order_number: booking.state for booking in booked(stripe_shop)} == {
        "P-0": "confirmed",
        "P-1": "awaiting_payment",
    }
    stripe_shop.shopper.intent_settles(slow.id, well=False)
    post.deliver()
    hear(stripe_shop)
    assert places(stripe_shop) == (0, 1)


def _own(number: int) -> dict[str, str]:
    from tests.shops.stripe_shop import basket_text

    return {"stoep_basket": basket_text(), "stoep_goods": str(GOODS), "order": f"P-{number}"}


def test_an_event_about_nothing_of_ours_changes_nothing(plain_stripe_shop: StripeShop) -> None:
    shop, post = plain_stripe_shop, post_of(plain_stripe_shop)
    other = shop.session(metadata={}, permissions={"update_shipping_details": "client_only"})
    shop.api.account.objects[other.id]["permissions"] = None
    shop.shopper.pay(other.id)
    intent = shop.client.v1.payment_intents.create({"amount": 500, "currency": "eur"})
    shop.shopper.pay_intent(intent.id)
    shop.shopper.refund_by_hand(intent.id, 100)
    post.deliver()
    hear(shop)
    assert (booked(shop), rows(shop, "stripe_sessions")) == ([], [])
    assert all(kept.done_at for kept in rows(shop, "stripe_events"))


def test_a_shop_that_was_paid_without_a_choice_has_the_shopper_choose(plain_stripe_shop: StripeShop) -> None:
    shop, post = plain_stripe_shop, post_of(plain_stripe_shop)
    session = shop.session()
    shop.deliver(session, None)
    shop.shopper.pay(session.id)
    post.deliver()
    hear(shop)
    (booking,) = booked(shop)
    found = row(shop, session.id)
    assert found
    assert (booking.state, found.booking_id) == ("choice_open", booking.id)
    assert found.fee_amount > 0


def test_what_was_paid_for_a_place_that_is_gone_is_chosen_again(stripe_shop: StripeShop) -> None:
    shop, post = stripe_shop, post_of(stripe_shop)
    session, _ = chosen(shop)
    shop.shopper.pay(session.id)
    later(shop, days=3)
    post.deliver()
    hear(shop)
    (booking,) = booked(shop)
    found = row(shop, session.id)
    assert found
    assert (booking.state, found.problem) == ("choice_open", TAKEN_MEANWHILE)
    assert places(shop)[1] == 0


def test_money_that_comes_when_the_place_is_gone_is_shown(stripe_shop: StripeShop) -> None:
    shop, post = stripe_shop, post_of(stripe_shop)
    session, hold = chosen(shop)
    shop.shopper.pay(session.id, "sepa_debit")
    post.deliver()
    hear(shop)
    bk = booked(shop)[0].id
    assert shop.door.server("POST", f"/bookings/{bk}/payment_failed").status_code == 200
    _fill_up(shop, hold)
    shop.shopper.money_comes(session.id)
    post.deliver()
    hear(shop)
    found = row(shop, session.id)
    assert found
    assert (found.state, found.problem) == ("paid", PAID_TOO_LATE)
    assert booked(shop)[0].state == "cancelled"


def _fill_up(shop: StripeShop, hold: dict[str, Any]) -> None:
    """Until nobody can have that window any more."""
    window = hold["option"]["delivery_window"]
    for number in range(50):
        offer = shop.door.offer(f"other-{number}")
        same = [one for one in offer["options"] if one.get("delivery_window") == window]
        if not same or shop.door.hold(offer["offer"], same[0]["id"]).status_code == 409:
            return
    raise AssertionError("the window never got full")


def test_the_same_order_paid_twice_is_shown(plain_stripe_shop: StripeShop) -> None:
    shop, post = plain_stripe_shop, post_of(plain_stripe_shop)
    first, _ = chosen(shop)
    second, _ = chosen(shop, number=1, checkout="checkout-2")
    shop.shopper.pay(first.id)
    shop.shopper.pay(second.id)
    post.deliver()
    hear(shop)
    assert len(booked(shop)) == 1
    problems = {found.problem for payment in (first.id, second.id) if (found := row(shop, payment))}
    assert problems == {None, PAID_TWICE}


def test_what_is_refunded_or_disputed_marks_the_booking_in_any_order(stripe_shop: StripeShop) -> None:
    shop, post = stripe_shop, post_of(stripe_shop)
    session, _ = chosen(shop)
    intent = shop.shopper.pay(session.id)["payment_intent"]
    shop.shopper.refund_by_hand(intent, 700)
    shop.shopper.dispute(intent)
    post.deliver_reversed()
    hear(shop)
    found = row(shop, session.id)
    assert found
    assert (found.state, found.refunded_amount, found.payment_intent) == ("paid", 700, intent)
    assert found.disputed_at is not None
    assert booked(shop)[0].state == "confirmed"
