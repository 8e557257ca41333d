"""When parcels arrive, as a multiple of what is usual for them: a life table that counts those still under way.

The age of a parcel is its time so far divided by the time usual for its lane. In each small piece of age it is counted how
many parcels passed through, and how many of them arrived there: their quotient is the rate of arrival. What is still under way
counts as having passed, so that a jam shows before its parcels arrive (Kaplan and Meier 1958, as a piecewise constant rate).
Rates change slowly; two factors follow the last days, one for young ages and one for parcels that are late already, and one
for each region (proportional rates, Cox 1972, drawn towards 1 as a gamma prior does).
"""

import math
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any

PIECE = 0.05
PIECES = 160
LATE_FROM = 20
"""The piece from which a parcel is late: an age of 1."""

SHAPE_HALF_LIFE, NOW_HALF_LIFE, REGION_HALF_LIFE = 365, 5, 30
"""In days: how long the rates, the two factors and the regions remember."""

NOW_WEIGHT, REGION_WEIGHT = 120.0, 100.0
"""So many arrivals have to be seen before a factor is believed by half."""

FIRST_RATES = tuple(0.1 * min(1.0, PIECE * (piece + 0.5)) ** 2 for piece in range(PIECES))
"""What is taken for granted before anything was seen: half have arrived at the usual time, nine of ten at 1.8 times that."""
FIRST_WEIGHT = 3.0
"""So many parcels that passed are needed to believe what was seen by half."""


@dataclass(slots=True)
class Arrivals:
    """The table as far as it has been filled."""

    arrived: list[float] = field(default_factory=lambda: [0.0] * PIECES)
    passed: list[float] = field(default_factory=lambda: [0.0] * PIECES)
    rates: list[float] = field(default_factory=lambda: list(FIRST_RATES))
    now_seen: list[float] = field(default_factory=lambda: [0.0, 0.0])
    now_expected: list[float] = field(default_factory=lambda: [0.0, 0.0])
    region_seen: dict[str, float] = field(default_factory=dict)
    region_expected: dict[str, float] = field(default_factory=dict)
    _summed: list[float] = field(init=False)

    def __post_init__(self) -> None:
        self._sum_rates()

    def passes(self, region: str, first_age: float, last_age: float) -> None:
        """A parcel for this region grew from one age to the other without arriving, or before it did."""
        at, end = first_age / PIECE, last_age / PIECE
        piece, late = int(at), self.now_factors()
        expected = 0.0
        while at < end and piece < PIECES:
            part = min(end, piece + 1) - at
            self.passed[piece] += part
            self.now_expected[_is_late(piece)] += part * self.rates[piece]
            expected += part * self.rates[piece] * late[_is_late(piece)]
            piece += 1
            at = piece
        self.region_expected[region] = self.region_expected.get(region, 0.0) + expected

    def arrives(self, region: str, age: float) -> None:
        """A parcel for this region arrived at this age."""
        piece = min(PIECES - 1, max(0, math.ceil(age / PIECE - 1e-9) - 1))
        self.arrived[piece] += 1
        self.now_seen[_is_late(piece)] += 1
        self.region_seen[region] = self.region_seen.get(region, 0.0) + 1

    def fade(self) -> None:
        """A day has passed."""
        shape, now, region = (0.5 ** (1 / life) for life in (SHAPE_HALF_LIFE, NOW_HALF_LIFE, REGION_HALF_LIFE))
        for counts, fades in (
            (self.arrived, shape),
            (self.passed, shape),
            (self.now_seen, now),
            (self.now_expected, now),
        ):
            counts[:] = [count * fades for count in counts]
        for by_region in (self.region_seen, self.region_expected):
            for name in by_region:
                by_region[name] *= region

    def reckon(self) -> None:
        """Work the rates out anew."""
        seen, through = _running_sums(self.arrived), _running_sums(self.passed)
        for piece in range(PIECES):
            least, end = _neighbours(piece)
            arrived = seen[end] - seen[least] + FIRST_WEIGHT * FIRST_RATES[piece]
            self.rates[piece] = arrived / (through[end] - through[least] + FIRST_WEIGHT)
        self._sum_rates()

    def _sum_rates(self) -> None:
        now = self.now_factors()
        self._summed = list(accumulate(rate * now[_is_late(piece)] for piece, rate in enumerate(self.rates)))

    def now_factors(self) -> tuple[float, float]:
        """How fast parcels arrive in these days, of 1: those still young, and those that are late."""
        young, late = (
            (seen + NOW_WEIGHT) / (expected + NOW_WEIGHT)
            for seen, expected in zip(self.now_seen, self.now_expected, strict=True)
        )
        return young, late

    def ages(self, level: float) -> tuple[float, dict[str, float]]:
        """The age by which a share `level` (0 to 1) has arrived: anywhere, and by region; as of the last `reckon`."""
        wanted = -math.log(1 - level)
        regions = {name: _age_at(self._summed, wanted / self._region_factor(name)) for name in self.region_expected}
        return _age_at(self._summed, wanted), regions

    def _region_factor(self, name: str) -> float:
        return (self.region_seen.get(name, 0.0) + REGION_WEIGHT) / (self.region_expected[name] + REGION_WEIGHT)

    def facts(self) -> dict[str, Any]:
        """For a JSON column; `from_facts` gives exactly the same table back."""
        return {
            name: getattr(self, name)
            for name in ("arrived", "passed", "rates", "now_seen", "now_expected", "region_seen", "region_expected")
        }

    @classmethod
    def from_facts(cls, facts: Mapping[str, Any]) -> "Arrivals":
        """What `facts` said."""
        return cls(**{name: value.copy() for name, value in facts.items()})


def _is_late(piece: int) -> int:
    return int(piece >= LATE_FROM)


def _neighbours(piece: int) -> tuple[int, int]:
    """From where to where rates are smoothed: wider where few parcels come."""
    width = 1 if piece < 30 else 3 if piece < 50 else 10
    return max(0, piece - width), min(PIECES, piece + width + 1)


def _running_sums(counts: list[float]) -> list[float]:
    return [0.0, *accumulate(counts)]


def _age_at(summed: list[float], wanted: float) -> float:
    """Where the summed rate reaches what is wanted, within its piece in proportion; the last age at most."""
    piece = bisect_left(summed, wanted)
    if piece == PIECES:
        return PIECE * PIECES
    before = summed[piece - 1] if piece else 0.0
    return PIECE * (piece + (wanted - before) / max(1e-9, summed[piece] - before))
