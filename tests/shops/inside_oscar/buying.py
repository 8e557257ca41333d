"""Buying without scripts: what is asked of Stoep, when, and what comes of it."""

import re
from collections import Counter
from decimal import Decimal

from django.contrib.auth import get_user_model
from django.core import mail
from django.test import override_settings
from stoep_oscar import service

from tests.shops.inside_oscar import offers
from tests.shops.inside_oscar.shop import ADDRESS, NOWHERE, Shop, calls

PICKER = "/widget/v1/fragments/choices"
HOLD = "/widget/v1/holds"
ORDER = "/v1/orders"
PAID = "/v1/bookings/…/paid"


class Buying(Shop):
    def test_a_home_window_is_booked(self) -> None:
        self.buys("local_delivery", "Delivery on")

    def test_a_collection_is_booked(self) -> None:
        self.buys("pickup", "To be collected at")

    def test_a_plain_day_is_booked(self) -> None:
        self.buys("shipping", "Delivery:")

    def buys(self, kind: str, words: str) -> None:
        """And finds on every page what was promised."""
        self.comes_to_delivery()
        self.chooses(kind)
        self.is_at(self.orders(), "/checkout/thank-you/")
        self.says(words)
        order, booking = self.order(), self.bookings(self.order().number)[0]
        self.assertEqual((booking["state"], booking["type"]), ("confirmed", kind))
        self.assertEqual(order.shipping_incl_tax * 100, booking["fee"]["amount"])
        self.assertEqual((order.shipping_code, self.delivery().is_told), (f"stoep-{kind}", True))
        (sent,) = mail.outbox
        self.assertIn(booking["delivery_page"], sent.body)
        self.assertIn(booking["delivery_page"], sent.alternatives[0][0])
        self.assertIn("We are pleased to confirm", sent.body)
        asked = f"/accounts/order-status-form/{order.number}/{order.verification_hash()}/"
        self.is_at(self.sends(asked, email="guest@example.org"), asked.replace("-form", ""))
        self.says(words)

    def test_reading_writes_nothing_and_each_change_is_one_call(self) -> None:
        with calls() as made:
            self.comes_to_delivery()
            self.opens("/checkout/shipping-method/")
            self.assertEqual(made, Counter({PICKER: 1}))
            self.chooses("local_delivery")
            self.assertEqual(made, Counter({PICKER: 1, HOLD: 1}))
            for path in ("/basket/", "/checkout/payment-details/", "/checkout/preview/", "/checkout/payment-method/"):
                self.opens(path)
            self.assertEqual(made, Counter({PICKER: 1, HOLD: 1}))
            self.orders()
            self.assertEqual(made, Counter({PICKER: 1, HOLD: 1, ORDER: 1, PAID: 1}))
            self.opens("/checkout/thank-you/")
        self.assertEqual(sum(made.values()), 4)

    def test_a_changed_postcode_or_basket_asks_for_another_choice(self) -> None:
        self.comes_to_delivery()
        self.chooses("local_delivery")
        self.gives_address(postcode="3511 AB", line4="Utrecht")
        self.is_at(self.opens("/checkout/preview/"), "/checkout/shipping-method/")
        self.says("no longer valid")
        self.chooses("shipping")
        self.sends(f"/basket/add/{self.lamp.pk}/", quantity=1)
        self.is_at(self.opens("/checkout/preview/"), "/checkout/shipping-method/")

    def test_a_street_may_still_be_mended(self) -> None:
        self.comes_to_delivery()
        self.chooses("local_delivery")
        self.gives_address(line1="Prinsengracht 265")
        self.is_at(self.orders(), "/checkout/thank-you/")
        self.assertEqual(self.bookings(self.order().number)[0]["address"]["lines"], ["Prinsengracht 265"])

    def test_another_windows_choice_is_shown_before_it_is_bought(self) -> None:
        self.comes_to_delivery()
        step = self.page
        self.chooses("local_delivery")
        self.opens("/checkout/preview/")
        first = self.seen()
        self.page = step
        self.chooses("pickup")
        self.orders_what_was_seen(first)
        self.says("Your delivery was changed in another window.")
        self.assertNotEqual(self.seen(), first)
        self.is_at(self.orders_what_was_seen(self.seen()), "/checkout/thank-you/")
        self.assertEqual(self.order().shipping_code, "stoep-pickup")

    def test_what_cannot_be_a_choice_is_asked_again(self) -> None:
        self.comes_to_delivery()
        for form, sentence in (
            ({}, "Please choose how you would like to receive your order."),
            ({"stoep_offer": "of_x", "delivery_choice_option": "op_x"}, "Please choose once more."),
            ({"delivery_choice": "ch_made_up"}, "Please choose once more."),
            ({"stoep_offer": "x" * 9000, "delivery_choice_option": "x"}, "Please"),
        ):
            with self.subTest(form):
                self.is_at(self.sends("/checkout/shipping-method/", stoep=1, **form), "/checkout/shipping-method/")
                self.says(sentence)

    def test_an_offer_for_a_lighter_basket_is_not_taken(self) -> None:
        """A browser may ask Stoep for one itself: the shop's publishable key stands in the page."""
        self.lamp.product_class.attributes.create(code="weight", name="Weight", type="float")
        self.lamp.attr.weight = 29
        self.lamp.save()
        self.comes_to_delivery()
        light = {"lines": [{"sku": "LAMP-DESK", "quantity": 1, "weight_g": 10}], "currency": "EUR"}
        there = {"country": "NL", "postal_code": "1016 GV", "city": "Amsterdam"}
        (checkout,) = re.findall(r' checkout="([^"]+)"', self.page)
        offer = service.offer({"destination": there, "basket": light, "locale": "en", "checkout": checkout})
        option = next(one["id"] for one in offer["options"] if one["type"] == "shipping")
        plain = {"stoep_offer": offer["offer"], "delivery_choice_option": option}
        self.is_at(self.sends("/checkout/shipping-method/", stoep=1, **plain), "/checkout/shipping-method/")
        self.says("Please choose once more.")
        token = service.hold(offer["offer"], option)
        self.sends("/checkout/shipping-method/", stoep=1, delivery_choice=token["choice"])
        self.opens("/checkout/preview/")
        self.assertNotIn(f"€{token['option']['fee']['amount'] / 100:.2f}", self.page)
        self.is_at(self.orders(), "/checkout/shipping-method/")
        self.chooses("shipping")
        self.is_at(self.orders(), "/checkout/thank-you/")

    def test_the_shops_own_method_is_not_to_be_had_while_stoep_is_there(self) -> None:
        self.comes_to_delivery()
        self.is_at(self.sends("/checkout/shipping-method/", method_code="free-shipping"), "/checkout/shipping-method/")
        self.is_at(self.opens("/checkout/preview/"), "/checkout/shipping-method/")

    def test_who_was_shown_the_shops_own_method_may_take_it_though_stoep_is_back(self) -> None:
        with NOWHERE:
            self.comes_to_delivery()
        with calls() as made:
            done = self.sends("/checkout/shipping-method/", method_code="free-shipping")
        self.is_at(done, "/checkout/payment-details/")
        self.assertEqual(made, Counter())
        self.is_at(self.orders(), "/checkout/thank-you/")
        self.opens("/checkout/thank-you/")
        self.says("It is not chosen yet how this order is delivered.")

    def test_a_basket_without_a_parcel_asks_stoep_nothing(self) -> None:
        with calls() as made:
            self.comes_to_delivery(self.voucher)
            self.is_at(self.orders(), "/checkout/thank-you/")
        self.assertEqual(made, Counter())

    @NOWHERE
    def test_without_stoep_the_shop_sells_by_its_own_method_and_tells_later(self) -> None:
        self.is_at(self.comes_to_delivery(), "/checkout/payment-details/")
        self.says("Delivery times cannot be shown right now.")
        self.is_at(self.orders(), "/checkout/thank-you/")
        self.says("You will hear by e-mail how to choose when it is delivered.")
        self.assertEqual(self.order().shipping_code, "free-shipping")
        self.assertFalse(self.delivery().is_told)


