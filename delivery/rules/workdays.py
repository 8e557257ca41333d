"""Which days count, and stepping over those that do not."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from typing import Protocol

import holidays as holiday_tables

EVERY_DAY = frozenset(range(1, 8))
MONDAY_TO_FRIDAY = frozenset(range(1, 6))
MONDAY_TO_SATURDAY = frozenset(range(1, 7))
LONGEST_CLOSURE_DAYS = 400
MOST_WORK_DAYS = 1000

_ONE_DAY = timedelta(days=1)
# What shops there keep closed is only complete with the eves, which are no holidays by law.
_CATEGORIES = {"SE": ("public", "de_facto")}
_PART = re.compile(r"[A-Z0-9]{1,3}")


class NoWorkDay(ValueError):
    """A calendar has no work day within LONGEST_CLOSURE_DAYS: nothing can be promised."""


class Calendar(Protocol):
    """Whoever can say whether a day is one on which work happens."""

    def is_work_day(self, day: date) -> bool: ...


@dataclass(frozen=True, slots=True)
class Region:
    """Whose public holidays count: an ISO 3166-1 country and, where they differ, an ISO 3166-2 part.

    The part may be written in full ("DE-BW") or short ("BW"). Raises ValueError for a country without holiday data and
    for what is not written like a part. A part that the data does not name has no holidays of its own.
    """

    country: str
    subdivision: str | None = None

    def __post_init__(self) -> None:
        country = self.country.strip().upper()
        parts = _parts_of(country)
        if parts is None:
            raise ValueError(f"no public holidays are known for the country {self.country!r}")
        part = (self.subdivision or "").strip().upper().removeprefix(country + "-")
        if part and not _PART.fullmatch(part):
            raise ValueError(f"{self.subdivision!r} is not a part of {country}")
        object.__setattr__(self, "country", country)
        object.__setattr__(self, "subdivision", part if part in parts else None)


@lru_cache(maxsize=512)
def _parts_of(country: str) -> frozenset[str] | None:
    """The parts of a country with holidays of their own; None for a country without data."""
    try:
        return frozenset(holiday_tables.country_holidays(country).subdivisions)
    except NotImplementedError:
        return None


@dataclass(frozen=True, slots=True)
class WeekCalendar:
    """Weekdays (ISO, Monday 1), less public holidays and closed days, plus days opened by exception.

    A dated exception is stronger than a holiday, a holiday stronger than the weekday.
    """

    weekdays: frozenset[int] = MONDAY_TO_FRIDAY
    holidays: Region | None = None
    closed_days: frozenset[date] = field(default_factory=frozenset)
    open_days: frozenset[date] = field(default_factory=frozenset)

    def __post_init__(self) -> None:
        check_weekdays(self.weekdays)
        for name in ("weekdays", "closed_days", "open_days"):
            object.__setattr__(self, name, frozenset(getattr(self, name)))
        both = self.closed_days & self.open_days
        if both:
            raise ValueError(f"{min(both)} is both a closed and an open day")

    def is_work_day(self, day: date) -> bool:
        if day in self.open_days:
            return True
        if day.isoweekday() not in self.weekdays or day in self.closed_days:
            return False
        return self.holidays is None or day not in public_holidays(self.holidays, day.year)

    def closed_because(self, day: date) -> str | None:
        """Why `day` is no work day: "closed_day", "holiday" or "weekday"; None when it is one."""
        if self.is_work_day(day):
            return None
        if day in self.closed_days:
            return "closed_day"
        return "holiday" if day.isoweekday() in self.weekdays else "weekday"


def check_weekdays(weekdays: Iterable[int]) -> None:
    """Raises ValueError when one is not an ISO weekday."""
    for weekday in weekdays:
        if weekday not in EVERY_DAY:
            raise ValueError(f"{weekday!r} is not a weekday: Monday is 1, Sunday is 7")


@lru_cache(maxsize=1024)
def public_holidays(region: Region, year: int) -> frozenset[date]:
    """The public holidays of a region in one year (the `holidays` package; Sweden with its de facto ones)."""
    categories = _CATEGORIES.get(region.country)
    found: Collection[date] = holiday_tables.country_holidays(
        region.country, subdiv=region.subdivision, years=year, categories=categories
    )
    return frozenset(found)


def next_work_day(calendar: Calendar, day: date) -> date:
    """`day` itself when it is a work day, else the first one after it. Raises NoWorkDay."""
    candidate = day
    for _ in range(LONGEST_CLOSURE_DAYS + 1):
        if calendar.is_work_day(candidate):
            return candidate
        candidate = day_after(candidate)
    raise NoWorkDay(f"no work day within {LONGEST_CLOSURE_DAYS} days of {day}")


def add_work_days(calendar: Calendar, day: date, days: int) -> date:
    """The day reached after `days` work days, counted from `day`, which itself is not counted; 0 gives next_work_day.

    Raises ValueError when `days` is negative, NoWorkDay beyond MOST_WORK_DAYS or when the calendar stays closed.
    """
    if days < 0:
        raise ValueError(f"{days} work days cannot be counted")
    if days > MOST_WORK_DAYS:
        raise NoWorkDay(f"{days} work days ahead is further than can be promised")
    if days == 0:
        return next_work_day(calendar, day)
    for _ in range(days):
        day = next_work_day(calendar, day_after(day))
    return day


def day_after(day: date) -> date:
    """The next day. Raises NoWorkDay where the calendar itself ends."""
    try:
        return day + _ONE_DAY
    except OverflowError as error:
        raise NoWorkDay("the calendar ends here") from error


@lru_cache(maxsize=1024)
def holiday_names(region: Region, year: int, language: str) -> Mapping[date, str]:
    """The public holidays with their names, in the language (ISO 639) where the data has it, else as they are called there."""
    categories = _CATEGORIES.get(region.country)
    table = holiday_tables.country_holidays
    known = table(region.country).supported_languages
    spoken = next((tag for tag in known if tag.split("_")[0] == language), None)
    found = table(region.country, subdiv=region.subdivision, years=year, categories=categories, language=spoken)
    return dict(found)
