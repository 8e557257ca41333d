"""Choosing, by mouse and by keyboard, in a real Chromium: the page has a strict CSP and another origin than the service."""

import json
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.element_fixtures import (  # noqa: F401 - fixtures are found by name
    BASKET,
    FORM,
    active,
    browser_of_element,
    choose,
    has_value,
    heard,
    opened,
    page_of_element,
    service_of_element,
    value,
)
from tests.browser.element_page import Service

pytestmark = pytest.mark.browser


def test_the_picker_appears_and_the_fallback_goes(page: Page, service: Service) -> None:
    opened(page, service)
    expect(page.get_by_role("radio")).to_have_count(8)  # of 16: two days and two centres are folded
    expect(page.get_by_text("Standaardlevering", exact=True)).to_be_hidden()
    assert heard(page, "ready") == [{"offer": "of_test"}]
    (question,) = service.asked("/widget/v1/fragments/choices")
    assert question["destination"] == {"country": "NL", "postal_code": "1016 GV", "city": "Amsterdam"}
    assert question["basket"] == json.loads(BASKET)
    assert (question["shop"], question["locale"]) == ("pk_1", "nl-NL")


def test_nothing_is_chosen_for_the_shopper(page: Page, service: Service) -> None:
    opened(page, service)
    assert value(page) == ""
    assert service.asked("/widget/v1/holds") == []


def test_a_choice_is_held_and_becomes_the_forms_value(page: Page, service: Service) -> None:
    opened(page, service)
    choose(page, "op_1.slot-0-2")
    has_value(page, "choice:op_1.slot-0-2")
    assert service.asked("/widget/v1/holds") == [{"shop": "pk_1", "offer": "of_test", "option": "op_1.slot-0-2"}]
    (change,) = heard(page, "change")
    assert change["token"] == "choice:op_1.slot-0-2"
    assert change["fee"] == {"amount": 495, "currency": "EUR"}
    assert change["option"]["id"] == "op_1.slot-0-2"  # type: ignore[index]
    page.locator("#order").click()
    page.wait_for_url("**/done?*")
    assert parse_qs(urlsplit(page.url).query) == {"delivery_choice": ["choice:op_1.slot-0-2"]}


def test_all_of_it_by_keyboard(page: Page, service: Service) -> None:
    opened(page, service)
    page.keyboard.press("Tab")
    assert active(page) == "op_1.ship"
    page.keyboard.press("Space")
    has_value(page, "choice:op_1.ship")
    # From a chosen radio a second one is reached although a radio group has one tab stop only.
    for expected in ("why-summary", "day-summary", "op_1.slot-0-0", "day-summary"):
        page.keyboard.press("Tab")
        assert active(page) == expected
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert active(page) == "op_1.slot-1-0"
    page.keyboard.press("ArrowDown")
    has_value(page, "choice:op_1.slot-1-1")
    for expected in ("day-summary", "op_1.pick-0", "hours-summary", "op_1.pick-1"):
        page.keyboard.press("Tab")
        assert active(page) == expected
    page.keyboard.press("Shift+Tab")
    assert active(page) == "hours-summary"
    page.keyboard.press("Shift+Tab")
    assert active(page) == "op_1.pick-0"
    page.keyboard.press("Space")
    has_value(page, "choice:op_1.pick-0")
    while active(page) != "order":
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/done?delivery_choice=choice%3Aop_1.pick-0")


def test_arrow_keys_do_not_hammer_the_service(page: Page, service: Service) -> None:
    opened(page, service)
    page.locator('[value="op_1.ship"]').focus()
    for _ in range(6):
        page.keyboard.press("ArrowDown", delay=20)
    has_value(page, "choice:op_1.pick-2")
    assert [body["option"] for body in service.asked("/widget/v1/holds")] == ["op_1.pick-2"]


def test_of_quick_switches_the_last_one_wins(page: Page, service: Service) -> None:
    service.hold_delay = 0.4
    opened(page, service)
    choose(page, "op_1.slot-0-0")
    page.wait_for_timeout(100)
    page.locator("stoep-delivery").evaluate(
        "(host, ids) => ids.forEach((id) => host.shadowRoot.querySelector(`[value='${id}']`).click())",
        ["op_1.slot-0-1", "op_1.pick-0", "op_1.slot-0-2"],
    )
    has_value(page, "choice:op_1.slot-0-2")
    assert [body["option"] for body in service.asked("/widget/v1/holds")] == ["op_1.slot-0-0", "op_1.slot-0-2"]
    assert heard(page, "change")[-1]["token"] == "choice:op_1.slot-0-2"
    assert service.held == "op_1.slot-0-2"


def test_a_reload_finds_its_own_hold(page: Page, service: Service) -> None:
    opened(page, service)
    choose(page, "op_1.slot-0-1")
    has_value(page, "choice:op_1.slot-0-1")
    page.reload()
    has_value(page, "choice:op_1.slot-0-1")
    expect(page.locator('[value="op_1.slot-0-1"]')).to_be_checked()
    expect(page.get_by_role("timer")).to_contain_text("Voor je vastgehouden:")
    checkouts = {str(body["checkout"]) for body in service.asked("/widget/v1/fragments/choices")}
    assert len(checkouts) == 1
    assert len(checkouts.pop()) == 32
    assert len(service.asked("/widget/v1/holds")) == 1


def test_a_checkout_named_by_the_shop_is_used(page: Page, service: Service) -> None:
    opened(page, service, FORM.replace('locale="', 'checkout="cart-77" locale="'))
    assert service.asked("/widget/v1/fragments/choices")[0]["checkout"] == "cart-77"


def test_what_is_preselected_is_held(page: Page, service: Service) -> None:
    service.offer = replace(service.offer, preselected="op_1.ship")
    opened(page, service)
    has_value(page, "choice:op_1.ship")


def test_a_chosen_day_stays_open(page: Page, service: Service) -> None:
    opened(page, service)
    choose(page, "op_1.slot-0-0")
    page.locator(".day-summary").first.click()
    expect(page.locator('[value="op_1.slot-0-0"]')).to_be_visible()
