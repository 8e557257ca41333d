"""What a merchant sets about learning the dates of a service."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

OFF, ON, PINNED = "off", "on", "pinned"
MODES = (OFF, ON, PINNED)
"""By the merchant's own rule; learnt, and learning on; learnt until now, and left as it is."""


@dataclass(frozen=True, slots=True)
class Learning:
    """`confidence`: the share of promises to be kept, in percent. `widest_days`: a range is shown no wider than so many delivery
    days; None, as wide as it is."""

    mode: str = OFF
    confidence: int = 90
    widest_days: int | None = None

    @property
    def level(self) -> float:
        """The confidence, of 1."""
        return self.confidence / 100


def learning_of(facts: Mapping[str, Any]) -> Learning:
    """The settings as they stand in the service's row. What is left out is as usual."""
    return Learning(**facts)
