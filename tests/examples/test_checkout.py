"""The example shop's checkout, over real HTTP to a real Stoep."""

import re

import pytest
from flask import Flask

from tests.doors import Door
from tests.examples.conftest import Served, Shopper, another_shopper


def pays(shopper: Shopper, path: str, outcome: str = "pay") -> str:
    """Pays at this payment page; the order's number."""
    shopper.sends(path, outcome=outcome)
    return path.rsplit("/", 1)[1]


@pytest.mark.parametrize("kind", ["shipping", "local_delivery", "pickup"])
def test_a_shopper_without_scripts_buys_each_kind(shopper: Shopper, kind: str) -> None:
    shopper.goes_to_delivery()
    payment = shopper.picks_plainly(kind)
    assert "/checkout/payment/" in payment.request.path
    number = pays(shopper, payment.request.path)
    assert "What we promise" in shopper.page
    booking = shopper.booking(number)
    assert (booking["state"], booking["type"]) == ("confirmed", kind)
    assert booking["recipient"]["name"] == "Sanne de Vries"


def test_a_shopper_without_scripts_who_chose_nothing_is_asked_to(shopper: Shopper) -> None:
    shopper.goes_to_delivery()
    offer = re.findall(r'name="plain_offer" value="([^"]+)"', shopper.page)[0]
    shopper.sends("/checkout/delivery", plain_offer=offer)
    assert "Please choose how you would like to receive your order." in shopper.page
    assert not shopper.orders.waiting()


def test_the_elements_choice_becomes_the_booking_with_its_fee_and_window(shopper: Shopper) -> None:
    shopper.goes_to_delivery()
    payment = shopper.sends("/checkout/delivery", delivery_choice=shopper.token("local_delivery"), notes="Blue door")
    number = pays(shopper, payment.request.path)
    booking = shopper.booking(number)
    assert booking["promise"]["window"]
    assert booking["fee"] == {"amount": 495, "currency": "EUR"}
    assert "between" in shopper.page
    assert "€73.95" in shopper.page


def test_sending_the_form_twice_makes_one_order(shopper: Shopper) -> None:
    shopper.goes_to_delivery()
    token = shopper.token("local_delivery")
    first = shopper.sends("/checkout/delivery", delivery_choice=token)
    second = shopper.sends("/checkout/delivery", delivery_choice=token)
    assert first.request.path == second.request.path


def test_going_back_for_another_choice_frees_the_first_place(shopper: Shopper) -> None:
    shopper.goes_to_delivery()
    first = shopper.sends("/checkout/delivery", delivery_choice=shopper.token("local_delivery"))
    shopper.opens("/checkout/delivery")
    second = shopper.sends("/checkout/delivery", delivery_choice=shopper.token("pickup"))
    assert shopper.booking(first.request.path.rsplit("/", 1)[1])["state"] == "cancelled"
    assert shopper.booking(second.request.path.rsplit("/", 1)[1])["state"] == "awaiting_payment"


def test_a_failed_payment_frees_the_place_and_keeps_the_basket(shopper: Shopper) -> None:
    shopper.goes_to_delivery()
    payment = shopper.sends("/checkout/delivery", delivery_choice=shopper.token("local_delivery"))
    number = pays(shopper, payment.request.path, "fail")
    assert "The payment did not succeed" in shopper.page
    assert shopper.booking(number)["state"] == "cancelled"
    shopper.opens("/checkout/delivery")
    again = shopper.sends("/checkout/delivery", delivery_choice=shopper.token("local_delivery"))
    assert shopper.booking(pays(shopper, again.request.path))["state"] == "confirmed"


def test_an_address_changed_after_the_choice_asks_for_a_new_one(shopper: Shopper) -> None:
    shopper.goes_to_delivery()
    token = shopper.token("local_delivery")
    shopper.goes_to_delivery(sku="CUSHION", postal_code="3511 AB", city="Utrecht")
    back = shopper.sends("/checkout/delivery", delivery_choice=token)
    assert back.request.path == "/checkout/delivery"
    assert "Your address or basket changed since you chose." in shopper.page


def test_a_changed_token_asks_for_a_new_choice(shopper: Shopper) -> None:
    shopper.goes_to_delivery()
    shopper.sends("/checkout/delivery", delivery_choice="made up")
    assert "Your choice is no longer kept. Please choose once more." in shopper.page


def test_a_place_lost_to_others_is_said_kindly(shop: Flask, shopper: Shopper, plain_door: Door, stoep: Served) -> None:
    shopper.goes_to_delivery()
    token = shopper.token("local_delivery")
    plain_door.clock.forward(minutes=11)
    for _ in range(12):
        other = another_shopper(shop, plain_door, stoep)
        other.goes_to_delivery()
        other.token("local_delivery")
    shopper.sends("/checkout/delivery", delivery_choice=token)
    assert "Somebody else was just ahead of you" in shopper.page


def test_while_stoep_is_away_the_sale_goes_on_and_the_order_follows(shopper: Shopper, stoep: Served) -> None:
    stoep.stop()
    shopper.goes_to_delivery()
    assert "Standard delivery" in shopper.page
    payment = shopper.sends("/checkout/delivery")
    assert "€73.95" in shopper.page
    number = pays(shopper, payment.request.path)
    assert "Standard delivery. By e-mail you can still choose another moment." in shopper.page
    assert shopper.orders.waiting() == [number]
    stoep.start()
    assert shopper.orders.send_waiting() == 0
    assert shopper.booking(number)["state"] == "choice_open"


def test_a_choice_made_before_stoep_went_away_is_not_lost(shopper: Shopper, stoep: Served) -> None:
    shopper.goes_to_delivery()
    token = shopper.token("local_delivery")
    stoep.stop()
    payment = shopper.sends("/checkout/delivery", delivery_choice=token)
    number = pays(shopper, payment.request.path)
    stoep.start()
    shopper.orders.send_waiting()
    booking = shopper.booking(number)
    assert (booking["state"], booking["type"]) == ("confirmed", "local_delivery")


def test_a_payment_told_of_while_stoep_is_away_is_told_later(shopper: Shopper, stoep: Served) -> None:
    shopper.goes_to_delivery()
    payment = shopper.sends("/checkout/delivery", delivery_choice=shopper.token("pickup"))
    stoep.stop()
    number = pays(shopper, payment.request.path)
    stoep.start()
    assert shopper.booking(number)["state"] == "awaiting_payment"
    shopper.orders.send_waiting()
    assert shopper.booking(number)["state"] == "confirmed"


def test_a_missing_field_is_named_and_nothing_is_lost(shopper: Shopper) -> None:
    response = shopper.goes_to_delivery(street=" ")
    assert response.status_code == 422
    assert "Street and number: please fill this in." in shopper.page
    assert "Sanne de Vries" in shopper.page


def test_an_empty_basket_leads_back_to_the_basket(shopper: Shopper) -> None:
    assert shopper.opens("/checkout/").request.path == "/basket"
    assert shopper.sends("/checkout/delivery", delivery_choice="x").request.path == "/basket"


def test_an_unknown_order_is_not_found(shopper: Shopper) -> None:
    assert shopper.opens("/checkout/order/SW-0").status_code == 404
    assert shopper.sends("/checkout/payment/SW-0", outcome="pay").status_code == 404


def test_typed_text_is_escaped(shopper: Shopper) -> None:
    shopper.goes_to_delivery(name="<b>Sanne</b>")
    assert "<b>Sanne" not in shopper.page
    assert "&lt;b&gt;Sanne" in shopper.page
