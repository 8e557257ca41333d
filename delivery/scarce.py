"""Scarce places: which one, and how many there are of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple, Self


class PlaceKey(NamedTuple):
    """Which place: `kind` "slot", `ref` the slot pattern, and the day. Of kind "van" each hold has one of its own: `ref` is the
    hold's id."""

    kind: str
    ref: str
    day: date


@dataclass(frozen=True, slots=True)
class Place:
    """A scarce thing on a day and how many there are of it, as the merchant's settings say now."""

    kind: str
    ref: str
    day: date
    capacity: int

    @property
    def key(self) -> PlaceKey:
        return PlaceKey(self.kind, self.ref, self.day)

    def taken_by(self, hold_id: str, option: Mapping[str, Any]) -> "Place":  # noqa: ARG002
        """The place as this hold would take it with this option."""
        return self

    def had_as(self, key: PlaceKey, option: Mapping[str, Any]) -> "Place | Self | None":  # noqa: ARG002
        """The place as somebody had it under this key with this option; None when it is another."""
        return self if self.key == key else None
