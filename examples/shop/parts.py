"""An order in parts: some of the basket delivered, some collected. Each part has a choice and a booking of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from examples.shop.basket import BasketLine, basket_facts

SHIP, COLLECT = "ship", "collect"
TYPES: dict[str, list[str]] = {"": [], SHIP: ["shipping", "local_delivery"], COLLECT: ["pickup"]}
"""Which options a part is offered; none named: all."""


@dataclass(frozen=True)
class Part:
    """What goes one way: `name` is empty when all of it does, and "collect" also when all is collected."""

    name: str
    lines: Sequence[BasketLine]

    @property
    def is_collected(self) -> bool:
        return self.name == COLLECT

    @property
    def field(self) -> str:
        """The form's field with its choice."""
        return "delivery_choice_collect" if self.is_collected else "delivery_choice"

    def checkout(self, checkout: str) -> str:
        """Whose hold it is: two holds of one checkout would replace each other."""
        return f"{checkout}:{COLLECT}" if self.is_collected else checkout

    def question(self, checkout: str, to: Mapping[str, str], locale: str) -> dict[str, Any]:
        """What Stoep is asked for this part's picker."""
        asked = {
            "destination": {name: to[name] for name in ("country", "postal_code", "city")},
            "basket": basket_facts(self.lines),
            "locale": locale,
            "checkout": self.checkout(checkout),
            "name": self.field,
        }
        return asked | ({"types": TYPES[self.name]} if self.name else {})


def parts_of(lines: Sequence[BasketLine], collected: Sequence[str]) -> list[Part]:
    """The basket's parts, given the skus that are collected. One part when everything goes the same way."""
    taken = [line for line in lines if line.product.sku in collected]
    rest = [line for line in lines if line.product.sku not in collected]
    if not taken:
        return [Part("", rest)]
    return [Part(SHIP, rest), Part(COLLECT, taken)] if rest else [Part(COLLECT, taken)]
