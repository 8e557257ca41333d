"""How learnt dates did: of those that would have been promised at each level, the share that was kept; by month."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

LEVELS = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
MONTHS_KEPT = 24


@dataclass(slots=True)
class MonthOfPromises:
    """What arrived in one month: how many parcels, the days promised at the merchant's confidence in all, and how many of the
    promises at each of LEVELS were kept."""

    parcels: int = 0
    promised_days: int = 0
    kept: list[int] = field(default_factory=lambda: [0] * len(LEVELS))

    def kept_at(self, level: float) -> float:
        """The share kept of what would have been promised at the one of LEVELS that is nearest."""
        nearest = min(range(len(LEVELS)), key=lambda number: abs(LEVELS[number] - level))
        return self.kept[nearest] / self.parcels


@dataclass(slots=True)
class Record:
    """By month, "2026-11"."""

    months: dict[str, MonthOfPromises] = field(default_factory=dict)

    def count(self, day: int, promised_days: int, kept: Sequence[bool]) -> None:
        """A parcel arrived on this day, an ordinal of `date`."""
        name = f"{date.fromordinal(day):%Y-%m}"
        month = self.months.setdefault(name, MonthOfPromises())
        month.parcels += 1
        month.promised_days += promised_days
        month.kept = [number + was for number, was in zip(month.kept, kept, strict=True)]
        for old in sorted(self.months)[:-MONTHS_KEPT]:
            del self.months[old]

    def reliability(self) -> list[tuple[float, float]]:
        """For each level the share that was kept, of all months; empty before the first parcel."""
        parcels = sum(month.parcels for month in self.months.values())
        if not parcels:
            return []
        kept = [sum(month.kept[number] for month in self.months.values()) for number in range(len(LEVELS))]
        return [(level, number / parcels) for level, number in zip(LEVELS, kept, strict=True)]

    def facts(self) -> dict[str, list[object]]:
        """For a JSON column."""
        return {name: [month.parcels, month.promised_days, month.kept] for name, month in self.months.items()}

    @classmethod
    def from_facts(cls, facts: Mapping[str, Sequence[object]]) -> "Record":
        """What `facts` said."""
        return cls({name: MonthOfPromises(*month) for name, month in facts.items()})  # type: ignore[arg-type]
