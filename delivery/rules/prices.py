"""Money in minor units, and what an option costs."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in the currency's minor unit (ISO 4217: 0, 2 or 3 decimals)."""

    amount: int
    currency: str


@dataclass(frozen=True, slots=True)
class Fee:
    """What an option costs: a flat amount, or by weight, and free from a basket value. Minor units of `currency`.

    `by_weight` holds (up to and including this many grams, amount), ascending; a heavier basket pays the last one.
    """

    amount: int
    currency: str
    free_from: int | None = None
    by_weight: tuple[tuple[int, int], ...] = ()

    def of(self, weight_g: int, value: int | None) -> Money:
        """The fee of a basket of this weight and goods value (None when the shop did not say: never free by value)."""
        raise NotImplementedError
