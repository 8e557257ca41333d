"""Where goods leave from: an origin's days, its cut-offs, and the work that waits there."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from math import isfinite
from zoneinfo import ZoneInfo

from delivery.rules.places import Point
from delivery.rules.wallclock import instant_of, wall_time
from delivery.rules.workdays import Calendar, check_weekdays


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

    def __post_init__(self) -> None:
        if self.orders_waiting < 0:
            raise ValueError("waiting orders cannot be negative")
        if not (isfinite(self.minutes_per_order) and self.minutes_per_order >= 0):
            raise ValueError(f"{self.minutes_per_order} is not a number of minutes per order")
        if self.people < 1:
            raise ValueError("a backlog needs at least one person to work it off")
        if self.by_hand_days is not None and self.by_hand_days < 0:
            raise ValueError("backlog days cannot be negative")
        if not 1 <= self.working_minutes_per_day <= 24 * 60:
            raise ValueError(f"{self.working_minutes_per_day} is not a number of working minutes a day")

    @property
    def days(self) -> int:
        """Whole working days by which the promise shifts: waiting minutes ÷ minutes a day, rounded down."""
        if self.by_hand_days is not None:
            return self.by_hand_days
        waiting_minutes = self.orders_waiting * self.minutes_per_order / self.people
        return int(waiting_minutes // self.working_minutes_per_day)


@dataclass(frozen=True, slots=True)
class Origin:
    """A place goods leave from. Cut-offs by ISO weekday, wall clock of `zone`; a weekday without one uses
    `usual_cut_off`.

    `cut_off_overrides` are dated; None there means closed that day (no work, no dispatch). A dated time moves the
    cut-off of a work day; it does not open a day that the calendar closes. An origin answers `is_work_day`, so it is
    a calendar.
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

    def __post_init__(self) -> None:
        check_weekdays(self.cut_offs)
        for at in (self.usual_cut_off, *self.cut_offs.values(), *self.cut_off_overrides.values()):
            if at is not None:
                wall_time(at)
        if self.handling_days < 0:
            raise ValueError("handling days cannot be negative")

    def is_work_day(self, day: date) -> bool:
        """Whether work starts, orders are packed and parcels leave on that day."""
        return self.cut_off_overrides.get(day, self.usual_cut_off) is not None and self.calendar.is_work_day(day)

    def closed_because(self, day: date) -> str:
        """Why that day is not a work day: "closed_day", "holiday" or "weekday"; "closed" when the calendar cannot
        say."""
        if self.cut_off_overrides.get(day, self.usual_cut_off) is None:
            return "closed_day"
        reason = getattr(self.calendar, "closed_because", None)
        return (reason(day) if reason else None) or "closed"

    def cut_off_time(self, day: date) -> time:
        """The wall-clock time at which that day's orders close; on a closed day what it would be."""
        return self.cut_off_overrides.get(day) or self.cut_offs.get(day.isoweekday(), self.usual_cut_off)

    def cut_off_at(self, day: date) -> datetime:
        """The instant of that day's cut-off."""
        return instant_of(day, self.cut_off_time(day), self.zone)
