"""The element as a form control, and what the page may change about it."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.element_fixtures import (  # noqa: F401 - fixtures are found by name
    FORM,
    active,
    browser_of_element,
    choose,
    eventually,
    has_value,
    opened,
    page_of_element,
    service_of_element,
    value,
)
from tests.browser.element_page import Service

pytestmark = pytest.mark.browser


def test_a_required_choice_stops_the_form_and_shows_where(page: Page, service: Service) -> None:
    opened(page, service)
    page.locator("#order").click()
    assert page.url.endswith("/")
    assert active(page) == "op_1.ship"
    element = page.locator("stoep-delivery")
    expect(element).to_have_js_property("validationMessage", "Kies hoe je je bestelling wilt ontvangen.")
    assert page.evaluate("document.querySelector('stoep-delivery').validity.valueMissing") is True


def test_an_optional_choice_does_not_stop_the_form(page: Page, service: Service) -> None:
    opened(page, service, FORM.replace(" required", ""))
    page.locator("#order").click()
    page.wait_for_url("**/done*")


def test_a_form_is_not_sent_while_a_choice_is_being_kept(page: Page, service: Service) -> None:
    service.hold_delay = 1.0
    opened(page, service, FORM.replace(" required", ""))
    choose(page, "op_1.slot-0-0")
    page.locator("#order").click()
    assert page.url.endswith("/")
    has_value(page, "choice:op_1.slot-0-0")
    page.locator("#order").click()
    page.wait_for_url("**/done?delivery_choice=*")


def test_a_new_postcode_asks_anew_and_drops_the_old_choice(page: Page, service: Service) -> None:
    opened(page, service)
    choose(page, "op_1.slot-0-0")
    has_value(page, "choice:op_1.slot-0-0")
    service.held = None
    page.evaluate("document.querySelector('stoep-delivery').setAttribute('postal-code', '3511 AB')")
    assert value(page) == ""
    expect(page.get_by_role("radio", checked=True)).to_have_count(0)
    asked = service.asked("/widget/v1/fragments/choices")
    assert [body["destination"]["postal_code"] for body in asked] == ["1016 GV", "3511 AB"]  # type: ignore[index]


def test_typing_is_awaited(page: Page, service: Service) -> None:
    opened(page, service)
    page.locator("stoep-delivery").evaluate(
        "(element, typed) => typed.forEach((postcode) => element.setAttribute('postal-code', postcode))",
        ["3", "35", "351", "3511", "3511 A", "3511 AB"],
    )
    eventually(page, lambda: len(service.asked("/widget/v1/fragments/choices")) > 1)
    page.wait_for_timeout(400)
    asked = service.asked("/widget/v1/fragments/choices")
    assert [body["destination"]["postal_code"] for body in asked] == ["1016 GV", "3511 AB"]  # type: ignore[index]


def test_the_basket_is_a_property_too(page: Page, service: Service) -> None:
    opened(page, service)
    page.evaluate(
        "document.querySelector('stoep-delivery').basket = {lines: [{sku: 'X', quantity: 3}], currency: 'EUR'}"
    )
    eventually(page, lambda: len(service.asked("/widget/v1/fragments/choices")) == 2)
    asked = service.asked("/widget/v1/fragments/choices")[-1]
    assert asked["basket"] == {"lines": [{"sku": "X", "quantity": 3}], "currency": "EUR"}


def test_a_reset_lets_the_choice_go(page: Page, service: Service) -> None:
    opened(page, service)
    choose(page, "op_1.slot-0-0")
    has_value(page, "choice:op_1.slot-0-0")
    page.evaluate("document.forms[0].reset()")
    has_value(page, "")
    expect(page.get_by_role("radio", checked=True)).to_have_count(0)
    eventually(page, lambda: service.asked("/widget/v1/holds/ho_1") == [{"deleted": True}])


def test_a_disabled_fieldset_disables_the_picker(page: Page, service: Service) -> None:
    inner = FORM.replace("<stoep-delivery", "<fieldset id=off disabled><stoep-delivery")
    opened(page, service, inner.replace("</stoep-delivery>", "</stoep-delivery></fieldset>"))
    expect(page.locator('[value="op_1.ship"]')).to_be_disabled()
    page.evaluate("document.querySelector('#off').disabled = false")
    expect(page.locator('[value="op_1.ship"]')).to_be_enabled()


def test_unknown_attributes_and_no_cookies(page: Page, service: Service) -> None:
    opened(page, service, FORM.replace("<stoep-delivery", '<stoep-delivery frills="yes" data-x'))
    assert page.context.cookies() == []
