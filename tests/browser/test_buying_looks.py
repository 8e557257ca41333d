"""Every page of a purchase: axe-core finds nothing, and nothing has to be scrolled sideways."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page, expect

from tests.browser.buyer import Buyer

pytest_plugins = ["tests.browser.street"]
pytestmark = pytest.mark.browser

LOOKS = [
    ("en", "light", 1280),
    ("nl", "dark", 320),
    *(
        pytest.param(*look, marks=pytest.mark.soak)
        for look in (("nl", "dark", 1280), ("nl", "light", 320), ("en", "dark", 320))
    ),
]
"""320 px is also a window of 1280 px at 400 % zoom."""


def check(page: Page, width: int) -> None:
    found: list[dict[str, Any]] = Axe().run(page).response["violations"]
    assert [(each["id"], [node["target"] for node in each["nodes"]]) for each in found] == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url


@pytest.mark.parametrize(("language", "scheme", "width"), LOOKS)
def test_every_page_of_a_purchase_is_accessible(
    new_buyer: Callable[..., Buyer], language: str, scheme: str, width: int
) -> None:
    buyer = new_buyer(color_scheme=scheme, viewport={"width": width, "height": 800})
    page = buyer.page
    buyer.speaks(language)
    buyer.opens("/")
    check(page, width)
    buyer.opens("/products/LAMP-DESK?postal_code=1016+GV")
    expect(page.locator("stoep-estimate").get_by_text(re.compile("Order before|Bestel vóór"))).to_be_visible()
    check(page, width)
    buyer.prepares("LAMP-DESK")
    buyer.opens("/basket")
    check(page, width)
    buyer.opens("/checkout/")
    check(page, width)
    buyer.opens("/checkout/delivery")
    buyer.sees_the_picker()
    buyer.picks("local_delivery", 1)
    buyer.sees_it_kept()
    for summary in page.locator(".why-summary, .more-summary, .hours-summary:visible").all():
        summary.click()
    check(page, width)
    buyer.orders()
    check(page, width)
    order = buyer.pays()
    check(page, width)
    buyer.finds_at_warehouse(order)
    check(page, width)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_messages_and_dead_ends_are_accessible(new_buyer: Callable[..., Buyer], scheme: str) -> None:
    buyer = new_buyer(color_scheme=scheme, viewport={"width": 320, "height": 640})
    page = buyer.page
    buyer.opens("/basket")
    check(page, 320)
    buyer.opens("/products/NO-SUCH")
    check(page, 320)
    buyer.goes_to_delivery()
    buyer.picks("local_delivery", 0)
    buyer.sees_it_kept()
    buyer.orders()
    buyer.payment_fails()
    check(page, 320)
