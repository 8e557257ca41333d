"""The sale goes on without Stoep, and without scripts."""

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Route, expect

from tests.browser.buyer import Buyer, choice_of, in_words
from tests.browser.street import Street

pytest_plugins = ["tests.browser.street"]
pytestmark = pytest.mark.browser

STANDARD = "Standard delivery. By e-mail you can still choose another moment."


def test_while_stoep_is_away_nobody_is_stopped_and_every_order_follows(
    new_buyer: Callable[..., Buyer], street: Street
) -> None:
    """Somebody who comes later, somebody before an open picker, and somebody whose place is kept already."""
    late, choosing, done = new_buyer(), new_buyer(), new_buyer()
    late.prepares()
    choosing.goes_to_delivery()
    done.goes_to_delivery()
    chosen = done.picks("local_delivery", 3)
    done.sees_it_kept()
    with street.stoep_comes_back():
        street.stop("Stoep")
        late.opens("/checkout/delivery")
        choosing.picks("local_delivery", 0)
        for one in (late, choosing):
            expect(one.page.get_by_text("Standard delivery")).to_be_visible()
            expect(one.picker.locator(".picker")).to_have_count(0)
        orders = []
        for one in (late, choosing, done):
            one.orders()
            orders.append(one.pays())
            one.sees_promise(STANDARD, 495)
    for one, order in zip((late, choosing), orders, strict=False):
        card = one.finds_at_warehouse(order)
        expect(card).to_contain_text("choice open")
        expect(card).to_contain_text("Not chosen yet")
        assert street.booking(order)["state"] == "choice_open"
    expect(done.finds_at_warehouse(orders[2])).to_contain_text("–".join(chosen.times))
    booking = street.booking(orders[2])
    assert (booking["state"], booking["fee"]["amount"]) == ("confirmed", chosen.fee)


def test_an_answer_that_never_comes_is_waited_for_four_seconds(buyer: Buyer) -> None:
    buyer.page.clock.install()
    buyer.goes_to_delivery()
    buyer.page.route("**/widget/v1/holds", lambda _route: None)
    with buyer.page.expect_request("**/widget/v1/holds"):
        buyer.picks("local_delivery", 0)
    expect(buyer.page.get_by_text("Standard delivery")).to_be_hidden()
    buyer.page.clock.fast_forward(4_000)
    expect(buyer.page.get_by_text("Standard delivery")).to_be_visible()
    buyer.orders()
    buyer.sees_promise(STANDARD, 495)


@pytest.mark.parametrize("kind", ["shipping", "local_delivery", "pickup"])
def test_without_scripts_the_picker_is_a_plain_form(new_buyer: Callable[..., Buyer], street: Street, kind: str) -> None:
    buyer = new_buyer(java_script_enabled=False)
    buyer.prepares()
    buyer.opens("/checkout/delivery")
    expect(buyer.page.get_by_text("Standard delivery")).to_be_hidden()
    option = buyer.options(kind).first
    chosen = choice_of(option)
    option.locator("input").check()
    buyer.orders()
    order = buyer.pays()
    promise = buyer.page.locator(".promise")
    if kind == "local_delivery":
        expect(promise).to_have_text(
            f"Delivered on {in_words(chosen.day)} between {chosen.times[0]} and {chosen.times[1]}"
        )
    elif kind == "pickup":
        expect(promise).to_have_text(re.compile(r"^Ready to collect on .*, at Boekhandel De Ceintuur$"))
    else:
        expect(promise).to_have_text(f"Delivered on {chosen.words.splitlines()[0].strip()}")
    buyer.sees_promise(promise.inner_text(), chosen.fee)
    booking = street.booking(order)
    assert (booking["state"], booking["type"], booking["fee"]["amount"]) == ("confirmed", kind, chosen.fee)


def test_without_scripts_whoever_chose_nothing_is_asked_to(new_buyer: Callable[..., Buyer]) -> None:
    buyer = new_buyer(java_script_enabled=False)
    buyer.prepares()
    buyer.opens("/checkout/delivery")
    buyer.page.get_by_role("button", name="Order and pay").click()
    expect(buyer.page.get_by_role("alert")).to_have_text("Please choose how you would like to receive your order.")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_the_plain_form(new_buyer: Callable[..., Buyer], scheme: str) -> None:
    """axe needs scripts; so the page runs them, but shows what stands in <noscript>, and the element never comes."""
    buyer = new_buyer(color_scheme=scheme, viewport={"width": 320, "height": 640})
    buyer.page.route("**/static/stoep.js", lambda route: route.abort())
    buyer.page.route("**/checkout/delivery", _unwrapped)
    buyer.prepares()
    buyer.opens("/checkout/delivery")
    for summary in buyer.picker.locator("summary:visible").all():
        summary.click()
    assert Axe().run(buyer.page).response["violations"] == []
    assert buyer.page.evaluate("document.documentElement.scrollWidth") <= 320


def _unwrapped(route: Route) -> None:
    response = route.fetch()
    route.fulfill(response=response, body=response.text().replace("noscript>", "div>"))
