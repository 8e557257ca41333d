"""A second opinion on PaymentIntents by `localstripe`, as far as it goes: developers only, see docs/contributing.md.

It knows no Checkout Sessions and no payment links, and refuses what the SDK names for an intent: `shipping`, the reasons of
cancelling and refunding. By itself it listens everywhere; here on loopback.
"""

import os
import subprocess
from collections.abc import Iterator

import pytest
from stripe import StripeClient

from delivery.stripe_sessions import OPEN
from plugin.shops.stripe.client import calling
from plugin.shops.stripe.outcomes import read_intent
from tests.doors import TUESDAY_MORNING, TestClock
from tests.shops.stripe_api import stripe_api
from tests.shops.stripe_shop import GOODS, basket_text

PYTHON = os.environ.get("STOEP_LOCALSTRIPE", "")
SERVE = """
import socket
from aiohttp import web
from localstripe.server import app
listening = socket.socket()
listening.bind(("127.0.0.1", 0))
print(listening.getsockname()[1], flush=True)
web.run_app(app, sock=listening, print=None, access_log=None)
"""


@pytest.fixture
def other() -> Iterator[StripeClient]:
    if not PYTHON:
        pytest.skip("STOEP_LOCALSTRIPE names no Python with localstripe")
    with subprocess.Popen([PYTHON, "-c", SERVE], stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        port = int(server.stdout.readline())
        try:
            with calling(f"http://127.0.0.1:{port}", "sk_test_12345") as client:
                yield client
        finally:
            server.kill()


def test_both_say_the_same_of_an_intent(other: StripeClient) -> None:
    with stripe_api(TestClock(TUESDAY_MORNING)) as api, calling(api.url, api.account.secret_key) as ours:
        seen = []
        for client in (other, ours):
            metadata = {"stoep_basket": basket_text(), "stoep_goods": str(GOODS), "order": "P-1"}
            made = client.v1.payment_intents.create({"amount": GOODS, "currency": "eur", "metadata": metadata})
            told = {"amount": GOODS + 495, "metadata": {"stoep_fee": "495", "stoep_hold": "hd_1"}}
            changed = client.v1.payment_intents.update(made.id, told)  # type: ignore[arg-type]
            assert (int(changed.amount), changed.status) == (GOODS + 495, "requires_payment_method")
            found = read_intent(client, made.id)
            assert found.bought
            seen.append((found.state, found.currency, found.fee, found.paid, found.bought.order, found.bought.hold_id))
        assert seen == [(OPEN, "EUR", 495, 0, "P-1", "hd_1")] * 2
