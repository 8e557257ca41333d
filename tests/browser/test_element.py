"""The elements in a real Chromium, on a shop's page with a strict CSP and another origin than the service."""

import gzip
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.chromium import FLAGS, chromium_path
from tests.browser.element_page import STATIC, Service, make_offer

pytestmark = pytest.mark.browser

SCRIPT = '<script type="module" src="SERVICE/static/stoep.js"></script>'
BASKET = json.dumps({"lines": [{"sku": "LAMP-1", "quantity": 1}], "currency": "EUR"})
ELEMENT = (
    '<stoep-delivery shop="pk_1" country="NL" postal-code="1016 GV" city="Amsterdam" locale="nl-NL" '
    f"basket='{BASKET}' name=\"delivery_choice\" required><span>Standaardlevering</span></stoep-delivery>"
)
FORM = f'<form action="/done">{ELEMENT}<p><button id="order">Bestellen</button></p></form>{SCRIPT}'


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def service() -> Iterator[Service]:
    service = Service()
    yield service
    service.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    page = context.new_page()
    broken: list[str] = []
    page.on("pageerror", lambda error: broken.append(str(error)))
    yield page
    violations = page.evaluate("window.violations ?? []")
    context.close()
    assert broken == []
    assert violations == []


def opened(page: Page, service: Service, inner: str = FORM) -> None:
    page.goto(service.page(inner))
    page.locator("stoep-delivery .picker").wait_for()


def heard(page: Page, name: str) -> list[dict[str, object]]:
    return [detail for event, detail in page.evaluate("window.heard") if event == name]


def choose(page: Page, option: str) -> None:
    page.locator(f'[data-option="{option}"] input').check()


def value(page: Page) -> str:
    return str(page.evaluate("new FormData(document.forms[0]).get('delivery_choice') ?? ''"))


def has_value(page: Page, token: str) -> None:
    expect(page.locator("stoep-delivery")).to_have_js_property("value", token)
    assert value(page) == token


def active(page: Page) -> str:
    """What has the focus, within the shadow root too."""
    return str(
        page.evaluate(
            """() => {
                let at = document.activeElement;
                while (at.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
                return at.value || at.className || at.id || at.tagName;
            }"""
        )
    )


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
    expect(status).to_have_text("Je keuze wordt nog 2 minuten vastgehouden.", timeout=4000)


def test_an_expired_hold_is_said_and_the_value_taken_back(page: Page, service: Service) -> None:
    service.hold_seconds = 1.2
    opened(page, service)
    choose(page, "op_1.slot-0-0")
    has_value(page, "choice:op_1.slot-0-0")
    service.held = None
    expect(page.get_by_role("alert")).to_contain_text("weer vrij. Kies opnieuw.", timeout=4000)
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
    service.hang = 6.0
    page.goto(service.page(FORM + '<output id="log"></output>'))
    page.evaluate(
        """() => document.addEventListener("stoep:error", (event) => {
            document.querySelector("#log").textContent = event.detail.code + " " + Math.round(performance.now());
        })"""
    )
    expect(page.locator("#log")).to_contain_text("unreachable", timeout=6000)
    waited = int(page.locator("#log").inner_text().split()[1])
    assert 3900 < waited < 5500
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
    for typed in ("3", "35", "351", "3511", "3511 A", "3511 AB"):
        page.evaluate("(typed) => document.querySelector('stoep-delivery').setAttribute('postal-code', typed)", typed)
    page.wait_for_timeout(600)
    assert len(service.asked("/widget/v1/fragments/choices")) == 2


def test_the_basket_is_a_property_too(page: Page, service: Service) -> None:
    opened(page, service)
    page.evaluate(
        "document.querySelector('stoep-delivery').basket = {lines: [{sku: 'X', quantity: 3}], currency: 'EUR'}"
    )
    page.wait_for_timeout(500)
    asked = service.asked("/widget/v1/fragments/choices")[-1]
    assert asked["basket"] == {"lines": [{"sku": "X", "quantity": 3}], "currency": "EUR"}


def test_without_a_destination_nothing_is_asked(page: Page, service: Service) -> None:
    page.goto(service.page(FORM.replace('postal-code="1016 GV"', "")))
    page.wait_for_timeout(300)
    expect(page.get_by_text("Standaardlevering", exact=True)).to_be_visible()
    assert service.calls == []
    page.locator("#order").click()
    page.wait_for_url("**/done*")


