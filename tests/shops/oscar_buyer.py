"""Somebody who buys in the shop of Oscar, with a real browser; the pages before the delivery step are sent without looking."""

import re
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Locator, Page, expect

from examples.shop.catalogue import PRODUCTS
from tests.browser.buyer import Choice, choice_of, in_words

SANNE = {
    "first_name": "Sanne",
    "last_name": "de Vries",
    "line1": "Prinsengracht 263",
    "line4": "Amsterdam",
    "postcode": "1016 GV",
    "country": "NL",
}
GUEST = "guest@example.org"
CUSTOMER, PASSWORD = "sanne@example.org", "only-for-the-demo"
OWNER = "owner@example.org"
NUMBERS = {sku: number for number, sku in enumerate(PRODUCTS, 1)}
"""Of the products in Oscar's addresses."""
PATHS = {
    "delivery": "/checkout/shipping-method/",
    "address": "/checkout/shipping-address/",
    "preview": "/checkout/preview/",
}


MOST_TABS = 60
IS_THERE = """(look) => {
    let at = document.activeElement;
    while (at.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
    return at.matches(look);
}"""


@dataclass
class OscarBuyer:
    """A browser of their own: its cookies, and one page."""

    page: Page
    shop: str
    has_scripts: bool = True

    @property
    def picker(self) -> Locator:
        """What the element shows; without scripts, the plain form that stands inside it."""
        return self.page.locator(".picker:not(.stoep-plain .picker)" if self.has_scripts else ".stoep-plain .picker")

    @property
    def checkout(self) -> str:
        """The checkout's id, as the element says it to Stoep."""
        return self.page.locator("stoep-delivery").get_attribute("checkout") or ""

    def opens(self, path: str) -> None:
        self.page.goto(self.shop + PATHS.get(path, path))

    def reads(self, *paths: str) -> None:
        """Asks for these pages one after the other, without a look at them."""
        for path in paths:
            expect(self.page.context.request.get(self.shop + PATHS.get(path, path))).to_be_ok()

    def takes(self, sku: str = "LAMP-DESK", quantity: int = 1) -> None:
        """Puts a thing into the basket."""
        self._sends(f"/basket/add/{NUMBERS[sku]}/", {"quantity": str(quantity)})

    def logs_in(self, email: str = CUSTOMER) -> None:
        self.opens("/accounts/login/")
        form = {
            "login-username": email,
            "login-password": PASSWORD,
            "login_submit": "Log In",
            "login-redirect_url": "/",
        }
        self._sends("/accounts/login/", form)

    def comes_as_guest(self, email: str = GUEST) -> None:
        self._sends("/checkout/", {"username": email, "options": "anonymous"})

    def gives_address(self, **other: str) -> None:
        self._sends(PATHS["address"], {**SANNE, **other})

    def goes_to_delivery(self, sku: str = "LAMP-DESK", **other: str) -> None:
        """As a guest."""
        self.takes(sku)
        self.comes_as_guest()
        self.gives_address(**other)
        self.opens("delivery")
        self.sees_the_picker()

    def gives_status(self, order: str, status: str) -> None:
        """By the form of the order's page in the dashboard."""
        self._sends(f"/dashboard/orders/{order}/", {"order_action": "change_order_status", "new_status": status})

    def _sends(self, path: str, form: dict[str, str]) -> None:
        """As the form of that page would."""
        request = self.page.context.request
        if not self._token:
            request.get(self.shop + "/accounts/login/")
        answer = request.post(self.shop + path, form=form, headers={"X-CSRFToken": self._token}, max_redirects=0)
        assert answer.status == 302, f"{path}: {answer.status} {_errors(answer.text())}"

    @property
    def _token(self) -> str:
        cookies = self.page.context.cookies()
        return next((str(cookie["value"]) for cookie in cookies if cookie["name"] == "csrftoken"), "")

    def sees_the_picker(self) -> None:
        self.picker.wait_for()

    def chooses_anew(self) -> None:
        """Sent back to the delivery step, where nothing is chosen."""
        self.page.wait_for_url("**/checkout/shipping-method/")
        self.sees_the_picker()
        expect(self.picker.locator(":checked")).to_have_count(0)

    def options(self, kind: str) -> Locator:
        return self.picker.locator(f'[data-type="{kind}"]')

    def option_at(self, day: str, start: str) -> Locator:
        """The home window that starts at this time of this day."""
        of_day = self.picker.locator(f'.day:has(time[datetime="{day}"])')
        return of_day.locator(".window", has_text=re.compile(rf"^\s*{start}"))

    def picks(self, kind: str, number: int = 0) -> Choice:
        return self.picks_option(self.options(kind).nth(number))

    def picks_option(self, option: Locator) -> Choice:
        option.wait_for(state="attached")
        if not option.is_visible():
            option.locator("xpath=ancestor::details[1]/summary").click()
        chosen = choice_of(option)
        option.locator("input").click()
        return chosen

    def sees_it_kept(self) -> None:
        expect(self.page.get_by_role("timer")).to_contain_text(re.compile(r"Kept for you: \d+:\d\d"))

    def goes_by_own_method(self) -> None:
        """Of the shop's; Oscar asks for it only when there are several."""
        self.opens("preview")

    def goes_on(self) -> None:
        """From the delivery step to the order's preview, past the payment that this shop has none of."""
        self.page.get_by_role("button", name="Continue").click()
        self.page.wait_for_url(re.compile("/checkout/(preview|payment-details)/"))
        if "payment-details" in self.page.url:
            self.opens("preview")

    def goes_back_to(self, step: str) -> None:
        """By the browser's own button, as often as it takes."""
        while f"/{step}/" not in self.page.url:
            self.page.go_back()

    def orders(self) -> None:
        """The last click."""
        self.page.get_by_role("button", name="Place order").click()

    def tabs_to(self, look: str) -> None:
        """Presses Tab until the focus is on, or within a group of radios beside, what this selector finds."""
        for _ in range(MOST_TABS):
            self.page.keyboard.press("Tab")
            if self.page.evaluate(IS_THERE, look):
                return
        raise AssertionError(f"Tab does not lead to {look}")

    def buys(self) -> str:
        """The order's number."""
        self.orders()
        self.page.wait_for_url("**/checkout/thank-you/")
        return self.number

    def follows_the_order(self, email: str) -> None:
        """From the confirmation to the order's page, which guests see by their address."""
        self.page.get_by_role("link", name="View order status").click()
        self.page.get_by_label("Email address").fill(email)
        self.page.get_by_role("button", name="Submit").click()
        self.page.get_by_text("Order contents").first.wait_for()

    @property
    def number(self) -> str:
        """Of the order that the page is about."""
        found = re.search(r"\b(1\d{5,})\b", self.words)
        assert found, self.words
        return found[1]

    @property
    def words(self) -> str:
        return self.page.locator("body").inner_text()

    def sees(self, *words: str) -> None:
        for each in words:
            expect(self.page.get_by_text(each).first).to_be_visible()


def method_of(window: Choice) -> str:
    """A home window as Oscar names its shipping method: in the preview, and on its page beside the charge."""
    return f"{in_words(window.day)}, {window.times[0]}–{window.times[1]}"


def promise_of(window: Choice) -> str:
    """A home window as the shop's pages and mails say it."""
    return f"Delivery on {in_words(window.day)}, between {window.times[0]} and {window.times[1]}."


def _errors(page: str) -> Any:
    return re.findall(r'class="[^"]*(?:error-block|alert-danger|error)[^"]*"[^>]*>\s*([^<]+)', page)[:5]
