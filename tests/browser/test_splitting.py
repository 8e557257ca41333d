"""A basket of which some is delivered and some collected, in a real browser on a street that runs for real."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Locator, expect

from tests.browser.buyer import Buyer, in_cents
from tests.browser.street import Street

pytest_plugins = ["tests.browser.street"]
pytestmark = pytest.mark.browser

LAMP, CUSHION = "LAMP-DESK", "CUSHION"
TOGETHER = re.compile(r"Delivering and collecting together: €\d+\.\d\d")


def begins(buyer: Buyer) -> None:
    """At the checkout's delivery page with a lamp and a cushion."""
    buyer.prepares(LAMP)
    buyer.prepares(CUSHION)
    buyer.opens("/checkout/delivery")
    expect(buyer.page.get_by_role("checkbox", name="Cushion")).to_be_visible()


def part(buyer: Buyer, side: str) -> Locator:
    return buyer.page.locator(f"stoep-delivery[slot={side}]")


def sent(buyer: Buyer) -> dict[str, str]:
    """What the form would send, the token of each part cut short."""
    found: list[list[str]] = buyer.page.locator("stoep-split").evaluate("(it) => [...new FormData(it.form).entries()]")
    return {name: value[:3] if value.startswith("ch_") else value for name, value in found if value}


def kinds(picker: Locator) -> set[str]:
    picker.locator(".option").first.wait_for(state="attached")
    return set(picker.locator("[data-type]").evaluate_all("(all) => all.map((each) => each.dataset.type)"))


def asked_anew(buyer: Buyer) -> None:
    """What is delivered is no longer to collect."""
    expect(part(buyer, "ship").locator('[data-type="pickup"]')).to_have_count(0)
    expect(part(buyer, "collect").locator('[data-type="pickup"]').first).to_be_attached()


def picks(picker: Locator, kind: str, number: int = 0) -> int:
    """Clicks an option; its fee."""
    option = picker.locator(f'[data-type="{kind}"]').nth(number)
    option.wait_for(state="attached")
    if not option.is_visible():
        option.locator("xpath=ancestor::details[1]/summary").click()
    option.locator("input").click()
    expect(picker.get_by_role("timer")).to_contain_text("Kept for you")
    return int(option.get_attribute("data-fee") or -1)


def tabs_to(buyer: Buyer, look: str, name: str) -> None:
    buyer.tabs_to(lambda focused: look in focused["look"] and focused["name"] == name)


def is_accessible(buyer: Buyer, width: int) -> None:
    found: list[dict[str, Any]] = Axe().run(buyer.page).response["violations"]
    assert [(each["id"], [node["target"] for node in each["nodes"]]) for each in found] == []
    assert buyer.page.evaluate("document.documentElement.scrollWidth") <= width


def test_by_keyboard_from_the_ticks_to_two_promises(new_buyer: Callable[..., Buyer], street: Street) -> None:
    width = 320
    buyer = new_buyer(color_scheme="dark", viewport={"width": width, "height": 800})
    page = buyer.page
    begins(buyer)
    assert kinds(part(buyer, "ship")) == {"shipping", "local_delivery", "pickup"}, "nothing is ticked: as ever"
    is_accessible(buyer, width)
    page.get_by_role("checkbox", name="Desk lamp").focus()
    while not page.get_by_role("checkbox", name="Cushion").evaluate("(it) => it.matches(':focus')"):
        page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.get_by_role("group", name="Delivered to you: Desk lamp")).to_be_visible()
    expect(page.get_by_role("group", name=re.compile("Collected by you: .*[Cc]ushion"))).to_be_visible()
    expect(part(buyer, "ship").locator('[data-type="pickup"]')).to_have_count(0)
    assert kinds(part(buyer, "collect")) == {"pickup"}
    tabs_to(buyer, "radio", "delivery_choice_option")
    page.keyboard.press("Space")
    expect(part(buyer, "ship").get_by_role("timer")).to_contain_text("Kept for you")
    expect(page.locator(".sums .late").first).to_be_hidden()
    part(buyer, "collect").locator("input").first.focus()
    page.keyboard.press("Space")
    total = page.locator("stoep-split .total")
    expect(total).to_have_text(TOGETHER)
    fees = [
        int(part(buyer, side).locator("[data-fee]:has(:checked)").get_attribute("data-fee") or 0)
        for side in ("ship", "collect")
    ]
    expect(total).to_contain_text(in_cents(sum(fees)))
    buyer.sees_fee(sum(fees))
    is_accessible(buyer, width)
    assert sent(buyer) == {
        "delivery_choice": "ch_",
        "delivery_choice_collect": "ch_",
        "delivery_choice_collected": CUSHION,
    }
    buyer.tabs_to_button("Order and pay")
    page.keyboard.press("Enter")
    page.wait_for_url("**/checkout/payment/*")
    order = buyer.pays()
    promises = page.locator(".promise").all_inner_texts()
    assert len(promises) == 2
    assert promises[1].startswith("Ready to collect on ")
    is_accessible(buyer, width)
    page.get_by_role("link", name="Follow your delivery").first.click()
    page.get_by_role("link", name="What you collect").click()
    expect(page.get_by_role("link", name="What is delivered")).to_be_visible()
    page.goto(street.warehouse)
    cards = page.locator(f'[data-order="{order}"]')
    expect(cards).to_have_count(2)
    assert sorted(cards.locator(".part").all_inner_texts()) == ["collect", "ship"]


