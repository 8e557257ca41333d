"""The hours of vans, drawn here as SVG: driving, waiting, standing at doors, and the windows that were promised. The tables have
the same in words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from math import ceil, floor
from zoneinfo import ZoneInfo

from delivery.fleets import instant
from delivery.texts import formats
from delivery.texts.vans import whom_said
from delivery.van_plans import PlannedStop, PlannedVan
from plugin.vans.maps import kind_of

WIDTH, HEAD, LANE, STOP_LANE = 960, 24, 60, 26
"""In its own units: the width of the hours, the room for their names, the height of a van's lane and of one stop's."""

_BAR, _WINDOW, _MOST_WINDOW_ROWS = 18, 6, 3
_HOUR = 3600.0
_LEAST_HOURS = 4


@dataclass(frozen=True, slots=True)
class Hour:
    """A line for an hour."""

    x: float
    words: str


@dataclass(frozen=True, slots=True)
class Piece:
    """Something that lasts: `kind` is "drive", "wait", "stand" or "window", with "held" or "late" beside it."""

    kind: str
    x: float
    y: float
    width: float
    height: float
    words: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Lane:
    """What one van does, or what one stop of it is; its `words` begin at `x`, `y`."""

    kind: str
    x: float
    y: float
    words: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """The hours, and a lane for each van or stop."""

    hours: tuple[Hour, ...]
    lanes: tuple[Lane, ...]
    height: float

    @property
    def width(self) -> int:
        """In its own units."""
        return WIDTH

    @property
    def head(self) -> int:
        """The room for the names of the hours."""
        return HEAD


@dataclass(frozen=True, slots=True)
class _Clock:
    """From moments (POSIX seconds) to places on the line."""

    first: float
    last: float
    zone: str
    locale: str

    def x(self, moment: float) -> float:
        """Where a moment is drawn; what lies outside stands at the edge."""
        share = (moment - self.first) / (self.last - self.first)
        return round(WIDTH * min(1.0, max(0.0, share)), 1)

    def piece(self, kind: str, start: float, end: float, y: float, height: float, words: str, label: str = "") -> Piece:
        """Something from a moment until another."""
        left = self.x(start)
        return Piece(kind, left, round(y, 1), max(1.0, round(self.x(end) - left, 1)), height, words, label)

    def told(self, start: float, end: float) -> str:
        """From when until when, in words."""
        return formats.window(instant(start), instant(end), self.zone, self.locale)


def timeline_of(vans: Sequence[PlannedVan], zone: str, locale: str) -> Timeline:
    """A lane for each van: above what it does, below the windows it has promised."""
    clock = _clock_of(vans, zone, locale)
    lanes = tuple(
        Lane(kind_of(n), 3, HEAD + n * LANE + 14, van.name, tuple(_pieces(clock, van, HEAD + n * LANE + 20)))
        for n, van in enumerate(vans)
    )
    return Timeline(_hours(clock), lanes, HEAD + len(vans) * LANE + 4)


def timeline_of_van(van: PlannedVan, kind: str, zone: str, locale: str) -> Timeline:
    """A lane for each stop of a van: the window that was promised, and in it when the van comes."""
    clock = _clock_of([van], zone, locale)
    lanes = tuple(_stop_lane(clock, van, n, kind) for n in range(len(van.stops)))
    return Timeline(_hours(clock), lanes, HEAD + len(van.stops) * STOP_LANE + 4)


def _pieces(clock: _Clock, van: PlannedVan, y: float) -> Iterable[Piece]:
    for n in range(len(van.stops)):
        yield from _doings(clock, van, n, y, _BAR)
    yield from _way_back(clock, van, y, _BAR)
    yield from _windows(clock, van, y + _BAR + 2)


def _stop_lane(clock: _Clock, van: PlannedVan, n: int, kind: str) -> Lane:
    """The number stands behind the time at the door, where nothing else is drawn."""
    top, left = HEAD + n * STOP_LANE, min(clock.x(van.route.leavings[van.stops[n].index + 1]) + 3, WIDTH - 18)
    return Lane(kind, left, top + 17, str(van.stops[n].position), tuple(_stop_pieces(clock, van, n, top)))


def _stop_pieces(clock: _Clock, van: PlannedVan, n: int, y: float) -> Iterable[Piece]:
    planned = van.stops[n]
    opens, closes = planned.stop.opens, planned.stop.closes
    yield clock.piece("window", opens, closes, y + 4, STOP_LANE - 8, clock.told(opens, closes))
    yield from (replace(piece, label="") for piece in _doings(clock, van, n, y + 4, STOP_LANE - 8))


def _doings(clock: _Clock, van: PlannedVan, n: int, y: float, height: float) -> Iterable[Piece]:
    """The drive to a stop, the wait before its window, and the time at its door."""
    route, planned = van.route, van.stops[n]
    at = planned.index
    leaves, arrives, done = route.leavings[at], route.arrivals[at], route.leavings[at + 1]
    begins, middle = max(arrives, planned.stop.opens), y + height / 2
    if n == 0:
        leaves, arrives = van.leaves, begins
    if arrives > leaves:
        yield clock.piece("drive", leaves, arrives, middle - 1.5, 3, clock.told(leaves, arrives))
    if begins > arrives:
        yield clock.piece("wait", arrives, begins, middle - 3, 6, clock.told(arrives, begins))
    whom = whom_said(planned.visit.called, planned.visit.name, clock.locale)
    words = f"{planned.position}: {whom} · {clock.told(begins, done)}"
    yield clock.piece(_standing(planned), begins, done, y, height, words, str(planned.position))


def _standing(planned: PlannedStop) -> str:
    return "stand" + (" late" if planned.is_late else "") + (" held" if planned.visit.is_held else "")


def _way_back(clock: _Clock, van: PlannedVan, y: float, height: float) -> Iterable[Piece]:
    leaves, back = van.route.leavings[-1], van.route.arrivals[-1]
    if van.stops and van.comes_back and back > leaves:
        yield clock.piece("drive", leaves, back, y + height / 2 - 1.5, 3, clock.told(leaves, back))


def _windows(clock: _Clock, van: PlannedVan, y: float) -> Iterable[Piece]:
    """The windows of a van, each once, those that overlap below each other."""
    rows: list[float] = []
    for opens, closes in sorted({(planned.stop.opens, planned.stop.closes) for planned in van.stops}):
        row = min(next((n for n, end in enumerate(rows) if end <= opens), len(rows)), _MOST_WINDOW_ROWS - 1)
        rows[row : row + 1] = [closes]
        yield clock.piece("window", opens, closes, y + row * (_WINDOW + 1), _WINDOW, clock.told(opens, closes))


def _clock_of(vans: Sequence[PlannedVan], zone: str, locale: str) -> _Clock:
    first = min((van.route.shift.starts for van in vans), default=0.0)
    last = max((max(van.route.shift.ends, van.route.arrivals[-1]) for van in vans), default=_LEAST_HOURS * _HOUR)
    # Whole hours of that place's clock: some places are half an hour off.
    off = (instant(first).astimezone(ZoneInfo(zone)).utcoffset() or timedelta()).total_seconds()
    first, last = floor((first + off) / _HOUR) * _HOUR - off, ceil((last + off) / _HOUR) * _HOUR - off
    return _Clock(first, max(last, first + _LEAST_HOURS * _HOUR), zone, locale)


def _hours(clock: _Clock) -> tuple[Hour, ...]:
    count = round((clock.last - clock.first) / _HOUR)
    each = 1 if count <= 12 else 2
    moments = (clock.first + n * _HOUR for n in range(0, count, each))
    return tuple(Hour(clock.x(at), formats.time_at(instant(at), clock.zone, clock.locale)) for at in moments)
