"""Driving times that are wanted, as questions that map servers take: so many places and so many pairs at once, and no more."""

from collections.abc import Iterator, Mapping, Sequence

from delivery.rules.known_roads import Cell

MOST_PLACES = 100
"""As an OSRM server is set without further ado."""
MOST_PAIRS = 2500
"""As a Valhalla server is."""

Block = tuple[Sequence[Cell], Sequence[Cell]]
"""From each of these to each of those."""


def blocks(wanted: Mapping[Cell, set[Cell]]) -> Iterator[Block]:
    """Questions that together ask for everything wanted. Starts that lie near each other want the same ends, so they share
    one."""
    starts: list[Cell] = []
    ends: set[Cell] = set()
    for start in sorted(wanted, key=_along):
        for part in _parts(sorted(wanted[start], key=_along)):
            both = ends | part
            is_full = len({*starts, start, *both}) > MOST_PLACES or (len(starts) + 1) * len(both) > MOST_PAIRS
            if starts and is_full:
                yield starts, sorted(ends)
                starts, ends, both = [], set(), part
            if start not in starts:
                starts.append(start)
            ends = both
    if starts:
        yield starts, sorted(ends)


def _parts(ends: Sequence[Cell]) -> Iterator[set[Cell]]:
    for first in range(0, len(ends), MOST_PLACES - 1):
        yield set(ends[first : first + MOST_PLACES - 1])


def _along(cell: Cell) -> int:
    """A number by which neighbours mostly stay neighbours: the bits of both coordinates in turns (Morton, 1966)."""
    north, east = cell.latitude + 90_000, cell.longitude + 180_000
    return sum(((north >> bit & 1) << (2 * bit + 1)) | ((east >> bit & 1) << (2 * bit)) for bit in range(19))
