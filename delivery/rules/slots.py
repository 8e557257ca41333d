"""Home windows: weekly patterns, their dated exceptions, and the slots they make."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from operator import attrgetter
from zoneinfo import ZoneInfo

from delivery.rules.places import Destination, Zone
from delivery.rules.prices import Fee
from delivery.rules.wallclock import aware, instant_of, wall_time
from delivery.rules.workdays import check_weekdays


@dataclass(frozen=True, slots=True)
class SlotException:
    """What differs on one day: None keeps the pattern's value. capacity 0 closes it."""

    capacity: int | None = None
    fee: Fee | None = None

    def __post_init__(self) -> None:
        if self.capacity is not None and self.capacity < 0:
            raise ValueError("a capacity cannot be negative")


@dataclass(frozen=True, slots=True)
class SlotPattern:
    """A window that comes back each week in one zone. Wall clock of `time_zone`; end after start, or over midnight.

    `lead_minutes`: how long before its start the slot stops being on offer (its own cut-off).
    """

    id: str
    zone: Zone
    weekday: int
    start_time: time
    end_time: time
    time_zone: ZoneInfo
    capacity: int
    fee: Fee
    lead_minutes: int
    origin_id: str
    exceptions: Mapping[date, SlotException] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check_weekdays((self.weekday,))
        if wall_time(self.start_time) == wall_time(self.end_time):
            raise ValueError("a window must not end at the time it starts")
        if self.capacity < 0:
            raise ValueError("a capacity cannot be negative")
        if self.lead_minutes < 0:
            raise ValueError("lead minutes cannot be negative")


@dataclass(frozen=True, slots=True)
class Slot:
    """One window on one day. Start and end are UTC instants."""

    pattern_id: str
    day: date
    start: datetime
    end: datetime
    capacity: int
    fee: Fee
    closes_at: datetime
    time_zone: ZoneInfo
    origin_id: str


def slot_on(pattern: SlotPattern, day: date) -> Slot | None:
    """The pattern's slot on that day, None on another weekday. Clock changes: start and end by wall clock; a window that
    the change swallows whole (start == end as instants) does not exist."""
    if day.isoweekday() != pattern.weekday:
        return None
    start, end, closes_at = _instants(
        day, pattern.start_time, pattern.end_time, pattern.time_zone, pattern.lead_minutes
    )
    if start >= end:
        return None
    capacity, fee = pattern.capacity, pattern.fee
    exception = pattern.exceptions.get(day)
    if exception is not None:
        capacity = capacity if exception.capacity is None else exception.capacity
        fee = exception.fee or fee
    return Slot(
        pattern.id, day, start, end, capacity, fee, closes_at, pattern.time_zone, pattern.origin_id
    )


@lru_cache(maxsize=16384)
def _instants(
    day: date, start_time: time, end_time: time, zone: ZoneInfo, lead_minutes: int
) -> tuple[datetime, datetime, datetime]:
    """Start, end and the moment the slot stops being on offer."""
    start = instant_of(day, start_time, zone)
    end_day = day if end_time > start_time else day + timedelta(days=1)
    return start, instant_of(end_day, end_time, zone), start - timedelta(minutes=lead_minutes)


_in_order = attrgetter("start", "end", "pattern_id")


def coming_slots(
    patterns: Sequence[SlotPattern], now: datetime, first_day: date, days: int, destination: Destination
) -> list[Slot]:
    """Slots of zones that cover the destination, from first_day for `days` days, whose closes_at lies after now and whose
    capacity is above zero; sorted by start, end, pattern id. (Sold places are the store's to subtract.)"""
    now = aware(now).astimezone(UTC)
    by_weekday = _by_weekday(patterns, destination)
    slots = []
    for ahead in range(days):
        day = first_day + timedelta(days=ahead)
        for pattern in by_weekday.get(day.isoweekday(), ()):
            slot = slot_on(pattern, day)
            if slot is not None and slot.closes_at > now and slot.capacity > 0:
                slots.append(slot)
    slots.sort(key=_in_order)
    return slots


def _by_weekday(patterns: Sequence[SlotPattern], destination: Destination) -> dict[int, list[SlotPattern]]:
    """The patterns of covering zones, by weekday; a zone that many patterns share is asked once."""
    covered: dict[Zone, bool] = {}
    found: dict[int, list[SlotPattern]] = {}
    for pattern in patterns:
        covers = covered.get(pattern.zone)
        if covers is None:
            covers = covered[pattern.zone] = pattern.zone.covers(destination)
        if covers:
            found.setdefault(pattern.weekday, []).append(pattern)
    return found
