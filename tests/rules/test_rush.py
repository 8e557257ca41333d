"""The rush of the coming hours follows from how parcels were collected before, and what waits now."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.rules.opening import open_intervals
from delivery.rules.rush import Habits, Waited, habits, open_hours, rush
from tests.rules.human_dates import AMSTERDAM, at, told

HOURS = "Mo-Sa 10:00-18:00"


def opened(start: str, days: int, text: str = HOURS):
    return open_intervals(text, at(start), at(start) + timedelta(days=days), AMSTERDAM, "NL")


def evenings(weeks: int, each_day: int = 2) -> list[Waited]:
    """Ready at ten each day, collected at half past five."""
    found = []
    for day in range(7 * weeks):
        ready = at("Mon 2026-10-05 10:00") + timedelta(days=day)
        if ready.astimezone(AMSTERDAM).weekday() != 6:
            found += [Waited(ready, ready + timedelta(hours=7.5), was_collected=True)] * each_day
    return found


def test_too_little_teaches_nothing():
    assert habits(evenings(1), opened("Mon 2026-10-05 00:00", 7), AMSTERDAM) is None
    assert habits([], [], AMSTERDAM) is None


def test_the_hour_in_which_they_come_is_learnt():
    known = habits(evenings(3), opened("Mon 2026-10-05 00:00", 21), AMSTERDAM)
    assert known is not None
    assert known.share(17) > 0.8
    assert max(known.share(hour) for hour in range(10, 17)) < 0.05
    assert 0 < known.usual < 0.2


def test_what_waits_and_what_becomes_ready_comes_in_its_hours():
    known = Habits(0.1, {17: 0.5})
    hours = rush(
        known,
        at("Fri 2026-11-27 16:30"),
        10,
        [at("Sat 2026-11-28 09:00")],
        opened("Fri 2026-11-27 00:00", 2),
        AMSTERDAM,
    )
    assert [told(hour.at) for hour in hours[:3]] == [
        "Fri 2026-11-27 16:00",
        "Fri 2026-11-27 17:00",
        "Sat 2026-11-28 10:00",
    ]
    # Half of the hour that has begun, then all of it; what is ready before the door opens counts as it opens.
    assert [round(hour.expected, 2) for hour in hours[:2]] == [0.5, 4.75]
    assert [hour.ready for hour in hours[:4]] == [0, 0, 1, 0]
    assert hours[2].expected == pytest.approx((4.75 + 0.5) * 0.1)


@pytest.mark.parametrize(("day", "hours"), [("Sun 2026-03-29 00:00", 23), ("Sun 2026-10-25 00:00", 25)])
def test_a_day_on_which_the_clock_changes_has_its_real_hours(day: str, hours: int):
    end = at(day).astimezone(AMSTERDAM) + timedelta(days=1)
    found = open_hours(open_intervals("24/7", at(day), end, AMSTERDAM, "NL"))
    assert (len(found), {part for _, part in found}) == (hours, {1.0})


def test_an_hour_counts_as_far_as_the_door_is_open():
    found = open_hours(opened("Fri 2026-11-27 00:00", 1, "Fr 09:30-12:00,12:45-14:00"))
    assert [part for _, part in found] == [0.5, 1.0, 1.0, 0.25, 1.0]


@given(st.integers(0, 500), st.lists(st.integers(0, 48), max_size=30), st.floats(0, 1), st.floats(0, 1))
def test_never_more_come_than_there_are(waiting: int, later: list[int], usual: float, evening: float):
    now: datetime = at("Fri 2026-11-27 09:15")
    moments = [now + timedelta(hours=hours) for hours in later]
    hours = rush(Habits(usual, {17: evening}), now, waiting, moments, opened("Fri 2026-11-27 00:00", 4), AMSTERDAM)
    assert sum(hour.expected for hour in hours) <= waiting + len(later) + 1e-9
    assert all(hour.expected >= 0 for hour in hours)
    assert sum(hour.ready for hour in hours) == len(later)
