"""The looks that a merchant set, in a real browser under a strict Content Security Policy."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from delivery.appearance import looks_of
from delivery.rules.looks import declarations
from tests.browser.element_fixtures import (  # noqa: F401 - fixtures are found by name
    browser_of_element,
    choose,
    eventually,
    opened,
    page_of_element,
    service_of_element,
)
from tests.browser.element_page import Service

pytestmark = pytest.mark.browser

LOOKS = {
    "light": {"accent": "#7a1f5c", "text": "#2b1220", "surface": "#fff8f0"},
    "dark": {"accent": "#f0a6d8"},
    "radius": 3,
    "font": "serif",
}


@pytest.fixture(autouse=True)
def _dressed(service: Service) -> None:
    service.look_css = declarations(looks_of(LOOKS))


def style_of(page: Page, selector: str, name: str) -> str:
    """A computed style inside the shadow root."""
    found: str = page.locator("stoep-delivery").evaluate(
        "(host, [selector, name]) => getComputedStyle(host.shadowRoot.querySelector(selector))[name]", [selector, name]
    )
    return found


def test_the_merchants_looks_are_worn_inside_the_shadow_root(page: Page, service: Service) -> None:
    opened(page, service)
    assert style_of(page, ".radio", "accentColor") == "rgb(122, 31, 92)"
    assert style_of(page, ".option", "backgroundColor") == "rgb(255, 248, 240)"
    assert style_of(page, ".option", "color") == "rgb(43, 18, 32)"
    assert style_of(page, ".option", "borderRadius") == "3px"
    assert "Georgia" in style_of(page, ".title", "fontFamily")
    assert page.locator("stoep-delivery").get_attribute("style") is None
    assert page.evaluate("window.violations") == []


def test_the_pages_own_properties_win(page: Page, service: Service) -> None:
    opened(page, service)
    page.evaluate("document.querySelector('stoep-delivery').style.setProperty('--stoep-accent', '#004488')")
    assert style_of(page, ".radio", "accentColor") == "rgb(0, 68, 136)"
    assert style_of(page, ".option", "borderRadius") == "3px"


def test_looks_that_were_taken_back_are_taken_off(page: Page, service: Service) -> None:
    opened(page, service)
    service.look_css = ""
    page.locator("stoep-delivery").evaluate("(host) => host.setAttribute('city', 'Utrecht')")
    eventually(page, lambda: style_of(page, ".radio", "accentColor") == "rgb(11, 107, 83)")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_them(browser: Browser, service: Service, scheme: str) -> None:
    context = browser.new_context(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
    page = context.new_page()
    opened(page, service)
    choose(page, "op_1.slot-0-1")
    for details in ("why-summary", "more-summary", "hours-summary"):
        page.locator(f".{details}").first.click()
    page.wait_for_timeout(300)
    assert style_of(page, ".radio", "accentColor") == (
        "rgb(122, 31, 92)" if scheme == "light" else "rgb(240, 166, 216)"
    )
    assert Axe().run(page).response["violations"] == []
    context.close()
