"""A whole street for the browser tests: Stoep, its worker, the example shop and the example warehouse.

A pytest plugin, asked for by `pytest_plugins = ["tests.browser.street"]`. The street is built once for each test process,
on free loopback ports and a fresh database, and torn down by its own process ids.
Test modules import it by name as well, before pytest knows it for a plugin: PYTEST_DONT_REWRITE.
"""

import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from shutil import copyfile
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, Page, expect, sync_playwright
from sqlalchemy import ColumnElement, select, update

from delivery import endpoints
from delivery.keys import KeyKind, issue_key
from delivery.signing_keys import load_signer
from delivery.store.engine import Database, Session
from delivery.store.tables import counters, holds, merchants, slot_patterns
from plugin.commands.demo_merchant.seed import MERCHANT_ID, seed
from plugin.commands.processes import LOOPBACK, Program, Running
from tests.browser.buyer import SANNE, Buyer
from tests.browser.chromium import FLAGS, chromium_path

HOUSE = Path(__file__).parents[2]
PLACES = 12
"""In each window, as the demo merchant has it."""
TIMES = ("created_at", "expires_at", "extendable_until")
PATIENCE_MS = 15_000
"""The machine may have other things to do."""
expect.set_options(timeout=PATIENCE_MS)


@dataclass
class Street:
    """Where everything is, and what a test may do behind the shopper's back."""

    stoep: str
    shop: str
    warehouse: str
    secret_key: str
    database: Database
    programs: dict[str, Program]
    _running: dict[str, Running] = field(default_factory=dict)

    def start(self, *names: str) -> None:
        """Starts these programs, all of them when none is named, and waits until they are up."""
        started = {name: Running(self.programs[name]) for name in names or self.programs}
        self._running |= started
        for one in started.values():
            one.wait_until_up()

    def stop(self, *names: str) -> None:
        """Stops these programs, all of them when none is named."""
        stopped = [self._running.pop(name) for name in names or list(self._running)]
        for one in stopped:
            one.ask_to_stop()
        for one in stopped:
            one.wait_until_stopped()

    @contextmanager
    def stoep_comes_back(self) -> Iterator[None]:
        """Whatever happens within, Stoep is up afterwards."""
        try:
            yield
        finally:
            if "Stoep" not in self._running:
                self.start("Stoep")

    def booking(self, order: str) -> dict[str, Any]:
        """The booking that Stoep has for an order of the shop."""
        answer = requests.get(
            f"{self.stoep}/v1/bookings",
            params={"order": order},
            headers={"Authorization": f"Bearer {self.secret_key}"},
            timeout=20,
        )
        (found,) = answer.json()["bookings"]
        return dict(found)

    @contextmanager
    def one_place_left(self, day: str, start: str) -> Iterator[None]:
        """Meanwhile the window in Amsterdam that starts then has one place that nobody has."""
        pattern_id = f"amsterdam-{date.fromisoformat(day).isoweekday()}-{start[:2]}"
        self._set_capacity(pattern_id, self._sold(pattern_id, day) + 1)
        try:
            yield
        finally:
            self._set_capacity(pattern_id, PLACES)

    def _sold(self, pattern_id: str, day: str) -> int:
        here = (counters.c.merchant_id == MERCHANT_ID, counters.c.ref == pattern_id)
        with self.database.reading() as session:
            row = session.execute(
                select(counters).where(*here, counters.c.day == date.fromisoformat(day))
            ).one_or_none()
        return row.held + row.booked if row else 0

    def _set_capacity(self, pattern_id: str, capacity: int) -> None:
        of_demo = slot_patterns.c.merchant_id == MERCHANT_ID
        pattern = update(slot_patterns).where(of_demo, slot_patterns.c.id == pattern_id).values(capacity=capacity)
        demo = update(merchants).where(merchants.c.id == MERCHANT_ID)

        def work(session: Session) -> None:
            assert session.execute(pattern).rowcount == 1
            session.execute(demo.values(settings_version=merchants.c.settings_version + 1))

        self.database.write(work)

    def kept_by(self, checkout: str) -> list[str]:
        """The types of what this checkout holds."""
        with self.database.reading() as session:
            return [row.option["type"] for row in session.execute(select(holds).where(*_live(checkout)))]

    def age_hold(self, checkout: str, minutes: float) -> None:
        """The hold of this checkout was taken so much earlier than it really was."""

        def work(session: Session) -> None:
            row = session.execute(select(holds).where(*_live(checkout))).one()
            earlier = [getattr(row, name) - timedelta(minutes=minutes) for name in TIMES]
            session.execute(update(holds).where(*_live(checkout)).values(dict(zip(TIMES, earlier, strict=True))))

        self.database.write(work)


