"""Our place in the checkout of a shop that has its own classes."""

import sys
from types import ModuleType
from typing import Any
from unittest import mock

from django.test import SimpleTestCase
from oscar.apps.checkout import session, views
from oscar.core.loading import get_class
from stoep_oscar.joining import join, join_checkout
from stoep_oscar.methods import RepositoryWithChoice
from stoep_oscar.placing import PlacesWithBooking
from stoep_oscar.shipping_step import StepWithPicker

CLASSES = {
    ("shipping.repository", "Repository"): RepositoryWithChoice,
    ("checkout.views", "ShippingMethodView"): StepWithPicker,
    ("checkout.views", "PaymentDetailsView"): PlacesWithBooking,
}


class Joined(SimpleTestCase):
    def test_everybody_gets_ours_before_the_shops(self) -> None:
        for (label, name), ours in CLASSES.items():
            with self.subTest(name):
                joined = get_class(label, name)
                self.assertIs(joined.__mro__[1], ours)
                self.assertEqual(joined.__mro__[2].__module__, joined.__module__)
        self.assertTrue(issubclass(session.Repository, RepositoryWithChoice))
        self.assertTrue(issubclass(views.Repository, RepositoryWithChoice))

    def test_joining_twice_does_nothing(self) -> None:
        before = get_class("checkout.views", "PaymentDetailsView")
        join_checkout()
        self.assertIs(get_class("checkout.views", "PaymentDetailsView"), before)

    def test_a_fork_of_the_shops_stays_in_use(self) -> None:
        class Repository:
            methods = ("own",)

            def get_available_shipping_methods(self, **_facts: Any) -> tuple[str, ...]:
                return self.methods

        fork, taker = ModuleType("fork.repository"), ModuleType("fork.views")
        fork.Repository = taker.Repository = Repository  # type: ignore[attr-defined]
        Repository.__module__ = "fork.repository"
        with (
            mock.patch.dict(sys.modules, {"fork.repository": fork, "fork.views": taker}),
            mock.patch("stoep_oscar.joining.get_class", return_value=Repository),
        ):
            joined = join("shipping.repository", "Repository", RepositoryWithChoice)
        self.assertIs(taker.Repository, joined)  # type: ignore[attr-defined]
        self.assertEqual(joined().get_available_shipping_methods(basket=None), ["own"])
