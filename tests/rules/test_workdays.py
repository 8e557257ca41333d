from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.rules.workdays import (
    EVERY_DAY,
    MONDAY_TO_FRIDAY,
    MONDAY_TO_SATURDAY,
    NoWorkDay,
    Region,
    WeekCalendar,
    add_work_days,
    next_work_day,
    public_holidays,
)
from tests.rules.human_dates import day, told_day

DUTCH = WeekCalendar(MONDAY_TO_FRIDAY, Region("NL"))

STEPS = [
    ("Fri 2026-03-27", 0, "Fri 2026-03-27"),
    ("Fri 2026-03-27", 1, "Mon 2026-03-30"),
    ("Sun 2026-03-29", 0, "Mon 2026-03-30"),
    ("Sun 2026-03-29", 1, "Mon 2026-03-30"),
    ("Sat 2026-10-24", 2, "Tue 2026-10-27"),
    ("Thu 2026-12-24", 1, "Mon 2026-12-28"),
    ("Fri 2026-12-25", 0, "Mon 2026-12-28"),
    ("Thu 2026-12-31", 1, "Mon 2027-01-04"),
    ("Mon 2026-04-27", 0, "Tue 2026-04-28"),
    ("Wed 2026-05-13", 1, "Fri 2026-05-15"),
]


@pytest.mark.parametrize(("start", "days", "end"), STEPS)
def test_work_days_are_counted_over_weekends_and_holidays(start: str, days: int, end: str):
    assert told_day(add_work_days(DUTCH, day(start), days)) == end


def test_a_dated_exception_is_stronger_than_a_holiday_and_a_holiday_stronger_than_the_weekday():
    calendar = WeekCalendar(
        MONDAY_TO_SATURDAY,
        Region("NL"),
        closed_days=frozenset({day("Tue 2026-04-28")}),
        open_days=frozenset({day("Mon 2026-04-27"), day("Sun 2026-05-03")}),
    )
    assert calendar.is_work_day(day("Mon 2026-04-27"))
    assert calendar.is_work_day(day("Sun 2026-05-03"))
    assert not calendar.is_work_day(day("Tue 2026-04-28"))
    reasons = [calendar.closed_because(day(text)) for text in ("Tue 2026-04-28", "Sun 2026-05-10", "Thu 2026-05-14")]
    assert reasons == ["closed_day", "weekday", "holiday"]
    assert calendar.closed_because(day("Mon 2026-04-27")) is None


def test_holidays_are_those_of_the_country_and_its_part():
    assert day("Tue 2026-01-06") in public_holidays(Region("DE", "BW"), 2026)
    assert day("Tue 2026-01-06") in public_holidays(Region("de", "DE-BW"), 2026)
    assert day("Tue 2026-01-06") not in public_holidays(Region("DE", "BE"), 2026)
    assert day("Fri 2026-06-19") in public_holidays(Region("SE"), 2026)
    assert day("Fri 2021-12-31") in public_holidays(Region("US"), 2021)


@pytest.mark.parametrize("country", ["", "XX", "Nederland", "N"])
def test_a_country_without_holiday_data_is_refused(country: str):
    with pytest.raises(ValueError):
        Region(country)


def test_a_part_that_does_not_differ_changes_nothing():
    assert Region("NL", "NL-NH") == Region("NL")
    with pytest.raises(ValueError, match="not a part"):
        Region("NL", "Noord-Holland")


@pytest.mark.parametrize("weekdays", [{0}, {8}, {1, 7, 9}])
def test_a_weekday_is_from_1_to_7(weekdays: set[int]):
    with pytest.raises(ValueError, match="weekday"):
        WeekCalendar(frozenset(weekdays))


def test_a_day_is_not_both_closed_and_open():
    both = frozenset({day("Mon 2026-04-27")})
    with pytest.raises(ValueError, match="both"):
        WeekCalendar(closed_days=both, open_days=both)


def test_a_calendar_that_never_opens_promises_nothing():
    with pytest.raises(NoWorkDay):
        next_work_day(WeekCalendar(frozenset()), day("Fri 2026-03-27"))
    with pytest.raises(NoWorkDay):
        add_work_days(DUTCH, day("Fri 2026-03-27"), 10**9)
    with pytest.raises(NoWorkDay):
        next_work_day(WeekCalendar(frozenset()), date.max)
    with pytest.raises(ValueError, match="-1"):
        add_work_days(DUTCH, day("Fri 2026-03-27"), -1)


weeks = st.frozensets(st.sampled_from(sorted(EVERY_DAY)), min_size=1).map(WeekCalendar)


@given(weeks, st.dates(date(2020, 1, 1), date(2035, 1, 1)), st.integers(0, 30), st.integers(0, 30))
def test_counting_in_two_parts_is_counting_once(calendar: WeekCalendar, start: date, first: int, second: int):
    start = next_work_day(calendar, start)
    once = add_work_days(calendar, start, first + second)
    assert add_work_days(calendar, add_work_days(calendar, start, first), second) == once
    passed = [start + timedelta(days=n + 1) for n in range((once - start).days)]
    assert sum(map(calendar.is_work_day, passed)) == first + second
