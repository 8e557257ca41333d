"""Money that is to move when something breaks: nothing is paid twice, and nothing is forgotten."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from sqlalchemy import update

from delivery.store.tables import stripe_accounts as accounts
from delivery.stripe_ledger import WAITING
from plugin.commands.demo_merchant.seed import MERCHANT_ID
from plugin.shops.stripe.work import StripeWork
from tests.doors import AMSTERDAM
from tests.shops.stripe_api import Fault
from tests.shops.stripe_owed import CHEAP, DEAR, approve, bought, lines, move, owed, refunds, sweep, taken
from tests.shops.stripe_shop import StripeShop
from tests.shops.stripe_worker import hear, later, tools_of


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


def test_workers_at_once_move_each_amount_once(stripe_shop: StripeShop) -> None:
    shop = stripe_shop
    for number in range(3):
        booking, _ = bought(shop, DEAR, client_reference_id=f"S-{number}")
        move(shop, booking, CHEAP)
    sweep(shop)
    for line in lines(shop, *WAITING):
        assert approve(shop, line)
    ready = threading.Barrier(4)

    def work() -> None:
        ready.wait()
        StripeWork(tools_of(shop)).do_due()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert (refunds(shop), {one[-1] for one in owed(shop)}) == ([200, 200, 200], {"settled"})
    assert len(shop.api.calls("POST", "/v1/refunds")) == 3
