"""Bars of a plot, drawn here as SVG so that it needs no script; a table beside it has the same numbers."""

from collections.abc import Sequence
from dataclasses import dataclass

HEIGHT, BELOW, STEP, WIDTH = 160, 24, 24, 16
"""The plot in its own units: how high the highest bar can be, room for labels, how far bars stand apart, how wide each is."""

MOST_LABELS = 5
LEAST_STEPS = 8
_ABOVE = 6


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a bar; `kind` is its class. From the top."""

    kind: str
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Bar:
    """Pieces that stand on each other, the first at the bottom. `words` say its numbers; `label` stands below, empty for most."""

    x: int
    words: str
    label: str
    parts: tuple[Part, ...]

    @property
    def middle(self) -> int:
        """Where its label stands."""
        return self.x + WIDTH // 2


@dataclass(frozen=True, slots=True)
class Plot:
    """All bars, and the height of a limit to compare them with, None for none."""

    bars: tuple[Bar, ...]
    limit_y: float | None

    @property
    def width(self) -> int:
        """In the plot's units."""
        return STEP * max(len(self.bars), LEAST_STEPS)

    @property
    def height(self) -> int:
        """In the plot's units, labels included."""
        return _ABOVE + HEIGHT + BELOW

    @property
    def ground(self) -> int:
        """Where the bars stand."""
        return _ABOVE + HEIGHT

    @property
    def bar_width(self) -> int:
        """In the plot's units."""
        return WIDTH


@dataclass(frozen=True, slots=True)
class Column:
    """What one bar is to show: its label, its numbers in words, and each piece's class and number, from the bottom."""

    label: str
    words: str
    numbers: tuple[tuple[str, float], ...]


def plot(columns: Sequence[Column], limit: float | None = None) -> Plot:
    """The columns as bars, the highest of them or the limit as high as there is room; at most MOST_LABELS have labels."""
    most = max([*(sum(number for _, number in column.numbers) for column in columns), limit or 0]) or 1
    each = -(-len(columns) // MOST_LABELS) or 1
    bars = tuple(_bar(at, column, most, has_label=at % each == 0) for at, column in enumerate(columns))
    return Plot(bars, None if limit is None else round(_ABOVE + HEIGHT - limit * HEIGHT / most, 1))


def _bar(at: int, column: Column, most: float, *, has_label: bool) -> Bar:
    parts, top = [], float(_ABOVE + HEIGHT)
    for kind, number in column.numbers:
        height = round(number * HEIGHT / most, 1)
        top = round(top - height, 1)
        parts.append(Part(kind, top, height))
    return Bar(at * STEP + (STEP - WIDTH) // 2, column.words, column.label if has_label else "", tuple(parts))
