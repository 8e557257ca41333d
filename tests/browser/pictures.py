"""Takes the pictures of the documents anew, of the demo as it is: `python -m tests.browser.pictures`.

The demo runs in an empty folder, with a database of its own, and is stopped by its process id.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.browser.chromium import FLAGS, chromium_path

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
PORT_BASE = 8710
DEMO = "from app import main; main()"
SIZE = 200_000
WIDTH, HEIGHT = 1040, 880
SHOPPER = {
    "name": "Sanne de Vries",
    "email": "sanne@example.org",
    "street": "Prinsengracht 263",
    "postal_code": "1016 GV",
    "city": "Amsterdam",
}


@dataclass(frozen=True)
class Demo:
    """Where the demo runs, its keys, and the login of its merchant's owner."""

    stoep: str
    shop: str
    key: str
    secret_key: str
    email: str
    password: str


@contextmanager
def running_demo() -> Iterator[Demo]:
    """The demo with a database of its own."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-u", "-c", DEMO, "demo", "--port-base", str(PORT_BASE)]
        seeded = subprocess.run([*command, "--seed-only", "--json"], cwd=folder, capture_output=True, check=True)
        demo = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True)
        try:
            yield said_by(demo, json.loads(seeded.stdout))
        finally:
            demo.terminate()
            demo.wait(30)


def said_by(demo: "subprocess.Popen[str]", keys: dict[str, str]) -> Demo:
    """What the demo prints once it is up, and the keys it was given before."""
    assert demo.stdout
    printed: dict[str, str] = {}
    for line in demo.stdout:
        if line.startswith("The "):
            printed["shop" if "shop" in line else "other"] = line.split()[-1]
        if line.startswith("Stoep "):
            printed["stoep"] = line.split()[-1]
        if ", password " in line:
            email, password = line.strip().split(", password ")
            return Demo(printed["stoep"], printed["shop"], keys["shop"], keys["secret_key"], email, password)
    raise RuntimeError("the demo did not start")


def take_checkout(page: Page, shop: str) -> None:
    """The delivery step of the checkout, with an evening window chosen and kept."""
    page.goto(f"{shop}/products/LAMP-DESK")
    page.locator("button.main").first.click()
    page.goto(f"{shop}/checkout/")
    for name, value in SHOPPER.items():
        page.locator(f"[name={name}]").fill(value)
    page.locator("form.address button.main").last.click()
    picker = page.locator("stoep-delivery")
    picker.locator(".day .radio").first.wait_for(state="attached")
    day = picker.locator(".day").first
    if day.get_attribute("open") is None:
        day.locator("summary").click()
    day.locator("label").last.click()
    picker.locator(".timer").filter(has_text=":").wait_for()
    page.evaluate("scrollTo(0, 0)")
    page.screenshot(path=PICTURES / "checkout.png")


def main() -> None:
    PICTURES.mkdir(exist_ok=True)
    with running_demo() as demo, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        context = browser.new_context(
            viewport={"width": WIDTH, "height": HEIGHT}, locale="en-GB", reduced_motion="reduce", color_scheme="light"
        )
        take_checkout(context.new_page(), demo.shop)
        browser.close()
    for picture in sorted(PICTURES.glob("*.png")):
        size = picture.stat().st_size
        print(f"{picture.name}: {size} bytes")
        if size > SIZE:
            sys.exit(f"{picture.name} is too large for a README")


if __name__ == "__main__":
    main()
