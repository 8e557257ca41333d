"""Figures as they are printed: medians with their range, aligned in columns."""

from collections.abc import Sequence
from statistics import median


def spread(values: Sequence[float], form: str = "{:.0f}") -> str:
    """The median, and from least to most: "41 (38-44)"."""
    middle, least, most = (form.format(value) for value in (median(values), min(values), max(values)))
    return f"{middle} ({least}–{most})"


def percent(values: Sequence[float]) -> str:
    """Shares as percentages."""
    return spread([100 * value for value in values], "{:.1f}") + " %"


def percentile(values: Sequence[float], share: float) -> float:
    """The value that this share of the others does not exceed (nearest rank)."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, max(0, round(share * len(ranked)) - 1))]


def show(title: str, heads: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a table, in a form that README.md can take over."""
    cells = [[str(cell) for cell in row] for row in (heads, *rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(heads))]
    print(f"\n{title}\n")
    for number, row in enumerate(cells):
        print("| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |")
        if number == 0:
            print("|" + "|".join("-" * (width + 2) for width in widths) + "|")
    print(flush=True)
