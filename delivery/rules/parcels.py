"""The basket, and how it parts into parcels."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Stock = Mapping[str, int]
"""Quantity by sku at one place. A sku that is not named counts as there."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a basket. quantity ≥ 1; weight_g of one piece; value of one piece in minor units. Raises ValueError."""

    sku: str
    quantity: int
    weight_g: int = 0
    handling_days: int = 0
    value: int | None = None


@dataclass(frozen=True, slots=True)
class Basket:
    """What the shopper is about to buy. At least one line. Lines of the same sku stand apart and are counted together."""

    lines: tuple[Line, ...]
    currency: str

    @property
    def weight_g(self) -> int:
        raise NotImplementedError

    @property
    def value(self) -> int | None:
        """The goods' value in minor units, None when any line does not say."""
        raise NotImplementedError

    @property
    def handling_days(self) -> int:
        """The largest of the lines."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Parcel:
    """The lines that leave one origin together."""

    origin_id: str
    basket: Basket


def can_serve(stock: Stock, basket: Basket) -> bool:
    """Whether a place with this stock has everything in the basket."""
    raise NotImplementedError


def split_basket(basket: Basket, origins: Sequence[tuple[str, Stock]]) -> tuple[Parcel, ...] | None:
    """The fewest-effort split: lines go to the first origin (in the order given) that has them, a line itself may be
    split; None when even together they do not have enough."""
    raise NotImplementedError
