"""Money after the order: at most once for each promise, never more than was paid, and not before somebody approves."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from delivery import stripe_accounts, stripe_ledger, stripe_settlements
from delivery.audit import OPERATOR
from delivery.store.tables import stripe_accounts as accounts
from delivery.stripe_ledger import UNDER_WAY, WAITING, Line
from delivery.stripe_proposals import NOTHING_LEFT
from plugin.commands.demo_merchant.seed import MERCHANT_ID
from tests.doors import AMSTERDAM
from tests.shops.stripe_api import Fault
from tests.shops.stripe_shop import GOODS, StripeShop
from tests.shops.stripe_worker import booked, chosen, hear, later, post_of, row, rows, work_of
from tests.watching import look, switch

MOST = [*WAITING, *UNDER_WAY, "done", "declined"]
CHEAP, DEAR = 495, 695
"""Fees of windows of the demo merchant; the chosen one costs 495 at first."""


def bought(shop: StripeShop, fee: int = CHEAP, **session: Any) -> tuple[str, str]:
    """A window of this fee, paid and ordered; the booking's id and that of its payment."""
    if not shop.api.account.posts:
        post_of(shop)
    made = shop.session(**session)
    hold = taken(shop, fee, f"checkout-{made.id}")
    assert shop.deliver(made, hold["choice"]).status_code == 200
    shop.shopper.pay(made.id)
    shop.api.account.posts[0].deliver()
    hear(shop)
    found = row(shop, made.id)
    assert found
    assert found.booking_id
    return found.booking_id, made.id


def taken(shop: StripeShop, fee: int, checkout: str) -> dict[str, Any]:
    """A hold of the first window that costs so much."""
    offer = shop.door.offer(checkout)
    option = next(one for one in offer["options"] if one["type"] == "local_delivery" and one["fee"]["amount"] == fee)
    answer: dict[str, Any] = shop.door.hold(offer["offer"], option["id"]).get_json()
    return answer


def move(shop: StripeShop, booking: str, fee: int) -> str:
    """The shop moves it to a window of this fee; the change's id."""
    choice = taken(shop, fee, f"move-{booking}-{fee}")["choice"]
    answer = shop.door.server("POST", f"/bookings/{booking}/changes", json={"choice": choice})
    assert answer.status_code in (200, 201), answer.text
    return str(answer.get_json().get("change"))


def sweep(shop: StripeShop) -> None:
    work_of(shop).see_to_all()


def lines(shop: StripeShop, *states: str) -> list[Line]:
    with shop.door.database.reading() as session:
        return stripe_ledger.lines(session, MERCHANT_ID, states or MOST)


def approve(shop: StripeShop, line: Line) -> bool:
    now, own = shop.door.clock(), {"merchant_id": MERCHANT_ID, "settlement_id": line.settlement_id}
    return shop.door.database.write(lambda s: stripe_settlements.approve(s, now, **own, by="Ada"))


def refunds(shop: StripeShop) -> list[int]:
    return [refund["amount"] for refund in shop.api.account.all("refund")]


def owed(shop: StripeShop) -> list[tuple[str, str, int, str]]:
    return [(one.reason, one.kind, one.amount, one.state) for one in rows(shop, "settlements")]


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


@pytest.mark.parametrize(
    "fault", [Fault(None, after=True, path="/v1/refunds"), Fault(500, after=True, path="/v1/refunds")]
)
def test_an_answer_that_is_lost_does_not_pay_twice(plain_stripe_shop: StripeShop, fault: Fault) -> None:
    shop = plain_stripe_shop
    booking, _ = bought(shop, DEAR)
    move(shop, booking, CHEAP)
    sweep(shop)
    approve(shop, lines(shop, *WAITING)[0])
    shop.api.faults.append(fault)
    hear(shop)
    assert (refunds(shop), owed(shop)[0][-1]) == ([200], "open")
    later(shop, days=2)
    hear(shop)
    assert (refunds(shop), owed(shop)[0][-1]) == ([200], "settled"), "Stripe had forgotten the key by then"


