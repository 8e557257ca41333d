"""Oscar's shipping step, with the picker in it."""

import logging
from typing import Any

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from stoep_oscar import service
from stoep_oscar.chosen import (
    Chosen,
    chosen_from,
    forget,
    has_seen_own_methods,
    has_shown,
    keep,
    question,
    shows_offer,
    shows_own_methods,
)
from stoep_oscar.picker import FIELD, Picker, ask_anew, picker_for
from stoep_oscar.questions import mark_of

log = logging.getLogger(__name__)

OURS = "stoep"
"""The field by which our form is known from one of Oscar's."""


def said_of(code: str) -> str:
    """Why something is to be chosen again, by Stoep's code."""
    if code in {"choice_gone", "slot_full", "option_gone"}:
        return _("Somebody else was just ahead of you: what you chose has been taken. Please choose again.")
    if code == "choice_stale":
        return _("Your address or basket has changed since you chose. Please choose again.")
    return _("Your choice is no longer kept. Please choose once more.")


class StepWithPicker:
    """Goes before the shop's own ShippingMethodView. Without an answer of Stoep's, that is shown as it is."""

    stoep: Picker | None = None

    def get(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        address = self._stoep_address()
        if address is None:
            return super().get(request, *args, **kwargs)  # type: ignore[misc]
        self.stoep = picker_for(self.checkout_session, request.basket, address)
        shows_own_methods(self.checkout_session, is_so=self.stoep is None)
        if self.stoep is None:
            messages.info(
                request, _("Delivery times cannot be shown right now. You will hear by e-mail how to choose one.")
            )
            return super().get(request, *args, **kwargs)  # type: ignore[misc]
        shows_offer(self.checkout_session, self.stoep.offer)
        self._methods: list[Any] = []
        return self.render_to_response(self.get_context_data())

    def post(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        address = self._stoep_address()
        if address is None:
            return super().post(request, *args, **kwargs)  # type: ignore[misc]
        if OURS in request.POST:
            return self._stoep_take(request, address)
        if not has_seen_own_methods(self.checkout_session):
            # A method of the shop's own, for when Stoep is away, which it was not: its price is not to be had.
            return redirect("checkout:shipping-method")
        return super().post(request, *args, **kwargs)  # type: ignore[misc]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"stoep": self.stoep, "stoep_field": FIELD}  # type: ignore[misc,no-any-return]

    def _stoep_address(self) -> Any:
        """Where it goes; None when that is not known, or nothing is sent."""
        basket = self.request.basket
        if basket.is_empty or not basket.is_shipping_required() or not self.checkout_session.is_shipping_address_set():
            return None
        return self.get_shipping_address(basket)

    def _stoep_take(self, request: Any, address: Any) -> Any:
        try:
            chosen = self._stoep_chosen(request, address)
        except service.Lost as lost:
            return self._stoep_again(request, address, said_of(lost.code))
        except (service.Away, service.Refused) as problem:
            log.warning("a choice could not be kept: %s", problem)
            return self._stoep_again(request, address, _("Your choice could not be kept. Please try once more."))
        if chosen is None:
            messages.error(request, _("Please choose how you would like to receive your order."))
            return redirect("checkout:shipping-method")
        keep(self.checkout_session, chosen)
        return self.get_success_response()

    def _stoep_chosen(self, request: Any, address: Any) -> Chosen | None:
        """What the form says, as Stoep has it: nothing that the browser says of a price counts. One call."""
        token, option = request.POST.get(FIELD), request.POST.get(f"{FIELD}_option")
        mark = mark_of(request.basket, address)
        try:
            if token:
                return self._stoep_held(request, address, token, mark)
            if option:
                offer = request.POST.get("stoep_offer", "")
                if not has_shown(self.checkout_session, offer):
                    raise service.Lost("offer_expired")
                kept = service.hold(offer, option)
                return chosen_from(kept["option"], kept["choice"], mark)
        except (KeyError, TypeError, ValueError) as error:
            raise service.Away("an answer that makes no sense") from error
        return None

    def _stoep_held(self, request: Any, address: Any, token: str, mark: str) -> Chosen:
        """What the element has kept: the option whose place this checkout holds."""
        offer = service.offer(question(self.checkout_session, request.basket, address))
        held = offer["held"]
        if held is None or held["choice"] != token:
            raise service.Lost("hold_expired")
        option = next((option for option in offer["options"] if option["id"] == held["option"]), None)
        if option is None:
            raise service.Lost("option_gone")
        return chosen_from(option, token, mark)

    def _stoep_again(self, request: Any, address: Any, why: str) -> Any:
        ask_anew(self.checkout_session, request.basket, address)
        forget(self.checkout_session)
        messages.warning(request, why)
        return redirect("checkout:shipping-method")