class Customers(Shop):
    def setUp(self) -> None:
        super().setUp()
        person = get_user_model().objects.create_user("sanne", "sanne@example.org", first_name="Sanne")
        self.address = person.addresses.create(
            **{name: value for name, value in ADDRESS.items() if name != "country"}, country_id="NL", notes="Blue door"
        )
        self.client.force_login(person, "oscar.apps.customer.auth_backends.EmailBackend")
        self.sends(f"/basket/add/{self.lamp.pk}/", quantity=1)
        self.sends("/checkout/shipping-address/", action="ship_to", address_id=self.address.pk)

    def test_who_has_an_account_finds_the_promise_at_the_order(self) -> None:
        self.chooses("local_delivery")
        self.is_at(self.orders(), "/checkout/thank-you/")
        self.opens(f"/accounts/orders/{self.order().number}/")
        self.says("Delivery on")
        booking = self.bookings(self.order().number)[0]
        self.assertEqual(booking["recipient"]["email"], "sanne@example.org")
        self.assertIn(booking["delivery_page"], self.page)

    def test_an_address_that_is_gone_from_the_book_asks_for_another(self) -> None:
        self.chooses("local_delivery")
        self.address.delete()
        self.is_at(self.opens("/checkout/preview/"), "/checkout/shipping-address/")

    def test_the_same_thing_twice_is_one_line_and_takes_two(self) -> None:
        self.sends(f"/basket/add/{self.lamp.pk}/", quantity=2)
        self.opens("/checkout/shipping-method/")
        self.assertIn("&quot;sku&quot;:&quot;LAMP-DESK&quot;,&quot;quantity&quot;:3", self.page)

    def test_an_offer_of_the_shops_takes_from_the_fee_and_the_booking_stays(self) -> None:
        offers.free_delivery(self.lamp)
        self.opens("/checkout/shipping-method/")
        self.chooses("local_delivery")
        self.is_at(self.orders(), "/checkout/thank-you/")
        self.assertEqual((self.order().shipping_code, self.order().shipping_incl_tax), ("stoep-local_delivery", 0))
        self.assertEqual(self.states(self.order().number), [("", "confirmed", "local_delivery")])

    @override_settings(STOEP_TAX_RATE="0.21")
    def test_the_tax_in_a_fee_is_the_shops_to_say(self) -> None:
        self.chooses("local_delivery")
        self.orders()
        order = self.order()
        self.assertEqual(order.shipping_excl_tax, round(order.shipping_incl_tax / Decimal("1.21"), 2))
