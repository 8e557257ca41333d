"""Which days count, and stepping over those that do not."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from typing import Protocol

EVERY_DAY = frozenset(range(1, 8))
MONDAY_TO_FRIDAY = frozenset(range(1, 6))
MONDAY_TO_SATURDAY = frozenset(range(1, 7))
LONGEST_CLOSURE_DAYS = 400


class NoWorkDay(ValueError):
    """A calendar has no work day within LONGEST_CLOSURE_DAYS: nothing can be promised."""


class Calendar(Protocol):
    """Whoever can say whether a day is one on which work happens."""

    def is_work_day(self, day: date) -> bool: ...


@dataclass(frozen=True, slots=True)
class Region:
    """Whose public holidays count: an ISO 3166-1 country and, where they differ, an ISO 3166-2 part."""

    country: str
    subdivision: str | None = None


@dataclass(frozen=True, slots=True)
class WeekCalendar:
    """Weekdays (ISO, Monday 1), less public holidays and closed days, plus days opened by exception.

    A dated exception is stronger than a holiday, a holiday stronger than the weekday.
    """

    weekdays: frozenset[int] = MONDAY_TO_FRIDAY
    holidays: Region | None = None
    closed_days: frozenset[date] = field(default_factory=frozenset)
    open_days: frozenset[date] = field(default_factory=frozenset)

    def is_work_day(self, day: date) -> bool:
        raise NotImplementedError


@lru_cache(maxsize=256)
def public_holidays(region: Region, year: int) -> frozenset[date]:
    """The public holidays of a region in one year (the `holidays` package; Sweden with its de facto ones)."""
    raise NotImplementedError


def next_work_day(calendar: Calendar, day: date) -> date:
    """`day` itself when it is a work day, else the first one after it. Raises NoWorkDay."""
    raise NotImplementedError


def add_work_days(calendar: Calendar, day: date, days: int) -> date:
    """The day reached after `days` work days, counted from `day`, which itself is not counted; 0 gives next_work_day."""
    raise NotImplementedError
