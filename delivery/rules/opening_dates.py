"""Days of an opening-hours rule that the library cannot reckon, as days that it can: lists and steps within a month,
steps of years, and Easter."""

import re
from datetime import date, timedelta

MONTH_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MONTH = "(?:" + "|".join(MONTH_NAMES) + ")"
WEEKDAYS = re.compile(r"\b(?:Mo|Tu|We|Th|Fr|Sa|Su)\b.*$")

_DAYS_IN_MONTH = dict(zip(MONTH_NAMES, (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31), strict=True))
_DAY_ITEM = r"\d\d?(?:-\d\d?)?(?:/\d+)?"
_DAY_LIST = re.compile(rf"((?:\d{{4}} )?{MONTH}) ({_DAY_ITEM}(?:,{_DAY_ITEM}(?![\d:]))*)(?=$|[ ,])")
_EASTER = re.compile(r"(?:\d{4} )?\beaster\b(?: ?([+-]) ?(\d+) ?days?)?")
_SECOND_HALF = 7
_YEAR_STEPS = re.compile(r"\b((?:19|20)\d\d)(?:-((?:19|20)\d\d))?/(\d+)")


class CannotRead(ValueError):
    """A rule that is not taken; the message says why."""


def check_days(days: str) -> None:
    for month, day in re.findall(rf"({MONTH}) (\d+)", days):
        if not 1 <= int(day) <= _DAYS_IN_MONTH[month]:
            raise CannotRead(f"there is no {day} {month}")
    for first, last, step in re.findall(r"\b(\d+)-(\d+)/(\d+)", days):
        if days.startswith("week") and int(step) > int(last) - int(first) + 1:
            raise CannotRead(f"a step of {step} leaves {first}-{last} at once")


def listed_days(days: str) -> str:
    """Days that a month is followed by, each with its month: "Dec 24,25" and "Dec 19-23/2" are not the library's."""

    def with_month(found: re.Match[str]) -> str:
        year_month = found[1]
        return ",".join(_spread(year_month, item) for item in found[2].split(","))

    return re.sub(
        rf"((?:\d{{4}} )?{MONTH}) (\d\d?(?:-\d\d?)?(?:/\d+)?(?:,\d\d?(?:-\d\d?)?(?:/\d+)?(?![\d:]))*)(?=$|[ ,])",
        with_month,
        days,
    )


def _spread(year_month: str, item: str) -> str:
    span, _, step = item.partition("/")
    if not step:
        return f"{year_month} {item}"
    first, _, last = span.partition("-")
    if not last or int(step) < 1:
        raise CannotRead(f"{item!r} is not a range of days with a step")
    return ",".join(f"{year_month} {day:02d}" for day in range(int(first), int(last) + 1, int(step)))


def written_day(day: date) -> str:
    return f"{day.year} {MONTH_NAMES[day.month - 1]} {day.day:02d}"


def at_easter(days: str, years: range) -> str:
    """The days with Easter as dates: as in the reference implementation, a range
    that ends at Easter leaves out its last day."""
    weekdays = WEEKDAYS.search(days)
    cut = weekdays.start() if weekdays else len(days)
    items: list[str] = []
    for item in days[:cut].strip().split(","):
        items.extend(_itemat_easter(item, year) for year in years) if "easter" in item else items.append(item)
    return f"{','.join(item for item in items if item)} {days[cut:]}".strip()


def _itemat_easter(item: str, year: int) -> str:
    """One date or range of that year; empty when it names another one."""
    named = re.match(r"\d{4}\b", item)
    if named and int(named[0]) != year:
        return ""

    def dated(found: re.Match[str]) -> str:
        shift = int(f"{found[1] or '+'}{found[2] or 0}")
        if abs(shift) > 366:
            raise CannotRead("that is more than a year from Easter")
        return written_day(easter_day(year) + timedelta(days=shift))

    typed = [end.strip() for end in re.split(r"-(?! ?\d+ ?days?)", item)]
    if len(typed) > 1 and bool(named) != bool(re.match(r"\d{4}\b", typed[-1])):
        raise CannotRead("a range up to Easter has a year at both ends or at none")
    ends = [_EASTER.sub(dated, end) for end in typed]
    first, last = (end if re.match(r"\d{4}", end) else f"{year} {end}" for end in (ends[0], ends[-1]))
    if len(ends) == 1:
        return first
    if "easter" in typed[-1]:
        last = written_day(_day_of(last) - timedelta(days=1))
    if _day_of(first) > _day_of(last):
        # Winter ("Dec 25-easter") lies over the new year; "Apr 05-easter" is no day in a year whose Easter is earlier.
        if _day_of(first).month < _SECOND_HALF:
            return ""
        first = f"{year - 1}{first[4:]}"
    return f"{first}-{last}"


def _day_of(written_day: str) -> date:
    found = re.fullmatch(rf"(\d{{4}}) ({MONTH}) (\d+)", written_day)
    if found is None:
        raise CannotRead(f"a range up to Easter begins on a day such as Mar 01, not on {written_day[5:]!r}")
    return date(int(found[1]), MONTH_NAMES.index(found[2]) + 1, int(found[3]))


def years_in_steps(days: str, years: range) -> str:
    """ "2012/4" and "2012-2024/4" as the years they mean, as far as these are asked for."""

    def listed(found: re.Match[str]) -> str:
        first, last, step = int(found[1]), int(found[2] or years[-1]), int(found[3])
        if step < 1 or (last < first and found[2]):
            raise CannotRead(f"{found[0]!r} names no years")
        return ",".join(str(year) for year in range(first, last + 1, step)) or str(first)

    return _YEAR_STEPS.sub(listed, days)


def easter_day(year: int) -> date:
    """Easter Sunday of the western churches. Meeus, Astronomical Algorithms, 1991, chapter 8."""
    a, (b, c) = year % 19, divmod(year, 100)
    (d, e), f = divmod(b, 4), (b + 8) // 25
    g = (b - f + 1) // 3
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)
