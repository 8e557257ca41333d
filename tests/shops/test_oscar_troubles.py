"""What comes between the delivery step and the last click in a shop of django-oscar: nothing is bought that was not on the page,
nothing twice, and no sale is lost."""

import re
from collections.abc import Callable
from time import monotonic

import pytest
from playwright.sync_api import Page, expect

from tests.browser.buyer import choice_of, in_cents
from tests.shops.oscar_buyer import OscarBuyer, method_of, promise_of
from tests.shops.oscar_street import OscarStreet

pytest_plugins = ["tests.shops.oscar_street"]
pytestmark = pytest.mark.browser

OWN_METHOD = "Free shipping"
"""What Oscar has when nobody has set up anything."""
AWAY = "Delivery times cannot be shown right now"


@pytest.fixture
def buyer(oscar: OscarStreet, new_oscar_page: Callable[..., Page]) -> OscarBuyer:
    return OscarBuyer(new_oscar_page(), oscar.shop)


def test_going_back_another_choice_is_made_and_the_old_one_leaves_nothing_behind(
    oscar: OscarStreet, buyer: OscarBuyer
) -> None:
    buyer.goes_to_delivery()
    first = buyer.picks("local_delivery", 5)
    buyer.sees_it_kept()
    checkout = buyer.checkout
    buyer.goes_on()
    buyer.sees(method_of(first), in_cents(6900 + first.fee))
    buyer.goes_back_to("shipping-method")
    buyer.sees_the_picker()
    expect(buyer.options("local_delivery").nth(5).locator("input")).to_be_checked()
    buyer.picks("pickup", 1)
    buyer.sees_it_kept()
    assert oscar.kept_by(checkout) == ["pickup"]
    buyer.goes_on()
    buyer.sees("Haarlemmerdijk", in_cents(6900))
    placed = oscar.orders_placed()
    order = buyer.buys()
    assert oscar.booking(order)["type"] == "pickup"
    assert oscar.kept_by(checkout) == []
    # And back from the confirmation: there is nothing left to order.
    buyer.page.go_back()
    if "/preview/" in buyer.page.url:
        buyer.orders()
    buyer.page.wait_for_url("**/basket/")
    assert oscar.orders_placed() == placed + 1


def test_of_two_tabs_the_last_choice_counts_and_no_page_orders_what_it_does_not_show(
    oscar: OscarStreet, buyer: OscarBuyer
) -> None:
    buyer.goes_to_delivery()
    first = buyer.picks("local_delivery", 2)
    buyer.sees_it_kept()
    buyer.goes_on()
    tab = OscarBuyer(buyer.page.context.new_page(), buyer.shop)
    tab.opens("delivery")
    tab.sees_the_picker()
    other = tab.picks("local_delivery", 7)
    tab.sees_it_kept()
    tab.goes_on()
    placed = oscar.orders_placed()
    buyer.sees(method_of(first))
    buyer.orders()
    buyer.sees("changed in another window", method_of(other), in_cents(6900 + other.fee))
    assert oscar.orders_placed() == placed
    order = buyer.buys()
    buyer.sees(promise_of(other))
    assert oscar.booking(order)["fee"]["amount"] == other.fee


def test_after_another_address_or_basket_the_choice_is_made_anew(oscar: OscarStreet, buyer: OscarBuyer) -> None:
    buyer.goes_to_delivery()
    buyer.picks("local_delivery", 5)
    buyer.sees_it_kept()
    buyer.goes_on()
    buyer.gives_address(line1="Oudegracht 120", line4="Utrecht", postcode="3511 AW")
    placed = oscar.orders_placed()
    buyer.orders()
    buyer.chooses_anew()
    buyer.picks("local_delivery", 3)
    buyer.sees_it_kept()
    buyer.goes_on()
    buyer.takes("CUSHION")
    buyer.orders()
    buyer.chooses_anew()
    assert oscar.orders_placed() == placed
    last = buyer.picks("local_delivery", 4)
    buyer.sees_it_kept()
    buyer.goes_on()
    booking = oscar.booking(buyer.buys())
    assert (booking["address"]["postal_code"], booking["fee"]["amount"]) == ("3511 AW", last.fee)


@pytest.mark.soak
def test_a_browser_that_does_not_reach_stoep_has_the_plain_form(oscar: OscarStreet, buyer: OscarBuyer) -> None:
    buyer.takes()
    buyer.comes_as_guest()
    buyer.gives_address()
    buyer.page.route("**/widget/v1/**", lambda route: route.abort())
    buyer.has_scripts = False
    buyer.opens("delivery")
    chosen = buyer.picks("local_delivery", 2)
    buyer.goes_on()
    order = buyer.buys()
    buyer.sees(promise_of(chosen))
    assert oscar.booking(order)["fee"]["amount"] == chosen.fee


