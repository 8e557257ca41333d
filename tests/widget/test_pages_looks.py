"""The shopper's pages in a real browser: accessible, narrow, light and dark, on paper, and without a script."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from tests.doors import Door
from tests.served import launched, served
from tests.widget.test_pages import booked, path_of

pytestmark = pytest.mark.browser


@pytest.fixture(name="browser", scope="module")
def browser_of_pages() -> Iterator[Browser]:
    with launched() as browser:
        yield browser


@pytest.fixture(name="address")
def address_of_service(plain_door: Door) -> Iterator[str]:
    with served(plain_door.client.application) as address:
        yield address


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(
    plain_door: Door, address: str, browser: Browser, scheme: str
) -> None:
    nl = {"recipient": {"name": "A. Jansen", "locale": "nl-NL"}}
    kept = booked(plain_door, "local_delivery", **nl)
    collected = booked(plain_door, "pickup", number="1002")
    left_open = booked(plain_door, None, number="1003", **nl)
    links = [kept["delivery_page"], collected["delivery_page"], left_open["delivery_page"], left_open["choose_page"]]
    context = browser.new_context(viewport={"width": 320, "height": 640}, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text) if "Content Security" in message.text else None)
    for path in [*map(path_of, links), "/d/nothing"]:
        page.goto(address + path)
        for summary in page.locator("summary:visible").all():
            summary.click()
        assert Axe().run(page).response["violations"] == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
    assert refused == []
    context.close()


def test_a_choice_is_made_without_any_script(plain_door: Door, address: str, browser: Browser) -> None:
    booking = booked(plain_door, None, recipient={"name": "A. Jansen", "locale": "en-GB"})
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address + path_of(booking["delivery_page"]))
    page.get_by_role("link", name="Choose day and place").click()
    page.get_by_role("button", name="Confirm this choice").click()
    expect(page.get_by_role("alert")).to_have_text("Please choose how you would like to receive your order.")
    page.get_by_role("radio", name="18:00–20:00").first.check()
    page.get_by_role("button", name="Confirm this choice").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your order is confirmed")
    expect(page.get_by_text("18:00–20:00")).to_be_visible()
    page.emulate_media(media="print")
    expect(page.get_by_text("18:00–20:00")).to_be_visible()
    context.close()
