"""What the service says no to, forgets or fails at; and <stoep-estimate>."""

from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from tests.browser.element_fixtures import (  # noqa: F401 - fixtures are found by name
    FORM,
    SCRIPT,
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


def test_a_full_slot_is_named_and_fresh_options_shown(page: Page, service: Service) -> None:
    service.full = {"op_1.slot-0-1"}
    opened(page, service)
    choose(page, "op_1.slot-0-0")
    has_value(page, "choice:op_1.slot-0-0")
    page.locator('[value="op_1.slot-0-1"]').click()
    expect(page.get_by_role("alert")).to_have_text("Iemand anders nam net de laatste plek. Kies een andere tijd.")
    expect(page.locator('[value="op_1.slot-0-1"]')).to_have_count(0)
    assert service.asked("/widget/v1/fragments/choices")[1] == {"shop": "pk_1", "offer": "of_2"}
    # The earlier hold was not let go for nothing.
    has_value(page, "choice:op_1.slot-0-0")
    assert active(page) == "op_1.slot-0-0"
    assert heard(page, "error")[0]["code"] == "slot_full"
    choose(page, "op_1.slot-0-2")
    expect(page.get_by_role("alert")).to_be_hidden()


def test_a_full_preselection_is_not_asked_for_again_and_again(page: Page, service: Service) -> None:
    service.full = {"op_1.ship"}
    service.offer = replace(service.offer, preselected="op_1.ship")
    opened(page, service)
    expect(page.get_by_role("alert")).to_be_visible()
    page.wait_for_timeout(300)
    assert len(service.asked("/widget/v1/holds")) == 1
    assert value(page) == ""


def test_the_time_left_is_shown_and_can_be_extended(page: Page, service: Service) -> None:
    service.hold_seconds = 119
    opened(page, service)
    choose(page, "op_1.slot-0-0")
    expect(page.get_by_role("timer")).to_contain_text("1:5")
    assert heard(page, "expiring")[0]["seconds"] in (117, 118, 119)
    page.get_by_role("button", name="Langer vasthouden").click()
    expect(page.get_by_role("timer")).to_contain_text("14:5")
    expect(page.get_by_role("button", name="Langer vasthouden")).to_be_hidden()
    has_value(page, "choice:op_1.slot-0-0")


def test_the_last_minutes_are_announced_sparsely(page: Page, service: Service) -> None:
    service.hold_seconds = 121
    opened(page, service)
    choose(page, "op_1.slot-0-0")
    status = page.get_by_role("status")
    expect(status).to_have_text("Je keuze wordt voor je vastgehouden.")
    expect(status).to_have_text("Je keuze wordt nog 2 minuten vastgehouden.")


def test_an_expired_hold_is_said_and_the_value_taken_back(page: Page, service: Service) -> None:
    service.hold_seconds = 1.2
    opened(page, service)
    choose(page, "op_1.slot-0-0")
    has_value(page, "choice:op_1.slot-0-0")
    service.held = None
    expect(page.get_by_role("alert")).to_contain_text("weer vrij. Kies opnieuw.")
    has_value(page, "")
    expect(page.get_by_role("radio", checked=True)).to_have_count(0)
    assert len(heard(page, "expired")) == 1
    assert heard(page, "change")[-1] == {"option": None, "fee": None, "token": None}
    page.locator("#order").click()
    assert page.url.endswith("/")


def test_a_wrong_clock_costs_nobody_the_choice(page: Page, service: Service) -> None:
    service.hold_seconds = -3600
    opened(page, service)
    choose(page, "op_1.slot-0-0")
    has_value(page, "choice:op_1.slot-0-0")
    page.wait_for_timeout(300)
    assert len(service.asked("/widget/v1/fragments/choices")) == 1
    assert heard(page, "expired") == []
    expect(page.get_by_role("timer")).to_be_hidden()


@pytest.mark.parametrize("ill", ["broken", "stopped"])
def test_without_the_service_the_fallback_stays_and_the_form_is_sent(page: Page, service: Service, ill: str) -> None:
    service.broken = ill == "broken"
    address = service.page(FORM)
    if ill == "stopped":
        service.stop()
    page.goto(address)
    expect(page.get_by_text("Standaardlevering", exact=True)).to_be_visible()
    page.locator("#order").click()
    page.wait_for_url("**/done*")


def test_a_service_that_hangs_is_given_up_after_four_seconds(page: Page, service: Service) -> None:
    service.hang = 30.0
    page.goto(service.page(FORM + '<output id="log"></output>'))
    page.evaluate(
        """() => document.addEventListener("stoep:error", (event) => {
            document.querySelector("#log").textContent = event.detail.code + " " + Math.round(performance.now());
        })"""
    )
    expect(page.locator("#log")).to_contain_text("unreachable", timeout=15_000)
    waited = int(page.locator("#log").inner_text().split()[1])
    assert waited > 3900
    expect(page.get_by_text("Standaardlevering", exact=True)).to_be_visible()
    page.locator("#order").click()
    page.wait_for_url("**/done*")


def test_a_service_that_falls_ill_on_the_way_leaves_the_fallback(page: Page, service: Service) -> None:
    opened(page, service)
    choose(page, "op_1.slot-0-0")
    has_value(page, "choice:op_1.slot-0-0")
    service.broken = True
    page.locator('[value="op_1.slot-0-1"]').click()
    expect(page.get_by_text("Standaardlevering", exact=True)).to_be_visible()
    assert value(page) == ""
    assert heard(page, "error")[0]["code"] == "internal"
    page.locator("#order").click()
    page.wait_for_url("**/done*")


def test_without_a_destination_nothing_is_asked(page: Page, service: Service) -> None:
    page.goto(service.page(FORM.replace('postal-code="1016 GV"', "")))
    page.wait_for_timeout(300)
    expect(page.get_by_text("Standaardlevering", exact=True)).to_be_visible()
    assert service.calls == []
    page.locator("#order").click()
    page.wait_for_url("**/done*")


def test_taken_out_of_the_page_it_leaves_nothing_behind(page: Page, service: Service) -> None:
    opened(page, service)
    before = page.evaluate("window.liveTimers()")
    choose(page, "op_1.slot-0-0")
    has_value(page, "choice:op_1.slot-0-0")
    assert page.evaluate("window.liveTimers()") == before + 1
    page.evaluate("window.kept = document.querySelector('stoep-delivery'); window.kept.remove()")
    assert page.evaluate("window.liveTimers()") == before
    calls = len(service.calls)
    page.wait_for_timeout(400)
    assert len(service.calls) == calls  # the hold is not let go: the form may be on its way
    page.evaluate("document.forms[0].prepend(window.kept)")
    has_value(page, "choice:op_1.slot-0-0")


def test_the_estimate_is_one_line(page: Page, service: Service) -> None:
    inner = f'<stoep-estimate shop="pk_1" country="NL" postal-code="1016 GV" sku="L&1"><span>Ooit</span></stoep-estimate>{SCRIPT}'
    page.goto(service.page(inner))
    expect(page.get_by_text("Morgen in huis")).to_be_visible()
    expect(page.get_by_text("Ooit")).to_be_hidden()
    (question,) = service.asked("/widget/v1/estimate")
    assert question == {"locale": "nl", "shop": "pk_1", "country": "NL", "postal_code": "1016 GV", "sku": "L&1"}


@pytest.mark.parametrize("answer", [{"estimate": None, "text": ""}, None])
def test_without_an_estimate_the_fallback_stays(page: Page, service: Service, answer: dict[str, object] | None) -> None:
    service.broken = answer is None
    service.estimate = answer or {}
    page.goto(service.page(f'<stoep-estimate shop="pk_1" country="NL"><span>Ooit</span></stoep-estimate>{SCRIPT}'))
    page.wait_for_timeout(400)
    expect(page.get_by_text("Ooit")).to_be_visible()
