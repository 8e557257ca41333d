"""When somebody is reminded to choose: halfway and shortly before the end, by day where they live."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.rules.reminders import APART, is_night, next_morning, reminders

AMSTERDAM, NEW_YORK = ZoneInfo("Europe/Amsterdam"), ZoneInfo("America/New_York")
WRITTEN = "%a %Y-%m-%d %H:%M"


def at(text: str, zone: ZoneInfo = AMSTERDAM) -> datetime:
    """A local moment with its weekday written out; a wrong weekday is refused."""
    found = datetime.strptime(text, WRITTEN).replace(tzinfo=zone)
    assert found.strftime(WRITTEN) == text
    return found.astimezone(UTC)


def said(moment: datetime | None, zone: ZoneInfo = AMSTERDAM) -> str:
    return moment.astimezone(zone).strftime(WRITTEN) if moment else ""


@pytest.mark.parametrize(
    ("opened", "hours", "first", "last"),
    [
        # Both by day.
        ("Tue 2026-11-24 22:00", 24, "Wed 2026-11-25 10:00", "Wed 2026-11-25 18:00"),
        ("Tue 2026-11-24 09:00", 12, "Tue 2026-11-24 15:00", "Tue 2026-11-24 17:00"),
        # Halfway is at night: the morning after would come with the last call, so the evening before.
        ("Tue 2026-11-24 10:00", 24, "Tue 2026-11-24 20:00", "Wed 2026-11-25 08:00"),
        # Both would come in the same evening: one is enough.
        ("Tue 2026-11-24 09:00", 24, "", "Tue 2026-11-24 20:00"),
        ("Tue 2026-11-24 06:00", 24, "Tue 2026-11-24 18:00", "Tue 2026-11-24 20:00"),
        # The last call at night, with less than two hours left in the morning.
        ("Tue 2026-11-24 09:00", 48, "Wed 2026-11-25 09:00", "Wed 2026-11-25 20:00"),
        # So little time that once is enough.
        ("Tue 2026-11-24 10:00", 8, "Tue 2026-11-24 14:00", ""),
        ("Tue 2026-11-24 12:00", 1, "Tue 2026-11-24 12:30", ""),
        # All of it at night: nobody is woken, nor told before the order.
        ("Tue 2026-11-24 22:00", 10, "", ""),
        ("Tue 2026-11-24 23:00", 4, "", ""),
        # New Year's Eve.
        ("Thu 2026-12-31 22:00", 24, "Fri 2027-01-01 10:00", "Fri 2027-01-01 18:00"),
        # Clocks go on an hour: halfway is twelve hours later, which is nine o'clock.
        ("Sat 2026-03-28 20:00", 24, "Sun 2026-03-29 09:00", "Sun 2026-03-29 17:00"),
        ("Sat 2026-03-28 10:00", 24, "Sat 2026-03-28 20:00", "Sun 2026-03-29 08:00"),
        # Clocks go back: twelve hours later it is seven, which is night.
        ("Sat 2026-10-24 20:00", 24, "Sun 2026-10-25 08:00", "Sun 2026-10-25 15:00"),
    ],
)
def test_reminders_come_by_day(opened: str, hours: int, first: str, last: str) -> None:
    found = reminders(at(opened), at(opened) + timedelta(hours=hours), AMSTERDAM)
    assert [said(moment) for moment in found] == [first, last]


@pytest.mark.parametrize(
    ("moment", "night", "morning"),
    [
        ("Tue 2026-11-24 07:59", True, "Tue 2026-11-24 08:00"),
        ("Tue 2026-11-24 08:00", False, "Wed 2026-11-25 08:00"),
        ("Tue 2026-11-24 20:59", False, "Wed 2026-11-25 08:00"),
        ("Tue 2026-11-24 21:00", True, "Wed 2026-11-25 08:00"),
        ("Wed 2026-11-25 00:00", True, "Wed 2026-11-25 08:00"),
        ("Sun 2026-03-29 03:00", True, "Sun 2026-03-29 08:00"),
        ("Sun 2026-10-25 02:30", True, "Sun 2026-10-25 08:00"),
    ],
)
def test_a_night_is_from_nine_to_eight(moment: str, night: bool, morning: str) -> None:
    assert is_night(at(moment), AMSTERDAM) is night
    assert said(next_morning(at(moment), AMSTERDAM)) == morning


def test_it_is_the_clock_of_whoever_is_reminded() -> None:
    opened = at("Tue 2026-11-24 10:00")
    found = reminders(opened, opened + timedelta(hours=24), NEW_YORK)
    assert [said(moment, NEW_YORK) for moment in found] == ["Tue 2026-11-24 16:00", "Tue 2026-11-24 20:00"]


@given(
    st.integers(0, 2 * 365 * 24 * 60).map(
        lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    ),
    st.integers(1, 24 * 14),
    st.sampled_from([AMSTERDAM, NEW_YORK, ZoneInfo("Australia/Lord_Howe"), ZoneInfo("America/St_Johns")]),
)
def test_none_comes_at_night_or_outside_its_time_or_right_after_another(
    opened: datetime, hours: int, zone: ZoneInfo
) -> None:
    until = opened + timedelta(hours=hours)
    first, last = reminders(opened, until, zone)
    for moment in filter(None, (first, last)):
        assert opened < moment < until
        assert not is_night(moment, zone)
    assert not (first and last) or last - first >= APART
