"""How long a van drives between places: by distance or from a matrix; and how the hour of the day changes it.

Driving is first a number of seconds at the usual pace, from place to place. A clock then says when a van arrives that leaves at
some moment: in rush hours the same stretch takes longer. It counts road done, not time, so that who leaves later never arrives
earlier (Ichoua, Gendreau and Potvin, 2003).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, hypot, radians
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from delivery.rules.places import EARTH_RADIUS_M, Point

Numbers = NDArray[np.float64]
Place = tuple[float, float, float]
"""Where a stop is, in the words of a Roads; the last number is how many seconds farther than there it may lie."""


class Roads(Protocol):
    """Seconds of driving at the usual pace."""

    def leg(self, start: Place, end: Place) -> float:
        """From one place to another."""

    def legs(self, starts: Numbers, ends: Numbers) -> Numbers:
        """From each place to each other, row by row: arrays of shape (n, 3), or one of them (3,)."""


@dataclass(frozen=True, slots=True)
class Straight:
    """Roads as the crow flies, some percent longer: metres east and north, at so many seconds a metre."""

    seconds_per_metre: float

    def leg(self, start: Place, end: Place) -> float:
        """From one place to another; none when it is the same."""
        metres = hypot(start[0] - end[0], start[1] - end[1])
        return metres * self.seconds_per_metre + start[2] + end[2]

    def legs(self, starts: Numbers, ends: Numbers) -> Numbers:
        """The same for rows of places."""
        east, north = starts[..., 0] - ends[..., 0], starts[..., 1] - ends[..., 1]
        seconds: Numbers = np.sqrt(east * east + north * north)
        seconds *= self.seconds_per_metre
        seconds += starts[..., 2]
        seconds += ends[..., 2]
        return seconds


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Roads from a square table of seconds; the first number of a place is its row."""

    seconds: Numbers

    def leg(self, start: Place, end: Place) -> float:
        """From one place to another."""
        return float(self.seconds[int(start[0]), int(end[0])]) + start[2] + end[2]

    def legs(self, starts: Numbers, ends: Numbers) -> Numbers:
        """The same for rows of places."""
        rows, columns = starts[..., 0].astype(np.intp), ends[..., 0].astype(np.intp)
        seconds: Numbers = self.seconds[rows, columns] + starts[..., 2] + ends[..., 2]
        return seconds


_DEGREE_M = radians(1) * EARTH_RADIUS_M


@dataclass(frozen=True, slots=True)
class Plane:
    """Points of the earth as metres east and north of a middle: right to a few in a thousand within 200 km of it."""

    middle: Point

    def place(self, point: Point, unsure_seconds: float = 0.0) -> Place:
        """Where a point lies."""
        east = (point.longitude - self.middle.longitude) * _DEGREE_M * self._narrowing
        return east, (point.latitude - self.middle.latitude) * _DEGREE_M, unsure_seconds

    def places(self, degrees: Numbers) -> Numbers:
        """The same for rows of latitude, longitude and seconds."""
        east = (degrees[:, 1] - self.middle.longitude) * (_DEGREE_M * self._narrowing)
        north = (degrees[:, 0] - self.middle.latitude) * _DEGREE_M
        return np.stack((east, north, degrees[:, 2]), axis=1)

    def degrees(self, places: Numbers) -> Numbers:
        """Latitude and longitude of rows of places, as exact as they are worked out."""
        north = self.middle.latitude + places[..., 1] / _DEGREE_M
        east = self.middle.longitude + places[..., 0] / (_DEGREE_M * self._narrowing)
        return np.stack((north, east), axis=-1)

    def degrees_at(self, east: float, north: float) -> tuple[float, float]:
        """The same for one place."""
        wide = _DEGREE_M * self._narrowing
        return self.middle.latitude + north / _DEGREE_M, self.middle.longitude + east / wide

    def point_of(self, place: Place) -> Point:
        """The point at a place, to ten millionths of a degree: a centimetre. So going there and back ends where it began."""
        north, east = place[1] / _DEGREE_M, place[0] / (_DEGREE_M * self._narrowing)
        return Point(round(self.middle.latitude + north, 7), round(self.middle.longitude + east, 7))

    @property
    def _narrowing(self) -> float:
        return cos(radians(self.middle.latitude))


class Clock:
    """From leaving and driving to arriving, and back. Moments are seconds since some beginning.

    `changes`: (moment from which it counts, pace as a share of the usual one), ascending; before the first it is usual. None:
    always usual.
    """

    def __init__(self, changes: Sequence[tuple[float, float]] = ()) -> None:
        self._moments: Numbers | None = None
        self._done: Numbers | None = None
        self.changes = tuple(changes)
        self.fastest = max([1.0, *(pace for _, pace in changes)])
        if changes:
            self._tabulate(changes)

    def _tabulate(self, changes: Sequence[tuple[float, float]]) -> None:
        far = 40 * 86_400.0
        moments, paces = [changes[0][0] - far], [1.0]
        for moment, pace in changes:
            moments.append(moment)
            paces.append(pace)
        moments.append(changes[-1][0] + far)
        steps = np.diff(moments) * np.array(paces)
        self._moments, self._done = np.array(moments), np.concatenate(([0.0], np.cumsum(steps)))

    @property
    def is_even(self) -> bool:
        """Whether the pace is always the usual one."""
        return self._moments is None

    def arrival(self, leaves: float, drives: float) -> float:
        """When a van arrives that leaves at a moment and drives so many usual seconds."""
        return (
            leaves + drives
            if self._moments is None
            else float(self.road_to_moment(self.moment_to_road(leaves) + drives))
        )

    def latest_leaving(self, arrives: float, drives: float) -> float:
        """When a van has to leave at the latest to arrive at a moment."""
        return (
            arrives - drives
            if self._moments is None
            else float(self.road_to_moment(self.moment_to_road(arrives) - drives))
        )

    def arrivals(self, leaves: Numbers, drives: Numbers) -> Numbers:
        """`arrival` for rows."""
        return leaves + drives if self._moments is None else self.road_to_moment(self.moment_to_road(leaves) + drives)

    def latest_leavings(self, arrives: Numbers, drives: Numbers) -> Numbers:
        """`latest_leaving` for rows."""
        return arrives - drives if self._moments is None else self.road_to_moment(self.moment_to_road(arrives) - drives)

    def moment_to_road(self, moments: Numbers | float) -> Numbers:
        """How much road is done by a moment, in usual seconds since a beginning."""
        if self._moments is None or self._done is None:
            return np.asarray(moments, dtype=np.float64)
        return np.asarray(np.interp(moments, self._moments, self._done), dtype=np.float64)

    def road_to_moment(self, road: Numbers | float) -> Numbers:
        """When so much road is done."""
        if self._moments is None or self._done is None:
            return np.asarray(road, dtype=np.float64)
        return np.asarray(np.interp(road, self._done, self._moments), dtype=np.float64)


EVEN = Clock()
"""The clock of roads that are always equally fast."""
