"""The plan of a day for whoever drives it: per van its stops in order, when it comes and goes, to whom, with what."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from math import isfinite

from delivery import van_days, van_stops
from delivery.fleets import Fleet, instant
from delivery.options import Window
from delivery.problems import VansNotFound
from delivery.rules.routes import Route, Stop
from delivery.setups import Setup
from delivery.store.engine import Session
from delivery.texts.sentences import N_, sentence
from delivery.van_visits import Visit, unplaced, visits_of


@dataclass(frozen=True, slots=True)
class PlannedStop:
    """A stop of a van. `position` counts from 1, `index` among the route's stops, of which some are only passed. The van comes at
    `arrives_at`, begins when the window does, `begins_at`, and leaves at `leaves_at`."""

    position: int
    index: int
    stop: Stop
    visit: Visit
    arrives_at: datetime
    begins_at: datetime
    leaves_at: datetime

    @property
    def window(self) -> Window:
        """What was promised, as the route knows it."""
        return Window(instant(self.stop.opens), instant(self.stop.closes))

    @property
    def is_late(self) -> bool:
        """Whether it is served after its window: driving became slower since it was planned."""
        return self.begins_at > self.window.end

    @property
    def waits_minutes(self) -> int:
        """How long the van stands before the window begins."""
        return round((self.begins_at - self.arrives_at).total_seconds() / 60)

    @property
    def door_minutes(self) -> int:
        """How long it stands at the door."""
        return round(self.stop.service / 60)

    @property
    def longer_minutes(self) -> int:
        """How much of it was asked for on top of the usual."""
        usual = self.visit.door_seconds
        return 0 if usual is None else max(0, round((self.stop.service - usual) / 60))


@dataclass(frozen=True, slots=True)
class PlannedVan:
    """A van of a day. It leaves as late as its first window lets it. `leaves_at` and `back_at` are None for one with nothing to
    do; `back_at` is its last stop's end where it does not come back."""

    id: str
    name: str
    route: Route
    stops: tuple[PlannedStop, ...]

    @property
    def shift(self) -> Window:
        """From when until when it is out."""
        return Window(instant(self.route.shift.starts), instant(self.route.shift.ends))

    @property
    def leaves(self) -> float:
        """When it leaves, in POSIX seconds: so that it need not wait at its first stop."""
        route = self.route
        if not route.stops:
            return route.shift.starts
        first = route.stops[0]
        drives = route.roads.leg(route.shift.start, first.place)
        return max(route.shift.starts, route.clock.latest_leaving(max(route.arrivals[0], first.opens), drives))

    @property
    def leaves_at(self) -> datetime | None:
        """When it leaves."""
        return instant(self.leaves) if self.stops else None

    @property
    def back_at(self) -> datetime | None:
        """When it is back, or done."""
        return instant(self.route.arrivals[-1]) if self.stops else None

    @property
    def comes_back(self) -> bool:
        """Whether it ends where it starts."""
        return self.route.shift.end is not None

    @property
    def drive_minutes(self) -> int:
        """How long it drives, by the pace of each hour."""
        if not self.stops:
            return 0
        arrivals, leavings = self.route.arrivals, self.route.leavings
        first = max(arrivals[0], self.route.stops[0].opens) - self.leaves
        last = len(arrivals) if self.comes_back else len(self.stops)
        return round((first + sum(arrivals[n] - leavings[n] for n in range(1, last))) / 60)

    @property
    def door_minutes(self) -> int:
        """How long it stands at doors."""
        return round(sum(planned.stop.service for planned in self.stops) / 60)

    @property
    def share_used(self) -> float:
        """How much of its shift it drives and stands at doors; of 1."""
        shift = self.route.shift
        return min(1.0, 60 * (self.drive_minutes + self.door_minutes) / max(1.0, shift.ends - shift.starts))


@dataclass(frozen=True, slots=True)
class DayPlan:
    """The plan of an origin's day at a version of it. `left_over` are stops whose van is not out that day any more, `unplaced`
    those without a place on the map: no van has them in its route."""

    origin_id: str
    origin: str
    day: date
    fleet: Fleet
    version: int
    planned_at: datetime | None
    vans: tuple[PlannedVan, ...]
    left_over: tuple[Visit, ...]
    unplaced: tuple[Visit, ...]

    @property
    def time_zone(self) -> str:
        """The origin's, in which all is told."""
        return self.fleet.time_zone.key

    @property
    def stops(self) -> tuple[PlannedStop, ...]:
        """Those of all vans."""
        return tuple(stop for van in self.vans for stop in van.stops)

    def van(self, van_id: str) -> PlannedVan:
        """The van of this id. Raises VansNotFound."""
        found = next((van for van in self.vans if van.id == van_id), None)
        if found is None:
            raise VansNotFound(sentence(N_("No such van is out on that day.")))
        return found


def fleet_of(setup: Setup, origin_id: str) -> Fleet:
    """The vans of an origin. Raises VansNotFound."""
    fleet = setup.fleets.get(origin_id)
    if fleet is None:
        raise VansNotFound(sentence(N_("No vans start there.")))
    return fleet


def plan_of(session: Session, setup: Setup, origin_id: str, day: date) -> DayPlan:
    """What the vans of an origin do on a day, as it is planned now. Raises VansNotFound."""
    fleet = fleet_of(setup, origin_id)
    kept = van_days.read(session, setup.merchant_id, fleet, day)
    whose = van_stops.holds_of(session, setup.merchant_id, origin_id, day)
    visits = visits_of(session, setup.merchant_id, whose)
    return DayPlan(
        origin_id=origin_id,
        origin=setup.origins[origin_id].name,
        day=day,
        fleet=fleet,
        version=kept.version,
        planned_at=kept.planned_at,
        vans=tuple(planned(route, fleet.name_of(route.shift.van), visits) for route in kept.routes),
        left_over=tuple(visits.get(stop.number, Visit(None)) for stop in kept.left_over),
        unplaced=unplaced(session, setup, origin_id, day),
    )


def planned(route: Route, name: str, visits: Mapping[int, Visit]) -> PlannedVan:
    """A route with whom each of its stops is for."""
    moments = enumerate(zip(route.stops, route.arrivals, route.leavings[1:], strict=False))
    # A place that is only passed (Route.without) has no window: nobody waits there.
    met = [(index, *at_stop) for index, at_stop in moments if isfinite(at_stop[0].opens)]
    stops = tuple(
        PlannedStop(
            position=position,
            index=index,
            stop=stop,
            visit=visits.get(stop.number, Visit(None)),
            arrives_at=instant(max(arrives, stop.opens) if position == 1 else arrives),
            begins_at=instant(max(arrives, stop.opens)),
            leaves_at=instant(leaves),
        )
        for position, (index, stop, arrives, leaves) in enumerate(met, 1)
    )
    return PlannedVan(route.shift.van, name, route, stops)
