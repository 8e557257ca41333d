"""When an order arrives: the earliest and latest day, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo

from delivery.rules.parcels import Basket, Stock
from delivery.rules.places import Destination, Point, Zone
from delivery.rules.workdays import Calendar


class OriginRule(StrEnum):
    """How one of several origins is chosen."""

    EARLIEST = "earliest"
    NEAREST = "nearest"


@dataclass(frozen=True, slots=True)
class Backlog:
    """Work that waits at an origin: orders × minutes ÷ people, or working days set by hand (which wins)."""

    orders_waiting: int = 0
    minutes_per_order: float = 0.0
    people: int = 1
    by_hand_days: int | None = None
    working_minutes_per_day: int = 480

    @property
    def days(self) -> int:
        """Whole working days by which the promise shifts: waiting minutes ÷ minutes a day, rounded down."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Origin:
    """A place goods leave from. Cut-offs by ISO weekday, wall clock of `zone`; a weekday without one uses `usual_cut_off`.

    `cut_off_overrides` are dated; None there means closed that day (no work, no dispatch).
    """

    id: str
    name: str
    zone: ZoneInfo
    calendar: Calendar
    usual_cut_off: time
    cut_offs: Mapping[int, time] = field(default_factory=dict)
    cut_off_overrides: Mapping[date, time | None] = field(default_factory=dict)
    handling_days: int = 0
    backlog: Backlog = Backlog()
    point: Point | None = None


@dataclass(frozen=True, slots=True)
class Transit:
    """Days a service takes to a zone, counted in the service's delivery days; least ≤ most."""

    zone: Zone
    least_days: int
    most_days: int


@dataclass(frozen=True, slots=True)
class Service:
    """One carrier product. `collects` and `delivers` are the carrier's own calendars."""

    id: str
    name: str
    collects: Calendar
    delivers: Calendar
    transits: tuple[Transit, ...]
    destination_zone: ZoneInfo

    def transit_to(self, destination: Destination) -> tuple[int, int] | None:
        """(least, most) days. Of the zones that cover the destination, the first listed counts. With a postcode that is
        unknown: the widest range over all zones of that country. None: the service does not go there."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Step:
    """One reason of an estimate: a stable rule name, the day it ends on, and its facts (plain JSON values)."""

    rule: str
    day: date
    facts: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Estimate:
    """Earliest and latest delivery day, in the destination's zone.

    `order_before`: the instant until which exactly this estimate holds. `dispatch_day`: the (first) parcel's ship-by day.
    `origin_ids` as many as there are parcels.
    """

    earliest_day: date
    latest_day: date
    order_before: datetime
    dispatch_day: date
    origin_ids: tuple[str, ...]
    service_id: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Preparation:
    """What the origin's side of a promise comes to: the day the parcel can leave, and until when to order for that."""

    ready_day: date
    order_before: datetime
    steps: tuple[Step, ...]


def prepare(now: datetime, origin: Origin, handling_days: int) -> Preparation:
    """The day on which an order placed `now` is packed at `origin`: cut-off, closures, backlog, handling.

    At the cut-off itself is too late. `order_before` is the first coming cut-off instant after which ready_day is later.
    Steps: "cut_off" (facts cut_off, time_zone, met: 0/1), "closed" (for skipped days: reason), "backlog" (days), "handling" (days).
    """
    raise NotImplementedError


def estimate_from(
    now: datetime, origin: Origin, service: Service, destination: Destination, handling_days: int
) -> Estimate | None:
    """One origin, one service. None: the service does not go there, or a calendar never opens.

    Adds steps "collection" (day) and "transit" (least, most), "delivery_day" (earliest, latest).
    """
    raise NotImplementedError


def best_estimate(
    now: datetime,
    origins: Sequence[tuple[Origin, Stock]],
    service: Service,
    destination: Destination,
    basket: Basket,
    rule: OriginRule = OriginRule.EARLIEST,
) -> Estimate | None:
    """Of the origins that have the whole basket, the one that promises earliest (latest_day, then earliest_day), among
    equals the nearest; or with OriginRule.NEAREST the nearest. When none has it all: two or more parcels, one honest
    range: from the last parcel's earliest day to the latest latest day; steps of each, a step "parcels" (count); order_before
    the first of theirs. None: no origin can, or the service does not go there (the caller offers "dateless")."""
    raise NotImplementedError
