from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.rules.opening import BadOpeningHours, check_opening_hours, open_intervals
from tests.rules.human_dates import AMSTERDAM, at, day, told


def opened(text: str, start: str, end: str, **options: object) -> list[tuple[str, str]]:
    found = open_intervals(text, at(start), at(end), AMSTERDAM, **({"country": "NL"} | options))
    return [(told(opens), told(closes)) for opens, closes in found]


# hours, from, to, open
WEEKS = [
    (
        "Mo-Fr 09:00-12:00,13:00-18:00",
        "Fri 2026-03-27 10:00",
        "Mon 2026-03-30 12:00",
        [
            ("Fri 2026-03-27 10:00", "Fri 2026-03-27 12:00"),
            ("Fri 2026-03-27 13:00", "Fri 2026-03-27 18:00"),
            ("Mon 2026-03-30 09:00", "Mon 2026-03-30 12:00"),
        ],
    ),
    (
        "22:00-04:00",
        "Sat 2026-03-28 12:00",
        "Sun 2026-03-29 12:00",
        [("Sat 2026-03-28 22:00", "Sun 2026-03-29 04:00")],
    ),
    ("Su 02:00-03:00", "Sat 2026-03-28 00:00", "Mon 2026-03-30 00:00", []),
    (
        "Su 02:00-03:00",
        "Sat 2026-10-24 00:00",
        "Mon 2026-10-26 00:00",
        [("Sun 2026-10-25 02:00", "Sun 2026-10-25 03:00")],
    ),
    (
        "Mo-Fr 09:00-18:00; PH off",
        "Sun 2026-04-26 00:00",
        "Tue 2026-04-28 23:59:59",
        [("Tue 2026-04-28 09:00", "Tue 2026-04-28 18:00")],
    ),
    (
        "Mo-Sa 09:00-18:00; Dec 31 09:00-16:00; PH off",
        "Thu 2026-12-31 00:00",
        "Sun 2027-01-03 00:00",
        [("Thu 2026-12-31 09:00", "Thu 2026-12-31 16:00"), ("Sat 2027-01-02 09:00", "Sat 2027-01-02 18:00")],
    ),
    (
        "24/7",
        "Fri 2026-03-27 23:59:59",
        "Sat 2026-03-28 00:00",
        [("Fri 2026-03-27 23:59:59", "Sat 2026-03-28 00:00")],
    ),
    ('Sa 10:00-12:00 "only if we feel like it"', "Fri 2026-03-27 00:00", "Mon 2026-03-30 00:00", []),
    ("Fr 10:00+", "Fri 2026-03-27 00:00", "Mon 2026-03-30 00:00", []),
    (
        "Sa 10:00-12:00 || Sa 11:00-14:00 open",
        "Fri 2026-03-27 00:00",
        "Mon 2026-03-30 00:00",
        [("Sat 2026-03-28 10:00", "Sat 2026-03-28 14:00")],
    ),
]


@pytest.mark.parametrize(("text", "start", "end", "expected"), WEEKS)
def test_a_place_is_open(text: str, start: str, end: str, expected: list[tuple[str, str]]):
    assert opened(text, start, end) == expected


SPELLINGS = [
    "mo-fr 9-12,13-18",
    "Mon - Fri: 9:00 am - 12:00 pm, 1 pm - 6 pm",
    "ma t/m vr 9.00-12.00 en 13.00-18.00 uur",
    "maandag tot vrijdag 09:00–12:00, 13:00–18:00",
    "Mo–Fr: 9 – 12 Uhr und 13 – 18 Uhr",
    "lundi-vendredi 09h00-12h00, 13h00-18h00",
    "opening_hours = Mo-Fr 09:00-12:00 13:00-18:00",
    "Mo-Fr 09：00-12：00,13：00-18：00",
]


@pytest.mark.parametrize("text", SPELLINGS)
def test_hours_are_understood_as_people_write_them(text: str):
    expected = opened("Mo-Fr 09:00-12:00,13:00-18:00", "Fri 2026-03-27 00:00", "Fri 2026-04-03 00:00")
    assert opened(text, "Fri 2026-03-27 00:00", "Fri 2026-04-03 00:00") == expected


REFUSED = [
    *(
        "",
        " ",
        ";",
        "||",
        "banana",
        "Mo 25:00-26:00",
        "Mo-Fr 09:00",
        "Apr 31",
        "Jan 00",
        "SH off",
        'Mo 10:00-12:00 "open',
    ),
    *("spring We 11:00-14:00", "10:00-16:00/90", "x" * 1001, "Mo 09:00-18:00; " * 80, "\x00", "💥", "week 60"),
]


@pytest.mark.parametrize("text", REFUSED)
def test_what_cannot_be_answered_is_refused_in_plain_words(text: str):
    with pytest.raises(BadOpeningHours) as refused:
        check_opening_hours(text)
    assert len(str(refused.value)) < 200
    with pytest.raises(BadOpeningHours):
        opened(text, "Fri 2026-03-27 00:00", "Mon 2026-03-30 00:00")


def test_public_holidays_need_a_country_whose_holidays_are_known():
    check_opening_hours("Mo-Fr 09:00-18:00; PH off")
    for country in (None, "XX"):
        with pytest.raises(BadOpeningHours, match="country"):
            opened("Mo-Fr 09:00-18:00; PH off", "Fri 2026-03-27 00:00", "Mon 2026-03-30 00:00", country=country)


@pytest.mark.parametrize(("part", "closed"), [("BW", True), ("DE-BW", True), ("BE", False), (None, False)])
def test_holidays_of_a_part_of_the_country_close_only_there(part: str | None, closed: bool):
    found = opened(
        "09:00-18:00; PH off", "Tue 2026-01-06 00:00", "Wed 2026-01-07 00:00", country="DE", subdivision=part
    )
    assert (found == []) is closed


