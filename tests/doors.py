"""The two doors, opened on the demo merchant: an application with a clock of its own, on both databases.

Registered as a pytest plugin in conftest.py. `door` runs on SQLite and PostgreSQL, `plain_door` on SQLite alone.
"""

import gc
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app import create_app, make_service, serve_by
from delivery.keys import KeyKind, issue_key
from delivery.merchants import add_merchant
from delivery.store.engine import Database
from delivery.store.tables import metadata
from plugin.commands.demo_merchant.seed import MERCHANT_ID, seed
from tests.seeded import ACROSS, fill
from web.config import Config
from web.limit_storage import InProcess
from web.service import NAME, Service

SHOP_ORIGIN = "https://shop.test"
TUESDAY_MORNING = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
BASKET: dict[str, Any] = {"lines": [{"sku": "LAMP-1", "quantity": 1, "weight_g": 1200}], "currency": "EUR"}
AMSTERDAM: dict[str, Any] = {"country": "NL", "postal_code": "1016 GV", "city": "Amsterdam"}
ADDRESS: dict[str, Any] = AMSTERDAM | {"lines": ["Prinsengracht 263"]}
BUILT_IN = ("public_url", "limit_per_minute", "limits_storage", "trusted_proxies", "sign_up", "queue_url", "log_level")
"""What an application is built with; the other settings it asks its service for at each call."""


class TestClock:
    """A clock that stands still until it is moved."""

    __test__ = False

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **span: float) -> None:
        self.now += timedelta(**span)


@dataclass
class Door:
    """What a shop's page and a shop's server can do."""

    client: FlaskClient
    database: Database
    clock: TestClock
    shop: str
    secret: str
    service: Service

    def page(self, method: str, path: str, origin: str | None = SHOP_ORIGIN, **options: Any) -> TestResponse:
        """A call from a page of the shop."""
        headers = {"Origin": origin} if origin else {}
        headers |= options.pop("headers", {})
        return self.client.open("/widget/v1" + path, method=method, headers=headers, **options)

    def server(self, method: str, path: str, **options: Any) -> TestResponse:
        """A call from the shop's server."""
        headers = {"Authorization": f"Bearer {self.secret}"} | options.pop("headers", {})
        return self.client.open("/v1" + path, method=method, headers=headers, **options)

    def question(self, checkout: str | None = "checkout-1", **other: Any) -> dict[str, Any]:
        asked = {"shop": self.shop, "destination": AMSTERDAM, "basket": BASKET, "locale": "en-GB", "checkout": checkout}
        return asked | other

    def offer(self, checkout: str | None = "checkout-1", **other: Any) -> dict[str, Any]:
        response = self.page("POST", "/offers", json=self.question(checkout, **other))
        assert response.status_code == 200, response.text
        return response.get_json()  # type: ignore[no-any-return]

    def take(
        self, kind: str = "local_delivery", number: int = 0, checkout: str | None = "checkout-1"
    ) -> dict[str, Any]:
        """Take the option of this kind and number; the hold's answer."""
        offer = self.offer(checkout)
        option = [option for option in offer["options"] if option["type"] == kind][number]
        response = self.hold(offer["offer"], option["id"])
        assert response.status_code == 201, response.text
        return response.get_json()  # type: ignore[no-any-return]

    def hold(self, offer: str, option: str, **other: Any) -> TestResponse:
        return self.page("POST", "/holds", json={"shop": self.shop, "offer": offer, "option": option} | other)

    def order(self, choice: str | None, number: str = "1001", **other: Any) -> TestResponse:
        return self.server("POST", "/orders", json=order_body(choice, number) | other)

    def rows(self) -> dict[str, int]:
        """How many rows each table has."""
        return {name: self.count(name) for name in metadata.tables}

    def count(self, table: str) -> int:
        """How many rows the table has, of all merchants."""
        question = select(func.count()).select_from(metadata.tables[table])
        with self.database.engine.connect() as connection:
            return connection.execute(question, execution_options=ACROSS).scalar_one()


def order_body(choice: str | None, number: str = "1001") -> dict[str, Any]:
    return {
        "order": number,
        "choice": choice,
        "recipient": {"name": "A. Jansen", "email": "a.jansen@example.org", "locale": "en-GB"},
        "address": ADDRESS,
        "basket": BASKET,
    }


def open_door(database: Database, url: str, **config: Any) -> Door:
    """An application on this database, seeded with the demo merchant."""
    now, origins = TUESDAY_MORNING, (SHOP_ORIGIN,)
    fill(database, "seeded", lambda: database.write(lambda session: seed(session, now, origins)))
    return open_filled(database, url, **config)


def open_filled(database: Database, url: str, keys: tuple[str, str] | None = None, **config: Any) -> Door:
    """An application on a database with the demo merchant in it, and with these keys unless it is given new ones."""
    clock = TestClock(TUESDAY_MORNING)
    settings = Config(database_url=url, queue_url="sqlite:///:memory:", **config)
    app = _shared_app(settings, clock, database)
    service: Service = app.extensions[NAME]
    shop, secret = keys or keys_of(database, service, clock(), MERCHANT_ID)
    return Door(app.test_client(), database, clock, shop, secret, service)


class Relay:
    """The clock of whichever test runs now."""

    clock: TestClock

    def __call__(self) -> datetime:
        return self.clock()


@dataclass(frozen=True)
class Shared:
    """An application that tests share, its clock, and where it counts for its limits."""

    app: Flask
    relay: Relay
    counted: list[InProcess]


def _shared_app(settings: Config, clock: TestClock, database: Database) -> Flask:
    """The application for these settings: made once, because that takes most of a short test's time, and served from
    another database and by the other settings each time. What it counted for its limits is forgotten."""
    shared = _made_once(Config(**{name: getattr(settings, name) for name in BUILT_IN}))
    shared.relay.clock = clock
    for storage in shared.counted:
        storage.reset()
    serve_by(shared.app, make_service(settings, clock, database))
    return shared.app


@cache
def _made_once(settings: Config) -> Shared:
    relay = Relay()
    relay.clock = TestClock(TUESDAY_MORNING)
    keys = ("a key until it is served by another",)
    app = create_app(replace(settings, database_url="sqlite://", secret_keys=keys), relay)
    app.extensions[NAME].database.close()
    counted = [kept for kept in gc.get_objects() if isinstance(kept, InProcess) and kept._clock is relay]
    return Shared(app, relay, counted)


def keys_of(database: Database, service: Service, now: datetime, merchant_id: str) -> tuple[str, str]:
    return database.write(
        lambda session: (
            issue_key(session, now, service.signer, merchant_id, KeyKind.PUBLISHABLE),
            issue_key(session, now, service.signer, merchant_id, KeyKind.SECRET),
        )
    )


def another_merchant(door: Door) -> Door:
    """The same service, spoken to by another merchant."""
    now = door.clock()
    facts = {"country": "NL", "language": "nl-NL", "currency": "EUR", "time_zone": "Europe/Amsterdam"}
    merchant_id = door.database.write(lambda session: add_merchant(session, now, name="Another shop", **facts))
    shop, secret = keys_of(door.database, door.service, now, merchant_id)
    return Door(door.client, door.database, door.clock, shop, secret, door.service)


@pytest.fixture
def door(database: Database) -> Iterator[Door]:
    yield from _opened(database)


@pytest.fixture
def plain_door(sqlite_database: Database) -> Iterator[Door]:
    yield from _opened(sqlite_database)


def _opened(database: Database) -> Iterator[Door]:
    opened = open_door(database, database.url.render_as_string(hide_password=False))
    yield opened
    opened.service.database.close()
