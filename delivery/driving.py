"""What a merchant sets about driving: time at the door, time on the road, and what a stop that lies well or badly costs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import time
from math import ceil
from typing import Any

from delivery.rules.parcels import Basket

STRAIGHT, MATRIX, OSRM, VALHALLA = "distance", "matrix", "osrm", "valhalla"
SOURCES = (STRAIGHT, MATRIX, OSRM, VALHALLA)
"""Where driving times come from: worked out from distances; a file that was brought along; a map server."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast vans are from one time of day until another."""

    from_time: time
    until_time: time
    kmh: int


@dataclass(frozen=True, slots=True)
class Driving:
    """A stop takes `stop_minutes`, and `minutes_per_parcel` for each parcel; one parcel holds `pieces_per_parcel` pieces (None:
    the whole order); who asks for more time at the door gets `longer_minutes` more.

    Roads are `road_percent` of the distance as the crow flies, driven at `kmh`, or at the `paces` of some hours. A place that
    only its postcode tells is thought `unsure_minutes` farther from everywhere. A window is "near" when it costs at most
    `near_minutes` more driving (then it is `near_discount` cheaper), and "far" from `far_minutes` on (`far_fee` dearer); both
    in minor units, as shoppers pay them.
    """

    stop_minutes: int = 4
    minutes_per_parcel: int = 1
    pieces_per_parcel: int | None = None
    longer_minutes: int = 10
    kmh: int = 30
    paces: tuple[Pace, ...] = ()
    road_percent: int = 130
    unsure_minutes: int = 3
    source: str = STRAIGHT
    source_url: str | None = None
    near_minutes: int = 3
    near_discount: int | None = None
    far_minutes: int | None = None
    far_fee: int | None = None

    def parcels_of(self, basket: Basket) -> int:
        """Into how many parcels a basket goes."""
        if self.pieces_per_parcel is None:
            return 1
        pieces = sum(line.quantity for line in basket.lines)
        return max(1, ceil(pieces / self.pieces_per_parcel))

    def door_seconds(self, parcels: int, longer: bool = False) -> int:
        """How long a van stands at a door."""
        minutes = self.stop_minutes + self.minutes_per_parcel * parcels + (self.longer_minutes if longer else 0)
        return 60 * minutes


def driving_of(facts: Mapping[str, Any], paid: Callable[[int], int]) -> Driving:
    """The settings as they stand in the merchant's row. What is left out is as usual. `paid`: what shoppers pay for an amount as
    the merchant enters it."""
    paces = tuple(
        Pace(time.fromisoformat(pace["from_time"]), time.fromisoformat(pace["until_time"]), pace["kmh"])
        for pace in facts.get("paces", ())
    )
    amounts = {name: paid(facts[name]) for name in ("near_discount", "far_fee") if facts.get(name)}
    return Driving(**{**facts, **amounts, "paces": paces})
