"""What a merchant allows after the order: which changes and until when, and what is done when a promise ends."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

PACKED, DISPATCHED, NEVER = "packed", "dispatched", "never"
UNTIL = (PACKED, DISPATCHED, NEVER)
"""Until when a change is taken: as long as it is not packed, as long as it has not left, not at all."""

KEEP, REFUND = "keep", "refund"
"""What becomes of the delivery fee of what nobody collects."""


@dataclass(frozen=True, slots=True)
class Afterwards:
    """What a shopper may do until when; what becomes of an order without a choice; what is asked and paid back.

    `choice_default` is the id of a service; None: the choice stays open. `open_share_alarm` is in percent.
    """

    correct_until: str = PACKED
    redirect_until: str = DISPATCHED
    notes_until: str = DISPATCHED
    move: bool = True
    cancel: bool = False
    choice_hours: int = 24
    choice_default: str | None = None
    open_share_alarm: int = 30
    ask: bool = True
    refund_broken: bool = False
    uncollected_fee: str = KEEP


def afterwards_of(facts: Mapping[str, Any]) -> Afterwards:
    """The settings as they stand in the merchant's row. What is left out is as usual."""
    return Afterwards(**facts)
