"""Home windows: weekly patterns, their dated exceptions, and the slots they make."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from delivery.rules.places import Destination, Zone
from delivery.rules.prices import Fee


@dataclass(frozen=True, slots=True)
class SlotException:
    """What differs on one day: None keeps the pattern's value. capacity 0 closes it."""

    capacity: int | None = None
    fee: Fee | None = None


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
    raise NotImplementedError


def coming_slots(
    patterns: Sequence[SlotPattern], now: datetime, first_day: date, days: int, destination: Destination
) -> list[Slot]:
    """Slots of zones that cover the destination, from first_day for `days` days, whose closes_at lies after now and whose
    capacity is above zero; sorted by start, end, pattern id. (Sold places are the store's to subtract.)"""
    raise NotImplementedError
