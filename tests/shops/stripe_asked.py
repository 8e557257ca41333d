"""The stand-in for Stripe as its own tests ask it: one server, an account that nobody used, and the real SDK."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from stripe import StripeClient

from tests.doors import TestClock
from tests.shops.stripe_api import StripeApi, stripe_api

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
NAME = "Wed 25 Nov 18-22"
LINES = [{"quantity": 1, "price_data": {"currency": "eur", "unit_amount": 4900, "product_data": {"name": "A lamp"}}}]
ADDRESS = {"line1": "Prinsengracht 263", "postal_code": "1016 GV", "city": "Amsterdam", "country": "NL"}


@pytest.fixture(scope="module")
def served() -> Iterator[StripeApi]:
    with stripe_api(TestClock(NOW)) as api:
        yield api


@pytest.fixture
def api(served: StripeApi) -> StripeApi:
    """The one server, with an account that nobody used."""
    served.clock.now = NOW  # type: ignore[attr-defined]
    served.accounts.clear()
    served.asked.clear()
    served.faults.clear()
    served.add_account()
    return served


@pytest.fixture
def client(api: StripeApi) -> StripeClient:
    return client_of(api, api.account.secret_key)


def client_of(api: StripeApi, key: str) -> StripeClient:
    return StripeClient(key, base_addresses={"api": api.url}, max_network_retries=0)


def rate(amount: int = 595, **other: Any) -> dict[str, Any]:
    fixed = {"amount": amount, "currency": "eur"}
    return {"shipping_rate_data": {"display_name": NAME, "type": "fixed_amount", "fixed_amount": fixed} | other}


def elements(**other: Any) -> dict[str, Any]:
    return {
        "mode": "payment",
        "ui_mode": "elements",
        "return_url": "https://shop.test/thanks",
        "line_items": LINES,
        "permissions": {"update_shipping_details": "server_only"},
        "shipping_address_collection": {"allowed_countries": ["NL", "BE"]},
    } | other


def open_session(client: StripeClient, **other: Any) -> Any:
    return client.v1.checkout.sessions.create(elements(**other))


def address(**other: Any) -> dict[str, Any]:
    return {"collected_information": {"shipping_details": {"name": "A. Jansen", "address": ADDRESS | other}}}
