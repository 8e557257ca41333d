"""Money after the order: at most once for each promise, never more than was paid, and not before somebody approves."""

from delivery import stripe_accounts, stripe_settlements
from delivery.audit import OPERATOR
from delivery.stripe_ledger import UNDER_WAY, WAITING
from delivery.stripe_proposals import NOTHING_LEFT
from plugin.commands.demo_merchant.seed import MERCHANT_ID
from tests.shops.stripe_owed import CHEAP, DEAR, approve, bought, lines, move, owed, refunds, sweep
from tests.shops.stripe_shop import GOODS, StripeShop
from tests.shops.stripe_worker import booked, chosen, hear, later, post_of, row
from tests.watching import look, switch


def test_a_cheaper_window_gives_the_difference_back_once_it_is_approved(stripe_shop: StripeShop) -> None:
    booking, payment = bought(stripe_shop, DEAR)
    move(stripe_shop, booking, CHEAP)
    sweep(stripe_shop)
    sweep(stripe_shop)
    (line,) = lines(stripe_shop, *WAITING)
    assert (line.kind, line.amount, line.order, refunds(stripe_shop)) == ("refund", 200, "S-1", [])
    assert approve(stripe_shop, line)
    hear(stripe_shop)
    hear(stripe_shop)
    assert not approve(stripe_shop, line)
    assert (refunds(stripe_shop), owed(stripe_shop)) == ([200], [("change", "refund_due", 200, "settled")])
    (call,) = stripe_shop.api.calls("POST", "/v1/refunds")
    assert call.key == f"settlement:{line.settlement_id}"
    assert call.params["reason"] == "requested_by_customer"
    assert call.params["metadata"]["order"] == "S-1"
    stripe_shop.api.account.posts[0].deliver()
    hear(stripe_shop)
    found = row(stripe_shop, payment)
    assert found
    assert found.refunded_amount == 200


def test_a_dearer_window_is_asked_for_by_a_link_that_is_paid_once(stripe_shop: StripeShop) -> None:
    booking, _ = bought(stripe_shop, CHEAP)
    move(stripe_shop, booking, DEAR)
    sweep(stripe_shop)
    approve(stripe_shop, lines(stripe_shop, *WAITING)[0])
    hear(stripe_shop)
    (line,) = lines(stripe_shop, *UNDER_WAY)
    assert (line.kind, line.amount, line.state) == ("payment_link", 200, "sent")
    assert line.url
    (link,) = stripe_shop.api.account.all("payment_link")
    assert line.url == link["url"]
    page = stripe_shop.door.service.links.page(booking, 1).split("/d/")[1]
    shown = stripe_shop.door.client.get(f"/d/{page}").text
    assert f'href="{line.url}"' in shown
    assert "€2.00" in shown
    session = stripe_shop.shopper.pay_link(link["id"])
    assert session["amount_total"] == 200
    stripe_shop.api.account.posts[0].deliver(times=2)
    hear(stripe_shop)
    assert owed(stripe_shop) == [("change", "payment_due", 200, "settled")]
    assert lines(stripe_shop, *UNDER_WAY) == []
    assert len(booked(stripe_shop)) == 1
    assert link["url"] not in stripe_shop.door.client.get(f"/d/{page}").text


def test_a_link_that_was_paid_is_seen_though_nobody_told(plain_stripe_shop: StripeShop) -> None:
    booking, _ = bought(plain_stripe_shop, CHEAP)
    move(plain_stripe_shop, booking, DEAR)
    sweep(plain_stripe_shop)
    approve(plain_stripe_shop, lines(plain_stripe_shop, *WAITING)[0])
    hear(plain_stripe_shop)
    plain_stripe_shop.api.account.posts.clear()
    plain_stripe_shop.shopper.pay_link(plain_stripe_shop.api.account.all("payment_link")[0]["id"])
    hear(plain_stripe_shop)
    assert owed(plain_stripe_shop)[0][-1] == "open"
    later(plain_stripe_shop, hours=6)
    hear(plain_stripe_shop)
    assert owed(plain_stripe_shop)[0][-1] == "settled"


def test_a_broken_promise_gives_back_the_fee_that_was_paid_once(stripe_shop: StripeShop) -> None:
    switch(stripe_shop.door, refund_broken=True)
    booking, _ = bought(stripe_shop, DEAR)
    later(stripe_shop, days=20)
    look(stripe_shop.door)
    for _ in range(2):
        sweep(stripe_shop)
        look(stripe_shop.door)
    (line,) = lines(stripe_shop, *WAITING)
    assert (line.reason, line.kind, line.amount) == ("broken_promise", "refund", DEAR)
    approve(stripe_shop, line)
    for _ in range(3):
        hear(stripe_shop)
        sweep(stripe_shop)
    assert refunds(stripe_shop) == [DEAR]
    assert [call.key for call in stripe_shop.api.calls("POST", "/v1/refunds")] == [f"refund:{booking}"]


