"""Opening hours of an ordinary week, as people fill them in: some intervals for each weekday, and whether public holidays
are closed. Written in, and read back from, the OpenStreetMap syntax of `delivery.rules.opening`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_DAY = "|".join(DAYS)
_SELECTOR = re.compile(rf"(?:{_DAY}|PH)(?:-(?:{_DAY}))?(?:,(?:{_DAY}|PH)(?:-(?:{_DAY}))?)*")
_TIMES = re.compile(r"\d\d:\d\d-\d\d:\d\d(?:,\d\d:\d\d-\d\d:\d\d)*")
_TYPED = re.compile(r"\s*(\d{1,2})(?:[:.h](\d{2}))?\s*[-–]\s*(\d{1,2})(?:[:.h](\d{2}))?\s*")


@dataclass(frozen=True, slots=True)
class Week:
    """`hours` by ISO weekday, as in the syntax ("09:00-12:30,13:30-18:00"); a weekday without them is closed."""

    hours: Mapping[int, str]
    closed_on_holidays: bool


def read_week(text: str) -> Week | None:
    """The week that the text describes; None when it says more than a week can."""
    hours: dict[int, str] = {}
    closed_on_holidays = False
    for rule in filter(None, (part.strip() for part in text.split(";"))):
        selector, _, state = rule.partition(" ")
        if not _SELECTOR.fullmatch(selector) or not (state == "off" or _TIMES.fullmatch(state)):
            return None
        named = selector.split(",")
        if "PH" in named:
            if state != "off":
                return None
            closed_on_holidays = True
        for weekday in _weekdays(part for part in named if part != "PH"):
            hours[weekday] = "" if state == "off" else state
    return Week({weekday: times for weekday, times in sorted(hours.items()) if times}, closed_on_holidays)


def write_week(week: Week) -> str:
    """The week in the syntax: days with the same hours together, closed days said."""
    rules = []
    for times, days in groupby(range(1, 8), key=lambda weekday: week.hours.get(weekday, "")):
        rules.append(f"{_range(list(days))} {times or 'off'}")
    if week.closed_on_holidays:
        rules.append("PH off")
    return "; ".join(rules)


def read_hours(text: str) -> str | None:
    """What somebody typed for one day, "9-12:30, 13.30 – 18", in the syntax; "" for nothing; None when it is not hours."""
    if not text.strip():
        return ""
    found = [_TYPED.fullmatch(part) for part in text.split(",")]
    if not all(found):
        return None
    return ",".join(
        f"{int(part[1]):02}:{part[2] or '00'}-{int(part[3]):02}:{part[4] or '00'}" for part in found if part
    )


def _weekdays(selectors: Iterator[str]) -> Iterator[int]:
    for selector in selectors:
        first, _, last = selector.partition("-")
        start, end = DAYS.index(first) + 1, DAYS.index(last or first) + 1
        yield from range(start, end + 1) if start <= end else [*range(start, 8), *range(1, end + 1)]


def _range(weekdays: Sequence[int]) -> str:
    first, last = DAYS[weekdays[0] - 1], DAYS[weekdays[-1] - 1]
    return first if first == last else f"{first}-{last}"
