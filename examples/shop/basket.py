"""The basket: sku and quantity, in the shopper's own cookie."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from examples.shop.catalogue import PRODUCTS, Product

CURRENCY = "EUR"
MOST_OF_ONE = 10


@dataclass(frozen=True)
class BasketLine:
    """A product and how many of it."""

    product: Product
    quantity: int

    @property
    def price(self) -> int:
        return self.product.price * self.quantity


def lines_of(quantities: dict[str, int]) -> list[BasketLine]:
    """The lines of a basket, in the catalogue's order."""
    return [BasketLine(product, quantities[sku]) for sku, product in PRODUCTS.items() if quantities.get(sku, 0) > 0]


def with_quantity(quantities: dict[str, int], sku: str, quantity: int) -> dict[str, int]:
    """The same basket with so many of one product; 0 takes it out."""
    changed = {**quantities, sku: max(0, min(quantity, MOST_OF_ONE))}
    return {sku: quantity for sku, quantity in changed.items() if sku in PRODUCTS and quantity > 0}


def basket_facts(lines: Sequence[BasketLine]) -> dict[str, Any]:
    """The basket as Stoep asks for it. The element and the order must send the very same."""
    return {
        "lines": [
            {
                "sku": line.product.sku,
                "quantity": line.quantity,
                "weight_g": line.product.weight_g,
                "handling_days": line.product.handling_days,
                "value": {"amount": line.product.price, "currency": CURRENCY},
            }
            for line in lines
        ],
        "currency": CURRENCY,
    }


def named_facts(lines: Sequence[BasketLine], language: str) -> dict[str, Any]:
    """The same with what each thing is called, for the shopper to say what is collected."""
    facts = basket_facts(lines)
    for fact, line in zip(facts["lines"], lines, strict=True):
        fact["name"] = line.product.name[language]
    return facts


def basket_attribute(lines: Sequence[BasketLine], language: str) -> str:
    """The same, as the element's `basket` attribute."""
    return json.dumps(named_facts(lines, language), separators=(",", ":"))
