from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.rules.places import Destination, Zone
from delivery.rules.prices import Fee
from delivery.rules.slots import SlotException, coming_slots, slot_on
from tests.rules.builders import AMSTERDAM_ZONE, FEE, HERENGRACHT, NETHERLANDS, pattern
from tests.rules.human_dates import at, day, told

# weekday, from, to, on, starts, ends, hours
WINDOWS = [
    (5, "18:00", "20:00", "Fri 2026-03-27", "Fri 2026-03-27 18:00", "Fri 2026-03-27 20:00", 2),
    (5, "22:00", "01:00", "Fri 2026-03-27", "Fri 2026-03-27 22:00", "Sat 2026-03-28 01:00", 3),
    # The night of the spring change is an hour short, that of the autumn change an hour long.
    (7, "01:00", "04:00", "Sun 2026-03-29", "Sun 2026-03-29 01:00", "Sun 2026-03-29 04:00", 2),
    (7, "02:30", "04:00", "Sun 2026-03-29", "Sun 2026-03-29 03:00", "Sun 2026-03-29 04:00", 1),
    (6, "23:00", "03:00", "Sat 2026-03-28", "Sat 2026-03-28 23:00", "Sun 2026-03-29 03:00", 3),
    (7, "01:00", "04:00", "Sun 2026-10-25", "Sun 2026-10-25 01:00", "Sun 2026-10-25 04:00", 4),
    (7, "02:00", "03:00", "Sun 2026-10-25", "Sun 2026-10-25 02:00", "Sun 2026-10-25 03:00", 2),
    (4, "23:00", "00:00", "Thu 2026-12-31", "Thu 2026-12-31 23:00", "Fri 2027-01-01 00:00", 1),
    (4, "22:59:59", "23:59:59", "Thu 2026-12-31", "Thu 2026-12-31 22:59:59", "Thu 2026-12-31 23:59:59", 1),
    (1, "00:00", "02:00", "Mon 2026-04-27", "Mon 2026-04-27 00:00", "Mon 2026-04-27 02:00", 2),
]


@pytest.mark.parametrize(("weekday", "begin", "end", "on", "starts", "ends", "hours"), WINDOWS)
def test_a_window_starts_and_ends_by_the_clock_on_the_wall(weekday, begin, end, on, starts, ends, hours):
    changes = {"start_time": time.fromisoformat(begin), "end_time": time.fromisoformat(end)}
    slot = slot_on(pattern(weekday=weekday, **changes), day(on))
    assert slot is not None
    assert (told(slot.start), told(slot.end)) == (starts, ends)
    assert slot.end - slot.start == timedelta(hours=hours)
    assert slot.closes_at == slot.start - timedelta(hours=2)
    assert slot.start.tzinfo is slot.end.tzinfo is slot.closes_at.tzinfo is UTC


def test_a_window_that_the_spring_change_swallows_does_not_exist():
    swallowed = pattern(start_time=time(2), end_time=time(3))
    assert slot_on(swallowed, day("Sun 2026-03-29")) is None
    assert slot_on(swallowed, day("Sun 2026-04-05")) is not None
    assert coming_slots([swallowed], at("Sat 2026-03-28 12:00"), day("Sun 2026-03-29"), 7, HERENGRACHT) == []


def test_another_weekday_has_no_slot():
    assert slot_on(pattern(), day("Sat 2026-03-28")) is None


def test_a_dated_exception_changes_capacity_or_fee_or_closes_the_day():
    dear = Fee(995, "EUR")
    exceptions = {
        day("Sun 2026-03-29"): SlotException(capacity=0),
        day("Sun 2026-04-05"): SlotException(fee=dear),
        day("Sun 2026-04-12"): SlotException(capacity=3),
    }
    slots = coming_slots(
        [pattern(exceptions=exceptions)], at("Fri 2026-03-27 12:00"), day("Fri 2026-03-27"), 28, HERENGRACHT
    )
    found = [(f"{slot.day:%m-%d}", slot.capacity, slot.fee) for slot in slots]
    assert found == [("04-05", 12, dear), ("04-12", 3, FEE), ("04-19", 12, FEE)]


ON_OFFER = [
    ("Sun 2026-03-29 15:59:59", True),
    ("Sun 2026-03-29 16:00", False),
    ("Sun 2026-03-29 00:00", True),
    ("Sat 2026-03-28 23:59:59", True),
]


