"""Buying by mouse, from the product to the warehouse, on a whole street that runs for real."""

from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import expect

from tests.browser.buyer import SANNE, Buyer, in_cents, in_words, ship_by

pytest_plugins = ["tests.browser.street"]
pytestmark = pytest.mark.browser


def test_a_home_window_from_the_product_to_the_warehouse(buyer: Buyer) -> None:
    page = buyer.page
    buyer.opens("/")
    page.get_by_role("link", name="Desk lamp").click()
    page.get_by_role("button", name="Add to basket").click()
    page.get_by_role("link", name="To checkout").click()
    for name, value in SANNE.items():
        page.locator(f"[name={name}]").fill(value)
    page.get_by_role("button", name="Continue to delivery").click()
    buyer.sees_the_picker()
    page.get_by_label("A note for whoever brings it").fill("The blue door")
    chosen = buyer.picks("local_delivery", 1)
    buyer.sees_it_kept()
    buyer.sees_fee(chosen.fee)
    promise = f"Delivered on {in_words(chosen.day)} between {chosen.times[0]} and {chosen.times[1]}"
    buyer.orders()
    buyer.sees_promise(promise, chosen.fee)
    order = buyer.pays()
    buyer.sees_promise(promise, chosen.fee)
    expect(page.locator(".sums .total dd")).to_have_text(in_cents(6900 + chosen.fee))
    expect(page.locator("address")).to_contain_text("Prinsengracht 263")
    card = buyer.finds_at_warehouse(order)
    expect(card).to_contain_text("to pack")
    expect(card).to_contain_text("–".join(chosen.times))
    expect(card).to_contain_text("1 × LAMP-DESK")
    expect(card).to_contain_text("The blue door")
    assert ship_by(card) <= date.fromisoformat(chosen.day)
    expect(page.get_by_role("status")).to_contain_text("signatures checked")


def test_a_pick_up_centre(buyer: Buyer) -> None:
    buyer.goes_to_delivery("CUSHION")
    chosen = buyer.picks("pickup", 0)
    name = chosen.words.splitlines()[0].strip()
    assert chosen.fee == 295
    assert "Boekhandel De Ceintuur" in name
    buyer.sees_it_kept()
    buyer.sees_fee(295)
    buyer.orders()
    order = buyer.pays()
    promise = buyer.page.locator(".promise")
    expect(promise).to_contain_text("Ready to collect on ")
    expect(promise).to_contain_text(f"at {chosen.times[0]}, at Boekhandel De Ceintuur")
    buyer.sees_promise(promise.inner_text(), 295)
    expect(buyer.page.get_by_role("heading", name="Collect it at")).to_be_visible()
    expect(buyer.page.locator("address")).to_contain_text("Ceintuurbaan 254")
    card = buyer.finds_at_warehouse(order)
    expect(card).to_contain_text("To collect at Boekhandel De Ceintuur")
    expect(card).to_contain_text(chosen.times[0])
    ship_by(card)


def test_a_plain_date(buyer: Buyer) -> None:
    buyer.goes_to_delivery()
    chosen = buyer.picks("shipping", 0)
    day, service = (line.strip() for line in chosen.words.splitlines()[:2])
    assert (service, chosen.fee) == ("Pakketpost", 495)
    buyer.sees_it_kept()
    buyer.orders()
    order = buyer.pays()
    buyer.sees_promise(f"Delivered on {day}", 495)
    card = buyer.finds_at_warehouse(order)
    expect(card).to_contain_text("Carrier, standard, promised")
    ship_by(card)


def test_a_dutch_shopper_buys_in_dutch(new_buyer: Callable[..., Buyer]) -> None:
    buyer = new_buyer(locale="nl-NL")
    buyer.goes_to_delivery()
    expect(buyer.page.get_by_role("heading", level=1)).to_have_text("Wanneer en waar?")
    expect(buyer.picker.get_by_text("Hoe wil je je bestelling ontvangen?")).to_be_visible()
    chosen = buyer.picks("local_delivery", 2)
    buyer.sees_it_kept()
    buyer.sees_fee(chosen.fee, "nl")
    buyer.orders()
    buyer.pays()
    words = f"Bezorgd op {in_words(chosen.day, 'nl')} tussen {chosen.times[0]} en {chosen.times[1]}"
    buyer.sees_promise(words, chosen.fee, "nl")


def test_changing_the_language_keeps_the_choice(buyer: Buyer) -> None:
    buyer.goes_to_delivery()
    buyer.picks("local_delivery", 3)
    buyer.sees_it_kept()
    buyer.page.get_by_role("button", name="Nederlands").click()
    expect(buyer.picker.get_by_role("timer")).to_contain_text("Voor je vastgehouden")
    expect(buyer.options("local_delivery").nth(3).locator("input")).to_be_checked()


def test_nobody_orders_without_choosing(buyer: Buyer) -> None:
    buyer.goes_to_delivery()
    buyer.page.get_by_role("button", name="Order and pay").click()
    expect(buyer.options("shipping").first.locator("input")).to_be_focused()
    expect(buyer.page).to_have_url(f"{buyer.shop}/checkout/delivery")
