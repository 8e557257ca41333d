"""Pick-up centres: when a parcel is ready to collect, and until when it is kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from delivery.rules.opening import Interval
from delivery.rules.places import Point
from delivery.rules.prices import Fee


@dataclass(frozen=True, slots=True)
class Centre:
    """A staffed place to collect. With `origin_id` it is itself an origin (own stock, possibly the same day); otherwise
    parcels come by `service_id` and lie ready from `arrival_time` (wall clock) on the day they arrive."""

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


def ready_after_work(opened: Sequence[Interval], now: datetime, minutes: int) -> datetime | None:
    """When `minutes` of open time after `now` have passed: work happens only while open. None: not within `opened`."""
    raise NotImplementedError


def ready_after_arrival(opened: Sequence[Interval], arrives_at: datetime) -> datetime | None:
    """The first moment at or after `arrives_at` at which the place is open."""
    raise NotImplementedError


def collect_before(opened: Sequence[Interval], ready_by: datetime, keep_days: int, zone: ZoneInfo) -> datetime:
    """Until when the parcel is kept: the last closing time on or before the local day ready_by + keep_days; the end of that
    local day when it is closed all along."""
    raise NotImplementedError
