from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.rules.wallclock import UnknownTimeZone, aware, instant_of, local_day, wall_time, zone_named
from tests.rules.human_dates import AMSTERDAM, at, day

MOMENTS = [
    ("Fri 2026-03-27 17:00", "2026-03-27 16:00"),
    ("Sun 2026-03-29 01:59", "2026-03-29 00:59"),
    # The spring change takes the clock from 02:00 to 03:00 at 01:00 UTC.
    ("Sun 2026-03-29 02:00", "2026-03-29 01:00"),
    ("Sun 2026-03-29 02:30", "2026-03-29 01:00"),
    ("Sun 2026-03-29 03:00", "2026-03-29 01:00"),
    ("Sun 2026-03-29 23:59:59", "2026-03-29 21:59:59"),
    ("Mon 2026-03-30 00:00", "2026-03-29 22:00"),
    # The autumn change shows 02:00-03:00 twice; the first time is meant.
    ("Sun 2026-10-25 01:59:59", "2026-10-24 23:59:59"),
    ("Sun 2026-10-25 02:30", "2026-10-25 00:30"),
    ("Sun 2026-10-25 03:00", "2026-10-25 02:00"),
    ("Thu 2026-12-31 23:59:59", "2026-12-31 22:59:59"),
    ("Fri 2027-01-01 00:00", "2026-12-31 23:00"),
]


@pytest.mark.parametrize(("wall_clock", "utc"), MOMENTS)
def test_a_wall_clock_time_means_this_instant(wall_clock: str, utc: str):
    weekday, written, clock = wall_clock.split()
    expected = datetime.fromisoformat(utc).replace(tzinfo=UTC)
    assert instant_of(day(f"{weekday} {written}"), time.fromisoformat(clock), AMSTERDAM) == expected


ELSEWHERE = [
    ("Australia/Lord_Howe", date(2026, 10, 4), time(2, 15), "2026-10-03 15:30"),
    ("America/Sao_Paulo", date(2018, 11, 4), time(0, 0), "2018-11-04 03:00"),
    ("Pacific/Apia", date(2011, 12, 30), time(12), "2011-12-30 10:00"),
    ("Asia/Kathmandu", date(2026, 3, 29), time(2, 30), "2026-03-28 20:45"),
]


@pytest.mark.parametrize(("zone", "on_day", "clock", "utc"), ELSEWHERE)
def test_gaps_of_any_length_end_at_the_change(zone: str, on_day: date, clock: time, utc: str):
    assert instant_of(on_day, clock, ZoneInfo(zone)) == datetime.fromisoformat(utc).replace(tzinfo=UTC)


def test_a_fold_on_the_time_changes_nothing():
    assert instant_of(date(2027, 10, 31), time(2, 30, fold=1), AMSTERDAM) == at("Sun 2027-10-31 02:30")


zones = st.sampled_from(["Europe/Amsterdam", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "UTC"])
days = st.dates(date(2024, 1, 1), date(2030, 12, 31))


@given(day=days, clock=st.times(), zone=zones)
def test_an_instant_shows_the_time_it_came_from_or_the_end_of_a_gap(day: date, clock: time, zone: str):
    instant = instant_of(day, clock, ZoneInfo(zone))
    shown = instant.astimezone(ZoneInfo(zone))
    just_before = (instant - timedelta(seconds=1)).astimezone(ZoneInfo(zone))
    in_gap = just_before.utcoffset() != shown.utcoffset()
    assert shown.replace(tzinfo=None) == datetime.combine(day, clock) or in_gap


@given(day=days, clocks=st.tuples(st.times(), st.times()).map(sorted), zone=zones)
def test_a_later_time_on_a_day_is_never_an_earlier_instant_outside_the_repeated_hour(day, clocks, zone):
    first, second = (instant_of(day, clock, ZoneInfo(zone)) for clock in clocks)
    assert first <= second


def test_the_local_day_is_that_of_the_zone():
    assert local_day(at("Fri 2026-03-27 23:59:59"), AMSTERDAM) == day("Fri 2026-03-27")
    assert local_day(at("Sat 2026-03-28 00:00"), AMSTERDAM) == day("Sat 2026-03-28")
    assert local_day(at("Sat 2026-03-28 00:00"), ZoneInfo("UTC")) == day("Fri 2026-03-27")


def test_naive_instants_and_times_with_an_offset_are_refused():
    with pytest.raises(ValueError, match="no offset"):
        aware(datetime(2026, 3, 27))  # noqa: DTZ001
    with pytest.raises(ValueError, match="wall-clock"):
        wall_time(time(12, tzinfo=UTC))


@pytest.mark.parametrize("name", ["", "Mars/Olympus", "../etc/passwd", "CET+1:00", "a\x00b", "Europe"])
def test_a_name_that_is_no_zone_is_refused(name: str):
    with pytest.raises(UnknownTimeZone):
        zone_named(name)
