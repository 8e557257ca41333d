"""The wires between <stoep-delivery> and a payment at Stripe, in a real Chromium, with the code of the install page."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import update

from delivery.store.tables import merchants
from delivery.texts.catalogues import languages, say
from delivery.texts.paying import LATER, NO_ADDRESS
from plugin.commands.demo_merchant.seed import MERCHANT_ID
from tests.doors import SHOP_ORIGIN
from tests.served import launched, served
from tests.shops.stripe_api import Fault
from tests.shops.stripe_page import LOCALE, page_of
from tests.shops.stripe_shop import DETAILS, GOODS, StripeShop

pytestmark = pytest.mark.browser
WIRES = Path(__file__).parents[2] / "static" / "stoep-stripe.js"
expect.set_options(timeout=12_000)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with launched() as browser:
        yield browser


@pytest.fixture
def address(plain_stripe_shop: StripeShop) -> Iterator[str]:
    """Where the shop's pages are: on another port than Stoep, which allows them."""
    shop = plain_stripe_shop
    with served(shop.door.client.application) as service_url, served(page_of(shop, service_url)) as shop_url:
        change = update(merchants).where(merchants.c.id == MERCHANT_ID)
        facts = {"allowed_origins": [shop_url, SHOP_ORIGIN], "settings_version": merchants.c.settings_version + 1}
        shop.door.database.write(lambda session: session.execute(change.values(facts)))
        yield shop_url


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context()
    page = context.new_page()
    broken: list[str] = []
    page.on("pageerror", lambda error: broken.append(str(error)))
    yield page
    context.close()
    assert broken == []


LOOKS_AGAIN = """() => new Promise((done) => {
  const delivery = document.querySelector("stoep-delivery"), token = delivery.choice;
  delivery.addEventListener("stoep:change", () => delivery.choice === token && setTimeout(done, 100));
  const detail = { expires_at: "2026-11-24T09:10:00Z", seconds: 120 };
  delivery.dispatchEvent(new CustomEvent("stoep:expiring", { detail }));
})"""
"""The picker thinks that the place is soon let go: the wires know better, and let it look again."""


def fill_in(page: Page, **other: str) -> None:
    for name, text in {"name": DETAILS["name"], **DETAILS["address"], **other}.items():  # type: ignore[dict-item]
        page.locator(f"input[name={name}]").fill(str(text))
    page.locator("input[name=country]").press("Tab")


def choose(page: Page, number: int) -> None:
    page.locator(".picker [data-type=local_delivery] input").nth(number).check()


def test_a_session_follows_what_is_chosen_and_is_paid(plain_stripe_shop: StripeShop, address: str, page: Page) -> None:
    shop = plain_stripe_shop
    session = shop.session()
    page.goto(f"{address}/{session.client_secret}")
    fill_in(page)
    expect(page.locator("#total")).not_to_have_text("")
    page.locator("#pay").click()
    expect(page.locator("#said")).not_to_have_text("")
    assert shop.at_stripe(session)["status"] == "open", "nothing was chosen yet"
    choose(page, 0)
    first = wait_for_hold(page, shop, session.id)
    choose(page, 1)
    second = wait_for_hold(page, shop, session.id, other_than=first)
    assert second
    there = shop.at_stripe(session)
    expect(page.locator("#total")).to_have_text(str(there["amount_total"]))
    assert there["amount_total"] == GOODS + int(there["metadata"]["stoep_fee"])
    told = shop.api.calls("POST", f"/v1/checkout/sessions/{session.id}")
    page.evaluate(LOOKS_AGAIN)
    assert shop.api.calls("POST", f"/v1/checkout/sessions/{session.id}") == told, "that is no news for Stripe"
    page.locator("#pay").click()
    expect(page.locator("#said")).to_have_text("Paid")
    assert shop.at_stripe(session)["status"] == "complete"
    assert set(page.evaluate("window.asked")) == {"runServerUpdate"}


def wait_for_hold(page: Page, shop: StripeShop, session: str, other_than: str = "") -> str:
    for _ in range(200):
        found: str = shop.api.account.objects[session]["metadata"].get("stoep_hold", "")
        if found not in ("", other_than):
            return found
        page.wait_for_timeout(50)
    raise AssertionError("the session was not told of the choice")


def test_a_place_that_is_gone_is_said_and_nothing_is_paid(
    plain_stripe_shop: StripeShop, address: str, page: Page
) -> None:
    shop = plain_stripe_shop
    session = shop.session()
    page.goto(f"{address}/{session.client_secret}")
    fill_in(page)
    choose(page, 0)
    hold = wait_for_hold(page, shop, session.id)
    shop.door.page("DELETE", f"/holds/{hold}", origin=None)
    fill_in(page, line1="Prinsengracht 265")
    page.locator("#pay").click()
    expect(page.locator("#said")).to_have_text("This option is no longer available. Please choose again.")
    expect(page.locator(".picker input:checked")).to_have_count(0)
    assert shop.at_stripe(session)["status"] == "open"
    choose(page, 1)
    wait_for_hold(page, shop, session.id, other_than=hold)
    page.locator("#pay").click()
    expect(page.locator("#said")).to_have_text("Paid")


def test_of_two_windows_each_pays_what_it_shows(plain_stripe_shop: StripeShop, address: str, page: Page) -> None:
    shop = plain_stripe_shop
    session = shop.session()
    page.goto(f"{address}/{session.client_secret}")
    page.locator("#pay").click()
    expect(page.locator("#said")).to_have_text(say(LOCALE, NO_ADDRESS))
    fill_in(page)
    choose(page, 0)
    shown = wait_for_hold(page, shop, session.id)
    others = shop.door.take("shipping", checkout="another window")
    assert shop.deliver(session, others["choice"]).status_code == 200
    page.locator("#pay").click()
    expect(page.locator("#said")).to_have_text("Paid")
    assert shop.at_stripe(session)["metadata"]["stoep_hold"] == shown


def test_an_intent_is_told_before_stripes_page_looks_again(
    plain_stripe_shop: StripeShop, address: str, page: Page
) -> None:
    shop = plain_stripe_shop
    intent = shop.intent()
    page.goto(f"{address}/{intent.client_secret}")
    fill_in(page)
    expect(page.locator("#total")).to_have_text(str(GOODS))
    choose(page, 0)
    wait_for_hold(page, shop, intent.id)
    shop.api.faults.append(Fault(500, path=f"/v1/payment_intents/{intent.id}"))
    page.locator("#pay").click()
    expect(page.locator("#said")).to_have_text("Ready")
    assert shop.api.faults == [], "Stripe knew already, so an outage now keeps nobody from paying"
    assert set(page.evaluate("window.asked")) == {"fetchUpdates"}
    shop.api.faults.append(Fault(500, path=f"/v1/payment_intents/{intent.id}"))
    fill_in(page, line1="Prinsengracht 265")
    expect(page.locator("#said")).to_have_text("Prinsengracht 265")
    page.locator("#pay").click()
    expect(page.locator("#said")).to_have_text("Ready")
    assert shop.at_stripe(intent)["amount"] == GOODS + int(shop.at_stripe(intent)["metadata"]["stoep_fee"])


def test_what_only_the_wires_can_say_is_in_every_language() -> None:
    wires = WIRES.read_text()
    assert all(f'"{say(language, sentence)}"' in wires for language in languages() for sentence in (NO_ADDRESS, LATER))