HOLIDAYS = [
    ("PH 10:00-12:00", ["Mon 2026-04-27"]),
    ("Sa,PH 10:00-12:00", ["Sat 2026-04-25", "Mon 2026-04-27"]),
    ("PH,Sa 10:00-12:00", ["Sat 2026-04-25", "Mon 2026-04-27"]),
    ("PH Tu-Su 10:00-12:00", []),
    ("May PH 10:00-12:00", []),
    ("PH -1 day 10:00-12:00", ["Sun 2026-04-26"]),
    ("Mo-We 10:00-12:00, PH off", ["Tue 2026-04-28"]),
]


@pytest.mark.parametrize(("text", "days"), HOLIDAYS)
def test_a_public_holiday_may_have_hours_of_its_own(text: str, days: list[str]):
    found = opened(text, "Sat 2026-04-25 00:00", "Wed 2026-04-29 00:00")
    assert [opens[:14] for opens, _ in found] == days


# exceptions for Saturday 28 March, what is open from Friday to Monday
EXCEPTIONS = [
    ("10:00-18:00", None, ["Fri 27 10:00", "Sun 29 10:00"]),
    ("10:00-18:00", "12:00-14:00", ["Fri 27 10:00", "Sat 28 12:00", "Sun 29 10:00"]),
    ("10:00-18:00", "09:00-10:00,17:00-20:00", ["Fri 27 10:00", "Sat 28 09:00", "Sat 28 17:00", "Sun 29 10:00"]),
    ("Su off", "24/7", ["Sat 28 00:00"]),
    ("24/7", None, ["Fri 27 00:00", "Sun 29 00:00"]),
    # Friday night ends at midnight, and Saturday night with its own late hours goes with the day.
    ("20:00-02:00", None, ["Fri 27 00:00", "Fri 27 20:00", "Sun 29 20:00"]),
    ("Fr 10:00-18:00", "22:00-01:00", ["Fri 27 10:00", "Sat 28 22:00"]),
]


@pytest.mark.parametrize(("text", "exception", "expected"), EXCEPTIONS)
def test_a_dated_exception_takes_the_place_of_that_local_day(text: str, exception: str | None, expected: list[str]):
    found = open_intervals(
        text,
        at("Fri 2026-03-27 00:00"),
        at("Mon 2026-03-30 00:00"),
        AMSTERDAM,
        exceptions={day("Sat 2026-03-28"): exception},
    )
    assert [f"{opens:%a %d %H:%M}" for opens, _ in found] == expected


def test_an_exception_runs_past_midnight_into_the_night_of_the_clock_change():
    found = open_intervals(
        "off",
        at("Fri 2026-03-27 00:00"),
        at("Mon 2026-03-30 00:00"),
        AMSTERDAM,
        exceptions={day("Sat 2026-03-28"): "22:00-04:00"},
    )
    assert [(told(opens), told(closes)) for opens, closes in found] == [
        ("Sat 2026-03-28 22:00", "Sun 2026-03-29 04:00")
    ]


def test_a_bad_exception_is_refused():
    with pytest.raises(BadOpeningHours):
        opened("24/7", "Fri 2026-03-27 00:00", "Mon 2026-03-30 00:00", exceptions={day("Sat 2026-03-28"): "banana"})


def test_the_zone_may_be_named_and_naive_times_are_refused():
    start, end = at("Fri 2026-03-27 00:00"), at("Sat 2026-03-28 00:00")
    assert open_intervals("24/7", start, end, "Europe/Amsterdam") == open_intervals("24/7", start, end, AMSTERDAM)
    with pytest.raises(ValueError, match="IANA"):
        open_intervals("24/7", start, end, "Mars/Olympus")
    with pytest.raises(ValueError, match="offset"):
        open_intervals("24/7", datetime(2026, 3, 27), end, AMSTERDAM)  # noqa: DTZ001
    assert open_intervals("24/7", end, start, AMSTERDAM) == []


texts = st.sampled_from(
    [
        "24/7",
        "Mo-Fr 09:00-18:00; PH off",
        "22:00-04:00",
        "Sa-Su 00:00-24:00",
        "Mo 10:00-12:00,11:00-14:00",
        "02:00-03:00",
    ]
)
zones = st.sampled_from([ZoneInfo(name) for name in ("Europe/Amsterdam", "America/New_York", "Australia/Lord_Howe")])


@given(
    texts,
    st.integers(0, 400 * 24 * 60),
    st.integers(0, 10 * 24 * 60),
    zones,
    st.dictionaries(st.dates(date(2026, 3, 1), date(2026, 4, 9)), st.none() | texts, max_size=4),
)
def test_intervals_are_ascending_apart_and_within_the_span(text, begin, minutes, zone, exceptions):
    start = at("Thu 2026-01-01 00:00") + timedelta(minutes=begin)
    end = start + timedelta(minutes=minutes)
    found = open_intervals(text, start, end, zone, "NL", exceptions=exceptions)
    edges = [start, *(edge for interval in found for edge in interval), end]
    assert edges == sorted(edges)
    assert all(opens < closes for opens, closes in found)
    assert all(first[1] < second[0] for first, second in pairwise(found))
    assert all(edge.tzinfo is zone for interval in found for edge in interval)


@given(st.text('MoTuPHoffeaster0123456789:;,-+/|[]()" ', max_size=40) | st.text(max_size=40))
def test_no_text_does_worse_than_being_refused(text: str):
    try:
        opened(text, "Fri 2026-03-27 00:00", "Fri 2026-04-03 00:00")
    except BadOpeningHours:
        return
