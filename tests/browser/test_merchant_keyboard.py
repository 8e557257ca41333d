"""The merchant's pages with the keyboard alone: Tab, arrows, Space, Enter, Escape, and typing into the fields."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from delivery.accounts import Role
from tests.browser.buyer import MOST_TABS
from tests.browser.clerk import Clerk
from tests.browser.office import PASSWORD, Merchant, Office
from tests.browser.ordering import Server

pytest_plugins = ["tests.browser.street", "tests.browser.office"]
pytestmark = pytest.mark.browser

FOCUSED = """() => {
    const at = document.activeElement;
    const style = getComputedStyle(at);
    const labels = [...(at.labels ?? [])].map((each) => each.innerText).join(' ');
    return { name: at.getAttribute('name') ?? '', value: at.value ?? '', tag: at.localName, href: at.getAttribute('href') ?? '',
             words: (at.innerText || labels || at.getAttribute('aria-label') || '').trim(),
             isVisible: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1 };
}"""
"""What has the focus: and whether one can see that it has."""

Focused = dict[str, Any]


@pytest.fixture(scope="module")
def merchant(office: Office) -> Merchant:
    made = office.new_merchant()
    server = Server(office.street.stoep, made.key, made.secret_key)
    server.order("1001", "Anna Jansen", "pickup")
    server.order("1002", "Bram Visser", "pickup")
    return made


def tabs_to(page: Page, is_there: Callable[[Focused], bool]) -> Focused:
    """Presses Tab until the focus is where it is wanted; wherever it comes, it can be seen and has a name."""
    for _ in range(2 * MOST_TABS):
        page.keyboard.press("Tab")
        at: Focused = page.evaluate(FOCUSED)
        assert at["tag"] == "body" or at["isVisible"], f"nobody sees the focus: {at}"
        assert at["tag"] not in ("input", "select", "textarea") or at["words"], f"without a label: {at}"
        if is_there(at):
            return at
    raise AssertionError("Tab does not lead there")


def tabs_to_field(page: Page, name: str, value: str = "") -> None:
    tabs_to(page, lambda at: at["name"] == name and (not value or at["value"] == value))


def tabs_to_words(page: Page, words: str) -> None:
    tabs_to(page, lambda at: at["words"].startswith(words) and at["tag"] in ("a", "button", "summary"))


def heading_is(page: Page, words: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(words)


def test_logging_in_and_skipping_the_menu(office: Office, new_page: Callable[..., Page], merchant: Merchant) -> None:
    page = new_page()
    page.goto(f"{office.street.stoep}/plugin/login")
    for password in ("not this one at all", PASSWORD):
        tabs_to_field(page, "email")
        page.keyboard.press("ControlOrMeta+a")
        page.keyboard.type(office.hires(merchant.id, Role.OWNER))
        tabs_to_field(page, "password")
        page.keyboard.type(password)
        page.keyboard.press("Enter")
        if password != PASSWORD:
            expect(page.get_by_role("alert")).to_contain_text("Please look at this again")
    heading_is(page, "To send")
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED)["words"] == "To the content"
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    assert tabs_to(page, lambda at: at["tag"] == "a")["words"] == "Mark by scanning"


def test_the_menu_of_a_narrow_screen(new_clerk: Callable[..., Clerk], merchant: Merchant) -> None:
    clerk = new_clerk(merchant.id, viewport={"width": 320, "height": 640})
    page = clerk.page
    clerk.opens("/plugin/settings")
    menu = page.get_by_role("navigation", name="Menu")
    tabs_to_words(page, "Menu")
    page.keyboard.press("Enter")
    expect(menu).to_be_visible()
    assert tabs_to(page, lambda at: at["tag"] == "a")["words"] == "To send"
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    expect(page.get_by_role("button", name="Menu")).to_be_focused()
    page.keyboard.press("Enter")
    tabs_to_words(page, "Rehearsal")
    page.keyboard.press("Enter")
    heading_is(page, "Rehearsal")


def test_a_window_is_added_and_its_faults_are_found(new_clerk: Callable[..., Clerk], merchant: Merchant) -> None:
    clerk = new_clerk(merchant.id)
    page, keyboard = clerk.page, clerk.page.keyboard
    clerk.opens("/plugin/settings/windows")
    tabs_to_words(page, "Add windows")
    keyboard.press("Enter")
    heading_is(page, "Add: Home windows")
    tabs_to_field(page, "zone_id")
    keyboard.type("Amsterdam")
    tabs_to_field(page, "origin_id")
    keyboard.type("Shed")
    for weekday in ("6", "7"):
        tabs_to_field(page, "weekday", weekday)
        keyboard.press("Space")
    tabs_to_field(page, "start_time")
    keyboard.type("1000AM")
    tabs_to_field(page, "end_time")
    keyboard.type("1000AM")
    tabs_to_field(page, "capacity")
    keyboard.type("5")
    tabs_to_field(page, "fee-amount")
    keyboard.type("4.50")
    keyboard.press("Enter")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("A window cannot end at the time it starts.")
    tabs_to(page, lambda at: at["href"] == "#end_time")
    keyboard.press("Enter")
    expect(page.get_by_label("Until")).to_be_focused()
    expect(page.get_by_label("Until")).to_have_accessible_description("A window cannot end at the time it starts.")
    keyboard.type("1200PM")
    keyboard.press("Enter")
    clerk.is_told("2 windows added.")
    tabs_to_words(page, "As a list")
    keyboard.press("Enter")
    expect(page.get_by_role("row", name="Saturday").get_by_role("link", name="10:00–12:00")).to_be_visible()
    expect(page.get_by_role("row", name="Sunday").get_by_role("link", name="10:00–12:00")).to_be_visible()


def test_an_order_is_marked_packed(new_clerk: Callable[..., Clerk], merchant: Merchant) -> None:
    clerk = new_clerk(merchant.id, Role.COUNTER)
    page = clerk.page
    clerk.opens("/plugin/to-send")
    tabs_to(page, lambda at: at["name"] == "booking" and at["words"].startswith("1001"))
    page.keyboard.press("Space")
    tabs_to(page, lambda at: at["name"] == "step" and at["words"] == "Packed")
    page.keyboard.press("Enter")
    expect(page.get_by_role("row", name="1001")).to_contain_text("Packed")


def test_scanning_goes_on_without_leaving_the_field(new_clerk: Callable[..., Clerk], merchant: Merchant) -> None:
    clerk = new_clerk(merchant.id, Role.COUNTER)
    page = clerk.page
    clerk.opens("/plugin/to-send/scan")
    field = page.get_by_label("Order number")
    expect(field).to_be_focused()
    for number in ("1002", "no such order"):
        page.keyboard.type(number)
        page.keyboard.press("Enter")
        expect(page.get_by_role("status")).to_contain_text(number)
        expect(field).to_be_focused()
        expect(field).to_have_value("")
    expect(page.locator(".scanned li")).to_have_count(2)


def test_a_moment_is_rehearsed_and_the_picker_is_walked_through(
    new_clerk: Callable[..., Clerk], merchant: Merchant
) -> None:
    clerk = new_clerk(merchant.id)
    page = clerk.page
    clerk.opens("/plugin/rehearsal")
    tabs_to_field(page, "quantity")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("2")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="What the shopper sees")).to_be_visible()
    expect(page.get_by_label("How many")).to_have_value("2")