def _live(checkout: str) -> tuple[ColumnElement[bool], ...]:
    return (holds.c.merchant_id == MERCHANT_ID, holds.c.checkout == checkout, holds.c.state == "live")


@pytest.fixture(scope="session")
def street(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    """Built, warmed up, and torn down at the end."""
    folder = tmp_path_factory.mktemp("street")
    copyfile(sqlite_template, folder / "stoep.sqlite")
    built = _build(folder)
    try:
        built.start()
        _warm_up(built)
        yield built
    finally:
        built.stop()
        built.database.close()


def _build(folder: Path) -> Street:
    url = f"sqlite:///{folder / 'stoep.sqlite'}"
    ports = free_ports(3)
    stoep, shop, warehouse = (f"http://{LOOPBACK}:{port}" for port in ports)
    database, now = Database(url), datetime.now(UTC)
    signer = load_signer(database, now)

    def settle(session: Session) -> tuple[str, str, str]:
        seed(session, now, (shop,))
        return (
            issue_key(session, now, signer, MERCHANT_ID, KeyKind.PUBLISHABLE),
            issue_key(session, now, signer, MERCHANT_ID, KeyKind.SECRET),
            endpoints.add(session, now, MERCHANT_ID, f"{warehouse}/hooks", signer)[1],
        )

    key, secret_key, warehouse_secret = database.write(settle)
    ours = {
        "PYTHONPATH": str(HOUSE),
        "STOEP_DATABASE_URL": url,
        "STOEP_PUBLIC_URL": stoep,
        "STOEP_ALLOW_PRIVATE_TARGETS": "1",
        "STOEP_LOG_LEVEL": "WARNING",
        "STOEP_LIMIT_PER_MINUTE": "100000",
        "STOEP_LIVE_HOLDS": "10000",
    }
    shops = {
        "PYTHONPATH": str(HOUSE),
        "SHOP_STOEP_URL": stoep,
        "SHOP_KEY": key,
        "SHOP_SECRET": secret_key,
        "SHOP_ORDERS": str(folder / "shop.sqlite"),
        "SHOP_RETRY_SECONDS": "0.3",
        "SHOP_ANSWER_SECONDS": "20",
    }
    warehouses = {
        "PYTHONPATH": str(HOUSE),
        "WAREHOUSE_SECRET": warehouse_secret,
        "WAREHOUSE_ORDERS": str(folder / "warehouse.sqlite"),
    }
    command = [sys.executable, "-c", "from app import main; main()"]
    example = [sys.executable, "-m"]
    programs = (
        Program("Stoep", [*command, "serve", "--port", str(ports[0])], ports[0], ours),
        Program("the worker", [*command, "worker"], None, ours),
        Program("the shop", [*example, "examples.shop", "--port", str(ports[1])], ports[1], shops),
        Program("the warehouse", [*example, "examples.warehouse", "--port", str(ports[2])], ports[2], warehouses),
    )
    return Street(stoep, shop, warehouse, secret_key, database, {program.name: program for program in programs})


def free_ports(how_many: int) -> list[int]:
    """Ports that nobody listens on."""
    with ExitStack() as opened:
        found = [opened.enter_context(socket.create_server((LOOPBACK, 0))) for _ in range(how_many)]
        return [one.getsockname()[1] for one in found]


def _warm_up(street: Street) -> None:
    """The first offer reads everything in; no shopper should be the one who waits for that."""
    with requests.Session() as first:
        first.post(f"{street.shop}/basket", data={"sku": "LAMP-DESK", "add": "1"}, timeout=60)
        page = first.post(f"{street.shop}/checkout/", data={**SANNE, "country": "NL"}, timeout=60)
        assert "delivery_choice_option" in page.text


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One for each module: as long as it is open, no other test of this process could open one."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def new_page(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Opens browsers of their own. Afterwards: no script broke, and no policy was violated."""
    broken: list[str] = []
    with ExitStack() as contexts:

        def make(**look: Any) -> Page:
            usual = {"locale": "en-GB", "reduced_motion": "reduce", "viewport": {"width": 1280, "height": 900}}
            context = chromium.new_context(**{**usual, **look})
            contexts.callback(context.close)
            context.set_default_timeout(PATIENCE_MS)
            page = context.new_page()
            page.on("pageerror", lambda error: broken.append(str(error)))
            page.on("console", lambda said: broken.append(said.text) if "Security Policy" in said.text else None)
            return page

        yield make
    assert broken == []


@pytest.fixture
def new_buyer(street: Street, new_page: Callable[..., Page]) -> Callable[..., Buyer]:
    """Makes somebody who buys, with a browser of their own."""
    return lambda **look: Buyer(new_page(**look), street.shop, street.warehouse)


@pytest.fixture
def buyer(new_buyer: Callable[..., Buyer]) -> Buyer:
    return new_buyer()