def test_what_is_ticked_asks_anew_and_all_on_one_side_is_one_part(buyer: Buyer, street: Street) -> None:
    begins(buyer)
    page, cushion, lamp = buyer.page, buyer.page.get_by_role("checkbox", name="Cushion"), "Desk lamp"
    picks(part(buyer, "ship"), "shipping")
    assert sent(buyer) == {"delivery_choice": "ch_"}
    cushion.check()
    assert sent(buyer) == {"delivery_choice_collected": CUSHION}, "chosen for another basket"
    asked_anew(buyer)
    expect(part(buyer, "ship").locator(":checked")).to_have_count(0)
    checkout = page.locator("stoep-split").get_attribute("checkout") or ""
    both = picks(part(buyer, "ship"), "shipping") + picks(part(buyer, "collect"), "pickup")
    expect(page.locator("stoep-split .total")).to_contain_text(in_cents(both))
    assert [street.kept_by(checkout), street.kept_by(f"{checkout}:collect")] == [["shipping"], ["pickup"]]
    page.get_by_role("checkbox", name=lamp).check()
    expect(part(buyer, "ship")).to_have_count(0)
    expect(page.locator("stoep-split .total")).to_have_text("")
    assert sent(buyer).keys() == {"delivery_choice_collected"}
    picks(part(buyer, "collect"), "pickup")
    assert "delivery_choice_collect" in sent(buyer)
    assert street.kept_by(checkout) == [], "what was kept for the part that is gone is let go"
    buyer.orders()
    order = buyer.pays()
    assert len(page.locator(".promise").all()) == 1
    assert buyer.finds_at_warehouse(order).locator(".part").inner_text() == "collect"


def test_one_part_loses_its_place_and_the_other_stays(
    new_buyer: Callable[..., Buyer], buyer: Buyer, street: Street
) -> None:
    begins(buyer)
    buyer.page.get_by_role("checkbox", name="Cushion").check()
    asked_anew(buyer)
    ship, collect = part(buyer, "ship"), part(buyer, "collect")
    picks(collect, "pickup")
    kept = collect.evaluate("(it) => it.value")
    window = ship.locator(".day").nth(2)
    window.locator("summary").click()
    day = window.locator("time").get_attribute("datetime") or ""
    start = (window.locator(".window .title").first.inner_text())[:5]
    with street.one_place_left(day, start):
        other = new_buyer()
        other.goes_to_delivery()
        other.picks_option(other.option_at(day, start))
        other.sees_it_kept()
        window.locator(".window input").first.click()
        expect(ship.get_by_role("alert")).to_contain_text("just")
        assert collect.evaluate("(it) => it.value") == kept
        assert sent(buyer) == {"delivery_choice_collect": "ch_", "delivery_choice_collected": CUSHION}
        picks(ship, "shipping")
    expect(buyer.page.locator("stoep-split .total")).to_have_text(TOGETHER)
    buyer.orders()


def test_while_stoep_is_away_the_shops_own_words_stand_there(buyer: Buyer, street: Street) -> None:
    buyer.prepares(LAMP)
    buyer.prepares(CUSHION)
    buyer.page.route(f"{street.stoep}/widget/**", lambda route: route.abort())
    buyer.opens("/checkout/delivery")
    expect(buyer.page.get_by_text("Standard delivery")).to_have_count(1)
    expect(buyer.page.get_by_role("checkbox")).to_have_count(0)
    buyer.orders()
