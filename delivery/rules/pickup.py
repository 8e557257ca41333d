"""Pick-up centres, and when a parcel is ready to collect there. Until when it is kept: rules/keeping.py."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from delivery.rules.opening import Interval
from delivery.rules.places import Point
from delivery.rules.preparation import Step
from delivery.rules.prices import Fee
from delivery.rules.wallclock import aware, wall_time


class CentresOrder(StrEnum):
    """Which of the centres that are shown comes first."""

    DISTANCE = "distance"
    READY = "ready"


class UnknownStock(StrEnum):
    """What is done about a sku that nobody counted at a centre with stock of its own: it lies there, or it is brought."""

    OFFER = "offer"
    TRANSFER = "transfer"


@dataclass(frozen=True, slots=True)
class Centre:
    """A staffed place to collect. With `origin_id` it is itself an origin (own stock, possibly the same day); otherwise,
    and for what it lacks, parcels come by `service_id` and lie ready from `arrival_time` (wall clock) on the day they
    arrive.

    `shelf_capacity`: how many may lie there; None, any number. Each order that waits there puts the next one off by
    `minutes_per_order`, shared by `people`. `longer_days`: how much longer a parcel is kept when its shopper asks, 0 for
    not at all. `asks_signature`: whoever takes a parcel signs for it."""

    id: str
    name: str
    address: Mapping[str, object]
    country: str
    postal_code: str
    zone: ZoneInfo
    point: Point
    opening_hours: str
    fee: Fee
    subdivision: str | None = None
    exceptions: Mapping[date, str | None] = field(default_factory=dict)
    preparation_minutes: int = 60
    same_day: bool = True
    keep_days: int = 7
    arrival_time: time = time(12, 0)
    origin_id: str | None = None
    service_id: str | None = None
    shelf_capacity: int | None = None
    minutes_per_order: int = 0
    people: int = 1
    unknown_stock: UnknownStock = UnknownStock.OFFER
    longer_days: int = 3
    asks_signature: bool = False

    def __post_init__(self) -> None:
        if self.preparation_minutes < 0:
            raise ValueError("preparation minutes cannot be negative")
        if self.keep_days < 0:
            raise ValueError("a parcel cannot be kept for a negative number of days")
        if self.shelf_capacity is not None and self.shelf_capacity < 0:
            raise ValueError("a shelf cannot have room for a negative number of parcels")
        if self.minutes_per_order < 0 or self.people < 1:
            raise ValueError("orders that wait take no negative time, and somebody is at work")
        if self.longer_days < 0:
            raise ValueError("a parcel cannot be kept for a negative number of days longer")
        wall_time(self.arrival_time)

    @property
    def counts_work(self) -> bool:
        """Whether orders that wait there put the next one off."""
        return self.origin_id is not None and self.minutes_per_order > 0


def ready_after_work(opened: Sequence[Interval], now: datetime, minutes: int) -> datetime | None:
    """When `minutes` of open time after `now` have passed: work happens only while open. None: not within `opened`.

    Work that ends with the door closing is ready at that moment. UTC.
    """
    if minutes < 0:
        raise ValueError("minutes of work cannot be negative")
    now, left = aware(now).astimezone(UTC), timedelta(minutes=minutes)
    for opens_at, closes_at in _in_utc(opened):
        begins_at = max(opens_at, now)
        if begins_at >= closes_at:
            continue
        if begins_at + left <= closes_at:
            return begins_at + left
        left -= closes_at - begins_at
    return None


def work_minutes(orders: int, minutes_per_order: int, people: int) -> int:
    """Minutes of open time until `people` have made so many waiting orders ready; a minute begun counts whole."""
    if orders < 0 or minutes_per_order < 0 or people < 1:
        raise ValueError("orders and minutes are not negative, and somebody is at work")
    return -(-orders * minutes_per_order // people)


def ready_after_queue(
    opened: Sequence[Interval], now: datetime, queue_minutes: int, begins_at: datetime, minutes: int
) -> datetime | None:
    """When an order lies ready that takes `minutes`: it is begun after `queue_minutes` of other work, done from `now` on while
    open, and not before `begins_at`. UTC; None: not within `opened`."""
    if aware(begins_at) <= aware(now):
        return ready_after_work(opened, now, queue_minutes + minutes)
    free_at = ready_after_work(opened, now, queue_minutes)
    return None if free_at is None else ready_after_work(opened, max(free_at, begins_at), minutes)


def waiting_step(day: date, orders: int, minutes: int) -> tuple[Step, ...]:
    """The reason that orders wait there, when they take time: "waiting_work"."""
    return (Step("waiting_work", day, {"orders": orders, "minutes": minutes}),) if minutes else ()


def ready_after_arrival(opened: Sequence[Interval], arrives_at: datetime) -> datetime | None:
    """The first moment at or after `arrives_at` at which the place is open. UTC."""
    return ready_after_work(opened, arrives_at, 0)


def _in_utc(opened: Sequence[Interval]) -> Iterator[Interval]:
    """Python subtracts two times of the same zone by their wall clocks, which is wrong over a clock change."""
    return ((aware(opens_at).astimezone(UTC), aware(closes_at).astimezone(UTC)) for opens_at, closes_at in opened)
