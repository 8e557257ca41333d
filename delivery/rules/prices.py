"""Money in minor units, and what an option costs."""

import re
from dataclasses import dataclass
from itertools import pairwise

_WHOLE = 10_000
_CURRENCY = re.compile(r"[A-Z]{3}")


def check_currency(currency: str) -> None:
    """Raises ValueError when it is not written like an ISO 4217 code."""
    if not _CURRENCY.fullmatch(currency):
        raise ValueError(f"{currency!r} is not a currency code of three capital letters")


def with_tax(amount: int, rate: int) -> int:
    """The amount with its tax on top, half up. `rate` in hundredths of a percent."""
    return (amount * (_WHOLE + rate) + _WHOLE // 2) // _WHOLE


def tax_within(amount: int, rate: int) -> int:
    """The part of an amount that is its tax, half up. `rate` in hundredths of a percent."""
    return (2 * amount * rate + _WHOLE + rate) // (2 * (_WHOLE + rate))


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in the currency's minor unit (ISO 4217: 0, 2 or 3 decimals). May be negative: a difference to pay
    back."""

    amount: int
    currency: str

    def __post_init__(self) -> None:
        check_currency(self.currency)


@dataclass(frozen=True, slots=True)
class Fee:
    """What an option costs: a flat amount, or by weight, and free from a basket value. Minor units of `currency`.

    `by_weight` holds (up to and including this many grams, amount), ascending; a heavier basket pays the last one.
    """

    amount: int
    currency: str
    free_from: int | None = None
    by_weight: tuple[tuple[int, int], ...] = ()

    def __post_init__(self) -> None:
        check_currency(self.currency)
        if self.amount < 0 or any(amount < 0 for _, amount in self.by_weight):
            raise ValueError("a fee cannot be negative")
        if self.free_from is not None and self.free_from < 0:
            raise ValueError("the value from which delivery is free cannot be negative")
        if any(grams <= 0 for grams, _ in self.by_weight):
            raise ValueError("a weight step must be above zero grams")
        if any(lighter >= heavier for (lighter, _), (heavier, _) in pairwise(self.by_weight)):
            raise ValueError("weight steps must ascend")

    def of(self, weight_g: int, value: int | None) -> Money:
        """The fee of a basket of this weight and goods value (None when the shop did not say: never free by value)."""
        if self.free_from is not None and value is not None and value >= self.free_from:
            return Money(0, self.currency)
        if not self.by_weight:
            return Money(self.amount, self.currency)
        fitting = (amount for grams, amount in self.by_weight if weight_g <= grams)
        return Money(next(fitting, self.by_weight[-1][1]), self.currency)
