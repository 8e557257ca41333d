"""The demo merchant with a checkout that is Stripe's: connected to the stand-in, with a session or an intent to be paid."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import orjson
import pytest
from stripe import StripeClient
from werkzeug.test import TestResponse

from delivery import stripe_accounts
from delivery.audit import OPERATOR
from delivery.store.engine import Database
from plugin.commands.demo_merchant.seed import MERCHANT_ID
from tests.doors import BASKET, SHOP_ORIGIN, TUESDAY_MORNING, Door, TestClock, open_door
from tests.shops.stripe_api import StripeApi, stripe_api
from tests.shops.stripe_shopper import Shopper

WEBHOOK_SECRET = "whsec_of_the_tests"
GOODS = 4900
LINES = [{"quantity": 1, "price_data": {"currency": "eur", "unit_amount": GOODS, "product_data": {"name": "A lamp"}}}]
DETAILS = {
    "name": "A. Jansen",
    "address": {"line1": "Prinsengracht 263", "postal_code": "1016 GV", "city": "Amsterdam", "country": "NL"},
}
PERMISSIONS = (
    *("checkout_sessions:write", "payment_intents:write", "refunds:write", "payment_links:write"),
    *("charges:read", "disputes:read", "events:read", "shipping_rates:write"),
)
"""What docs/stripe.md asks for."""


@dataclass
class StripeShop:
    """What the shop's server and its page do."""

    door: Door
    api: StripeApi
    client: StripeClient
    shopper: Shopper

    def session(self, **other: Any) -> Any:
        """The shop's server makes a session."""
        params = {
            "mode": "payment",
            "ui_mode": "elements",
            "return_url": "https://shop.test/thanks",
            "line_items": LINES,
            "permissions": {"update_shipping_details": "server_only"},
            "shipping_address_collection": {"allowed_countries": ["NL", "BE"]},
            "client_reference_id": "S-1",
            "metadata": {"stoep_basket": basket_text()},
        }
        made = self.client.v1.checkout.sessions.create(params | other)  # type: ignore[arg-type]
        # As Stripe's begin: a page finds the session's id in it.
        self.api.account.objects[made.id]["client_secret"] = made["client_secret"] = f"{made.id}_secret_{made.created}"
        return made

    def intent(self, **other: Any) -> Any:
        """The shop's server makes a PaymentIntent."""
        metadata = {"stoep_basket": basket_text(), "stoep_goods": str(GOODS), "order": "P-1"}
        params = {"amount": GOODS, "currency": "eur", "metadata": metadata}
        return self.client.v1.payment_intents.create(params | other)  # type: ignore[arg-type]

    def deliver(self, payment: Any, choice: str | None, origin: str | None = SHOP_ORIGIN, **other: Any) -> TestResponse:
        """The shopper's page says where it goes and what was chosen."""
        kind = "payment-intents" if payment.id.startswith("pi_") else "checkout-sessions"
        body = {"shop": self.door.shop, "client_secret": payment.client_secret, "shipping_details": DETAILS}
        headers = {"Origin": origin} if origin else {}
        path = f"/plugin/stripe/{kind}/{payment.id}/delivery"
        return self.door.client.post(path, json=body | {"choice": choice} | other, headers=headers)

    def at_stripe(self, payment: Any) -> dict[str, Any]:
        """The session or intent as it stands at the stand-in."""
        return self.api.account.objects[payment.id]

    def at_stripe_id(self, payment_id: str) -> dict[str, Any]:
        """The same, by its id."""
        return self.api.account.objects[payment_id]

    def rates(self, payment: Any) -> list[dict[str, Any]]:
        """The shipping rates on offer in a session."""
        options = self.at_stripe(payment)["shipping_options"]
        return [self.api.account.objects[option["shipping_rate"]] for option in options]


def basket_text(basket: Any = BASKET) -> str:
    return orjson.dumps(basket).decode()


@pytest.fixture(scope="session")
def served_stripe() -> Iterator[StripeApi]:
    with stripe_api(TestClock(TUESDAY_MORNING)) as api:
        yield api


@pytest.fixture
def stripe_shop(served_stripe: StripeApi, database: Database) -> Iterator[StripeShop]:
    """On both databases."""
    yield from _opened(served_stripe, database)


@pytest.fixture
def plain_stripe_shop(served_stripe: StripeApi, sqlite_database: Database) -> Iterator[StripeShop]:
    """On SQLite alone."""
    yield from _opened(served_stripe, sqlite_database)


def _opened(api: StripeApi, database: Database) -> Iterator[StripeShop]:
    door = open_door(database, database.url.render_as_string(hide_password=False), stripe_api=api.url)
    api.clock = door.clock
    api.accounts.clear()
    api.asked.clear()
    api.faults.clear()
    account = api.add_account()
    connect(door, account.restricted_key(*PERMISSIONS))
    client = StripeClient(account.secret_key, base_addresses={"api": api.url}, max_network_retries=0)
    yield StripeShop(door, api, client, Shopper(account))
    door.service.database.close()


def connect(door: Door, key: str) -> None:
    """As the install page does."""
    whose, now, signer = MERCHANT_ID, door.clock(), door.service.signer

    def work(session: Any) -> None:
        stripe_accounts.connect(session, now, whose, key, signer, OPERATOR)
        stripe_accounts.keep_webhook_secret(session, now, whose, WEBHOOK_SECRET, signer, OPERATOR)

    door.database.write(work)
