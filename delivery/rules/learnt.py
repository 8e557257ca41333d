"""What was learnt, as a value to quote from: tables that are looked up, nothing that is worked out."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from delivery.rules.delivery_clock import DeliveryClock

LEAST_USUAL = 0.5
TRUSTED_BY_HALF = 25.0
Chain = tuple[tuple[str, float], ...]


class Usual(NamedTuple):
    """How long something usually takes, in delivery days, and how many parcels say so (older ones for less)."""

    time: float
    parcels: float


@dataclass(frozen=True)
class Lane:
    """From where to where: the origin, its region, the destination's region, and its area (the beginning of a postcode)."""

    origin: str
    origin_region: str
    region: str
    area: str = ""

    @cached_property
    def handling(self) -> Chain:
        """Whose means say how long until dispatch, the widest first, each with the weight of its wider one."""
        return handling_chain(f"{self.origin_region}/{self.origin}")

    @cached_property
    def transit(self) -> Chain:
        """The same for the time under way."""
        return transit_chain(f"{self.origin_region}>{self.region}>{self.area}")


def handling_chain(key: str) -> Chain:
    """All, the origin's region, the origin: as far as the key goes."""
    region, _, origin = key.partition("/")
    chain = (("", 5.0), (f"{region}/", 20.0), (key, 5.0))
    return chain if origin else chain[:2] if region else chain[:1]


def transit_chain(key: str) -> Chain:
    """All, the region, from region to region, from region to area: as far as the key goes."""
    from_region, _, rest = key.partition(">")
    region, _, area = rest.partition(">")
    chain = (("", 5.0), (f">{region}", 10.0), (f"{from_region}>{region}", 5.0), (key, 5.0))
    return chain if area else chain[:3] if from_region else chain[:2] if region else chain[:1]


@dataclass(frozen=True, slots=True)
class AgesAt:
    """The multiple of the usual time by which a share has arrived: anywhere, and in the regions that differ."""

    anywhere: float
    regions: Mapping[str, float]

    def __call__(self, region: str) -> float:
        return self.regions.get(region, self.anywhere)


@dataclass(frozen=True, slots=True)
class Learnt:
    """`handling` and `transit`: what is usual, by key, in delivery days. `load`: how many times as long things take because
    of what is under way. `late`: when the wanted share has arrived; `early`: when as few have as come too late. `parcels`:
    how many stand behind it, older ones for less. `last_times`: of each region the last parcels' delivery days, sorted.
    """

    handling: Mapping[str, Usual]
    transit: Mapping[str, Usual]
    own_rule: tuple[float, float]
    load: float
    late: AgesAt
    early: AgesAt
    parcels: float
    last_times: Mapping[str, tuple[float, ...]]

    def usual_handling(self, lane: Lane) -> Usual:
        """How long until dispatch, by the narrowest group that is known."""
        return _narrowest(self.handling, lane.handling, self.own_rule[0])

    def usual_transit(self, lane: Lane) -> Usual:
        """How long under way, by the narrowest group that is known."""
        return _narrowest(self.transit, lane.transit, self.own_rule[1])

    def usual(self, lane: Lane) -> float:
        """How long a parcel on this lane usually takes in all, as things stand."""
        found = (self.usual_handling(lane).time + self.usual_transit(lane).time) * self.load
        return max(LEAST_USUAL, found)

    def days(self, clock: DeliveryClock, lane: Lane, day: int) -> tuple[int, int]:
        """The earliest and the latest day of a parcel ordered, or counted, from this day; days are ordinals of `date`."""
        usual = self.usual(lane)
        latest_day = clock.day_within(day, usual * self.late(lane.region))
        return min(latest_day, clock.day_within(day, usual * self.early(lane.region))), latest_day

    def trusted(self, own_rule: float, learnt: float) -> float:
        """Between what the merchant's own rule says and what was learnt: half of each at TRUSTED_BY_HALF parcels."""
        trust = self.parcels / (self.parcels + TRUSTED_BY_HALF)
        return own_rule + trust * (learnt - own_rule)

    def longer_than(self, region: str, time: float) -> tuple[int, int]:
        """How many of the region's last parcels took longer, and of how many."""
        times = self.last_times.get(region, ())
        return len(times) - bisect_right(times, time), len(times)


def _narrowest(known: Mapping[str, Usual], chain: Chain, own_rule: float) -> Usual:
    for key, _ in reversed(chain):
        found = known.get(key)
        if found is not None:
            return found
    return Usual(own_rule, 0.0)
