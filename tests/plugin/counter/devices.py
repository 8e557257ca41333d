"""A phone or tablet at a counter: a real browser with the login of somebody of the shop.

A pytest plugin that test modules import by name as well: PYTEST_DONT_REWRITE.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.plugin.desk import Desk
from tests.served import launched, served

PHONE: dict[str, Any] = {
    "locale": "en-GB",
    "viewport": {"width": 375, "height": 740},
    "has_touch": True,
    "is_mobile": True,
}
OWN_CAMERA = "--use-fake-device-for-media-stream"
"""Chromium's own, which shows a test picture."""
NewDevice = Callable[..., Page]


@pytest.fixture(name="browser", scope="module")
def browser_of_counter() -> Iterator[Browser]:
    with launched(OWN_CAMERA) as browser:
        yield browser


@pytest.fixture(name="address")
def address_of_service(plain_desk: Desk) -> Iterator[str]:
    with served(plain_desk.door.client.application) as address:
        yield address


@pytest.fixture
def new_device(plain_desk: Desk, address: str, browser: Browser) -> Iterator[NewDevice]:
    """Makes a device with this login, or another one, and one page; what its console says of errors fails the test."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def make(desk: Desk = plain_desk, **look: Any) -> Page:
        context = browser.new_context(base_url=address, **PHONE | look)
        cookie = desk.client.get_cookie("stoep")
        assert cookie is not None
        context.add_cookies([{"name": "stoep", "value": cookie.value, "url": address}])
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda said: faults.append(said.text) if "Content Security" in said.text else None)
        return page

    yield make
    for context in contexts:
        context.close()
    assert faults == []
