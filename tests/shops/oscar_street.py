"""A shop of django-oscar, as a process of its own, beside a Stoep of this process, on loopback.

A pytest plugin, asked for by `pytest_plugins = ["tests.shops.oscar_street"]`. Both are started once for each test process.
The shop's database and index are made once for the whole run and copied.
Test modules import it by name as well, before pytest knows it for a plugin: PYTEST_DONT_REWRITE.
"""

import fcntl
import shutil
import sqlite3
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from shutil import copyfile
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import requests
from playwright.sync_api import Browser, Page
from sqlalchemy import func, select
from werkzeug.serving import BaseWSGIServer, make_server

from app import create_app
from delivery.keys import KeyKind, issue_key
from delivery.signing_keys import load_signer
from delivery.store.engine import Database, Session
from delivery.store.tables import metadata
from plugin.commands.demo_merchant.seed import MERCHANT_ID, seed
from plugin.commands.processes import LOOPBACK, Program
from tests.browser.street import HOUSE, Street, free_ports
from tests.seeded import ACROSS
from tests.served import Quiet, launched
from web.config import Config

OSCAR = HOUSE / ".venv-oscar"
PATIENCE_MS = 15_000
NOWHERE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
"""Oscar's pages ask a network of others for a script first, and take their own when there is no answer."""


@dataclass
class Line:
    """The wire between the shop and Stoep: it knows what was asked, can be slow, and can be cut."""

    serve: Callable[..., Iterable[bytes]]
    port: int
    calls: list[tuple[str, bool]] = field(default_factory=list)
    """Method and path, and whether it was asked with the secret key, which is what a shop's server does."""
    slow_seconds: float = 0
    late_seconds: float = 0
    _server: BaseWSGIServer | None = None

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        said = f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}"
        by_server = environ.get("HTTP_AUTHORIZATION", "").startswith("Bearer sk_")
        if not environ["PATH_INFO"].startswith("/static") and environ["REQUEST_METHOD"] != "OPTIONS":
            self.calls.append((said, by_server))
        if self.slow_seconds and by_server:
            time.sleep(self.slow_seconds)
        answer = self.serve(environ, start_response)
        if self.late_seconds and by_server:
            time.sleep(self.late_seconds)
        return answer

    def open(self) -> None:
        self._server = make_server(LOOPBACK, self.port, self, threaded=True, request_handler=Quiet)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def cut(self) -> None:
        if self._server:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    @contextmanager
    def is_cut(self) -> Iterator[None]:
        """Within, nobody answers at Stoep's address."""
        self.cut()
        try:
            yield
        finally:
            if not self._server:
                self.open()

    @contextmanager
    def is_slow(self, seconds: float) -> Iterator[None]:
        """Within, the shop's server waits so long for each answer."""
        self.slow_seconds = seconds
        try:
            yield
        finally:
            self.slow_seconds = 0

    @contextmanager
    def is_late(self, seconds: float) -> Iterator[None]:
        """Within, what the shop's server asks is done at once, and the answer comes so much later."""
        self.late_seconds = seconds
        try:
            yield
        finally:
            self.late_seconds = 0


@dataclass
class OscarStreet(Street):
    """With the shop of Oscar as its shop; what it does behind the shopper's back is done to the same tables."""

    line: Line = field(kw_only=True)
    key: str = field(kw_only=True)
    folder: Path = field(kw_only=True)

    @contextmanager
    def asked(self) -> Iterator[Counter[str]]:
        """What the shop's server asked Stoep within, by method and path, filled at the end. Ids are left out."""
        self.line.calls.clear()
        found: Counter[str] = Counter()
        yield found
        found.update(path for path, by_server in self.line.calls if by_server)

    def rows(self) -> dict[str, int]:
        """How many rows each table of Stoep has."""
        with self.database.engine.connect() as connection:
            return {
                name: connection.execute(select(func.count()).select_from(table), execution_options=ACROSS).scalar_one()
                for name, table in metadata.tables.items()
            }

    def orders_placed(self) -> int:
        """How many orders the shop has."""
        with closing(sqlite3.connect(self.folder / "shop.sqlite")) as connection:
            return int(connection.execute("SELECT count(*) FROM order_order").fetchone()[0])

    def somebody_takes(self, day: str, start: str) -> None:
        """Another shopper keeps a place in the window in Amsterdam that starts then."""
        offer = self._post("offers", self._question(f"somebody-{day}-{start}"))
        options = [option for option in offer["options"] if option["type"] == "local_delivery"]
        (wanted,) = [option["id"] for option in options if _begins(option) == (day, start)]
        self._post("holds", {"shop": self.key, "offer": offer["offer"], "option": wanted})

    def warm_up(self) -> None:
        """The first of each thing reads everything in; no shopper should be the one who waits for that, and the shop's server
        would not: it takes a second for an answer, and no answer for one that is away."""
        offer = self._post("offers", self._question("the-first"))
        self._post("holds", {"shop": self.key, "offer": offer["offer"], "option": offer["options"][0]["id"]})
        self._ask("fragments/choices", self._question("the-first"))
        requests.get(f"{self.shop}/checkout/", timeout=60).raise_for_status()

    def _question(self, checkout: str) -> dict[str, Any]:
        return {
            "shop": self.key,
            "destination": {"country": "NL", "postal_code": "1016 GV"},
            "basket": {"lines": [{"sku": "LAMP-DESK", "quantity": 1}], "currency": "EUR"},
            "checkout": checkout,
        }

    def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        return dict(self._ask(path, body).json())

    def _ask(self, path: str, body: dict[str, Any]) -> requests.Response:
        key = {"Authorization": f"Bearer {self.secret_key}"}
        answer = requests.post(f"{self.stoep}/widget/v1/{path}", json=body, headers=key, timeout=60)
        answer.raise_for_status()
        return answer

    def eventually_booked(self, order: str) -> dict[str, Any]:
        """The booking of an order that the shop tells of when it gets round to it."""
        deadline = time.monotonic() + PATIENCE_MS / 1000
        while True:
            try:
                booking = self.booking(order)
            except ValueError:
                assert time.monotonic() < deadline, f"Stoep never heard of {order}"
                time.sleep(0.1)
            else:
                if booking["state"] != "awaiting_payment":
                    return booking

    def mails(self) -> list[str]:
        """What the shop would have sent, oldest first."""
        files = sorted((self.folder / "mails").glob("*"), key=lambda path: path.stat().st_mtime_ns)
        return [path.read_text() for path in files]


