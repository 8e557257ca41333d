"""Buying in a shop of django-oscar whose only knowledge of Stoep is the app stoep-oscar, in a real Chromium.

What was promised stands wherever Oscar speaks of the order, and is what Stoep has booked.
"""

from collections.abc import Callable
from datetime import datetime
from email import message_from_string, policy
from email.message import EmailMessage
from zoneinfo import ZoneInfo

import pytest
from axe_playwright_python.base import AXE_SCRIPT  # type: ignore[import-untyped]
from playwright.sync_api import Page

from tests.browser.buyer import in_cents, in_words
from tests.browser.shopper import AXE_RUN
from tests.shops.oscar_buyer import CUSTOMER, GUEST, OWNER, OscarBuyer, method_of, promise_of
from tests.shops.oscar_street import OscarStreet

pytest_plugins = ["tests.shops.oscar_street"]
pytestmark = pytest.mark.browser

WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}
"""What is ours; the levels of headings and the blue of buttons are Oscar's."""

NewBuyer = Callable[..., OscarBuyer]


@pytest.fixture
def new_buyer(oscar: OscarStreet, new_oscar_page: Callable[..., Page]) -> NewBuyer:
    return lambda **look: OscarBuyer(new_oscar_page(**look), oscar.shop)


@pytest.fixture
def buyer(new_buyer: NewBuyer) -> OscarBuyer:
    return new_buyer()


def mail_to(oscar: OscarStreet, person: str) -> tuple[str, str]:
    """The newest mail to somebody, as text and as HTML."""
    mails = (message_from_string(mail, EmailMessage, policy=policy.default) for mail in oscar.mails())  # type: ignore[type-var]
    newest = [mail for mail in mails if mail["To"] == person][-1]
    parts = [newest.get_body([kind]) for kind in ("plain", "html")]
    return tuple(part.get_content() for part in parts if part)  # type: ignore[return-value]


def test_a_guest_buys_a_home_window_and_all_read_what_was_promised(oscar: OscarStreet, new_buyer: NewBuyer) -> None:
    buyer = new_buyer()
    buyer.goes_to_delivery()
    chosen = buyer.picks("local_delivery", 2)
    promise = promise_of(chosen)
    buyer.sees_it_kept()
    buyer.goes_on()
    buyer.sees(method_of(chosen), in_cents(chosen.fee), in_cents(6900 + chosen.fee))
    order = buyer.buys()
    buyer.sees(promise, in_cents(6900 + chosen.fee))
    booking = oscar.booking(order)
    assert (booking["type"], booking["state"], booking["fee"]["amount"]) == ("local_delivery", "confirmed", chosen.fee)
    start = datetime.fromisoformat(booking["promise"]["window"]["start"]).astimezone(ZoneInfo("Europe/Amsterdam"))
    assert (f"{start:%Y-%m-%d}", f"{start:%H:%M}") == (chosen.day, chosen.times[0])
    assert booking["recipient"] == {"name": "Sanne de Vries", "email": GUEST, "phone": None, "locale": "en-gb"}
    assert booking["address"]["lines"] == ["Prinsengracht 263"]
    buyer.follows_the_order(GUEST)
    buyer.sees(promise)
    text, html = mail_to(oscar, GUEST)
    assert promise in text
    assert promise in html
    # Oscar's own script of this page is broken: it calls a function that is not there.
    owner = new_buyer(java_script_enabled=False)
    owner.logs_in(OWNER)
    owner.opens(f"/dashboard/orders/{order}/")
    owner.sees(promise, booking["booking"])
    for status, state in (("Packed", "packed"), ("Shipped", "dispatched"), ("Delivered", "delivered")):
        owner.gives_status(order, status)
        assert oscar.booking(order)["state"] == state


def test_a_customer_collects_and_finds_the_place_in_the_account(oscar: OscarStreet, buyer: OscarBuyer) -> None:
    buyer.logs_in()
    buyer.takes()
    buyer.gives_address()
    buyer.opens("delivery")
    buyer.sees_the_picker()
    buyer.picks("pickup", 1)
    buyer.sees_it_kept()
    buyer.goes_on()
    order = buyer.buys()
    where = "To be collected at Schemer & Wol, Haarlemmerdijk, Haarlemmerdijk 118, Amsterdam"
    buyer.sees(where)
    booking = oscar.booking(order)
    assert (booking["type"], booking["location"]["name"]) == ("pickup", "Schemer & Wol, Haarlemmerdijk")
    assert booking["recipient"]["email"] == CUSTOMER
    buyer.opens(f"/accounts/orders/{order}/")
    buyer.sees(where)
    assert where in mail_to(oscar, CUSTOMER)[0]


def test_a_plain_date_is_bought_by_whoever_runs_no_script(oscar: OscarStreet, new_buyer: NewBuyer) -> None:
    buyer = new_buyer(java_script_enabled=False)
    buyer.has_scripts = False
    buyer.takes()
    buyer.comes_as_guest()
    buyer.gives_address()
    buyer.opens("delivery")
    chosen = buyer.picks("shipping", 0)
    buyer.goes_on()
    order = buyer.buys()
    booking = oscar.booking(order)
    assert (booking["type"], booking["fee"]["amount"]) == ("shipping", chosen.fee)
    buyer.sees("Delivery: ", in_words(booking["promise"]["earliest"]), in_cents(6900 + chosen.fee))


def test_a_window_is_bought_by_keyboard_alone_on_a_narrow_screen(oscar: OscarStreet, new_buyer: NewBuyer) -> None:
    buyer = new_buyer(viewport={"width": 320, "height": 700}, color_scheme="dark")
    buyer.goes_to_delivery()
    buyer.page.add_script_tag(content=AXE_SCRIPT)
    assert buyer.page.evaluate("document.documentElement.scrollWidth") == 320
    assert buyer.page.evaluate(AXE_RUN.replace("document", "'stoep-delivery'"), WCAG) == []
    buyer.tabs_to("[data-type=local_delivery] input")
    buyer.page.keyboard.press("Space")
    buyer.sees_it_kept()
    buyer.tabs_to(".stoep-step button[type=submit]")
    buyer.page.keyboard.press("Enter")
    buyer.page.wait_for_url("**/checkout/payment-details/")
    buyer.opens("preview")
    buyer.tabs_to("#place-order")
    buyer.page.keyboard.press("Enter")
    buyer.page.wait_for_url("**/checkout/thank-you/")
    assert buyer.page.locator(".stoep-card").evaluate("(card) => card.getBoundingClientRect().right") <= 320
    assert oscar.booking(buyer.number)["type"] == "local_delivery"
