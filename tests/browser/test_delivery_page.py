"""The page of one delivery in a real browser: narrow, light and dark, by keyboard, on paper, renewing itself; no script."""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.doors import Door
from tests.served import launched, served
from tests.widget.test_pages import booked, path_of
from tests.widget.test_pages_delivery import report

pytestmark = pytest.mark.browser


@pytest.fixture(name="browser", scope="module")
def browser_of_pages() -> Iterator[Browser]:
    with launched() as browser:
        yield browser


@pytest.fixture(name="address")
def address_of_service(plain_door: Door) -> Iterator[str]:
    with served(plain_door.client.application) as address:
        yield address


@pytest.fixture(name="page")
def page_of_shopper(browser: Browser) -> Iterator[Page]:
    """A page with a clock that the test moves; what the policy refuses, or breaks in the script, fails the test."""
    context = browser.new_context()
    page = context.new_page()
    broken: list[str] = []
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.on("console", lambda message: broken.append(message.text) if "Content Security" in message.text else None)
    page.clock.install()
    yield page
    assert broken == []
    context.close()


def opened(page: Page, address: str, booking: dict[str, Any]) -> None:
    page.goto(address + path_of(booking["delivery_page"]))


def a_minute_passes(page: Page) -> None:
    page.clock.run_for(60_000)


def test_it_renews_itself_when_the_parcel_is_dispatched_and_says_so(plain_door: Door, address: str, page: Page) -> None:
    booking = booked(plain_door, "shipping")
    opened(page, address, booking)
    expect(page.get_by_role("heading", level=1)).to_have_text("Your order is confirmed")
    page.get_by_role("link", name="Put it in your calendar").focus()
    report(plain_door, booking, "dispatched", carrier="PostNL")
    a_minute_passes(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Your order is on its way")
    expect(page.get_by_text("Carrier: PostNL")).to_be_visible()
    expect(page.get_by_role("status")).to_have_text("Your order is on its way The carrier has it.")
    expect(page).to_have_title("Your order is on its way · Schemer & Wol")
    expect(page.get_by_role("link", name="Put it in your calendar")).to_be_focused()


def test_what_has_not_changed_is_left_alone(plain_door: Door, address: str, page: Page) -> None:
    opened(page, address, booked(plain_door))
    page.evaluate("document.querySelector('main').kept = true")
    with page.expect_response("**/d/*"):
        a_minute_passes(page)
    page.wait_for_timeout(100)
    assert page.evaluate("document.querySelector('main').kept") is True
    assert page.get_by_role("status").text_content() == ""


def test_it_stops_asking_once_it_was_delivered(plain_door: Door, address: str, page: Page) -> None:
    booking = booked(plain_door)
    opened(page, address, booking)
    report(plain_door, booking, "delivered")
    a_minute_passes(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Your order was delivered")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.clock.run_for(10 * 60_000)
    page.wait_for_timeout(100)
    assert asked == []


def test_a_service_that_is_away_for_a_moment_changes_nothing(plain_door: Door, address: str, page: Page) -> None:
    booking = booked(plain_door)
    opened(page, address, booking)
    page.route("**/d/*", lambda route: route.fulfill(status=503, body="<main>away</main>"))
    a_minute_passes(page)
    page.wait_for_timeout(100)
    expect(page.get_by_role("heading", level=1)).to_have_text("Your order is confirmed")
    page.unroute("**/d/*")
    report(plain_door, booking, "packed")
    a_minute_passes(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Your order is packed")


def test_nobody_asks_while_nobody_looks(plain_door: Door, address: str, page: Page) -> None:
    opened(page, address, booked(plain_door))
    page.evaluate("Object.defineProperty(document, 'hidden', {value: true, configurable: true})")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.clock.run_for(5 * 60_000)
    page.wait_for_timeout(100)
    assert asked == []
    page.evaluate("Object.defineProperty(document, 'hidden', {value: false})")
    with page.expect_response("**/d/*"):
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_nothing_is_wider_than_a_small_screen(
    plain_door: Door, address: str, browser: Browser, scheme: str
) -> None:
    sent = booked(plain_door, "shipping", recipient={"name": "A. Jansen", "locale": "de-DE"})
    report(plain_door, sent, "dispatched", carrier="P" * 60, tracking_url="https://carrier.test/3S", status="S" * 80)
    late = booked(plain_door, "local_delivery", number="1002", recipient={"name": "A. Jansen", "locale": "nl-NL"})
    ready = booked(plain_door, "pickup", number="1003", recipient={"name": "A. Jansen", "locale": "fr-FR"})
    report(plain_door, ready, "ready_for_pickup")
    calm = booked(plain_door, "local_delivery", number="1004")
    context = browser.new_context(viewport={"width": 320, "height": 640}, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    for booking in (calm, sent, late, ready):
        if booking is late:
            plain_door.clock.forward(hours=14)
        opened(page, address, booking)
        assert Axe().run(page).response["violations"] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
    context.close()


def test_every_link_is_reached_by_keyboard_and_seen_to_have_the_focus(
    plain_door: Door, address: str, page: Page
) -> None:
    booking = booked(plain_door, "pickup")
    report(plain_door, booking, "dispatched", tracking_url="https://carrier.test/3S")
    opened(page, address, booking)
    links = page.locator("main a").all_text_contents()
    reached = []
    for _ in links:
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.textContent"))
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    assert reached == links
    assert len(links) == 5
    heights = page.locator("main a").evaluate_all("links => links.map((link) => link.getBoundingClientRect().height)")
    assert min(heights) >= 24


def test_on_paper_stands_what_one_wants_in_the_pocket(plain_door: Door, address: str, page: Page) -> None:
    booking = booked(plain_door, "pickup")
    opened(page, address, booking)
    page.emulate_media(media="print")
    expect(page.get_by_text(booking["location"]["name"])).to_be_visible()
    expect(page.get_by_text("Kept until")).to_be_visible()
    expect(page.get_by_role("heading", name="Opening hours")).to_be_visible()
    expect(page.get_by_role("link", name="Put it in your calendar")).to_be_hidden()
    assert len(page.pdf()) > 1000


def test_without_a_script_a_reload_shows_the_news_and_the_calendar_is_a_download(
    plain_door: Door, address: str, browser: Browser
) -> None:
    booking = booked(plain_door)
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    opened(page, address, booking)
    with page.expect_download() as download:
        page.get_by_role("link", name="Put it in your calendar").click()
    assert download.value.suggested_filename == "delivery.ics"
    assert "BEGIN:VEVENT" in download.value.path().read_text()
    report(plain_door, booking, "out_for_delivery")
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your order is out for delivery")
    context.close()
