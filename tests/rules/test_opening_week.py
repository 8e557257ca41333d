"""Opening hours of an ordinary week, written and read back."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.rules.opening import open_intervals
from delivery.rules.opening_week import Week, read_hours, read_week, write_week

SPLIT = "09:00-12:30,13:30-18:00"
WEEKS = st.builds(
    Week,
    st.dictionaries(st.integers(1, 7), st.sampled_from([SPLIT, "10:00-17:00", "20:00-02:00", "00:00-24:00"])).map(
        lambda hours: dict(sorted(hours.items()))
    ),
    st.booleans(),
)


@given(WEEKS)
def test_a_week_is_read_back_as_it_was_written(week: Week) -> None:
    assert read_week(write_week(week)) == week


@given(WEEKS)
def test_what_is_written_opens_on_the_days_of_the_week(week: Week) -> None:
    start, end = datetime(2026, 11, 23, tzinfo=UTC), datetime(2026, 11, 30, tzinfo=UTC)
    opened = open_intervals(write_week(week), start, end, "UTC", "NL")
    starts = {(opens.isoweekday(), opens.strftime("%H:%M")) for opens, _ in opened if opens > start}
    wanted = {(day, part.split("-")[0]) for day, times in week.hours.items() for part in times.split(",")}
    midnights = {(day, "00:00") for day in range(1, 8)}
    assert starts - midnights == wanted - midnights


@pytest.mark.parametrize(
    ("text", "hours", "closed"),
    [
        ("Mo-Fr 09:00-12:30,13:30-18:00; Sa off", dict.fromkeys(range(1, 6), SPLIT), False),
        ("Mo,We 10:00-17:00; Su,PH off", {1: "10:00-17:00", 3: "10:00-17:00"}, True),
        ("Sa-Mo 10:00-17:00", {1: "10:00-17:00", 6: "10:00-17:00", 7: "10:00-17:00"}, False),
        ("Mo-Su 10:00-17:00; We off; PH off", dict.fromkeys((1, 2, 4, 5, 6, 7), "10:00-17:00"), True),
    ],
)
def test_usual_texts_are_weeks(text: str, hours: dict[int, str], closed: bool) -> None:
    assert read_week(text) == Week(hours, closed)


@pytest.mark.parametrize(
    "text", ["24/7", "Mo sunrise-sunset", "PH 10:00-14:00", "Jan Mo 10:00-12:00", "Mo 10:00+", "?"]
)
def test_what_says_more_than_a_week_is_none(text: str) -> None:
    assert read_week(text) is None


@pytest.mark.parametrize(
    ("typed", "hours"),
    [
        ("9-17", "09:00-17:00"),
        ("9:00 – 12.30, 13:30-18", SPLIT),
        ("  ", ""),
        ("closed", None),
        ("9-", None),
        ("9-17; 18-20", None),
    ],
)
def test_hours_are_read_as_people_type_them(typed: str, hours: str | None) -> None:
    assert read_hours(typed) == hours
