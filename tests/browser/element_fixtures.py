"""What the element's tests share: a browser, a stand-in service, and a page that tolerates no script error or CSP violation."""

import json
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.chromium import FLAGS, chromium_path
from tests.browser.element_page import Service

# The machine may have other things to do.
expect.set_options(timeout=12_000)

SCRIPT = '<script type="module" src="SERVICE/static/stoep.js"></script>'
BASKET = json.dumps({"lines": [{"sku": "LAMP-1", "quantity": 1}], "currency": "EUR"})
ELEMENT = (
    '<stoep-delivery shop="pk_1" country="NL" postal-code="1016 GV" city="Amsterdam" locale="nl-NL" '
    f"basket='{BASKET}' name=\"delivery_choice\" required><span>Standaardlevering</span></stoep-delivery>"
)
FORM = f'<form action="/done">{ELEMENT}<p><button id="order">Bestellen</button></p></form>{SCRIPT}'


@pytest.fixture(name="browser", scope="module")
def browser_of_element() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(name="service")
def service_of_element() -> Iterator[Service]:
    service = Service()
    yield service
    service.close()


@pytest.fixture(name="page")
def page_of_element(browser: Browser) -> Iterator[Page]:
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


def eventually(page: Page, is_so: Callable[[], bool]) -> None:
    """Wait for what shows on the service's side only."""
    for _ in range(100):
        if is_so():
            return
        page.wait_for_timeout(50)
    raise AssertionError("it never came to that")
