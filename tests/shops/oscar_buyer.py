"""Somebody who buys in the shop of Oscar, with a real browser; the pages before the delivery step are sent without looking."""

import re
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Locator, Page, expect

from examples.shop.catalogue import PRODUCTS
from tests.browser.buyer import Choice, choice_of

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


@dataclass
class OscarBuyer:
    """A browser of their own: its cookies, and one page."""

    page: Page
    shop: str

    @property
    def picker(self) -> Locator:
        return self.page.locator("stoep-delivery")

    @property
    def checkout(self) -> str:
        """The checkout's id, as the element says it to Stoep."""
        return self.picker.get_attribute("checkout") or ""

    def opens(self, path: str) -> None:
        self.page.goto(self.shop + PATHS.get(path, path))

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

    def _sends(self, path: str, form: dict[str, str]) -> None:
        """As the form of that page would."""
        request = self.page.context.request
        cookies = {cookie.get("name"): cookie.get("value", "") for cookie in self.page.context.cookies()}
        token = cookies.get("csrftoken")
        if not token:
            request.get(self.shop + path)
            cookies = {cookie.get("name"): cookie.get("value", "") for cookie in self.page.context.cookies()}
            token = cookies["csrftoken"]
        answer = request.post(self.shop + path, form=form, headers={"X-CSRFToken": token}, max_redirects=0)
        assert answer.status == 302, f"{path}: {answer.status} {_errors(answer.text())}"

    def sees_the_picker(self) -> None:
        self.picker.locator(".picker").wait_for()

    def options(self, kind: str) -> Locator:
        return self.page.locator(f'[data-type="{kind}"]')

    def option_at(self, day: str, start: str) -> Locator:
        """The home window that starts at this time of this day."""
        of_day = self.page.locator(f'.day:has(time[datetime="{day}"])')
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

    def goes_on(self) -> None:
        """From the delivery step to the order's preview, past the payment that this shop has none of."""
        self.page.get_by_role("button", name="Continue").click()
        self.page.wait_for_url(re.compile("/checkout/(preview|payment-details)/"))
        if "payment-details" in self.page.url:
            self.opens("preview")

    def orders(self) -> None:
        """The last click."""
        self.page.get_by_role("button", name="Place order").click()

    def buys(self) -> str:
        """The order's number."""
        self.orders()
        self.page.wait_for_url("**/checkout/thank-you/")
        return self.number

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
            expect(self.page.locator("body")).to_contain_text(each)


def _errors(page: str) -> Any:
    return re.findall(r'class="[^"]*(?:error-block|alert-danger|error)[^"]*"[^>]*>\s*([^<]+)', page)[:5]
