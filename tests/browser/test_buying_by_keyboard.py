"""Buying with the keyboard alone: Tab, arrows, Space, Enter, and typing into the fields."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.buyer import SANNE, Buyer, choice_of, in_words

pytest_plugins = ["tests.browser.street"]
pytestmark = pytest.mark.browser


def goes_to_delivery(buyer: Buyer) -> None:
    """From the product to the picker."""
    keyboard = buyer.page.keyboard
    buyer.opens("/products/CUSHION")
    buyer.tabs_to_button("Add to basket")
    keyboard.press("Enter")
    buyer.page.wait_for_url("**/basket")
    buyer.tabs_to_button("To checkout")
    keyboard.press("Enter")
    buyer.page.wait_for_url("**/checkout/")
    for name in ("name", "email", "street", "postal_code", "city"):
        buyer.tabs_to(lambda focused, name=name: focused["name"] == name)  # type: ignore[misc]
        keyboard.type(SANNE[name])
    keyboard.press("Enter")
    buyer.sees_the_picker()


def orders_and_pays(buyer: Buyer) -> str:
    """From a kept choice to the confirmation; the order's number."""
    buyer.sees_it_kept()
    buyer.tabs_to_button("Order and pay")
    buyer.page.keyboard.press("Enter")
    buyer.page.wait_for_url("**/checkout/payment/*")
    buyer.tabs_to_button("Pay €")
    buyer.page.keyboard.press("Space")
    buyer.page.wait_for_url("**/checkout/order/*")
    return buyer.order


def test_a_home_window_on_a_later_day_by_keyboard_alone(buyer: Buyer) -> None:
    goes_to_delivery(buyer)
    keyboard = buyer.page.keyboard
    first = buyer.tabs_to(lambda focused: "day-summary" in focused["look"])["day"]
    later = buyer.tabs_to(lambda focused: "day-summary" in focused["look"] and focused["day"] > first)["day"]
    keyboard.press("Enter")
    buyer.tabs_to(lambda focused: "radio" in focused["look"] and focused["day"] == later)
    keyboard.press("ArrowDown")
    keyboard.press("ArrowDown")
    chosen = choice_of(buyer.picker.locator("[data-option]:has(:checked)"))
    assert chosen.day == later
    order = orders_and_pays(buyer)
    buyer.sees_promise(f"Delivered on {in_words(later)} between {chosen.times[0]} and {chosen.times[1]}", chosen.fee)
    expect(buyer.finds_at_warehouse(order)).to_contain_text("–".join(chosen.times))


def test_a_pick_up_centre_by_keyboard_alone(buyer: Buyer) -> None:
    goes_to_delivery(buyer)
    buyer.tabs_to(lambda focused: "radio" in focused["look"] and focused["type"] == "pickup")
    buyer.page.keyboard.press("Space")
    order = orders_and_pays(buyer)
    expect(buyer.page.locator(".promise")).to_have_text(
        re.compile(r"Ready to collect on .* at \d\d:\d\d, at Boekhandel De Ceintuur")
    )
    expect(buyer.finds_at_warehouse(order)).to_contain_text("To collect at Boekhandel De Ceintuur")


def test_a_plain_date_by_keyboard_alone(buyer: Buyer) -> None:
    goes_to_delivery(buyer)
    buyer.tabs_to(lambda focused: focused["type"] == "shipping")
    buyer.page.keyboard.press("Space")
    buyer.page.keyboard.press("ArrowDown")
    chosen = choice_of(buyer.picker.locator("[data-option]:has(:checked)"))
    assert chosen.fee == 745
    order = orders_and_pays(buyer)
    buyer.sees_promise(f"Delivered on {chosen.words.splitlines()[0].strip()}", 745)
    expect(buyer.finds_at_warehouse(order)).to_contain_text("Carrier, evening")
