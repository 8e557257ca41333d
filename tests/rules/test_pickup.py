from datetime import time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.rules.opening import open_intervals
from delivery.rules.pickup import Centre, ready_after_arrival, ready_after_work
from delivery.rules.places import Point
from tests.rules.builders import FEE
from tests.rules.human_dates import AMSTERDAM, at, told

HOURS = "Mo-Fr 09:00-12:00,13:00-18:00; Sa 10:00-16:00; PH off"


def opened(text: str, start: str, days: int = 14):
    begin = at(start)
    return open_intervals(text, begin, begin + timedelta(days=days), AMSTERDAM, "NL")


# ordered, minutes of work, ready
WORK = [
    ("Thu 2026-03-26 10:00", 60, "Thu 2026-03-26 11:00"),
    ("Thu 2026-03-26 11:30", 60, "Thu 2026-03-26 13:30"),
    ("Thu 2026-03-26 11:30", 30, "Thu 2026-03-26 12:00"),
    ("Thu 2026-03-26 08:00", 0, "Thu 2026-03-26 09:00"),
    ("Fri 2026-03-27 17:30", 60, "Sat 2026-03-28 10:30"),
    ("Fri 2026-03-27 23:59:59", 60, "Sat 2026-03-28 11:00"),
    ("Sat 2026-03-28 00:00", 60, "Sat 2026-03-28 11:00"),
    # Closed on Sunday, when the clock changes.
    ("Sat 2026-03-28 15:30", 60, "Mon 2026-03-30 09:30"),
    ("Sat 2026-10-24 15:30", 60, "Mon 2026-10-26 09:30"),
    # King's Day, and the year's end.
    ("Mon 2026-04-27 09:00", 60, "Tue 2026-04-28 10:00"),
    ("Thu 2026-12-31 17:30", 60, "Sat 2027-01-02 10:30"),
]


@pytest.mark.parametrize(("ordered", "minutes", "ready"), WORK)
def test_work_is_done_only_while_the_place_is_open(ordered: str, minutes: int, ready: str):
    found = ready_after_work(opened(HOURS, ordered), at(ordered), minutes)
    assert found is not None
    assert told(found) == ready


@pytest.mark.parametrize(
    ("start", "ready"),
    [("Sun 2026-03-29 00:00", "Sun 2026-03-29 05:00"), ("Sun 2026-10-25 00:00", "Sun 2026-10-25 03:00")],
)
def test_a_night_shift_works_real_hours_over_a_clock_change(start: str, ready: str):
    found = ready_after_work(opened("24/7", start), at(start), 4 * 60)
    assert found is not None
    assert told(found) == ready


def test_work_that_does_not_fit_is_not_promised():
    assert ready_after_work(opened(HOURS, "Thu 2026-03-26 10:00", 1), at("Thu 2026-03-26 10:00"), 9 * 60) is None
    assert ready_after_work([], at("Thu 2026-03-26 10:00"), 0) is None
    assert ready_after_arrival([], at("Thu 2026-03-26 10:00")) is None


ARRIVALS = [
    ("Thu 2026-03-26 12:00", "Thu 2026-03-26 13:00"),
    ("Thu 2026-03-26 13:00", "Thu 2026-03-26 13:00"),
    ("Thu 2026-03-26 18:00", "Fri 2026-03-27 09:00"),
    ("Sun 2026-03-29 12:00", "Mon 2026-03-30 09:00"),
    ("Mon 2026-04-27 12:00", "Tue 2026-04-28 09:00"),
    ("Thu 2026-12-31 23:59:59", "Sat 2027-01-02 10:00"),
    ("Fri 2027-01-01 00:00", "Sat 2027-01-02 10:00"),
]


@pytest.mark.parametrize(("arrives", "ready"), ARRIVALS)
def test_what_arrives_is_ready_when_the_door_is_open(arrives: str, ready: str):
    found = ready_after_arrival(opened(HOURS, arrives), at(arrives))
    assert found is not None
    assert told(found) == ready


@given(st.integers(0, 14 * 24 * 60), st.integers(0, 600), st.integers(0, 600))
def test_more_work_or_a_later_order_is_never_ready_sooner(later: int, minutes: int, more: int):
    start = at("Fri 2026-03-20 00:00")
    hours = open_intervals(HOURS, start, start + timedelta(days=40), AMSTERDAM, "NL")
    ordered = start + timedelta(minutes=later)
    first = ready_after_work(hours, ordered, minutes)
    assert ordered <= first <= ready_after_work(hours, ordered, minutes + more)
    assert first <= ready_after_work(hours, ordered + timedelta(minutes=more), minutes)


def centre(**changes: object) -> Centre:
    values = {"zone": AMSTERDAM, "point": Point(52.37, 4.89), "opening_hours": HOURS, "fee": FEE}
    return Centre("c", "Dam", {}, "NL", "1012 JS", **(values | changes))


def test_impossible_values_are_refused():
    for wrong in (
        lambda: centre(preparation_minutes=-1),
        lambda: centre(keep_days=-1),
        lambda: centre(arrival_time=time(12, tzinfo=AMSTERDAM)),
        lambda: ready_after_work([], at("Thu 2026-03-26 10:00"), -1),
        lambda: ready_after_work([], at("Thu 2026-03-26 10:00").replace(tzinfo=None), 1),
    ):
        with pytest.raises(ValueError):
            wrong()
