"""Shipping methods: the shop's own, and what the shopper has chosen at Stoep. Oscar asks for them on nearly every page, so
this reads the session and asks nobody."""

from typing import Any

from oscar.apps.shipping.methods import Base
from oscar.core import prices
from oscar.core.loading import get_class

from stoep_oscar.chosen import Chosen, kept
from stoep_oscar.configuration import configuration
from stoep_oscar.promises import name_of, sentence_of
from stoep_oscar.questions import in_major_units

LONGEST_NAME = 128
"""Of `shipping_method` in Oscar's order."""


class ChosenDelivery(Base):
    """One home window, pick-up centre or date, at Stoep's price."""

    def __init__(self, chosen: Chosen) -> None:
        self.chosen = chosen
        self.code = chosen.code
        self.name = name_of(chosen.facts)[:LONGEST_NAME]

    @property
    def description(self) -> str:
        """Where and when it can be collected; of the others the name has it all."""
        return str(sentence_of("pickup", self.chosen.facts)) if self.chosen.type == "pickup" else ""

    def calculate(self, basket: Any) -> prices.Price:
        """Stoep's fee, which includes tax."""
        amount, currency = self.chosen.fee
        including = in_major_units(amount, currency)
        excluding = including / (1 + configuration().tax_rate)
        digits = including.as_tuple().exponent
        return prices.Price(currency=basket.currency, excl_tax=round(excluding, -int(digits)), incl_tax=including)


class RepositoryWithChoice:
    """Goes before the shop's own Repository: its methods stay as they are, for when Stoep is away."""

    def get_available_shipping_methods(self, basket: Any, shipping_addr: Any = None, **kwargs: Any) -> list[Any]:
        own = super().get_available_shipping_methods(basket=basket, shipping_addr=shipping_addr, **kwargs)  # type: ignore[misc]
        request = kwargs.get("request")
        if request is None or shipping_addr is None:
            return list(own)
        session = get_class("checkout.utils", "CheckoutSessionData")(request)
        chosen = kept(session, basket, shipping_addr)
        return [*own, ChosenDelivery(chosen)] if chosen else list(own)
