"""Accessibility, narrow screens and weight."""

import gzip
import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.element_fixtures import (  # noqa: F401 - fixtures are found by name
    browser_of_element,
    choose,
    opened,
    page_of_element,
    service_of_element,
)
from tests.browser.element_offers import make_offer
from tests.browser.element_page import STATIC, Service

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("locale", ["nl-NL", "ar"])
def test_axe_finds_nothing(browser: Browser, service: Service, scheme: str, locale: str) -> None:
    context = browser.new_context(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
    page = context.new_page()
    service.offer = make_offer(locale=locale)
    opened(page, service)
    choose(page, "op_1.slot-0-1")
    expect(page.get_by_role("timer")).to_be_visible()
    for details in ("why-summary", "more-summary", "hours-summary"):
        page.locator(f".{details}").first.click()
    page.wait_for_timeout(300)
    results = Axe().run(page)
    assert results.response["violations"] == []
    context.close()


@pytest.mark.parametrize(("width", "locale"), [(320, "nl-NL"), (320, "ar"), (320, "en-US"), (240, "nl-NL")])
def test_a_narrow_screen_needs_no_sideways_scrolling(page: Page, service: Service, width: int, locale: str) -> None:
    page.set_viewport_size({"width": width, "height": 640})
    service.offer = make_offer(locale=locale, currency="KWD")
    opened(page, service)
    choose(page, "op_1.slot-0-1")
    expect(page.get_by_role("timer")).to_be_visible()
    for summary in page.locator(".why-summary, .more-summary, .hours-summary:visible").all():
        summary.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    widest = page.locator("stoep-delivery").evaluate(
        "(host) => Math.max(...[...host.shadowRoot.querySelectorAll('label, summary, dd, .title')]"
        ".map((each) => each.scrollWidth - each.clientWidth))"
    )
    assert widest <= 1


def test_targets_are_large_enough(page: Page, service: Service) -> None:
    opened(page, service)
    choose(page, "op_1.slot-0-1")
    for target in page.locator("label:visible, summary:visible, .keep:visible").all():
        box = target.bounding_box()
        assert box is not None
        assert box["height"] >= 43.5
        assert box["width"] >= 44


def test_all_javascript_weighs_at_most_eight_kilobytes() -> None:
    """Each file for itself, as they are sent: together they would be smaller still."""
    files = [STATIC / "stoep.js", *sorted((STATIC / "stoep").glob("*.js"))]
    assert sum(len(gzip.compress(without_comments(file).encode(), 9)) for file in files) <= 8 * 1024


def without_comments(file: Path) -> str:
    text = re.sub(r"/\*.*?\*/", "", file.read_text(encoding="utf-8"), flags=re.DOTALL)
    lines = (re.sub(r"(^|\s)//.*", "", line).rstrip() for line in text.splitlines())
    return "\n".join(line for line in lines if line.strip())
