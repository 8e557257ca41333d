"""Durations in whole hours and days: a table in human dates, over a clock change and a year's end, and no duration of nothing."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.rules.durations import Lasting, lasting

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def at(text: str) -> datetime:
    """ "Tue 2026-11-24 18:00" on Amsterdam's clock; the weekday is checked."""
    weekday, _, rest = text.partition(" ")
    found = datetime.fromisoformat(rest).replace(tzinfo=AMSTERDAM)
    assert found.strftime("%a") == weekday
    return found


def on(text: str) -> date:
    return at(f"{text} 00:00").date()


@pytest.mark.parametrize(
    ("now", "first", "last", "expected"),
    [
        ("Tue 2026-11-24 10:00", on("Wed 2026-11-25"), on("Fri 2026-11-27"), Lasting("day", 1, 3)),
        ("Tue 2026-11-24 23:59", on("Wed 2026-11-25"), on("Wed 2026-11-25"), Lasting("day", 1, 1)),
        ("Tue 2026-11-24 00:00", at("Wed 2026-11-25 18:00"), at("Wed 2026-11-25 20:00"), Lasting("day", 1, 1)),
        ("Tue 2026-11-24 10:00", at("Tue 2026-11-24 18:00"), at("Tue 2026-11-24 20:00"), Lasting("hour", 8, 10)),
        ("Tue 2026-11-24 10:20", at("Tue 2026-11-24 18:00"), at("Tue 2026-11-24 20:30"), Lasting("hour", 7, 11)),
        ("Tue 2026-11-24 17:59", at("Tue 2026-11-24 18:00"), at("Tue 2026-11-24 18:30"), Lasting("hour", 1, 1)),
        ("Tue 2026-11-24 19:00", at("Tue 2026-11-24 18:00"), at("Tue 2026-11-24 18:30"), Lasting("hour", 1, 1)),
        ("Tue 2026-11-24 10:00", on("Tue 2026-11-24"), on("Wed 2026-11-25"), Lasting("hour", 1, 38)),
        ("Thu 2026-12-31 12:00", on("Fri 2027-01-01"), on("Mon 2027-01-04"), Lasting("day", 1, 4)),
        ("Sun 2026-03-29 00:30", at("Sun 2026-03-29 04:30"), at("Sun 2026-03-29 05:00"), Lasting("hour", 3, 4)),
        ("Sun 2026-10-25 00:30", at("Sun 2026-10-25 04:30"), at("Sun 2026-10-25 05:00"), Lasting("hour", 5, 6)),
        ("Sat 2026-10-24 12:00", on("Sun 2026-10-25"), on("Mon 2026-10-26"), Lasting("day", 1, 2)),
    ],
)
def test_from_now_until_then(now: str, first: date | datetime, last: date | datetime, expected: Lasting) -> None:
    assert lasting(at(now).astimezone(UTC), AMSTERDAM, first, last) == expected


@given(st.integers(0, 3_000_000), st.integers(-200_000, 3_000_000), st.integers(0, 500_000))
def test_nothing_takes_no_time_and_the_least_is_not_more_than_the_most(now: int, first: int, lasts: int) -> None:
    begin = datetime(2026, 10, 1, tzinfo=UTC) + timedelta(seconds=now)
    found = lasting(begin, AMSTERDAM, begin + timedelta(seconds=first), begin + timedelta(seconds=first + lasts))
    assert 1 <= found.least <= found.most
    if found.unit == "hour":
        assert found.most >= (first + lasts) / 3600