def _begins(option: dict[str, Any]) -> tuple[str, str]:
    start = datetime.fromisoformat(option["delivery_window"]["start"]).astimezone(ZoneInfo("Europe/Amsterdam"))
    return f"{start:%Y-%m-%d}", f"{start:%H:%M}"


@pytest.fixture(scope="session")
def oscar_shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a shop's database and index, to copy: made by whichever test process needs it first."""
    if not (OSCAR / "installed").exists():
        pytest.fail("django-oscar is not installed: `make .venv-oscar/installed` does it, and `make test` by itself")
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if base.name.startswith("popen-") else base
    made = shared / "oscar-shop"
    with (shared / "oscar-shop.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            shutil.rmtree(shared / "oscar-shop-unfinished", ignore_errors=True)
            _make_shop(shared / "oscar-shop-unfinished")
            (shared / "oscar-shop-unfinished").rename(made)
    return made


def _make_shop(folder: Path) -> None:
    command = [str(OSCAR / "bin" / "python"), "-m", "examples.oscar", "--prepare-only"]
    variables = {"SHOP_FOLDER": str(folder), "PATH": "/usr/bin:/bin", "PYTHONWARNINGS": "ignore"}
    run = subprocess.run(command, cwd=HOUSE, env=variables, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.fixture(scope="session")
def oscar(sqlite_template: Path, oscar_shop: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OscarStreet]:
    """Both up; gone at the end."""
    folder = tmp_path_factory.mktemp("oscar")
    shutil.copytree(oscar_shop, folder, dirs_exist_ok=True)
    copyfile(sqlite_template, folder / "stoep.sqlite")
    built = _build(folder)
    try:
        built.line.open()
        built.start()
        built.warm_up()
        yield built
    finally:
        built.stop()
        built.line.cut()
        built.database.close()


def _build(folder: Path) -> OscarStreet:
    url = f"sqlite:///{folder / 'stoep.sqlite'}"
    ports = free_ports(2)
    stoep, shop = (f"http://{LOOPBACK}:{port}" for port in ports)
    database, now = Database(url), datetime.now(UTC)
    signer = load_signer(database, now)

    def settle(session: Session) -> tuple[str, str]:
        seed(session, now, (shop,))
        return (
            issue_key(session, now, signer, MERCHANT_ID, KeyKind.PUBLISHABLE),
            issue_key(session, now, signer, MERCHANT_ID, KeyKind.SECRET),
        )

    key, secret_key = database.write(settle)
    # Whoever buys here comes from one address, and quicker than people do.
    config = Config(url, public_url=stoep, log_level="ERROR", limit_per_minute=100_000, live_holds_per_address=10_000)
    line = Line(create_app(config), ports[0])
    variables = {
        "SHOP_STOEP_URL": stoep,
        "SHOP_KEY": key,
        "SHOP_SECRET": secret_key,
        "SHOP_FOLDER": str(folder),
        "SHOP_RETRY_SECONDS": "1",
        "PYTHONPATH": str(HOUSE),
        "PYTHONWARNINGS": "ignore",
    }
    command = [str(OSCAR / "bin" / "python"), "-m", "examples.oscar", "--port", str(ports[1])]
    programs = {"the shop": Program("the shop", command, ports[1], variables)}
    return OscarStreet(stoep, shop, "", secret_key, database, programs, line=line, key=key, folder=folder)


@pytest.fixture(scope="module")
def chromium_of_oscar() -> Iterator[Browser]:
    with launched(NOWHERE) as browser:
        yield browser


@pytest.fixture
def new_oscar_page(chromium_of_oscar: Browser) -> Iterator[Callable[..., Page]]:
    """Opens browsers of their own. Afterwards: no script broke."""
    broken: list[str] = []
    with ExitStack() as contexts:

        def make(**look: Any) -> Page:
            usual = {"locale": "en-GB", "reduced_motion": "reduce", "viewport": {"width": 1280, "height": 900}}
            context = chromium_of_oscar.new_context(**{**usual, **look})
            contexts.callback(context.close)
            context.set_default_timeout(PATIENCE_MS)
            page = context.new_page()
            page.on("pageerror", lambda error: broken.append(str(error)))
            return page

        yield make
    assert broken == [], broken
