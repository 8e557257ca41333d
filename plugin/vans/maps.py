"""Where vans drive, drawn here as SVG: north is up, no tiles and no script. The table below it is its words."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, log10

from delivery.rules.driving import Place
from delivery.texts import formats
from delivery.texts.vans import whom_said
from delivery.van_plans import PlannedStop, PlannedVan

WIDTH, HEIGHT, EDGE = 720, 480, 36
"""The map in its own units, and the room around what is drawn."""

LEAST_SPAN_M = 400.0
"""Stops that lie closer together are not drawn farther apart."""

KINDS = 6
"""So many colours there are; then they come again, with other dashes."""

MOST_LABELS = 120
"""With more stops than this, numbers would lie upon each other."""

_ROUND = (1, 2, 5, 10)
_LONGEST_BAR = WIDTH / 4


@dataclass(frozen=True, slots=True)
class Dot:
    """A stop on the map. `words` are what a pointer on it is told."""

    x: float
    y: float
    label: str
    words: str
    is_held: bool
    is_exact: bool


@dataclass(frozen=True, slots=True)
class Track:
    """The way of one van: `points` of its line, and its stops. `kind` is its class."""

    kind: str
    points: str
    dots: tuple[Dot, ...]


@dataclass(frozen=True, slots=True)
class Cross:
    """Where somebody is to whom windows were closed. `words` say why."""

    x: float
    y: float
    words: str


@dataclass(frozen=True, slots=True)
class Scale:
    """A bar of a round length, and what it says."""

    width: float
    words: str


@dataclass(frozen=True, slots=True)
class Map:
    """What is drawn: where vans start, their tracks, and whom they could not take."""

    home_x: float
    home_y: float
    tracks: tuple[Track, ...]
    crosses: tuple[Cross, ...]
    scale: Scale
    has_labels: bool

    @property
    def width(self) -> int:
        """In the map's units."""
        return WIDTH

    @property
    def height(self) -> int:
        """In the map's units."""
        return HEIGHT


@dataclass(frozen=True, slots=True)
class _Sheet:
    """From metres around the origin to the map."""

    west: float
    north: float
    units_per_metre: float

    def at(self, place: Sequence[float]) -> tuple[float, float]:
        """Where a place is drawn."""
        x = (place[0] - self.west) * self.units_per_metre
        y = (self.north - place[1]) * self.units_per_metre
        return round(x, 1), round(y, 1)


def kind_of(number: int) -> str:
    """The class of a van's line, by where it stands among the vans of its day."""
    return f"van-{number % KINDS} dash-{number // KINDS % KINDS}"


def map_of(
    vans: Sequence[tuple[str, PlannedVan]], zone: str, locale: str, refused: Sequence[tuple[Place, str]] = ()
) -> Map:
    """The ways of vans, each with its kind, and their stops numbered in the order of the van; and who was `refused`, with the
    reason, as far as they are on the sheet that the vans take."""
    starts = [van.route.shift.start for _, van in vans] or [(0.0, 0.0, 0.0)]
    places = [planned.stop.place for _, van in vans for planned in van.stops]
    sheet = _sheet([*starts, *places])
    home_x, home_y = sheet.at(starts[0])
    tracks = tuple(_track(kind, van, sheet, zone, locale) for kind, van in vans if van.stops)
    crosses = (Cross(*sheet.at(place), words) for place, words in refused)
    near = tuple(cross for cross in crosses if 0 < cross.x < WIDTH and 0 < cross.y < HEIGHT)
    return Map(home_x, home_y, tracks, near, _scale(sheet.units_per_metre, locale), len(places) <= MOST_LABELS)


def _sheet(places: Sequence[Sequence[float]]) -> _Sheet:
    east, north = ([place[axis] for place in places] for axis in (0, 1))
    span_x, span_y = (max(max(along) - min(along), LEAST_SPAN_M) for along in (east, north))
    scale = min((WIDTH - 2 * EDGE) / span_x, (HEIGHT - 2 * EDGE) / span_y)
    middle_x, middle_y = ((max(along) + min(along)) / 2 for along in (east, north))
    west, top = middle_x - WIDTH / 2 / scale, middle_y + HEIGHT / 2 / scale
    return _Sheet(west, top, scale)


def _track(kind: str, van: PlannedVan, sheet: _Sheet, zone: str, locale: str) -> Track:
    shift = van.route.shift
    way = [shift.start, *(planned.stop.place for planned in van.stops), *([shift.end] if shift.end else [])]
    points = " ".join(f"{x},{y}" for x, y in map(sheet.at, way))
    return Track(kind, points, tuple(_dot(planned, van, sheet, zone, locale) for planned in van.stops))


def _dot(planned: PlannedStop, van: PlannedVan, sheet: _Sheet, zone: str, locale: str) -> Dot:
    x, y = sheet.at(planned.stop.place)
    at = formats.time_at(planned.begins_at, zone, locale)
    whom = whom_said(planned.visit.called, planned.visit.name, locale)
    words = f"{van.name}, {planned.position}: {whom} · {at}"
    return Dot(x, y, str(planned.position), words, planned.visit.is_held, planned.visit.is_exact)


def _scale(units_per_metre: float, locale: str) -> Scale:
    longest = _LONGEST_BAR / units_per_metre
    power = 10 ** floor(log10(longest))
    metres = max(step * power for step in _ROUND if step * power <= longest)
    return Scale(round(metres * units_per_metre, 1), formats.distance(round(metres), locale))
