"""Each area of the settings changed on its page, then seen in the rehearsal and in the real element of a shop's page."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from tests.browser.clerk import HERE, Clerk, Picker
from tests.browser.office import Merchant, Office
from tests.browser.shop_page import ShopPage
from tests.browser.street import PATIENCE_MS

pytest_plugins = ["tests.browser.street", "tests.browser.office"]
pytestmark = pytest.mark.browser

FAR_AWAY = "9711 LM"
ON_SCREEN = """(picture, [x, y]) => {
    const at = new DOMPoint(x, y).matrixTransform(picture.getScreenCTM());
    return [at.x, at.y];
}"""
"""Where a place in the picture of the week lies in the window of the browser."""


@dataclass
class Both:
    """A shop whose settings are changed by one and seen by another."""

    clerk: Clerk
    shopper: Page
    shop_page: ShopPage
    merchant: Merchant

    def seen(self, postal_code: str = HERE, locale: str = "en-GB") -> list[Picker]:
        """The picker in the rehearsal, and that in the checkout."""
        rehearsed = self.clerk.rehearses(postal_code, locale=locale).loaded()
        self.shopper.goto(self.shop_page.shows(self.clerk.stoep, self.merchant.key, postal_code, locale))
        return [rehearsed, Picker(self.shopper.locator("stoep-delivery .picker")).loaded()]


@pytest.fixture
def both(office: Office, new_clerk: Callable[..., Clerk], new_page: Callable[..., Page], shop_page: ShopPage) -> Both:
    merchant = office.new_merchant(shop_page.origin)
    return Both(new_clerk(merchant.id), new_page(), shop_page, merchant)


def today() -> date:
    return datetime.now(ZoneInfo("Europe/Amsterdam")).date()


def in_days(number: int) -> date:
    return today() + timedelta(days=number)


def in_words(day: date) -> str:
    return f"{day:%A} {day.day} {day:%B}"


def test_the_cut_off_moves_the_date(both: Both) -> None:
    for picker in both.seen():
        assert picker.carrier_day() == in_words(in_days(1))
    both.clerk.opens("/plugin/settings/origins/shed")
    both.clerk.fills("Cut-off", "00:01")
    both.clerk.saves()
    for picker in both.seen():
        assert picker.carrier_day() == in_words(in_days(2))


def test_days_to_pack_move_the_date(both: Both) -> None:
    both.clerk.opens("/plugin/settings/origins/shed")
    both.clerk.fills("Working days to pack", "3")
    both.clerk.saves()
    for picker in both.seen():
        assert picker.carrier_day() == in_words(in_days(4))


def test_a_closed_day_moves_the_date_and_keeps_the_courier_at_home(both: Both) -> None:
    assert str(in_days(2)) in both.seen()[0].days()
    for number in (0, 1, 2):
        both.clerk.opens("/plugin/settings/calendar")
        both.clerk.page.get_by_label("A day of your own").first.fill(str(in_days(number)))
        both.clerk.saves()
    for picker in both.seen():
        assert picker.carrier_day() == in_words(in_days(4))
        assert picker.days()[0] == str(in_days(3))


def test_a_holiday_is_switched(both: Both) -> None:
    page = both.clerk.page
    both.clerk.opens("/plugin/settings/shop")
    both.clerk.fills("Days ahead", "90")
    both.clerk.saves()
    both.clerk.opens("/plugin/settings/origins/shed")
    page.get_by_label("Closed on public holidays").check()
    both.clerk.saves()
    both.clerk.opens("/plugin/settings/calendar")
    row = page.get_by_role("row").filter(has=page.get_by_role("checkbox", name=re.compile("^no windows ?,"))).first
    holiday = date.fromisoformat(row.locator("input[type=hidden][name^=day-]").input_value())
    at = f"{holiday - timedelta(days=1)}T08:00"
    assert str(holiday) in both.clerk.rehearses(at=at).loaded().days()
    both.clerk.opens("/plugin/settings/calendar")
    row.get_by_role("checkbox", name=re.compile("^no windows")).check()
    expect(row.get_by_role("checkbox", name=re.compile("^closed"))).to_be_checked()
    both.clerk.saves()
    assert str(holiday) not in both.clerk.rehearses(at=at).loaded().days()
    if holiday <= in_days(90):
        assert all(str(holiday) not in picker.days() for picker in both.seen())


def test_the_fee_of_a_service_and_that_of_a_zone(both: Both) -> None:
    clerk, page = both.clerk, both.clerk.page
    clerk.opens("/plugin/settings/services/post")
    page.locator("#fee-amount").fill("6.50")
    in_zone = page.get_by_role("group", name="How long it takes, by zone").get_by_role("group", name="1", exact=True)
    in_zone.get_by_text("Another fee in this zone").click()
    in_zone.get_by_label("Fee (EUR)").first.fill("3.25")
    clerk.saves()
    assert [picker.fee("shipping") for picker in both.seen()] == [325, 325]
    assert [picker.fee("shipping") for picker in both.seen(FAR_AWAY)] == [650, 650]


def test_a_zone_says_who_gets_a_window(both: Both) -> None:
    assert all(picker.windows() == [] for picker in both.seen(FAR_AWAY))
    both.clerk.opens("/plugin/settings/zones/amsterdam")
    both.clerk.page.get_by_label("Postcodes").fill("1011-1109\n9711")
    both.clerk.saves()
    assert all("18:00–20:00" in picker.windows() for picker in both.seen(FAR_AWAY))


def test_a_window_is_drawn_with_the_pointer(both: Both) -> None:
    page, day = both.clerk.page, in_days(2)
    both.clerk.opens("/plugin/settings/windows")
    week = page.locator("svg.week")
    week.scroll_into_view_if_needed()
    column = (day.isoweekday() - 1) * 110 + 55
    start, end = (week.evaluate(ON_SCREEN, [column, (hour - 7) * 24]) for hour in (10, 12))
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*end, steps=4)
    page.mouse.up()
    expect(page.get_by_label("From", exact=True)).to_have_value("10:00")
    expect(page.get_by_label("Until", exact=True)).to_have_value("12:00")
    page.get_by_label("Leaves from").select_option(label="Shed")
    both.clerk.fills("Places", "4")
    page.locator("#fee-amount").fill("7")
    both.clerk.presses("Save")
    both.clerk.is_told("1 window added.")
    for picker in both.seen():
        assert picker.windows(day) == ["10:00–12:00", "18:00–20:00"]


def test_a_day_is_closed_in_the_calendar_of_capacity(both: Both) -> None:
    clerk, day = both.clerk, in_days(2)
    clerk.opens("/plugin/capacity")
    clerk.page.locator(f'a[href$="/{day}"]').click()
    clerk.presses("Close on this day")
    for picker in both.seen():
        assert str(day) not in picker.days()
        assert str(in_days(3)) in picker.days()


def test_the_last_places_are_told(both: Both) -> None:
    clerk, day = both.clerk, in_days(2)
    clerk.opens("/plugin/capacity")
    clerk.page.locator(f'a[href$="/{day}"]').click()
    clerk.page.get_by_label("Places").fill("2")
    clerk.presses("Save")
    for few, told in (("2", 1), ("1", 0)):
        clerk.opens("/plugin/settings/shop")
        clerk.fills("Say how many places are left from", few)
        clerk.saves()
        for picker in both.seen():
            expect(picker.root.locator(f'.day:has(time[datetime="{day}"]) .places')).to_have_count(told)


def test_a_pick_up_centre_its_hours_its_same_day_and_its_shelf(both: Both) -> None:
    clerk, page = both.clerk, both.clerk.page
    ready = [picker.options("pickup").locator(".ready").inner_text() for picker in both.seen()]
    clerk.opens("/plugin/settings/centres/counter")
    clerk.page.get_by_label("By weekday").check()
    for weekday in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"):
        page.get_by_role("group", name="Opening hours").get_by_label(weekday).fill("14:00-15:00")
    page.get_by_label("Ready the same day").uncheck()
    clerk.saves()
    for picker, before in zip(both.seen(), ready, strict=True):
        said = picker.options("pickup").locator(".ready").inner_text()
        assert said != before
        assert "14:30" in said
    clerk.opens("/plugin/settings/centres/counter")
    clerk.fills("Room for parcels", "0")
    clerk.saves()
    for picker in both.seen():
        expect(picker.options("pickup")).to_have_count(0)


def test_tax_is_added_to_the_fees(both: Both) -> None:
    both.clerk.opens("/plugin/settings/fees")
    both.clerk.fills("Tax on delivery fees, in percent", "21")
    both.clerk.page.get_by_label("Fees are entered with tax").uncheck()
    both.clerk.saves()
    for picker in both.seen():
        assert (picker.fee("shipping"), picker.fee("local_delivery")) == (605, 726)


def test_own_words_and_the_languages_shoppers_may_get(both: Both) -> None:
    clerk, page = both.clerk, both.clerk.page
    clerk.opens("/plugin/settings/texts")
    english = page.get_by_role("group", name="English")
    english.get_by_label("Heading of the carrier's days").fill("With the post")
    english.get_by_label("A sentence above the options").fill("We pack by hand.")
    clerk.saves()
    for picker in both.seen():
        assert picker.heading("shipping") == "With the post"
        expect(picker.root).to_contain_text("We pack by hand.")
    for picker in both.seen(locale="nl"):
        expect(picker.root).to_contain_text("Hoe wil je je bestelling ontvangen?")
    clerk.opens("/plugin/settings/texts")
    page.get_by_role("group", name="Languages shoppers may get").get_by_label("English").check()
    clerk.saves()
    for picker in both.seen(locale="nl"):
        expect(picker.root).to_contain_text("How would you like to receive your order?")


def test_the_accent_is_worn_within_the_shadow_root(both: Both) -> None:
    both.clerk.opens("/plugin/settings/looks")
    by_day = both.clerk.page.get_by_role("group", name="By day")
    by_day.get_by_role("textbox", name="Accent", exact=False).first.fill("#7a1f5c")
    both.clerk.saves()
    for picker in both.seen():
        radio = picker.options("shipping").first.locator("input")
        expect(radio).to_have_css("accent-color", "rgb(122, 31, 92)", timeout=PATIENCE_MS)


def test_a_change_is_rehearsed_before_it_is_saved(both: Both) -> None:
    clerk, page = both.clerk, both.clerk.page
    clerk.rehearses()
    clerk.opens("/plugin/settings/services/post")
    page.locator("#fee-amount").fill("9")
    clerk.presses("Rehearse this change")
    before, after = (
        Picker(page.get_by_role("region", name=name).locator(".picker")).loaded()
        for name in ("As it is now", "After the change")
    )
    assert (before.fee("shipping"), after.fee("shipping")) == (500, 900)
    expect(page.get_by_role("region", name="What differs")).to_contain_text("9")
    assert [picker.fee("shipping") for picker in both.seen()] == [500, 500]
    clerk.opens("/plugin/settings/services/post")
    page.locator("#fee-amount").fill("9")
    clerk.presses("Rehearse this change")
    clerk.presses("Save")
    assert [picker.fee("shipping") for picker in both.seen()] == [900, 900]
