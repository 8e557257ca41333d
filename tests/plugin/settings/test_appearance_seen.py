"""The form of the looks in a real browser: the preview follows what is chosen, and works without a script."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.plugin.desk import Desk
from tests.plugin.settings.test_appearance import LOOKS, kept
from tests.served import launched, served

pytestmark = pytest.mark.browser

ACCENT = "(host) => getComputedStyle(host.shadowRoot.querySelector('.radio')).accentColor"


@pytest.fixture(name="browser", scope="module")
def browser_of_settings() -> Iterator[Browser]:
    with launched() as browser:
        yield browser


@pytest.fixture(name="address")
def address_of_service(plain_desk: Desk) -> Iterator[str]:
    with served(plain_desk.client.application) as address:
        yield address


def opened(browser: Browser, desk: Desk, address: str, **options: object) -> tuple[BrowserContext, Page]:
    """The page, with the desk's login."""
    context = browser.new_context(**options)  # type: ignore[arg-type]
    name = desk.client.application.config["SESSION_COOKIE_NAME"]
    login = desk.client.get_cookie(name)
    assert login
    context.add_cookies([{"name": name, "value": login.value, "url": address}])
    page = context.new_page()
    page.goto(address + LOOKS)
    return context, page


def accents(page: Page) -> list[str]:
    return [shown.evaluate(ACCENT) for shown in page.locator(".shown").all()]


def test_the_preview_follows_what_is_chosen(plain_desk: Desk, address: str, browser: Browser) -> None:
    context, page = opened(browser, plain_desk, address)
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text) if "Content Security" in message.text else None)
    assert accents(page) == ["rgb(11, 107, 83)", "rgb(95, 208, 172)"]
    page.locator("input[type=color][data-of='light-accent']").fill("#7a1f5c")
    expect(page.get_by_text("The accent is easy to see on the background: the contrast is 9.6 to 1.")).to_be_visible()
    expect(page.locator("#light-accent")).to_have_value("#7a1f5c")
    page.wait_for_timeout(300)
    assert accents(page) == ["rgb(122, 31, 92)", "rgb(95, 208, 172)"]
    page.locator("#dark-accent").fill("#333333")
    expect(page.get_by_text("The accent is hard to see on the background")).to_be_visible()
    expect(page.locator("input[type=color][data-of='dark-accent']")).to_have_value("#333333")
    assert kept(plain_desk, "looks")["light"] is None
    assert refused == []
    context.close()


def test_without_a_script_a_button_shows_it(plain_desk: Desk, address: str, browser: Browser) -> None:
    context, page = opened(browser, plain_desk, address, java_script_enabled=False)
    expect(page.locator("input[type=color]").first).to_be_hidden()
    page.locator("#light-accent").fill("#7a1f5c")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("#light-accent")).to_have_value("#7a1f5c")
    expect(page.get_by_text("The accent is easy to see on the background")).to_be_visible()
    assert kept(plain_desk, "looks")["light"] is None
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(
    plain_desk: Desk, address: str, browser: Browser, scheme: str
) -> None:
    context, page = opened(
        browser,
        plain_desk,
        address,
        viewport={"width": 320, "height": 640},
        color_scheme=scheme,
        reduced_motion="reduce",
    )
    for path in ("texts", "contact", "looks"):
        page.goto(f"{address}/plugin/settings/{path}")
        assert Axe().run(page).response["violations"] == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
    context.close()
