"""The element: how many bytes it is, and how soon it shows the picker on the example shop's checkout."""

import contextlib
import gzip
import importlib
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.figures import show, spread
from plugin.commands.processes import LOOPBACK

HERE = Path(__file__).parent.parent
MOST_BYTES = 8 * 1024
START_SECONDS = 90
STOEP_COMMAND = "from app import main; main()"

WATCH = """
const define = CustomElementRegistry.prototype.define;
CustomElementRegistry.prototype.define = function (name, ...rest) {
  if (name === "stoep-delivery") performance.mark("defined");
  return define.call(this, name, ...rest);
};
document.addEventListener("stoep:ready", () => {
  requestAnimationFrame(() => setTimeout(() => performance.mark("shown")));
  performance.mark("ready");
}, { once: true });
"""
"""Marks: the element's script runs; its picker is in the page; the frame with it is painted."""

READ = """
() => {
  const at = (name) => performance.getEntriesByName(name)[0].startTime;
  const fetched = performance.getEntriesByType("resource");
  const find = (end) => fetched.find((each) => each.name.endsWith(end));
  const asked = find("/fragments/choices");
  return {
    loaded: at("defined") - find("/stoep.js").startTime,
    ready: at("ready") - at("defined"),
    shown: at("shown") - at("defined"),
    fragment: asked.responseEnd - asked.startTime,
  };
}
"""
STEPS = {
    "loaded": "from the script's request until it runs",
    "ready": "from there until the picker is in the page",
    "shown": "from there until the picker is painted",
    "fragment": "of which waiting for fragments/choices",
}


def run(visits: int) -> None:
    """Bytes, then milliseconds."""
    sizes = {file.name: gzipped(file) for file in files()}
    total = sum(sizes.values())
    show(
        f"Element: gzipped bytes without comments; {MOST_BYTES} at most",
        ("file", "bytes"),
        [*sorted(sizes.items()), ("all", total)],
    )
    with _demo() as shop, sync_playwright() as playwright:
        # By name: types are checked in this room, not in tests.
        chromium = importlib.import_module("tests.browser.chromium")
        browser = playwright.chromium.launch(executable_path=chromium.chromium_path(), args=chromium.FLAGS)
        seen = [_visit(browser, shop) for _ in range(visits + 1)][1:]
        browser.close()
    rows = [(words, spread([each[name] for each in seen])) for name, words in STEPS.items()]
    show(f"Element in Chromium on the example checkout, ms: {visits} visits, median (least–most)", ("step", "ms"), rows)


def files() -> list[Path]:
    """Every file of JavaScript that a shop's page loads."""
    return [HERE / "static" / "stoep.js", *sorted((HERE / "static" / "stoep").glob("*.js"))]


def gzipped(file: Path) -> int:
    """Bytes of the file as it is sent, its comments left out."""
    text = re.sub(r"/\*.*?\*/", "", file.read_text(encoding="utf-8"), flags=re.DOTALL)
    lines = (re.sub(r"(^|\s)//.*", "", line).rstrip() for line in text.splitlines())
    return len(gzip.compress("\n".join(line for line in lines if line.strip()).encode(), 9))


def _visit(browser: Browser, shop: str) -> dict[str, float]:
    """A shopper with an empty cache goes to the checkout's delivery page."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="nl-NL")
    page = context.new_page()
    _to_the_delivery_page(page, shop)
    page.locator("stoep-delivery .picker").wait_for(timeout=30_000)
    while not page.evaluate("() => performance.getEntriesByName('shown').length"):
        page.wait_for_timeout(50)
    found: dict[str, float] = page.evaluate(READ)
    context.close()
    return found


def _to_the_delivery_page(page: Page, shop: str) -> None:
    page.goto(shop)
    page.locator("a[href*='/product']").first.click()
    page.locator("main form button, form[action*='basket'] button").first.click()
    page.goto(f"{shop}/checkout/")
    for name, value in {
        "name": "A. Jansen",
        "email": "a.jansen@example.org",
        "street": "Prinsengracht 263",
        "postal_code": "1016 GV",
        "city": "Amsterdam",
    }.items():
        page.fill(f"[name={name}]", value)
    page.add_init_script(WATCH)
    page.locator("form.address button").click()


@contextlib.contextmanager
def _demo() -> Iterator[str]:
    """`stoep demo` on a database of its own; the shop's address."""
    with tempfile.TemporaryDirectory(prefix="stoep-bench-") as folder:
        port = _three_free_ports()
        variables = {
            "STOEP_DATABASE_URL": f"sqlite:///{folder}/stoep.sqlite",
            "STOEP_QUEUE_URL": f"sqlite:///{folder}/queue.sqlite",
            "SHOP_ORDERS": f"{folder}/shop.sqlite",
        }
        command = [sys.executable, "-c", STOEP_COMMAND, "demo", "--port-base", str(port)]
        said = Path(folder) / "said"
        with said.open("wb") as log:
            demo = subprocess.Popen(
                command, cwd=HERE, env=os.environ | variables, stdout=log, stderr=log, start_new_session=True
            )
        try:
            if not all(_is_up(each, demo) for each in range(port, port + 3)):
                raise RuntimeError(f"the demo did not start: {said.read_text()[-2000:]}")
            yield f"http://{LOOPBACK}:{port + 1}"
        finally:
            demo.send_signal(signal.SIGTERM)
            demo.wait(30)


def _is_up(port: int, demo: "subprocess.Popen[bytes]") -> bool:
    deadline = time.monotonic() + START_SECONDS
    while demo.poll() is None and time.monotonic() < deadline:
        connection = HTTPConnection(LOOPBACK, port, timeout=2)
        with contextlib.suppress(OSError, HTTPException):
            connection.request("GET", "/health")
            if connection.getresponse().status == 200:
                return True
        connection.close()
        time.sleep(0.1)
    return False


def _three_free_ports() -> int:
    for port in range(18200, 30000, 3):
        with contextlib.suppress(OSError), contextlib.ExitStack() as stack:
            for each in range(port, port + 3):
                probe = stack.enter_context(socket.socket())
                probe.bind((LOOPBACK, each))
            return port
    raise RuntimeError("no three free ports in a row")
