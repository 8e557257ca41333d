"""The basket, and how it parts into parcels."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from delivery.rules.prices import check_currency

Stock = Mapping[str, int]
"""Quantity by sku at one place. A sku that is not named counts as there."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a basket. quantity ≥ 1; weight_g of one piece; value of one piece in minor units. Raises
    ValueError."""

    sku: str
    quantity: int
    weight_g: int = 0
    handling_days: int = 0
    value: int | None = None

    def __post_init__(self) -> None:
        if not self.sku:
            raise ValueError("a line needs a sku")
        if self.quantity < 1:
            raise ValueError(f"{self.quantity} is not a quantity: one at least")
        if self.weight_g < 0:
            raise ValueError("a weight cannot be negative")
        if self.handling_days < 0:
            raise ValueError("handling days cannot be negative")
        if self.value is not None and self.value < 0:
            raise ValueError("a value cannot be negative")


@dataclass(frozen=True, slots=True)
class Basket:
    """What the shopper is about to buy. At least one line. Lines of the same sku stand apart and are counted
    together."""

    lines: tuple[Line, ...]
    currency: str

    def __post_init__(self) -> None:
        if not self.lines:
            raise ValueError("a basket needs at least one line")
        check_currency(self.currency)

    @property
    def weight_g(self) -> int:
        return sum(line.weight_g * line.quantity for line in self.lines)

    @property
    def value(self) -> int | None:
        """The goods' value in minor units, None when any line does not say."""
        total = 0
        for line in self.lines:
            if line.value is None:
                return None
            total += line.value * line.quantity
        return total

    @property
    def handling_days(self) -> int:
        """The largest of the lines."""
        return max(line.handling_days for line in self.lines)


@dataclass(frozen=True, slots=True)
class Parcel:
    """The lines that leave one origin together."""

    origin_id: str
    basket: Basket


def can_serve(stock: Stock, basket: Basket) -> bool:
    """Whether a place with this stock has everything in the basket."""
    if not stock:
        return True
    wanted: Counter[str] = Counter()
    for line in basket.lines:
        wanted[line.sku] += line.quantity
    return all(stock.get(sku, quantity) >= quantity for sku, quantity in wanted.items())


def knows_all(stock: Stock, basket: Basket) -> bool:
    """Whether everything in the basket has been counted there, be it none."""
    return all(line.sku in stock for line in basket.lines)


def split_basket(basket: Basket, origins: Sequence[tuple[str, Stock]]) -> tuple[Parcel, ...] | None:
    """The fewest-effort split: lines go to the first origin (in the order given) that has them, a line itself may be
    split; None when even together they do not have enough."""
    remaining = [(origin_id, dict(stock)) for origin_id, stock in origins]
    taken: dict[str, list[Line]] = {origin_id: [] for origin_id, _ in origins}
    for line in basket.lines:
        shares = _shares(line, remaining)
        if shares is None:
            return None
        for origin_id, quantity in shares:
            taken[origin_id].append(replace(line, quantity=quantity))
    return tuple(
        Parcel(origin_id, Basket(tuple(lines), basket.currency)) for origin_id, lines in taken.items() if lines
    )


def _shares(line: Line, remaining: list[tuple[str, dict[str, int]]]) -> list[tuple[str, int]] | None:
    """Who gives how many of the line, taken out of what remains. Whole from one place where one has it."""
    for origin_id, stock in remaining:
        if stock.get(line.sku, line.quantity) >= line.quantity:
            _take(stock, line.sku, line.quantity)
            return [(origin_id, line.quantity)]
    shares, missing = [], line.quantity
    for origin_id, stock in remaining:
        share = min(max(stock[line.sku], 0), missing)
        if share:
            _take(stock, line.sku, share)
            shares.append((origin_id, share))
            missing -= share
    return None if missing else shares


def _take(stock: dict[str, int], sku: str, quantity: int) -> None:
    if sku in stock:
        stock[sku] -= quantity
