"""A parcel is kept for days on which its centre opens, whatever clocks and calendars do meanwhile."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.rules.keeping import LAST_DAY, TWO_DAYS_BEFORE, kept_until, opening_days, reminded_at
from delivery.rules.opening import open_intervals
from tests.rules.human_dates import AMSTERDAM, at, told

SHOP = "Mo-Fr 09:00-12:00,13:00-18:00; Sa 10:00-16:00; PH off"
BAR = "We-Sa 18:00-02:00"
MARKET = "We 08:00-09:30"


def opened(text: str, since: str, exceptions: dict[date, str | None] | None = None):
    begin = at(since).astimezone(AMSTERDAM).replace(hour=0, minute=0, second=0, microsecond=0)
    return open_intervals(text, begin, begin + timedelta(days=60), AMSTERDAM, "NL", None, exceptions)


# hours, ready, days kept, until
KEPT = [
    (SHOP, "Thu 2026-03-26 10:00", 0, "Thu 2026-03-26 18:00"),
    (SHOP, "Thu 2026-03-26 10:00", 1, "Fri 2026-03-27 18:00"),
    (SHOP, "Thu 2026-03-26 10:00", 2, "Sat 2026-03-28 16:00"),
    # Sunday does not count, and the clock changes on it.
    (SHOP, "Thu 2026-03-26 10:00", 3, "Mon 2026-03-30 18:00"),
    (SHOP, "Sat 2026-03-28 10:00", 1, "Mon 2026-03-30 18:00"),
    (SHOP, "Sat 2026-10-24 10:00", 2, "Tue 2026-10-27 18:00"),
    # A week of a shop that opens six days a week is longer than a week of the calendar.
    (SHOP, "Mon 2026-06-01 10:00", 7, "Tue 2026-06-09 18:00"),
    # Good Friday, Easter Monday, King's Day, the year's end.
    (SHOP, "Thu 2026-04-02 10:00", 2, "Tue 2026-04-07 18:00"),
    (SHOP, "Sat 2026-04-25 10:00", 1, "Tue 2026-04-28 18:00"),
    (SHOP, "Thu 2026-12-31 10:00", 1, "Sat 2027-01-02 16:00"),
    # Midnight on either side, and ready as the door closes or after that.
    (SHOP, "Thu 2026-03-26 00:00", 1, "Fri 2026-03-27 18:00"),
    (SHOP, "Wed 2026-03-25 23:59:59", 1, "Thu 2026-03-26 18:00"),
    (SHOP, "Thu 2026-03-26 18:00", 0, "Fri 2026-03-27 18:00"),
    (SHOP, "Sat 2026-03-28 16:00", 0, "Mon 2026-03-30 18:00"),
    (SHOP, "Thu 2026-03-26 12:30", 0, "Thu 2026-03-26 18:00"),
    # An evening that ends after midnight is one day, and ends at midnight for this.
    (BAR, "Wed 2026-03-25 19:00", 1, "Fri 2026-03-27 00:00"),
    (BAR, "Wed 2026-03-25 19:00", 4, "Thu 2026-04-02 00:00"),
    (BAR, "Sat 2026-03-28 19:00", 1, "Thu 2026-04-02 00:00"),
    ("24/7", "Sat 2026-03-28 12:00", 1, "Mon 2026-03-30 00:00"),
    ("24/7", "Sat 2026-10-24 12:00", 1, "Mon 2026-10-26 00:00"),
    (MARKET, "Wed 2026-03-25 08:30", 2, "Wed 2026-04-08 09:30"),
]


@pytest.mark.parametrize(("hours", "ready", "days", "until"), KEPT)
def test_a_parcel_is_kept_for_so_many_opening_days(hours: str, ready: str, days: int, until: str):
    found = kept_until(opened(hours, ready), at(ready), days, AMSTERDAM)
    assert found is not None
    assert told(found) == until


def test_exceptional_days_count_as_they_are():
    exceptions = {date(2026, 3, 27): None, date(2026, 3, 29): "12:00-14:00", date(2026, 3, 30): "09:00-11:00"}
    hours = opened(SHOP, "Thu 2026-03-26 10:00", exceptions)
    found = [kept_until(hours, at("Thu 2026-03-26 10:00"), days, AMSTERDAM) for days in (1, 2, 3)]
    assert [told(until) for until in found if until] == [
        "Sat 2026-03-28 16:00",
        "Sun 2026-03-29 14:00",
        "Mon 2026-03-30 11:00",
    ]


def test_what_lies_beyond_the_hours_known_is_not_made_up():
    assert kept_until(opened(MARKET, "Wed 2026-03-25 08:30"), at("Wed 2026-03-25 08:30"), 30, AMSTERDAM) is None
    assert kept_until([], at("Wed 2026-03-25 08:30"), 0, AMSTERDAM) is None
    with pytest.raises(ValueError):
        kept_until([], at("Wed 2026-03-25 08:30"), -1, AMSTERDAM)


# hours, now, until, two days before, last day
REMINDED = [
    (SHOP, "Mon 2026-11-23 12:00", "Mon 2026-11-30 18:00", "Fri 2026-11-27 08:00", "Mon 2026-11-30 08:00"),
    (SHOP, "Mon 2026-11-23 12:00", "Thu 2026-11-26 18:00", None, "Thu 2026-11-26 08:00"),
    (SHOP, "Mon 2026-11-23 08:00", "Thu 2026-11-26 18:00", "Tue 2026-11-24 08:00", "Thu 2026-11-26 08:00"),
    (SHOP, "Mon 2026-11-23 12:00", "Mon 2026-11-23 18:00", None, None),
    (SHOP, "Mon 2026-11-23 12:00", "Sat 2026-11-21 16:00", None, None),
    # Sundays, holidays and changes of the clock lie between.
    (SHOP, "Mon 2026-10-19 12:00", "Mon 2026-10-26 18:00", "Fri 2026-10-23 08:00", "Mon 2026-10-26 08:00"),
    (SHOP, "Mon 2027-03-22 12:00", "Tue 2027-03-30 18:00", "Thu 2027-03-25 08:00", "Tue 2027-03-30 08:00"),
    (SHOP, "Thu 2026-12-24 12:00", "Sat 2027-01-02 16:00", "Wed 2026-12-30 08:00", "Sat 2027-01-02 08:00"),
    # A door that closes early, or at midnight.
    (MARKET, "Wed 2026-03-25 08:30", "Wed 2026-04-08 09:30", None, "Tue 2026-04-07 20:00"),
    ("24/7", "Mon 2026-03-23 12:00", "Mon 2026-03-30 00:00", "Fri 2026-03-27 08:00", "Sun 2026-03-29 08:00"),
    (BAR, "Wed 2026-03-18 19:00", "Sun 2026-03-29 00:00", "Thu 2026-03-26 08:00", "Sat 2026-03-28 08:00"),
    # Nobody knows when it opens.
    ("", "Mon 2026-11-23 12:00", "Mon 2026-11-30 00:00", "Fri 2026-11-27 08:00", "Sun 2026-11-29 08:00"),
]


@pytest.mark.parametrize(("hours", "now", "until", "early", "late"), REMINDED)
def test_reminders_come_on_days_on_which_one_can_come(hours: str, now: str, until: str, early: str, late: str):
    known = opened(hours, now) if hours else []
    found = {name: told(moment) for name, moment in reminded_at(known, at(now), at(until), AMSTERDAM).items()}
    expected = {TWO_DAYS_BEFORE: early, LAST_DAY: late}
    assert found == {name: moment for name, moment in expected.items() if moment}


@given(st.integers(0, 40 * 24 * 60), st.integers(0, 9))
def test_more_days_or_a_later_parcel_are_never_kept_shorter(minutes: int, days: int):
    start = at("Fri 2026-03-20 00:00")
    hours = open_intervals(SHOP, start, start + timedelta(days=80), AMSTERDAM, "NL")
    since = start + timedelta(minutes=minutes)
    until = kept_until(hours, since, days, AMSTERDAM)
    assert until is not None
    assert since < until <= (kept_until(hours, since, days + 1, AMSTERDAM) or until)
    assert until <= (kept_until(hours, since + timedelta(minutes=7), days, AMSTERDAM) or until)
    assert any(until == open_day.closes_at for open_day in opening_days(hours, AMSTERDAM))