def test_nobody_gets_back_more_than_was_paid(plain_stripe_shop: StripeShop) -> None:
    switch(plain_stripe_shop.door, refund_broken=True)
    _, payment = bought(plain_stripe_shop, DEAR)
    intent = plain_stripe_shop.at_stripe_id(payment)["payment_intent"]
    plain_stripe_shop.shopper.refund_by_hand(intent, GOODS + DEAR - 100)
    plain_stripe_shop.api.account.posts[0].deliver()
    hear(plain_stripe_shop)
    later(plain_stripe_shop, days=20)
    look(plain_stripe_shop.door)
    sweep(plain_stripe_shop)
    (line,) = lines(plain_stripe_shop, *WAITING)
    assert (line.amount, line.state) == (100, "proposed")
    plain_stripe_shop.shopper.refund_by_hand(intent, 100)
    approve(plain_stripe_shop, line)
    hear(plain_stripe_shop)
    (line,) = lines(plain_stripe_shop, *WAITING)
    assert line.state == "failed"
    assert sum(refunds(plain_stripe_shop)) == GOODS + DEAR


def test_where_all_went_back_already_nothing_is_left_to_approve(plain_stripe_shop: StripeShop) -> None:
    booking, payment = bought(plain_stripe_shop, DEAR)
    plain_stripe_shop.shopper.refund_by_hand(plain_stripe_shop.at_stripe_id(payment)["payment_intent"], GOODS + DEAR)
    plain_stripe_shop.api.account.posts[0].deliver()
    hear(plain_stripe_shop)
    move(plain_stripe_shop, booking, CHEAP)
    sweep(plain_stripe_shop)
    (line,) = lines(plain_stripe_shop, *WAITING)
    assert (line.state, line.problem) == ("failed", NOTHING_LEFT)


def test_money_goes_back_by_itself_only_where_the_merchant_said_so(plain_stripe_shop: StripeShop) -> None:
    shop = plain_stripe_shop
    now, facts = shop.door.clock(), {"tax_behavior": "inclusive", "settles_alone": True, "by": OPERATOR}
    shop.door.database.write(lambda s: stripe_accounts.set_up(s, now, MERCHANT_ID, **facts))  # type: ignore[arg-type]
    cheaper, _ = bought(shop, DEAR)
    dearer, _ = bought(shop, CHEAP, client_reference_id="S-2")
    move(shop, cheaper, CHEAP)
    move(shop, dearer, DEAR)
    sweep(shop)
    assert refunds(shop) == [200]
    (line,) = lines(shop, *WAITING)
    assert line.kind == "payment_link", "nobody is asked for money without somebody's word"


def test_what_is_settled_in_another_way_or_put_back_waits_no_more(plain_stripe_shop: StripeShop) -> None:
    shop = plain_stripe_shop
    first, _ = bought(shop, DEAR)
    second, _ = bought(shop, DEAR, client_reference_id="S-2")
    move(shop, first, CHEAP)
    move(shop, second, CHEAP)
    sweep(shop)
    one, two = lines(shop, *WAITING)
    answer = shop.door.server("POST", f"/bookings/{one.booking_id}/settlements/{one.settlement_id}/settled")
    assert answer.status_code == 200
    approve(shop, two)
    shop.door.server("POST", f"/bookings/{two.booking_id}/settlements/{two.settlement_id}/settled")
    hear(shop)
    sweep(shop)
    assert (lines(shop), refunds(shop)) == ([], [])


def test_what_somebody_declines_is_not_done(plain_stripe_shop: StripeShop) -> None:
    shop = plain_stripe_shop
    booking, _ = bought(shop, DEAR)
    move(shop, booking, CHEAP)
    sweep(shop)
    (line,) = lines(shop, *WAITING)
    own = {"merchant_id": MERCHANT_ID, "settlement_id": line.settlement_id}
    assert shop.door.database.write(lambda s: stripe_settlements.decline(s, **own))
    sweep(shop)
    assert not approve(shop, line)
    assert (refunds(shop), owed(shop)[0][-1]) == ([], "open")


def test_who_paid_for_a_place_that_was_gone_does_not_pay_twice(plain_stripe_shop: StripeShop) -> None:
    shop, post = plain_stripe_shop, post_of(plain_stripe_shop)
    session, _ = chosen(shop)
    paid = shop.at_stripe(session)["shipping_cost"]["amount_total"]
    shop.shopper.pay(session.id)
    later(shop, days=3)
    post.deliver()
    hear(shop)
    (booking,) = booked(shop)
    assert booking.state == "choice_open"
    fee = next(amount for amount in (CHEAP, DEAR, 595) if amount != paid)
    move(shop, booking.id, fee)
    sweep(shop)
    (line,) = lines(shop, *WAITING)
    expected = ("payment_link" if fee > paid else "refund", abs(fee - paid))
    assert (line.kind, line.amount) == expected