def test_the_last_place_is_lost_at_the_final_click_and_nothing_is_ordered(
    oscar: OscarStreet, buyer: OscarBuyer
) -> None:
    buyer.goes_to_delivery()
    wanted = choice_of(buyer.options("local_delivery").nth(1))
    with oscar.one_place_left(wanted.day, wanted.times[0]):
        buyer.page.reload()
        buyer.picks_option(buyer.option_at(wanted.day, wanted.times[0]))
        buyer.sees_it_kept()
        checkout = buyer.checkout
        buyer.goes_on()
        oscar.age_hold(checkout, minutes=60)
        oscar.somebody_takes(wanted.day, wanted.times[0])
        placed = oscar.orders_placed()
        buyer.orders()
        buyer.page.wait_for_url("**/checkout/shipping-method/")
        buyer.sees("Somebody else was just ahead of you")
        buyer.sees_the_picker()
        expect(buyer.option_at(wanted.day, wanted.times[0])).to_have_count(0)
        assert oscar.orders_placed() == placed
        other = buyer.picks("local_delivery", 1)
        buyer.sees_it_kept()
        buyer.goes_on()
        order = buyer.buys()
        buyer.sees(promise_of(other))
        assert oscar.booking(order)["fee"]["amount"] == other.fee


def test_while_stoep_is_away_the_shop_sends_by_its_own_method_and_tells_of_the_order_later(
    oscar: OscarStreet, buyer: OscarBuyer
) -> None:
    buyer.takes()
    buyer.comes_as_guest()
    buyer.gives_address()
    with oscar.line.is_cut():
        buyer.opens("delivery")
        buyer.goes_by_own_method()
        buyer.sees(OWN_METHOD)
        order = buyer.buys()
        buyer.sees(OWN_METHOD, in_cents(6900))
    booking = oscar.eventually_booked(order)
    assert (booking["state"], booking["promise"]) == ("choice_open", None)


def test_stoep_goes_away_after_the_choice_and_the_order_keeps_it(oscar: OscarStreet, buyer: OscarBuyer) -> None:
    buyer.goes_to_delivery()
    chosen = buyer.picks("local_delivery", 3)
    buyer.sees_it_kept()
    buyer.goes_on()
    with oscar.line.is_cut():
        order = buyer.buys()
        buyer.sees(promise_of(chosen), in_cents(6900 + chosen.fee))
    booking = oscar.eventually_booked(order)
    assert (booking["type"], booking["state"], booking["fee"]["amount"]) == ("local_delivery", "confirmed", chosen.fee)


@pytest.mark.soak
def test_answers_that_come_too_late_make_one_booking_that_is_paid(oscar: OscarStreet, buyer: OscarBuyer) -> None:
    buyer.goes_to_delivery()
    chosen = buyer.picks("local_delivery", 4)
    buyer.sees_it_kept()
    buyer.goes_on()
    with oscar.line.is_late(1.2):
        order = buyer.buys()
        buyer.sees(promise_of(chosen))
    booking = oscar.eventually_booked(order)
    assert (booking["state"], booking["fee"]["amount"]) == ("confirmed", chosen.fee)


@pytest.mark.soak
def test_a_stoep_that_is_slow_keeps_nobody_waiting(oscar: OscarStreet, buyer: OscarBuyer) -> None:
    buyer.takes()
    buyer.comes_as_guest()
    buyer.gives_address(postcode="1017 AB")
    with oscar.line.is_slow(5):
        begun = monotonic()
        buyer.opens("delivery")
        assert monotonic() - begun < 3
        expect(buyer.page.locator("stoep-delivery")).to_have_count(0)
        assert re.search("payment-details|shipping-method", buyer.page.url)


# An answer that takes longer than a second is asked for again: on a busy machine it would be counted twice.
@pytest.mark.soak
def test_the_shop_asks_once_for_each_change_and_reading_writes_nothing(oscar: OscarStreet, buyer: OscarBuyer) -> None:
    before = oscar.rows()
    with oscar.asked() as asked:
        buyer.takes()
        buyer.reads("/", "/catalogue/", "/basket/")
        buyer.comes_as_guest()
        buyer.reads("address")
        buyer.gives_address()
    assert asked == {}, "nothing to ask without an address"
    with oscar.asked() as asked:
        buyer.reads("delivery", "address", "/basket/", "delivery", "delivery", "/basket/", "delivery")
    assert asked == {"POST /widget/v1/fragments/choices": 1}
    assert oscar.rows() == before
    with oscar.asked() as asked:
        buyer.opens("delivery")
        buyer.sees_the_picker()
        buyer.picks("local_delivery", 4)
        buyer.sees_it_kept()
        buyer.goes_on()
        buyer.reads("preview", "/basket/", "preview")
    assert asked == {"POST /widget/v1/offers": 1}, "what the element kept is asked for once"
    with oscar.asked() as asked:
        order = buyer.buys()
        buyer.reads("/checkout/thank-you/")
    booking = oscar.booking(order)["booking"]
    assert asked == {"POST /v1/orders": 1, f"POST /v1/bookings/{booking}/paid": 1}