@pytest.mark.parametrize(("now", "on_offer"), ON_OFFER)
def test_a_slot_is_on_offer_until_its_lead_time_before_it_starts(now: str, on_offer: bool):
    assert bool(coming_slots([pattern()], at(now), day("Sun 2026-03-29"), 1, HERENGRACHT)) is on_offer


def test_slots_of_other_zones_and_without_places_are_left_out():
    elsewhere = pattern("elsewhere", zone=Zone("utrecht", "NL", ("35",)))
    none_left = pattern("none left", capacity=0)
    anywhere = pattern("anywhere", zone=NETHERLANDS)
    patterns, now = [elsewhere, none_left, pattern(), anywhere], at("Fri 2026-03-27 12:00")
    slots = coming_slots(patterns, now, day("Fri 2026-03-27"), 7, HERENGRACHT)
    assert [slot.pattern_id for slot in slots] == ["anywhere", "evening"]
    unknown = coming_slots(patterns, now, day("Fri 2026-03-27"), 7, Destination("NL"))
    assert [slot.pattern_id for slot in unknown] == ["anywhere"]


def test_fourteen_days_of_six_windows_are_eighty_four_slots():
    patterns = [
        pattern(f"{weekday}-{hour:02d}", weekday=weekday, start_time=time(hour), end_time=time(hour + 2))
        for weekday in range(1, 8)
        for hour in range(8, 20, 2)
    ]
    slots = coming_slots(patterns, at("Fri 2026-03-27 12:00"), day("Sat 2026-03-28"), 14, HERENGRACHT)
    assert len(slots) == 84
    assert [told(slot.start)[:14] for slot in slots[::6]] == [
        f"{date(2026, 3, 28) + timedelta(days=n):%a %Y-%m-%d}" for n in range(14)
    ]


clocks = st.times().map(lambda clock: clock.replace(second=0, microsecond=0))
zones = st.sampled_from([ZoneInfo(name) for name in ("Europe/Amsterdam", "America/New_York", "Australia/Lord_Howe")])
patterns = st.builds(
    pattern,
    id=st.text("abc", min_size=1, max_size=2),
    zone=st.sampled_from([AMSTERDAM_ZONE, NETHERLANDS, Zone("utrecht", "NL", ("35",))]),
    weekday=st.integers(1, 7),
    start_time=clocks,
    end_time=clocks.map(lambda clock: clock.replace(second=1)),
    time_zone=zones,
    capacity=st.integers(0, 3),
    lead_minutes=st.integers(0, 3000),
    exceptions=st.dictionaries(
        st.dates(date(2026, 3, 20), date(2026, 4, 10)),
        st.builds(SlotException, st.none() | st.integers(0, 3), st.none() | st.just(Fee(0, "EUR"))),
        max_size=2,
    ),
)


@given(st.lists(patterns, max_size=8), st.datetimes(datetime(2026, 3, 20), datetime(2026, 4, 10)), st.integers(0, 20))  # noqa: DTZ001
def test_coming_slots_are_sorted_open_and_all_that_there_are(some, now, days):
    now, first_day = now.replace(tzinfo=UTC), now.date()
    slots = coming_slots(some, now, first_day, days, HERENGRACHT)
    assert slots == sorted(slots, key=lambda slot: (slot.start, slot.end, slot.pattern_id))
    one_by_one = [
        slot
        for ahead in range(days)
        for each in some
        if (slot := slot_on(each, first_day + timedelta(days=ahead))) is not None
        if each.zone.covers(HERENGRACHT) and slot.closes_at > now and slot.capacity > 0
    ]
    assert sorted(map(str, slots)) == sorted(map(str, one_by_one))
    assert all(slot.closes_at <= slot.start < slot.end for slot in slots)


@pytest.mark.parametrize(
    "changes",
    [
        {"weekday": 0},
        {"weekday": 8},
        {"end_time": time(18)},
        {"capacity": -1},
        {"lead_minutes": -1},
        {"start_time": time(18, tzinfo=UTC)},
    ],
)
def test_impossible_patterns_are_refused(changes: dict[str, object]):
    with pytest.raises(ValueError):
        pattern(**changes)
    with pytest.raises(ValueError):
        SlotException(capacity=-1)
