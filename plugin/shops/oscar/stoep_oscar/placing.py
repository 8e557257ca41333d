"""Placing an order: its place is booked at Stoep before anything is charged, and when it is gone nothing is."""

from typing import Any

from django.contrib import messages
from django.urls import reverse
from django.utils.translation import gettext as _
from oscar.core.loading import get_class

from stoep_oscar import deliveries, service
from stoep_oscar.chosen import Chosen, forget, kept
from stoep_oscar.picker import ask_anew
from stoep_oscar.shipping_step import said_of

RedirectRequired = get_class("payment.exceptions", "RedirectRequired")

SEEN = "stoep_seen"
"""The field of the preview that says which choice the shopper sees there."""


class PlacesWithBooking:
    """Goes before the shop's own PaymentDetailsView."""

    _stoep_submission: dict[str, Any] | None = None

    def handle_place_order_submission(self, request: Any) -> Any:
        """Not when another window of this browser has chosen something else since: its price would be a surprise."""
        chosen = self._stoep_chosen(request.basket)
        seen = request.POST.get(SEEN)
        if seen is not None and seen != (chosen.seen if chosen else ""):
            messages.warning(request, _("Your delivery was changed in another window. Please look at it once more."))
            return self.render_preview(request)
        return super().handle_place_order_submission(request)  # type: ignore[misc]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]
        chosen = self._stoep_chosen(self.request.basket)
        return context | {"stoep_seen": chosen.seen if chosen else ""}

    def submit(self, user: Any, basket: Any, shipping_address: Any, *args: Any, **kwargs: Any) -> Any:
        self._stoep_submission = {"user": user, "basket": basket, "address": shipping_address}
        return super().submit(user, basket, shipping_address, *args, **kwargs)  # type: ignore[misc]

    def handle_payment(self, order_number: Any, total: Any, **kwargs: Any) -> Any:
        """Books first, then the shop takes the payment. A payment that fails keeps its place for another try, until
        Stoep's own deadline."""
        self._stoep_book(str(order_number))
        return super().handle_payment(order_number, total, **kwargs)  # type: ignore[misc]

    def handle_order_placement(self, order_number: Any, user: Any, basket: Any, *args: Any, **kwargs: Any) -> Any:
        """Also where a way to pay has a `handle_payment` of its own, which knows nothing of ours: then the choice is
        redeemed once the order stands."""
        chosen = self._stoep_chosen(basket)
        if chosen is not None:
            deliveries.note(str(order_number), chosen)
        return super().handle_order_placement(order_number, user, basket, *args, **kwargs)  # type: ignore[misc]

    def _stoep_book(self, order_number: str) -> None:
        submission = self._stoep_submission or {}
        basket = submission.get("basket") or self.request.basket
        chosen = self._stoep_chosen(basket)
        if chosen is None:
            return
        address = submission.get("address") or self.get_shipping_address(basket)
        user = submission.get("user") or self.request.user
        email = user.email if user.is_authenticated else self.checkout_session.get_guest_email()
        try:
            deliveries.book(order_number, chosen, basket, address, email)
        except service.Lost as lost:
            self._stoep_back(basket, address, lost.code)

    def _stoep_back(self, basket: Any, address: Any, code: str) -> None:
        """To the shipping step, the basket as it was."""
        ask_anew(self.checkout_session, basket, address)
        forget(self.checkout_session)
        messages.warning(self.request, said_of(code))
        self.restore_frozen_basket()
        raise RedirectRequired(reverse("checkout:shipping-method"))

    def _stoep_chosen(self, basket: Any) -> Chosen | None:
        """What is kept and fits, when it is what the checkout goes by."""
        if not basket.is_shipping_required():
            return None
        chosen = kept(self.checkout_session, basket, self.get_shipping_address(basket))
        code = self.checkout_session.shipping_method_code(basket)
        return chosen if chosen is not None and chosen.code == code else None
