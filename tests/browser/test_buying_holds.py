"""A place is kept for a while, for one: what a shopper sees when it lapses, when it is lost, and after another choice."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.buyer import Buyer, Choice, choice_of, in_words
from tests.browser.street import Street

pytest_plugins = ["tests.browser.street"]
pytestmark = pytest.mark.browser


def has_no_choice(buyer: Buyer) -> None:
    expect(buyer.picker).to_have_js_property("value", "")
    expect(buyer.picker.locator(":checked")).to_have_count(0)
    expect(buyer.page.locator(".sums .late").first).to_be_hidden()
    assert buyer.token == ""


def the_promise_of(choice: Choice) -> str:
    return f"Delivered on {in_words(choice.day)} between {choice.times[0]} and {choice.times[1]}"


def test_a_place_that_is_kept_no_longer_is_told_and_another_is_chosen(buyer: Buyer, street: Street) -> None:
    buyer.page.clock.install()
    buyer.goes_to_delivery()
    buyer.picks("local_delivery", 4)
    buyer.sees_it_kept()
    assert buyer.token
    street.age_hold(buyer.checkout, minutes=10)
    buyer.page.clock.fast_forward("10:00")
    expect(buyer.picker.get_by_role("alert")).to_have_text(
        "Your place was kept until now and has been released. Please choose again."
    )
    has_no_choice(buyer)
    buyer.page.get_by_role("button", name="Order and pay").click()
    expect(buyer.page).to_have_url(f"{buyer.shop}/checkout/delivery")
    again = buyer.picks("local_delivery", 5)
    expect(buyer.picker.get_by_role("alert")).to_have_count(0)
    buyer.sees_it_kept()
    buyer.orders()
    buyer.pays()
    buyer.sees_promise(the_promise_of(again), again.fee)


def test_a_place_is_kept_longer_for_whoever_asks(buyer: Buyer, street: Street) -> None:
    buyer.goes_to_delivery()
    buyer.picks("local_delivery", 4)
    buyer.sees_it_kept()
    street.age_hold(buyer.checkout, minutes=9)
    buyer.page.reload()
    timer = buyer.picker.get_by_role("timer")
    expect(timer).to_have_text(re.compile(r"Kept for you: 0:\d\d"))
    buyer.page.get_by_role("button", name="Keep it longer").click()
    expect(timer).to_have_text(re.compile(r"Kept for you: (10:00|9:\d\d)"))


def test_the_last_place_goes_to_the_second_browser_and_the_first_buys_another(
    new_buyer: Callable[..., Buyer], street: Street
) -> None:
    slow, quick = new_buyer(), new_buyer()
    slow.goes_to_delivery()
    wanted = choice_of(slow.options("local_delivery").first)
    day, start = wanted.day, wanted.times[0]
    with street.one_place_left(day, start):
        slow.page.reload()
        expect(slow.option_at(day, start)).to_contain_text("1 place left")
        quick.goes_to_delivery()
        taken = quick.picks_option(quick.option_at(day, start))
        quick.sees_it_kept()
        slow.picks_option(slow.option_at(day, start))
        expect(slow.picker.get_by_role("alert")).to_have_text(
            "Someone else just took the last place. Please choose another time."
        )
        has_no_choice(slow)
        expect(slow.option_at(day, start)).to_have_count(0)
        other = slow.picks("local_delivery", 1)
        slow.sees_it_kept()
        slow.orders()
        slow.pays()
        slow.sees_promise(the_promise_of(other), other.fee)
        quick.orders()
        quick.pays()
        quick.sees_promise(the_promise_of(taken), taken.fee)


def test_a_reload_finds_what_was_kept(buyer: Buyer) -> None:
    buyer.goes_to_delivery()
    chosen = buyer.picks("local_delivery", 2)
    buyer.sees_it_kept()
    token = buyer.token
    buyer.page.reload()
    buyer.sees_it_kept()
    buyer.sees_fee(chosen.fee)
    expect(buyer.options("local_delivery").nth(2).locator("input")).to_be_checked()
    buyer.orders()
    buyer.pays()
    assert token
    buyer.sees_promise(the_promise_of(chosen), chosen.fee)


def test_another_kind_of_choice_replaces_the_first_and_the_fee_follows(buyer: Buyer, street: Street) -> None:
    buyer.goes_to_delivery()
    slot = buyer.picks("local_delivery", 0)
    buyer.sees_it_kept()
    buyer.sees_fee(slot.fee)
    buyer.picks("pickup", 1)
    buyer.sees_fee(0)
    buyer.sees_it_kept()
    assert street.kept_by(buyer.checkout) == ["pickup"]
    buyer.orders()
    order = buyer.pays()
    expect(buyer.page.locator(".promise")).to_contain_text("Schemer & Wol, Haarlemmerdijk")
    assert street.booking(order)["type"] == "pickup"


def test_a_failed_payment_frees_the_place_and_the_next_try_has_it(buyer: Buyer, street: Street) -> None:
    buyer.goes_to_delivery()
    wanted = choice_of(buyer.options("local_delivery").nth(1))
    day, start = wanted.day, wanted.times[0]
    with street.one_place_left(day, start):
        buyer.page.reload()
        chosen = buyer.picks_option(buyer.option_at(day, start))
        buyer.sees_it_kept()
        buyer.orders()
        failed = buyer.payment_fails()
        expect(buyer.page.get_by_role("heading", level=1)).to_have_text("The payment did not succeed")
        assert street.booking(failed)["state"] == "cancelled"
        buyer.page.get_by_role("link", name="Try again").click()
        buyer.picks_option(buyer.option_at(day, start))
        buyer.sees_it_kept()
        buyer.orders()
        paid = buyer.pays()
        buyer.sees_promise(the_promise_of(chosen), chosen.fee)
        assert street.booking(paid)["state"] == "confirmed"
    assert paid != failed
