"""Fees as merchants enter them, made into what shoppers pay."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from delivery.rules.places import Zone
from delivery.rules.prices import Fee, with_tax


@dataclass(frozen=True, slots=True)
class EnteredPrices:
    """In which currency, and how much tax (hundredths of a percent) comes on top of what the merchant entered."""

    currency: str
    tax_on_top: int

    def paid(self, amount: int) -> int:
        """What a shopper pays for an amount that was entered."""
        return with_tax(amount, self.tax_on_top)


def fee_of(facts: Mapping[str, Any], prices: EnteredPrices) -> Fee:
    """A fee as shoppers pay it, tax included."""
    by_weight = tuple((step["up_to_g"], prices.paid(step["amount"])) for step in facts.get("by_weight") or ())
    return _shared_fee(prices.paid(facts["amount"]), prices.currency, facts.get("free_from"), by_weight)


# Windows mostly cost the same: one value for all of them, so that an offer works each fee out once.
_shared_fee = lru_cache(maxsize=4096)(Fee)


def fee_or_none(facts: Mapping[str, Any] | None, prices: EnteredPrices) -> Fee | None:
    """The same for a fee that may be left out."""
    return None if facts is None else fee_of(facts, prices)


def zone_fees_of(
    transits: Sequence[Mapping[str, Any]], own_zones: Mapping[str, Zone], usual: Fee, prices: EnteredPrices
) -> tuple[tuple[Zone, Fee], ...]:
    """The fee of each zone, in the order of the transits; empty when no zone has a fee of its own."""
    if not any(transit.get("fee") for transit in transits):
        return ()
    return tuple((own_zones[transit["zone"]], fee_or_none(transit.get("fee"), prices) or usual) for transit in transits)
