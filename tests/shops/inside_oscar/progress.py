"""The way of an order: what Stoep hears of a new status."""

import io
from datetime import timedelta
from unittest import mock

from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.test import SimpleTestCase, override_settings
from django.utils import timezone
from stoep_oscar import service
from stoep_oscar.hearing import BETWEEN
from stoep_oscar.models import Delivery, Heard, Report
from stoep_oscar.progress import event_of
from stoep_oscar.waiting import DAYS_UNPLACED

from tests.shops.inside_oscar.shop import NOWHERE, Shop, calls


class Words(SimpleTestCase):
    @override_settings(STOEP_EVENTS={"Left the house": "dispatched", "Packed": "wrapped", "Given up": "cancel"})
    def test_a_status_is_known_by_its_word_and_the_shops_own_words_win(self) -> None:
        for status, event in (
            ("Shipped", "dispatched"),
            ("OUT_FOR_DELIVERY", "out_for_delivery"),
            ("ready  for-pickup", "ready_for_pickup"),
            ("Left the house", "dispatched"),
            ("packed", "wrapped"),
            ("Given up", "cancel"),
            ("Cancelled", "cancel"),
            ("Pending", None),
            ("Being processed", None),
            ("", None),
        ):
            with self.subTest(status):
                self.assertEqual(event_of(status), event)


class Progress(Shop):
    def setUp(self) -> None:
        super().setUp()
        self.comes_to_delivery()
        self.chooses("local_delivery")
        self.orders()

    def becomes(self, status: str) -> None:
        with self.captureOnCommitCallbacks(execute=True):
            self.order().set_status(status)

    def state(self) -> str:
        return str(self.bookings(self.order().number)[0]["state"])

    def test_each_step_is_reported_once(self) -> None:
        for status, state in (("Packed", "packed"), ("Shipped", "dispatched"), ("Delivered", "delivered")):
            self.becomes(status)
            self.assertEqual(self.state(), state)
        self.assertEqual(self.delivery().state, "delivered")
        self.assertFalse(Report.objects.filter(is_sent=False).exists())

    def test_a_cancelled_order_cancels_its_booking(self) -> None:
        self.becomes("Cancelled")
        self.assertEqual(self.state(), "cancelled")

    def test_steps_wait_in_turn_while_stoep_is_away(self) -> None:
        with NOWHERE:
            self.becomes("Packed")
            self.becomes("Shipped")
        self.assertEqual(self.state(), "confirmed")
        call_command("stoep_send", stdout=mock.Mock())
        self.assertEqual(self.state(), "dispatched")

    @override_settings(STOEP_EVENTS={"Shipped": "collected"})
    def test_what_stoep_will_not_take_is_said_in_the_dashboard(self) -> None:
        self.becomes("Packed")
        self.becomes("Shipped")
        self.assertEqual(self.state(), "packed")
        owner = get_user_model().objects.create_superuser("owner", "owner@example.org")
        self.client.force_login(owner, "oscar.apps.customer.auth_backends.EmailBackend")
        self.opens(f"/dashboard/orders/{self.order().number}/")
        self.says("Delivery on")
        self.says("Shipped: impossible_step")
        self.says(self.delivery().booking)

    def test_what_a_shopper_changes_at_stoep_is_said_by_the_shop_too(self) -> None:
        before, booking = self.delivery(), self.bookings(self.order().number)[0]
        self.opens("/checkout/thank-you/")
        Heard.objects.create(pk=1, at=timezone.now() - BETWEEN)
        told = io.StringIO()
        call_command("stoep_send", stdout=told)
        self.assertEqual(told.getvalue(), "")
        question = {"destination": {"country": "NL", "postal_code": "1016 GV"}, "checkout": "another", "locale": "en"}
        basket = {"lines": [{"sku": "LAMP-DESK", "quantity": 1}], "currency": "EUR"}
        offer = service.offer(question | {"basket": basket})
        centre = next(option for option in offer["options"] if option["type"] == "pickup")
        choice = service.hold(offer["offer"], centre["id"])["choice"]
        service._json("POST", f"/v1/bookings/{booking['booking']}/changes", {"choice": choice})
        Heard.objects.update(at=timezone.now() - BETWEEN)
        call_command("stoep_send", stdout=told)
        self.assertEqual(told.getvalue(), "1 changed at Stoep\n")
        self.assertEqual((before.type, self.delivery().type), ("local_delivery", "pickup"))
        self.opens("/checkout/thank-you/")
        self.says(f"To be collected at {centre['location']['name']}")
        with calls() as made:
            call_command("stoep_send", stdout=told)
        self.assertEqual(made, {})

    def test_rows_of_orders_that_never_stood_are_forgotten(self) -> None:
        old = Delivery.objects.create(order_number="never")
        Delivery.objects.create(order_number="lately")
        Delivery.objects.filter(pk=old.pk).update(made_at=old.made_at - timedelta(days=DAYS_UNPLACED, hours=1))
        call_command("stoep_send", stdout=mock.Mock())
        numbers = set(Delivery.objects.values_list("order_number", flat=True))
        self.assertEqual(numbers, {"lately", self.order().number})
