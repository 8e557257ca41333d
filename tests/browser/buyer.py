"""Somebody who buys in the example shop with a real browser, by mouse or by keyboard."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from playwright.sync_api import Locator, Page, expect

from examples.shop.words import Speech

SANNE = {
    "name": "Sanne de Vries",
    "email": "sanne@example.org",
    "street": "Prinsengracht 263",
    "postal_code": "1016 GV",
    "city": "Amsterdam",
}
MOST_TABS = 80
FOCUSED = """() => {
    let at = document.activeElement;
    while (at.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
    const day = at.closest('.day')?.querySelector('time')?.dateTime ?? '';
    const type = at.closest('[data-type]')?.dataset.type ?? '';
    return { name: at.getAttribute('name') ?? '', look: at.className, words: at.innerText ?? '', day, type };
}"""

Focused = dict[str, str]
"""What has the focus, within a shadow root too: its name, class and words, and the day and type of option it is in."""


@dataclass
class Choice:
    """What a shopper chose, as the picker said it; `day` only of a home window, the fee in cents."""

    day: str
    words: str
    fee: int

    @property
    def times(self) -> list[str]:
        return re.findall(r"\d\d:\d\d", self.words)


@dataclass
class Buyer:
    """A browser of their own: its cookies, and one page."""

    page: Page
    shop: str
    warehouse: str

    @property
    def picker(self) -> Locator:
        return self.page.locator("stoep-delivery")

    @property
    def checkout(self) -> str:
        return self.picker.get_attribute("checkout") or ""

    @property
    def token(self) -> str:
        """What the form would send."""
        return str(self.picker.evaluate("(element) => new FormData(element.form).get('delivery_choice') ?? ''"))

    @property
    def order(self) -> str:
        """The number of the order that the page is about."""
        return self.page.url.rsplit("/", 1)[1]

    def opens(self, path: str) -> None:
        self.page.goto(self.shop + path)

    def speaks(self, language: str) -> None:
        self._sends("/language", {"language": language, "path": "/"})

    def prepares(self, sku: str = "LAMP-DESK", **other: str) -> None:
        """A basket and an address, sent without looking at those pages."""
        self._sends("/basket", {"sku": sku, "quantity": "1", "add": "1"})
        self._sends("/checkout/", {**SANNE, "country": "NL", **other})

    def _sends(self, path: str, form: dict[str, Any]) -> None:
        expect(self.page.context.request.post(self.shop + path, form=form)).to_be_ok()

    def goes_to_delivery(self, sku: str = "LAMP-DESK", **other: str) -> None:
        self.prepares(sku, **other)
        self.opens("/checkout/delivery")
        self.sees_the_picker()

    def sees_the_picker(self) -> None:
        self.picker.locator(".picker").wait_for()

    def options(self, kind: str) -> Locator:
        return self.picker.locator(f'[data-type="{kind}"]')

    def option_at(self, day: str, start: str) -> Locator:
        """The home window that starts at this time of this day."""
        of_day = self.picker.locator(f'.day:has(time[datetime="{day}"])')
        return of_day.locator(".window", has_text=re.compile(rf"^\s*{start}"))

    def picks(self, kind: str, number: int = 0) -> Choice:
        """Clicks the option that stands in this place of its kind; its day is unfolded first."""
        return self.picks_option(self.options(kind).nth(number))

    def picks_option(self, option: Locator) -> Choice:
        option.wait_for(state="attached")
        if not option.is_visible():
            option.locator("xpath=ancestor::details[1]/summary").click()
        chosen = choice_of(option)
        option.locator("input").click()
        return chosen

    def sees_it_kept(self) -> None:
        expect(self.picker.get_by_role("timer")).to_contain_text(re.compile(r"(Kept for you|vastgehouden): \d+:\d\d"))

    def sees_fee(self, cents: int, language: str = "en") -> None:
        """Beside the picker."""
        expect(self.page.locator(".sums .fee")).to_have_text(in_cents(cents, language))

    def orders(self) -> None:
        self.page.get_by_role("button", name=re.compile("Order and pay|Bestellen en betalen")).click()
        self.page.wait_for_url("**/checkout/payment/*")

    def pays(self) -> str:
        """The order's number."""
        self.page.get_by_role("button", name=re.compile("^(Pay|Betaal)")).click()
        self.page.wait_for_url("**/checkout/order/*")
        return self.order

    def payment_fails(self) -> str:
        """The order's number."""
        self.page.get_by_role("button", name="Let the payment fail").click()
        self.page.wait_for_url("**/checkout/order/*")
        return self.order

    def sees_promise(self, words: str, fee: int, language: str = "en") -> None:
        """On the payment page and on the confirmation."""
        expect(self.page.locator(".promise")).to_have_text(words)
        delivery = self.page.locator(".sums div").nth(1).locator("dd")
        expect(delivery).to_have_text(in_cents(fee, language))

    def finds_at_warehouse(self, order: str) -> Locator:
        """The order's card, once the warehouse has it."""
        self.page.goto(self.warehouse)
        card = self.page.locator(f'[data-order="{order}"]')
        expect(card).to_be_visible()
        return card

    def tabs_to(self, is_there: Callable[[Focused], bool]) -> Focused:
        """Presses Tab until the focus is where it is wanted."""
        for _ in range(MOST_TABS):
            self.page.keyboard.press("Tab")
            focused: Focused = self.page.evaluate(FOCUSED)
            if is_there(focused):
                return focused
        raise AssertionError("Tab does not lead there")

    def tabs_to_button(self, words: str) -> None:
        self.tabs_to(lambda focused: focused["words"].startswith(words))


def choice_of(option: Locator) -> Choice:
    day = option.locator("xpath=ancestor::details[contains(@class, 'day')]").locator("time")
    return Choice(
        (day.get_attribute("datetime") or "") if day.count() else "",
        option.locator(".about").inner_text(),
        int(option.get_attribute("data-fee") or -1),
    )


def in_cents(cents: int, language: str = "en") -> str:
    """A fee as the shop writes it: "€4.95", "free"."""
    return Speech(language).fee(cents)


def in_words(day: str, language: str = "en") -> str:
    """A day "2026-11-24" as the shop writes it: "Tuesday 24 November"."""
    return Speech(language).day(day)


def ship_by(card: Locator) -> date:
    """The day that stands on a card of the warehouse, which leaves the year out."""
    words = card.locator(".ship dd").inner_text()
    today = datetime.now(ZoneInfo("Europe/Amsterdam")).date()
    ahead = [today + timedelta(days=number) for number in range(60)]
    return next(day for day in ahead if f"{day:%a} {day.day} {day:%b}" == words)
