"""A shop's own looks on our pages, in a real browser: worn, and readable in light and in dark."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from tests.doors import Door
from tests.widget.dressed import TEXTS, dress
from tests.widget.test_pages import booked, path_of
from tests.widget.test_pages_looks import address_of_service, browser_of_pages  # noqa: F401 - fixtures are found by name

pytestmark = pytest.mark.browser

LOOKS = {
    "light": {"accent": "#7a1f5c", "text": "#2b1220", "surface": "#fff1e0", "line": "#e0b080"},
    "dark": {"accent": "#ffd166", "surface": "#3a1230", "text": "#fff1f8"},
    "radius": 0,
    "font": "serif",
}
BORDER = "(card) => getComputedStyle(card).borderInlineStartColor"


@pytest.mark.parametrize(("scheme", "accent"), [("light", "rgb(122, 31, 92)"), ("dark", "rgb(255, 209, 102)")])
def test_our_pages_wear_them_and_axe_finds_nothing(
    plain_door: Door, address: str, browser: Browser, scheme: str, accent: str
) -> None:
    dress(plain_door, looks=LOOKS, texts=TEXTS, contact={"email": "help@shop.example", "url": "https://shop.example/"})
    kept, left_open = booked(plain_door), booked(plain_door, None, number="1002")
    context = browser.new_context(viewport={"width": 320, "height": 640}, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(address + path_of(kept["delivery_page"]))
    assert page.locator(".promise").evaluate(BORDER) == accent
    assert Axe().run(page).response["violations"] == []
    page.goto(address + path_of(left_open["choose_page"]))
    page.locator(".radio").first.check()
    for summary in page.locator("summary:visible").all():
        summary.click()
    page.wait_for_timeout(300)
    assert page.locator(".radio").first.evaluate("(radio) => getComputedStyle(radio).accentColor") == accent
    assert Axe().run(page).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    context.close()
