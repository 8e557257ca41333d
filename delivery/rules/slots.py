"""Home windows: weekly patterns, their dated exceptions, and the slots they make."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from operator import attrgetter
from zoneinfo import ZoneInfo

from delivery.rules.places import Destination, Zone
from delivery.rules.prices import Fee
from delivery.rules.wallclock import aware, instant_of, wall_time
from delivery.rules.workdays import check_weekdays

COUNT, VANS = "count", "vans"
KEPT_BY = (COUNT, VANS)
"""What keeps a window: so many places as its capacity says; or vans, as long as one of them can come by."""


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
    kept_by: str = COUNT

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
    """The pattern's slot on that day, None on another weekday. Clock changes: start and end by wall clock; a
    window that the change swallows whole (start == end as instants) does not exist."""
    slots = _slots_from(pattern, day, 1)
    return slots[0] if slots else None


def _slots_from(pattern: SlotPattern, first_day: date, days: int) -> Sequence[Slot]:
    """The pattern's slots on so many days, its exceptions applied."""
    usual = _usual_slots(
        pattern.id,
        pattern.weekday,
        pattern.start_time,
        pattern.end_time,
        pattern.time_zone,
        pattern.capacity,
        pattern.fee,
        pattern.lead_minutes,
        pattern.origin_id,
        first_day,
        days,
    )
    if not pattern.exceptions:
        return usual
    return [_with_exception(slot, pattern.exceptions.get(slot.day)) for slot in usual]


def _with_exception(slot: Slot, exception: SlotException | None) -> Slot:
    if exception is None:
        return slot
    capacity = slot.capacity if exception.capacity is None else exception.capacity
    return replace(slot, capacity=capacity, fee=exception.fee or slot.fee)


# Every shopper of a zone sees the same windows: without memory, making them takes most of an offer's time.
@lru_cache(maxsize=8192)
def _usual_slots(
    pattern_id: str,
    weekday: int,
    start_time: time,
    end_time: time,
    zone: ZoneInfo,
    capacity: int,
    fee: Fee,
    lead_minutes: int,
    origin_id: str,
    first_day: date,
    days: int,
) -> tuple[Slot, ...]:
    lead, over_midnight = timedelta(minutes=lead_minutes), timedelta(days=int(end_time <= start_time))
    slots = []
    for ahead in range((weekday - first_day.isoweekday()) % 7, days, 7):
        day = first_day + timedelta(days=ahead)
        start, end = instant_of(day, start_time, zone), instant_of(day + over_midnight, end_time, zone)
        if start < end:
            slots.append(Slot(pattern_id, day, start, end, capacity, fee, start - lead, zone, origin_id))
    return tuple(slots)


_in_order = attrgetter("start", "end", "pattern_id")


def coming_slots(
    patterns: Sequence[SlotPattern], now: datetime, first_day: date, days: int, destination: Destination
) -> list[Slot]:
    """Slots of zones that cover the destination, from first_day for `days` days, whose closes_at lies after now and
    whose capacity is above zero; sorted by start, end, pattern id. (Sold places are the store's to subtract.)"""
    now = aware(now).astimezone(UTC)
    slots = [
        slot
        for pattern in _covering(patterns, destination)
        for slot in _slots_from(pattern, first_day, days)
        if slot.closes_at > now and slot.capacity > 0
    ]
    slots.sort(key=_in_order)
    return slots


def _covering(patterns: Sequence[SlotPattern], destination: Destination) -> Iterator[SlotPattern]:
    """The patterns whose zone covers the destination; a zone that many patterns share is asked once."""
    covered: dict[Zone, bool] = {}
    for pattern in patterns:
        covers = covered.get(pattern.zone)
        if covers is None:
            covers = covered[pattern.zone] = pattern.zone.covers(destination)
        if covers:
            yield pattern
