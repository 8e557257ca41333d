"""Running means that forget, each drawn towards a wider one where little is known."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class RunningMeans:
    """Means of a number by key. What is `half_life` days old counts half. Days are ordinals."""

    half_life: float
    _sums: dict[str, tuple[float, float, int]] = field(default_factory=dict)

    def add(self, keys: Iterable[str], day: int, value: float) -> None:
        """Count `value` under each of the keys."""
        for key in keys:
            number, total, since = self._sums.get(key, (0.0, 0.0, day))
            fades = self._fades(day - since)
            self._sums[key] = (number * fades + 1, total * fades + value, max(day, since))

    def shrunk(self, day: int, prior: float, chain: Sequence[tuple[str, float]]) -> float:
        """The mean of the last key of the chain. Each (key, weight) is drawn towards the one before it as if that had been
        seen `weight` times; the first towards `prior`. So a key that is new says what its wider one says."""
        mean = prior
        for key, weight in chain:
            number, total, since = self._sums.get(key, (0.0, 0.0, day))
            fades = self._fades(day - since)
            mean = (total * fades + weight * mean) / (number * fades + weight)
        return mean

    def number(self, key: str, day: int) -> float:
        """How many values stand behind a mean, the older ones for less."""
        number, _, since = self._sums.get(key, (0.0, 0.0, day))
        return number * self._fades(day - since)

    def __iter__(self) -> Iterator[str]:
        """All keys that were ever counted under."""
        return iter(self._sums)

    def facts(self) -> dict[str, list[float]]:
        """For a JSON column; `from_facts` gives exactly the same means back."""
        return {key: list(sums) for key, sums in self._sums.items()}

    @classmethod
    def from_facts(cls, half_life: float, facts: Mapping[str, Any]) -> "RunningMeans":
        """What `facts` said."""
        return cls(half_life, {key: (number, total, int(since)) for key, (number, total, since) in facts.items()})

    def _fades(self, days: int) -> float:
        return float(0.5 ** (max(0, days) / self.half_life))
