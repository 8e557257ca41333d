"""Two people of one shop at once, and one who may only see the day's work."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from delivery.accounts import Role
from tests.browser.clerk import Clerk
from tests.browser.office import Merchant, Office

pytest_plugins = ["tests.browser.street", "tests.browser.office"]
pytestmark = pytest.mark.browser

ALLOWED = ["To send", "Counter", "Deliveries", "Vans", "Your account"]
NOT_ALLOWED = [
    "capacity",
    "rehearsal",
    "settings",
    "settings/origins",
    "handovers",
    "install",
    "health",
    "audit",
    "staff",
]


@pytest.fixture(scope="module")
def merchant(office: Office) -> Merchant:
    return office.new_merchant()


def test_the_second_of_two_is_told_and_nothing_is_overwritten(
    new_clerk: Callable[..., Clerk], merchant: Merchant
) -> None:
    first, second = new_clerk(merchant.id, Role.OWNER), new_clerk(merchant.id, Role.CONFIGURE)
    path = "/plugin/settings/services/post"
    for each in (first, second):
        each.opens(path)
    first.fills("Name of the service", "Post by day")
    first.saves()

    second.fills("Name of the service", "Post by night")
    second.presses("Save")
    told = second.page.get_by_role("alert", name="Somebody else changed this meanwhile")
    expect(told.get_by_role("row", name="Name of the service")).to_contain_text("Post by day")
    expect(told.get_by_role("row", name="Name of the service")).to_contain_text("Post by night")
    first.opens(path)
    expect(first.page.get_by_label("Name of the service")).to_have_value("Post by day")

    expect(second.page.get_by_label("Name of the service")).to_have_value("Post by night")
    second.saves()
    first.opens(path)
    expect(first.page.get_by_label("Name of the service")).to_have_value("Post by night")


def test_two_who_change_different_things_are_not_in_each_others_way(
    new_clerk: Callable[..., Clerk], merchant: Merchant
) -> None:
    first, second = new_clerk(merchant.id, Role.OWNER), new_clerk(merchant.id, Role.CONFIGURE)
    first.opens("/plugin/settings/zones/amsterdam")
    second.opens("/plugin/settings/zones/nl")
    first.fills("Name", "Within the ring")
    first.saves()
    second.fills("Name", "The whole country")
    second.saves()
    expect(second.page.get_by_role("heading", level=2)).to_have_text(["Within the ring", "The whole country"])


def test_two_close_days_in_the_calendar_and_the_second_starts_from_what_stands_there(
    new_clerk: Callable[..., Clerk], merchant: Merchant
) -> None:
    first, second = new_clerk(merchant.id, Role.OWNER), new_clerk(merchant.id, Role.CONFIGURE)
    today = datetime.now(UTC).date()
    for each in (first, second):
        each.opens("/plugin/settings/calendar")
    first.page.get_by_label("A day of your own").first.fill(str(today + timedelta(days=30)))
    first.saves()
    second.page.get_by_label("A day of your own").first.fill(str(today + timedelta(days=31)))
    second.presses("Save")
    expect(second.page.get_by_role("alert")).to_contain_text("Somebody else changed this meanwhile")
    expect(second.page.get_by_role("row").filter(has_text="a day of your own")).to_have_count(1)


def test_the_counter_sees_the_days_work_and_nothing_else(new_clerk: Callable[..., Clerk], merchant: Merchant) -> None:
    clerk = new_clerk(merchant.id, Role.COUNTER)
    page = clerk.page
    clerk.opens("/plugin/to-send")
    expect(page.get_by_role("navigation", name="Menu").get_by_role("link")).to_have_text(ALLOWED)
    clerk.opens("/plugin/deliveries")
    expect(page.get_by_role("heading", level=1)).to_have_text("Deliveries")
    expect(page.get_by_role("link", name="Download as a file")).to_have_count(0)
    for path in NOT_ALLOWED:
        answer = page.goto(f"{clerk.stoep}/plugin/{path}")
        assert answer
        assert answer.status == 403, path
        expect(page.get_by_role("heading", level=1)).to_have_text("This page is not for your role")
        expect(page.get_by_role("navigation", name="Menu").get_by_role("link")).to_have_text(ALLOWED)


def test_whoever_sets_things_up_meets_no_staff_and_no_keys(new_clerk: Callable[..., Clerk], merchant: Merchant) -> None:
    clerk = new_clerk(merchant.id, Role.CONFIGURE)
    clerk.opens("/plugin/install")
    expect(clerk.page.get_by_role("region", name="Keys")).to_contain_text("Only an owner of the shop sees the keys.")
    expect(clerk.page.get_by_role("link", name="Staff", exact=True)).to_have_count(0)
    clerk.opens("/plugin/staff")
    expect(clerk.page.get_by_role("heading", level=1)).to_have_text("This page is not for your role")
