"""Between the choice and the order that stands: payments that fail, answers that are lost, places that are gone."""

from typing import Any
from unittest import mock

from django.core.management import call_command
from oscar.core.loading import get_class
from stoep_oscar import service
from stoep_oscar.models import Delivery

from tests.shops.inside_oscar.shop import NOWHERE, Shop, calls

PaymentDetailsView = get_class("checkout.views", "PaymentDetailsView")
UnableToTakePayment = get_class("payment.exceptions", "UnableToTakePayment")
OWN = PaymentDetailsView.__mro__[2]
"""The shop's own view, behind ours."""


def pays(outcome: Any) -> Any:
    """How the shop's own way to take a payment ends, within."""
    return mock.patch.object(OWN, "handle_payment", autospec=True, side_effect=outcome, create=True)


class Payments(Shop):
    def setUp(self) -> None:
        super().setUp()
        self.comes_to_delivery()

    def number(self) -> str:
        return Delivery.objects.get().order_number

    def test_a_declined_card_keeps_its_place_for_the_next(self) -> None:
        self.chooses("local_delivery")
        with pays(UnableToTakePayment("Declined")):
            self.orders()
        self.says("Declined")
        self.assertEqual(self.states(self.number()), [("", "awaiting_payment", "local_delivery")])
        self.is_at(self.orders(), "/checkout/thank-you/")
        self.assertEqual(self.states(self.number()), [("", "confirmed", "local_delivery")])

    def test_another_choice_after_a_declined_card_gives_the_first_place_back(self) -> None:
        self.chooses("local_delivery")
        with pays(UnableToTakePayment("Declined")):
            self.orders()
        self.opens("/checkout/shipping-method/")
        self.chooses("pickup")
        self.is_at(self.orders(), "/checkout/thank-you/")
        self.assertEqual(
            self.states(self.number()), [("", "cancelled", "local_delivery"), ("2", "confirmed", "pickup")]
        )
        self.assertEqual(self.delivery().type, "pickup")

    def test_a_try_that_was_lost_here_is_found_by_its_booking_and_given_up(self) -> None:
        """A crash between Stoep's answer and the shop's commit: the shop knows nothing, Stoep a booking of this order."""
        self.chooses("local_delivery")
        with pays(UnableToTakePayment("Declined")):
            self.orders()
        number = self.number()
        Delivery.objects.all().delete()
        self.opens("/checkout/shipping-method/")
        self.chooses("shipping")
        self.is_at(self.orders(), "/checkout/thank-you/")
        self.assertEqual(self.states(number), [("", "cancelled", "local_delivery"), ("2", "confirmed", "shipping")])

    def test_a_choice_that_is_gone_leads_back_and_nothing_is_charged(self) -> None:
        self.chooses("local_delivery")
        session = self.client.session
        choice = session["checkout_data"]["stoep"]["chosen"]["choice"]
        other = {"order": f"another-{choice[-20:]}", "choice": choice, "recipient": {"name": "A"}}
        address = {"country": "NL", "postal_code": "1016 GV", "lines": ["Prinsengracht 1"]}
        basket = {"lines": [{"sku": "LAMP-DESK", "quantity": 1}], "currency": "EUR"}
        service.place_order(other | {"address": address, "basket": basket})
        with pays(None) as paid:
            self.is_at(self.orders(), "/checkout/shipping-method/")
        paid.assert_not_called()
        self.says("Please choose once more.")
        self.chooses("local_delivery", 1)
        self.is_at(self.orders(), "/checkout/thank-you/")
        self.assertEqual(self.bookings(self.number())[0]["state"], "confirmed")

    def test_a_fee_that_the_browser_made_cheaper_is_not_bought(self) -> None:
        self.chooses("local_delivery")
        session = self.client.session
        session["checkout_data"]["stoep"]["chosen"]["facts"]["fee"]["amount"] += 500
        session.save()
        with pays(None) as paid:
            self.is_at(self.orders(), "/checkout/shipping-method/")
        paid.assert_not_called()

    def test_a_way_to_pay_that_knows_nothing_of_ours_is_redeemed_once_the_order_stands(self) -> None:
        self.chooses("pickup")
        with mock.patch.object(PaymentDetailsView, "handle_payment", return_value=None), calls() as made:
            self.is_at(self.orders(), "/checkout/thank-you/")
        self.assertEqual(made["/v1/orders"], 1)
        self.assertEqual(self.states(self.number()), [("", "confirmed", "pickup")])

    def test_stoep_gone_at_the_last_click_is_told_later_of_the_same_choice(self) -> None:
        self.chooses("local_delivery")
        with NOWHERE:
            self.is_at(self.orders(), "/checkout/thank-you/")
            self.says("Delivery on")
            call_command("stoep_send", stdout=mock.Mock())
        self.assertFalse(self.delivery().is_told)
        call_command("stoep_send", stdout=mock.Mock())
        self.assertTrue(self.delivery().is_told)
        self.assertEqual(self.states(self.number()), [("", "confirmed", "local_delivery")])

    def test_an_answer_that_comes_too_late_leaves_one_booking_that_is_paid(self) -> None:
        self.chooses("local_delivery")
        place, late = service.place_order, iter([True])

        def placed(order: dict[str, Any]) -> dict[str, Any]:
            booking = place(order)
            if next(late, False):
                raise service.Away("too late")
            return booking

        with mock.patch.object(service, "place_order", placed):
            self.is_at(self.orders(), "/checkout/thank-you/")
        self.assertEqual(self.states(self.number()), [("", "confirmed", "local_delivery")])
        self.assertTrue(self.delivery().is_told)

    def test_a_choice_lost_by_then_is_asked_for_by_a_link(self) -> None:
        self.chooses("local_delivery")
        with NOWHERE:
            self.orders()
        Delivery.objects.update(choice="ch_made_up")
        call_command("stoep_send", stdout=mock.Mock())
        (booking,) = self.bookings(self.number())
        self.assertEqual(booking["state"], "choice_open")
        self.opens("/checkout/thank-you/")
        self.says("It is not chosen yet how this order is delivered. Choose now")
        self.assertIn(booking["choose_page"], self.page)