def test_a_failure_that_stripe_repeats_is_outlived(plain_stripe_shop: StripeShop) -> None:
    shop = plain_stripe_shop
    booking, _ = bought(shop, DEAR)
    move(shop, booking, CHEAP)
    sweep(shop)
    approve(shop, lines(shop, *WAITING)[0])
    shop.api.faults.append(Fault(500, path="/v1/refunds"))
    for _ in range(8):
        hear(shop)
        later(shop, hours=6)
    assert (refunds(shop), owed(shop)[0][-1]) == ([200], "settled")


def test_what_stripe_refuses_is_shown_and_can_be_tried_again(plain_stripe_shop: StripeShop) -> None:
    shop = plain_stripe_shop
    booking, payment = bought(shop, DEAR)
    charge = shop.api.account.objects[
        shop.api.account.objects[shop.at_stripe_id(payment)["payment_intent"]]["latest_charge"]
    ]
    move(shop, booking, CHEAP)
    sweep(shop)
    charge["disputed"] = True
    approve(shop, lines(shop, *WAITING)[0])
    hear(shop)
    (line,) = lines(shop, *WAITING)
    assert line.state == "failed"
    assert "charged back" in (line.problem or "")
    charge["disputed"] = False
    approve(shop, line)
    hear(shop)
    assert refunds(shop) == [200]


KILLED = """
import sys
from datetime import datetime
from delivery.signing_keys import load_signer
from delivery.store.engine import Database
from plugin.shops.stripe.work import StripeWork
from plugin.tools import Tools
from web.config import Config
database, stripe, now = Database(sys.argv[1]), sys.argv[2], datetime.fromisoformat(sys.argv[3])
config = Config(database_url=sys.argv[1], stripe_api=stripe)
StripeWork(Tools(database, lambda: now, load_signer(database, now, ()), config)).do_due()
"""


def test_who_is_killed_between_the_call_and_the_mark_is_followed_by_one_who_pays_nothing_more(
    plain_stripe_shop: StripeShop,
) -> None:
    shop = plain_stripe_shop
    booking, _ = bought(shop, DEAR)
    move(shop, booking, CHEAP)
    sweep(shop)
    approve(shop, lines(shop, *WAITING)[0])
    fault = Fault(after=True, gate=threading.Event(), path="/v1/refunds")
    shop.api.faults.append(fault)
    url = shop.door.database.url.render_as_string(hide_password=False)
    command = [sys.executable, "-c", KILLED, url, shop.api.url, shop.door.clock().isoformat()]
    worker = subprocess.Popen(command, cwd=Path(__file__).parents[2])
    try:
        assert fault.reached.wait(20), "the refund was never asked for"
        os.kill(worker.pid, signal.SIGKILL)
    finally:
        worker.kill()
        worker.wait()
        fault.gate.set()  # type: ignore[union-attr]
    assert (refunds(shop), owed(shop)[0][-1]) == ([200], "open")
    hear(shop)
    assert owed(shop)[0][-1] == "open", "its lease has not run out"
    later(shop, minutes=3)
    hear(shop)
    assert (refunds(shop), owed(shop)[0][-1]) == ([200], "settled")


def test_an_account_that_is_gone_moves_no_money(plain_stripe_shop: StripeShop) -> None:
    shop = plain_stripe_shop
    booking, _ = bought(shop, DEAR)
    move(shop, booking, CHEAP)
    sweep(shop)
    approve(shop, lines(shop, *WAITING)[0])
    whose = accounts.c.merchant_id == MERCHANT_ID
    shop.door.database.write(lambda s: s.execute(update(accounts).where(whose).values(key="nonsense")).rowcount)
    hear(shop)
    assert (refunds(shop), lines(shop)[0].state) == ([], "approved")


def test_nothing_is_proposed_for_what_was_not_paid_there(plain_stripe_shop: StripeShop) -> None:
    shop = plain_stripe_shop
    hold = taken(shop, DEAR, "elsewhere")
    answer = shop.door.order(hold["choice"], "1001", address=AMSTERDAM | {"lines": ["Prinsengracht 263"]})
    move(shop, answer.get_json()["booking"], CHEAP)
    sweep(shop)
    assert lines(shop) == []