def test_a_reset_lets_the_choice_go(page: Page, service: Service) -> None:
    opened(page, service)
    choose(page, "op_1.slot-0-0")
    has_value(page, "choice:op_1.slot-0-0")
    page.evaluate("document.forms[0].reset()")
    has_value(page, "")
    expect(page.get_by_role("radio", checked=True)).to_have_count(0)
    page.wait_for_timeout(200)
    assert service.asked("/widget/v1/holds/ho_1") == [{"deleted": True}]


def test_a_disabled_fieldset_disables_the_picker(page: Page, service: Service) -> None:
    inner = FORM.replace("<stoep-delivery", "<fieldset id=off disabled><stoep-delivery")
    opened(page, service, inner.replace("</stoep-delivery>", "</stoep-delivery></fieldset>"))
    expect(page.locator('[value="op_1.ship"]')).to_be_disabled()
    page.evaluate("document.querySelector('#off').disabled = false")
    expect(page.locator('[value="op_1.ship"]')).to_be_enabled()


def test_a_chosen_day_stays_open(page: Page, service: Service) -> None:
    opened(page, service)
    choose(page, "op_1.slot-0-0")
    page.locator(".day-summary").first.click()
    expect(page.locator('[value="op_1.slot-0-0"]')).to_be_visible()


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


def test_unknown_attributes_and_no_cookies(page: Page, service: Service) -> None:
    opened(page, service, FORM.replace("<stoep-delivery", '<stoep-delivery frills="yes" data-x'))
    assert page.context.cookies() == []


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


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("locale", ["nl-NL", "ar"])
def test_axe_finds_nothing(browser: Browser, service: Service, scheme: str, locale: str) -> None:
    context = browser.new_context(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
    page = context.new_page()
    service.offer = make_offer(locale=locale)
    opened(page, service)
    choose(page, "op_1.slot-0-1")
    expect(page.get_by_role("timer")).to_be_visible()
    for details in ("why-summary", "more-summary", "hours-summary"):
        page.locator(f".{details}").first.click()
    page.wait_for_timeout(300)
    results = Axe().run(page)
    assert results.response["violations"] == []
    context.close()


@pytest.mark.parametrize(("width", "locale"), [(320, "nl-NL"), (320, "ar"), (320, "en-US"), (240, "nl-NL")])
def test_a_narrow_screen_needs_no_sideways_scrolling(page: Page, service: Service, width: int, locale: str) -> None:
    page.set_viewport_size({"width": width, "height": 640})
    service.offer = make_offer(locale=locale, currency="KWD")
    opened(page, service)
    choose(page, "op_1.slot-0-1")
    expect(page.get_by_role("timer")).to_be_visible()
    for summary in page.locator(".why-summary, .more-summary, .hours-summary:visible").all():
        summary.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    widest = page.locator("stoep-delivery").evaluate(
        "(host) => Math.max(...[...host.shadowRoot.querySelectorAll('label, summary, dd, .title')]"
        ".map((each) => each.scrollWidth - each.clientWidth))"
    )
    assert widest <= 1


def test_targets_are_large_enough(page: Page, service: Service) -> None:
    opened(page, service)
    choose(page, "op_1.slot-0-1")
    for target in page.locator("label:visible, summary:visible, .keep:visible").all():
        box = target.bounding_box()
        assert box is not None
        assert box["height"] >= 43.5
        assert box["width"] >= 44


def test_all_javascript_weighs_at_most_eight_kilobytes() -> None:
    """Each file for itself, as they are sent: together they would be smaller still."""
    files = [STATIC / "stoep.js", *sorted((STATIC / "stoep").glob("*.js"))]
    assert sum(len(gzip.compress(without_comments(file).encode(), 9)) for file in files) <= 8 * 1024


def without_comments(file: Path) -> str:
    text = re.sub(r"/\*.*?\*/", "", file.read_text(encoding="utf-8"), flags=re.DOTALL)
    lines = (re.sub(r"(^|\s)//.*", "", line).rstrip() for line in text.splitlines())
    return "\n".join(line for line in lines if line.strip())
