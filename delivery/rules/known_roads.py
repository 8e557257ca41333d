"""Driving times that somebody told, between places rounded to cells; where none was told, by distance.

A cell is a thousandth of a degree wide and high: some 100 m. From the stretches that are known it is learnt by how much the
distance misleads: what is not known is thought as slow as all but the slowest fifth of them, so that a stop which is accepted
by a guess is mostly still kept once its driving times are told.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from math import floor
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from delivery.rules.driving import Numbers, Place, Plane, Straight
from delivery.rules.places import Point

PER_DEGREE = 1000
SURE_OF_STRETCHES = 20
"""So many known stretches weigh as much as the distance alone does."""
SLOWER_THAN = 0.8
LEAST_FACTOR, MOST_FACTOR = 0.25, 4.0
_WIDTH = 2**20
"""More than there are cells around the earth (360,000): row and column in one number."""
MOST_IN_GRID = 4_000_000
_NUDGE = 1e-4
"""Of a cell: degrees that end in a 5 would fall to one side or the other as they were worked out."""

Codes = NDArray[np.int64]


class Cell(NamedTuple):
    """A square of the earth: thousandths of a degree of latitude and longitude, as whole numbers."""

    latitude: int
    longitude: int

    @property
    def point(self) -> Point:
        """Its middle."""
        return Point(self.latitude / PER_DEGREE, self.longitude / PER_DEGREE)


def cell_of(point: Point) -> Cell:
    """The cell that a point lies in."""
    return Cell(_whole(point.latitude), _whole(point.longitude))


def _whole(degrees: float) -> int:
    return floor(degrees * PER_DEGREE + 0.5 + _NUDGE)


def _rounded(degrees: Numbers) -> Codes:
    return np.floor(degrees * PER_DEGREE + 0.5 + _NUDGE).astype(np.int64)


@dataclass(frozen=True, eq=False)
class Known:
    """Seconds between pairs of cells, as columns of one length: from, to, seconds. What is told twice counts as told last."""

    starts: Codes
    ends: Codes
    seconds: Numbers

    @classmethod
    def of(cls, told: Mapping[tuple[Cell, Cell], float]) -> "Known":
        """From pairs of cells."""
        return cls(
            np.array([_code(start) for start, _ in told], np.int64),
            np.array([_code(end) for _, end in told], np.int64),
            np.array(list(told.values()), np.float64),
        )

    @classmethod
    def of_columns(cls, starts: Sequence[Cell], ends: Sequence[Cell], seconds: Sequence[float]) -> "Known":
        """From columns."""
        first, last = (np.array([_code(cell) for cell in cells], np.int64) for cells in (starts, ends))
        return cls(first, last, np.array(seconds, np.float64))

    def __len__(self) -> int:
        return len(self.seconds)

    def pairs(self) -> Iterator[tuple[Cell, Cell]]:
        """From where to where they are."""
        cells = {
            code: Cell(*cell) for code, cell in zip(self.cells.tolist(), _cells_in(self.cells).tolist(), strict=True)
        }
        return ((cells[start], cells[end]) for start, end in zip(self.starts.tolist(), self.ends.tolist(), strict=True))

    @cached_property
    def fingerprint(self) -> bytes:
        """The same for the same times, in whatever order they were told."""
        told = blake2b(digest_size=16)
        for column in (self.cells, *self.by_pair):
            told.update(column.tobytes())
        return told.digest()

    @cached_property
    def cells(self) -> Codes:
        """Every cell that a time is known of, ascending."""
        return np.unique(np.concatenate((self.starts, self.ends)))

    @cached_property
    def grid(self) -> "Grid":
        """The rows that cells have in `by_pair`."""
        return Grid(self.cells)

    @cached_property
    def by_pair(self) -> tuple[Codes, Numbers]:
        """Pairs as row × number of cells + column, ascending, and their seconds."""
        rows, columns = (np.searchsorted(self.cells, codes) for codes in (self.starts, self.ends))
        pairs = rows.astype(np.int64) * len(self.cells) + columns
        # Of equal ones the last is kept: sorted backwards, the first of each.
        found, first = np.unique(pairs[::-1], return_index=True)
        return found, self.seconds[::-1][first]


class KnownRoads:
    """Roads whose driving times are partly known."""

    def __init__(self, plane: Plane, straight: Straight, known: Known) -> None:
        self._plane, self._known = plane, known
        self._pairs, self._seconds = known.by_pair
        self._row = {code: row for row, code in enumerate(known.cells.tolist())}
        self._to = _Sorted(self._pairs, self._seconds, len(self._row))
        turned = self._pairs % max(1, len(self._row)) * len(self._row) + self._pairs // max(1, len(self._row))
        order = np.argsort(turned)
        self._from = _Sorted(turned[order], self._seconds[order], len(self._row))
        self.straight = straight
        self.factor = self._learnt()
        self.guess = Straight(straight.seconds_per_metre * self.factor)

    def leg(self, start: Place, end: Place) -> float:
        """Seconds from one place to another."""
        row, column = self._row_at(start[0], start[1]), self._row_at(end[0], end[1])
        seconds = self._to.one(row, column) if row >= 0 and column >= 0 else None
        return self.guess.leg(start, end) if seconds is None else seconds + start[2] + end[2]

    def legs(self, starts: Numbers, ends: Numbers) -> Numbers:
        """The same for rows of places. Whoever asks for the first time lives in a cell of which nothing is known: then there is
        nothing to look up."""
        seconds = self.guess.legs(starts, ends)
        told = self._told(starts, ends) if len(self._pairs) else None
        if told is None:
            return seconds
        found: Numbers = np.where(np.isnan(told), seconds, told + (starts[..., 2] + ends[..., 2]))
        return found

    def _told(self, starts: Numbers, ends: Numbers) -> Numbers | None:
        """What is known of each pair, NaN elsewhere; None where nothing is."""
        for one, others, times in ((starts, ends, self._to), (ends, starts, self._from)):
            if one.ndim == 1:
                row = self._row_at(float(one[0]), float(one[1]))
                return None if row < 0 else times.of_row(row)[self._rows(others)]
        rows, columns = np.broadcast_arrays(self._rows(starts), self._rows(ends))
        pairs = np.where((rows >= 0) & (columns >= 0), rows * len(self._row) + columns, -1)
        at = np.minimum(np.searchsorted(self._pairs, pairs), len(self._pairs) - 1)
        told: Numbers = np.where(self._pairs[at] == pairs, self._seconds[at], np.nan)
        return told

    def _rows(self, places: Numbers) -> Codes:
        """Which of the known cells each place lies in; -1 in none."""
        return self._known.grid.rows(_rounded(self._plane.degrees(places)))

    def _row_at(self, east: float, north: float) -> int:
        latitude, longitude = self._plane.degrees_at(east, north)
        return self._row.get(_whole(latitude) * _WIDTH + _whole(longitude), -1)

    def _learnt(self) -> float:
        """By how much known stretches take longer than the distance says; 1 where few are known, or none of any length."""
        straight = self.straight.legs(self._middles(self._known.starts), self._middles(self._known.ends))
        is_far = straight > 0
        straight, told = straight[is_far], self._known.seconds[is_far]
        if not len(straight):
            return 1.0
        ratios = told / straight
        order = np.argsort(ratios)
        weight = np.cumsum(straight[order])
        slow = float(ratios[order][np.searchsorted(weight, SLOWER_THAN * weight[-1])])
        share = len(ratios) / (len(ratios) + SURE_OF_STRETCHES)
        return float(np.clip(1 + share * (slow - 1), LEAST_FACTOR, MOST_FACTOR))

    def _middles(self, codes: Codes) -> Numbers:
        degrees = _cells_in(codes) / PER_DEGREE
        return self._plane.places(np.column_stack((degrees, np.zeros(len(codes)))))


class _Sorted:
    """Times by row and column, ascending: a row of them stands together."""

    def __init__(self, pairs: Codes, seconds: Numbers, size: int) -> None:
        rows, self._columns = np.divmod(pairs, max(1, size))
        self._begins = np.searchsorted(rows, np.arange(size + 1)).tolist()
        self._seconds, self._size = seconds, size

    def one(self, row: int, column: int) -> float | None:
        """The time of one pair; None where none is known."""
        begins, ends = self._begins[row], self._begins[row + 1]
        at = begins + int(self._columns[begins:ends].searchsorted(column))
        return float(self._seconds[at]) if at < ends and self._columns[at] == column else None

    def of_row(self, row: int) -> Numbers:
        """The times of a row by column, NaN where none is known; and one NaN more, at the end, for what is no column."""
        found = np.full(self._size + 1, np.nan)
        these = slice(self._begins[row], self._begins[row + 1])
        found[self._columns[these]] = self._seconds[these]
        return found


class Grid:
    """Cells as rows: for each cell of a rectangle which row it is, -1 for none. Looked up at once for many."""

    def __init__(self, codes: Codes) -> None:
        cells = _cells_in(codes)
        self._least = cells.min(axis=0) if len(cells) else np.zeros(2, np.int64)
        size = (cells.max(axis=0) if len(cells) else self._least) - self._least + 1
        self._codes, self._size = codes, size
        self._table: Codes | None = None
        if size.prod() <= MOST_IN_GRID:
            self._table = np.full(size, -1, np.int64)
            self._table[tuple((cells - self._least).T)] = np.arange(len(codes))

    def rows(self, cells: Codes) -> Codes:
        """For each (latitude, longitude), as whole numbers, its row."""
        if self._table is None:
            codes = cells[..., 0] * _WIDTH + cells[..., 1]
            at = np.minimum(np.searchsorted(self._codes, codes), len(self._codes) - 1)
            return np.where(self._codes[at] == codes, at, -1)
        north, east = cells[..., 0] - self._least[0], cells[..., 1] - self._least[1]
        is_inside = (north >= 0) & (north < self._size[0]) & (east >= 0) & (east < self._size[1])
        return np.where(is_inside, self._table[np.where(is_inside, north, 0), np.where(is_inside, east, 0)], -1)


def _code(cell: Cell) -> int:
    return cell.latitude * _WIDTH + cell.longitude


def _cells_in(codes: Codes) -> Codes:
    north = (codes + _WIDTH // 2) // _WIDTH
    return np.stack((north, codes - north * _WIDTH), axis=1)
