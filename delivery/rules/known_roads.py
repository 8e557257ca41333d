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
    return Cell(*(floor(degrees * PER_DEGREE + 0.5 + _NUDGE) for degrees in (point.latitude, point.longitude)))


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
        cells = {code: _decoded(code) for code in self.cells.tolist()}
        return ((cells[start], cells[end]) for start, end in zip(self.starts.tolist(), self.ends.tolist(), strict=True))

    @cached_property
    def fingerprint(self) -> bytes:
        """The same for the same times."""
        told = blake2b(digest_size=16)
        for column in (self.starts, self.ends, self.seconds):
            told.update(column.tobytes())
        return told.digest()

    @cached_property
    def cells(self) -> Codes:
        """Every cell that a time is known of, ascending."""
        return np.unique(np.concatenate((self.starts, self.ends)))

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
        self._one = dict(zip(self._pairs.tolist(), self._seconds.tolist(), strict=True))
        self._row = {code: row for row, code in enumerate(known.cells.tolist())}
        self.straight = straight
        self.factor = self._learnt()
        self.guess = Straight(straight.seconds_per_metre * self.factor)

    def leg(self, start: Place, end: Place) -> float:
        """Seconds from one place to another."""
        row, column = (self._row.get(self._code_at(place)) for place in (start, end))
        if row is not None and column is not None:
            seconds: float | None = self._one.get(row * len(self._row) + column)
            if seconds is not None:
                return seconds + start[2] + end[2]
        return self.guess.leg(start, end)

    def legs(self, starts: Numbers, ends: Numbers) -> Numbers:
        """The same for rows of places."""
        seconds = self.guess.legs(starts, ends)
        rows, columns = self._rows(starts), self._rows(ends)
        # Whoever asks for the first time lives in a cell of which nothing is known: then there is nothing to look up.
        if not len(self._pairs) or (rows < 0).all() or (columns < 0).all():
            return seconds
        pairs = np.where((rows >= 0) & (columns >= 0), rows * len(self._row) + columns, -1)
        at = np.minimum(np.searchsorted(self._pairs, pairs), len(self._pairs) - 1)
        told = self._seconds[at] + starts[..., 2] + ends[..., 2]
        return np.asarray(np.where(self._pairs[at] == pairs, told, seconds), np.float64)

    def _rows(self, places: Numbers) -> Codes:
        """Which of the known cells each place lies in; -1 in none."""
        cells = self._known.cells
        if not len(cells):
            return np.full(places.shape[:-1], -1, np.int64)
        degrees = self._plane.degrees(places)
        codes = _rounded(degrees[..., 0]) * _WIDTH + _rounded(degrees[..., 1])
        at = np.minimum(np.searchsorted(cells, codes), len(cells) - 1)
        return np.where(cells[at] == codes, at, -1)

    def _code_at(self, place: Place) -> int:
        return _code(cell_of(self._plane.point_of(place)))

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
        north = (codes + _WIDTH // 2) // _WIDTH
        degrees = np.stack((north, codes - north * _WIDTH), axis=1) / PER_DEGREE
        return self._plane.places(np.column_stack((degrees, np.zeros(len(codes)))))


def _code(cell: Cell) -> int:
    return cell.latitude * _WIDTH + cell.longitude


def _decoded(code: int) -> Cell:
    north = (code + _WIDTH // 2) // _WIDTH
    return Cell(north, code - north * _WIDTH)
