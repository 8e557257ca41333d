"""When an order lies ready at a centre: after the work that waits, in open time only. Tables in human dates, and a clock that
counts minutes one by one."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from delivery.rules.opening import Interval, open_intervals
from delivery.rules.pickup import ready_after_queue, ready_after_work, waiting_step, work_minutes
from tests.rules.human_dates import AMSTERDAM, at, told

SPLIT = "Mo-Fr 09:00-12:30,13:30-18:00; Sa 10:00-16:00; Su,PH off"
LATE = "Mo-Su 18:00-02:00"
ALWAYS = "24/7"
NEW_YORK = ZoneInfo("America/New_York")
MINUTE = timedelta(minutes=1)


def opened(
    hours: str,
    start: str,
    exceptions: dict[date, str | None] | None = None,
    zone: ZoneInfo = AMSTERDAM,
    country: str = "NL",
) -> list[Interval]:
    """From midnight of that day on, as offers look opening hours up."""
    begin = at(start, zone).astimezone(zone).replace(hour=0, minute=0, second=0)
    return open_intervals(hours, begin, begin + timedelta(days=21), zone, country, None, exceptions or {})


def ready(hours: Sequence[Interval], ordered: datetime, queue: int, minutes: int) -> datetime | None:
    return ready_after_queue(hours, ordered, queue, ordered, minutes)


# hours, ordered, minutes of work that waits, minutes for this one, ready
READY = [
    # Nothing waits.
    (SPLIT, "Tue 2026-11-24 10:00", 0, 30, "Tue 2026-11-24 10:30"),
    (SPLIT, "Tue 2026-11-24 08:59:59", 0, 30, "Tue 2026-11-24 09:30"),
    (SPLIT, "Tue 2026-11-24 10:00", 0, 0, "Tue 2026-11-24 10:00"),
    # Work that waits comes first; both go on after lunch.
    (SPLIT, "Tue 2026-11-24 10:00", 60, 30, "Tue 2026-11-24 11:30"),
    (SPLIT, "Tue 2026-11-24 12:00", 30, 0, "Tue 2026-11-24 12:30"),
    (SPLIT, "Tue 2026-11-24 12:00", 30, 1, "Tue 2026-11-24 13:31"),
    (SPLIT, "Tue 2026-11-24 12:00", 60, 30, "Tue 2026-11-24 14:30"),
    (SPLIT, "Tue 2026-11-24 13:00", 60, 30, "Tue 2026-11-24 15:00"),
    # More than is left of the day: tomorrow, or after the weekend.
    (SPLIT, "Tue 2026-11-24 17:00", 60, 0, "Tue 2026-11-24 18:00"),
    (SPLIT, "Tue 2026-11-24 17:00", 60, 30, "Wed 2026-11-25 09:30"),
    (SPLIT, "Tue 2026-11-24 18:00", 0, 30, "Wed 2026-11-25 09:30"),
    (SPLIT, "Sat 2026-11-28 15:30", 20, 30, "Mon 2026-11-30 09:20"),
    (SPLIT, "Tue 2026-11-24 09:00", 480, 480, "Wed 2026-11-25 18:00"),
    # Midnight, and the second before it.
    (SPLIT, "Tue 2026-11-24 23:59:59", 30, 30, "Wed 2026-11-25 10:00"),
    (SPLIT, "Wed 2026-11-25 00:00", 30, 30, "Wed 2026-11-25 10:00"),
    (LATE, "Tue 2026-11-24 23:30", 60, 30, "Wed 2026-11-25 01:00"),
    (LATE, "Tue 2026-11-24 23:30", 120, 60, "Wed 2026-11-25 18:30"),
    (LATE, "Wed 2026-11-25 00:00", 60, 60, "Wed 2026-11-25 02:00"),
    (LATE, "Wed 2026-11-25 01:30", 60, 30, "Wed 2026-11-25 19:00"),
    # Holidays: Christmas, Boxing Day and a Sunday; King's Day; the turn of the year.
    (SPLIT, "Thu 2026-12-24 17:30", 60, 30, "Mon 2026-12-28 10:00"),
    (SPLIT, "Mon 2026-04-27 10:00", 30, 30, "Tue 2026-04-28 10:00"),
    (SPLIT, "Thu 2026-12-31 17:45", 30, 30, "Sat 2027-01-02 10:45"),
    (SPLIT, "Thu 2026-12-31 23:59:59", 0, 30, "Sat 2027-01-02 10:30"),
    # The clocks go forward and back in the night to Sunday; work is counted in real minutes.
    (ALWAYS, "Sun 2026-03-29 01:00", 60, 60, "Sun 2026-03-29 04:00"),
    (ALWAYS, "Sun 2026-10-25 01:00", 120, 60, "Sun 2026-10-25 03:00"),
    (LATE, "Sun 2026-03-29 00:30", 60, 30, "Sun 2026-03-29 03:00"),
    (LATE, "Sun 2026-03-29 00:30", 60, 31, "Sun 2026-03-29 18:01"),
    (SPLIT, "Sat 2026-03-28 15:30", 30, 30, "Mon 2026-03-30 09:30"),
    (SPLIT, "Sat 2026-10-24 15:30", 30, 30, "Mon 2026-10-26 09:30"),
]


@pytest.mark.parametrize(("hours", "ordered", "queue", "minutes", "expected"), READY)
def test_an_order_lies_ready_after_the_work_that_waits(
    hours: str, ordered: str, queue: int, minutes: int, expected: str
) -> None:
    found = ready(opened(hours, ordered), at(ordered), queue, minutes)
    assert found is not None
    assert told(found) == expected


EXCEPTIONS = {
    date(2026, 12, 5): "10:00-12:00",
    date(2026, 12, 7): None,
    date(2026, 12, 8): "06:00-07:00,20:00-22:00",
    date(2026, 12, 25): "12:00-13:00",
}
EXCEPTED = [
    # A shorter Saturday, a closed Monday, odd hours on Tuesday, open on a holiday after all.
    ("Sat 2026-12-05 11:00", 60, 0, "Sat 2026-12-05 12:00"),
    ("Sat 2026-12-05 11:00", 60, 30, "Tue 2026-12-08 06:30"),
    ("Mon 2026-12-07 10:00", 60, 30, "Tue 2026-12-08 20:30"),
    ("Tue 2026-12-08 06:30", 60, 90, "Tue 2026-12-08 22:00"),
    ("Tue 2026-12-08 21:00", 60, 30, "Wed 2026-12-09 09:30"),
    ("Thu 2026-12-24 17:30", 60, 15, "Fri 2026-12-25 12:45"),
]


@pytest.mark.parametrize(("ordered", "queue", "minutes", "expected"), EXCEPTED)
def test_days_that_differ_count_as_they_are(ordered: str, queue: int, minutes: int, expected: str) -> None:
    found = ready(opened(SPLIT, ordered, EXCEPTIONS), at(ordered), queue, minutes)
    assert found is not None
    assert told(found) == expected


def test_the_centre_s_own_clock_counts() -> None:
    """New York changes its clocks a week after Amsterdam does, in the middle of a night that is worked, and another day is a
    holiday."""
    hours = opened(LATE, "Sun 2026-11-01 00:30", zone=NEW_YORK, country="US")
    found = ready(hours, at("Sun 2026-11-01 00:30", NEW_YORK), 120, 30)
    assert found is not None
    assert told(found, NEW_YORK) == "Sun 2026-11-01 02:00"
    assert found - at("Sun 2026-11-01 00:30", NEW_YORK) == timedelta(minutes=150)
    closed = opened("Mo-Fr 09:00-17:00; PH off", "Thu 2026-11-26 10:00", zone=NEW_YORK, country="US")
    thanksgiving = ready(closed, at("Thu 2026-11-26 10:00", NEW_YORK), 0, 30)
    assert thanksgiving is not None
    assert told(thanksgiving, NEW_YORK) == "Fri 2026-11-27 09:30"


# begun not before, ready: what waits is done meanwhile
LATER = [
    ("Wed 2026-11-25 00:00", 60, 30, "Wed 2026-11-25 09:30"),
    ("Wed 2026-11-25 00:00", 500, 30, "Wed 2026-11-25 10:50"),
    ("Tue 2026-11-24 16:00", 30, 30, "Tue 2026-11-24 16:30"),
    ("Sun 2026-11-29 00:00", 60, 30, "Mon 2026-11-30 09:30"),
]


@pytest.mark.parametrize(("begins", "queue", "minutes", "expected"), LATER)
def test_what_waits_is_done_before_an_order_that_cannot_be_begun_yet(
    begins: str, queue: int, minutes: int, expected: str
) -> None:
    ordered = "Tue 2026-11-24 10:00"
    found = ready_after_queue(opened(SPLIT, ordered), at(ordered), queue, at(begins), minutes)
    assert found is not None
    assert told(found) == expected


@pytest.mark.parametrize(
    ("orders", "minutes", "people", "expected"),
    [
        (0, 10, 1, 0),
        (3, 10, 1, 30),
        (3, 10, 2, 15),
        (1, 10, 3, 4),
        (5, 0, 1, 0),
        (7, 7, 4, 13),
        (1000, 1440, 1, 1_440_000),
    ],
)
def test_people_share_what_waits_and_a_minute_begun_counts(
    orders: int, minutes: int, people: int, expected: int
) -> None:
    assert work_minutes(orders, minutes, people) == expected


def test_what_cannot_be_is_refused_and_what_does_not_fit_is_not_promised() -> None:
    for wrong in ((-1, 10, 1), (1, -10, 1), (1, 10, 0)):
        with pytest.raises(ValueError, match="negative"):
            work_minutes(*wrong)
    ordered = at("Tue 2026-11-24 10:00")
    assert ready([], ordered, 0, 30) is None
    assert ready(opened(SPLIT, "Tue 2026-11-24 10:00"), ordered, 21 * 24 * 60, 0) is None
    assert waiting_step(date(2026, 11, 24), 3, 0) == ()
    assert waiting_step(date(2026, 11, 24), 3, 12)[0].facts == {"orders": 3, "minutes": 12}


def by_the_minute(hours: Sequence[Interval], ordered: datetime, minutes: int) -> datetime:
    """Someone who looks at the clock each minute, and works when the door is open."""
    now, left = ordered, minutes
    while left:
        left -= any(opens <= now < closes for opens, closes in hours)
        now += MINUTE
    return now


@settings(max_examples=40)
@given(
    hours=st.sampled_from([SPLIT, LATE, ALWAYS]),
    weekend=st.sampled_from(["Sat 2026-03-28 00:00", "Sat 2026-10-24 00:00", "Fri 2026-12-25 00:00"]),
    later=st.integers(0, 2 * 24 * 60),
    queue=st.integers(1, 300),
    minutes=st.integers(1, 300),
)
def test_it_is_what_somebody_finds_who_counts_each_open_minute(
    hours: str, weekend: str, later: int, queue: int, minutes: int
) -> None:
    ordered = at(weekend).astimezone(UTC) + later * MINUTE
    known = opened(hours, weekend)
    found = ready(known, ordered, queue, minutes)
    assert found == by_the_minute(known, ordered, queue + minutes)
    assert found == ready_after_work(known, ordered, queue + minutes)
