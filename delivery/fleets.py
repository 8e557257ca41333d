"""The vans of an origin on a day, as the settings say: their shifts, how they drive, and what a stop takes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from hashlib import blake2b
from typing import Any
from zoneinfo import ZoneInfo

from delivery.driving import Driving
from delivery.remembered import Remembered
from delivery.rules.driving import EVEN, Clock, Plane, Roads, Straight
from delivery.rules.estimate import Origin
from delivery.rules.known_roads import Known, KnownRoads
from delivery.rules.places import Point
from delivery.rules.routes import NO_LIMIT, Shift
from delivery.rules.wallclock import instant_of


@dataclass(frozen=True, slots=True)
class Van:
    """Vans of one kind, as the merchant set them."""

    id: str
    name: str
    origin_id: str
    number: int
    weekdays: frozenset[int]
    days_off: frozenset[date]
    shift_start: time
    shift_end: time
    comes_back: bool
    most_parcels: int | None
    most_kg: int | None

    def is_out(self, day: date) -> bool:
        """Whether it drives on that day."""
        return day.isoweekday() in self.weekdays and day not in self.days_off


@dataclass(frozen=True, slots=True, eq=False)
class Fleet:
    """The vans that start at one origin, and how they drive. Moments of its days are POSIX seconds (UTC)."""

    origin_id: str
    point: Point
    time_zone: ZoneInfo
    vans: tuple[Van, ...]
    driving: Driving
    known: Known | None = None
    made: Remembered = field(default_factory=Remembered)

    @property
    def plane(self) -> Plane:
        """Metres around the origin."""
        return Plane(self.point)

    @property
    def roads(self) -> Roads:
        """Driving: as it was told, where it was, else worked out from distances."""
        if self.known is None:
            return self.straight
        roads: Roads = self.made.get("roads") or self.made.keep("roads", self.roads_with(self.known))
        return roads

    @property
    def straight(self) -> Straight:
        """Driving worked out from distances."""
        return Straight(self.driving.road_percent / 100 / (self.driving.kmh / 3.6))

    def roads_with(self, known: Known) -> KnownRoads:
        """Driving as it was told, else worked out from distances and from what was told elsewhere."""
        return KnownRoads(self.plane, self.straight, known)

    def clock_on(self, day: date) -> Clock:
        """How the pace changes over that day."""
        known = self.made.get(("clock", day))
        if isinstance(known, Clock):
            return known
        clock = self._clock(day) if self.driving.paces else EVEN
        self.made.keep(("clock", day), clock)
        return clock

    def _clock(self, day: date) -> Clock:
        changes: list[tuple[float, float]] = []
        for pace in sorted(self.driving.paces, key=lambda pace: pace.from_time):
            begins, ends = (self.moment(day, at) for at in (pace.from_time, pace.until_time))
            if changes and changes[-1][0] == begins:
                changes.pop()
            changes += [(begins, pace.kmh / self.driving.kmh), (ends, 1.0)]
        return Clock(changes)

    def moment(self, day: date, at: time) -> float:
        """A time of day by the origin's clock, as POSIX seconds."""
        return instant_of(day, at, self.time_zone).timestamp()

    def shifts_on(self, day: date) -> tuple[Shift, ...]:
        """The vans that are out on that day, each of its own: "transit-1#2" is the second of its kind."""
        known: tuple[Shift, ...] | None = self.made.get(("shifts", day))
        return self.made.keep(("shifts", day), self._shifts(day)) if known is None else known

    def _shifts(self, day: date) -> tuple[Shift, ...]:
        middle = self.plane.place(self.point)
        return tuple(
            Shift(
                van=f"{van.id}#{n}",
                starts=self.moment(day, van.shift_start),
                ends=self.moment(day, van.shift_end),
                start=middle,
                end=middle if van.comes_back else None,
                parcels=NO_LIMIT if van.most_parcels is None else van.most_parcels,
                grams=NO_LIMIT if van.most_kg is None else 1000 * van.most_kg,
            )
            for van in self.vans
            if van.is_out(day)
            for n in range(1, van.number + 1)
        )

    def name_of(self, shift_van: str) -> str:
        """What a van of `shifts_on` is called: its name, and which one where there are several."""
        van_id, _, n = shift_van.rpartition("#")
        van = next((van for van in self.vans if van.id == van_id), None)
        if van is None:
            return shift_van
        return van.name if van.number == 1 else f"{van.name} {n}"

    def basis(self, day: date) -> str:
        """A fingerprint of all that the routes of a day are worked out from: when it is another, they are looked at again."""
        known = self.made.get(("basis", day))
        if isinstance(known, str):
            return known
        said = repr((self.point, self.shifts_on(day), self.driving)).encode()
        told = b"" if self.known is None else self.known.fingerprint
        basis = blake2b(said + told, digest_size=16).hexdigest()
        self.made.keep(("basis", day), basis)
        return basis


def fleets_of(
    vans: Sequence[Van], origins: Mapping[str, Origin], driving: Driving, known: Known | None = None
) -> dict[str, Fleet]:
    """The fleet of each origin that has vans. `known`: driving times that were told."""
    found: dict[str, Fleet] = {}
    for origin_id in dict.fromkeys(van.origin_id for van in vans):
        origin = origins.get(origin_id)
        if origin is not None and origin.point is not None:
            own = tuple(van for van in vans if van.origin_id == origin_id)
            found[origin_id] = Fleet(origin_id, origin.point, origin.zone, own, driving, known)
    return found


def van_of(row: Any) -> Van:
    """A row of the table `vans`."""
    return Van(
        id=row.id,
        name=row.name,
        origin_id=row.origin_id,
        number=row.number,
        weekdays=frozenset(row.weekdays),
        days_off=frozenset(date.fromisoformat(day) for day in row.days_off),
        shift_start=row.shift_start,
        shift_end=row.shift_end,
        comes_back=row.comes_back,
        most_parcels=row.most_parcels,
        most_kg=row.most_kg,
    )


def instant(moment: float) -> datetime:
    """A moment of a day's routes as an aware UTC instant, to the second."""
    return datetime.fromtimestamp(0, UTC) + timedelta(seconds=round(moment))
