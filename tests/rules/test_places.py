from math import asin, cos, radians, sin, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.rules.places import (
    Destination,
    Point,
    PointIndex,
    Zone,
    distance_m,
    is_valid_postal_code,
    normal_postal_code,
)

SAME = [
    ("NL", "1016 GV", "1016GV"),
    ("NL", "1016gv", "1016GV"),
    ("NL", "NL-1016GV", "1016GV"),
    ("NL", " nl 1016  gv ", "1016GV"),
    ("NL", "１０１６　ＧＶ", "1016GV"),
    ("NL", "1016\u200bGV", "1016GV"),
    ("NL", "١٠١٦ GV", "1016GV"),
    ("DE", "D-10115", "10115"),
    ("LU", "L-1234", "1234"),
    ("LV", "1010", "LV1010"),
    ("LV", "LV-1010", "LV1010"),
    ("PT", "1250-096", "1250096"),
    ("GB", "sw1a1aa", "SW1A1AA"),
    ("GB", "GB-SW1A 1AA", "SW1A1AA"),
    ("JE", "JE2 2BT", "JE22BT"),
]


@pytest.mark.parametrize(("country", "typed", "normal"), SAME)
def test_a_postcode_is_compared_in_one_form(country: str, typed: str, normal: str):
    assert normal_postal_code(country, typed) == normal
    assert is_valid_postal_code(country, typed)


@pytest.mark.parametrize(
    ("country", "typed"),
    [
        ("NL", "1016"),
        ("NL", "0016 GV"),
        ("NL", ""),
        ("DE", "1011"),
        ("GB", "SW1A"),
        ("NL", "1" * 99),
        ("NL", "\U0001f600"),
    ],
)
def test_a_postcode_that_lacks_the_pattern_is_not_valid(country: str, typed: str):
    assert not is_valid_postal_code(country, typed)


def test_where_a_country_has_no_pattern_any_text_is_valid():
    assert is_valid_postal_code("AO", "whatever 9")
    assert is_valid_postal_code("XX", "1")


COVERED = [
    ("NL", "10", "1016 GV", True),
    ("NL", "10", "1116 GV", False),
    ("NL", "NL-10", "nl-1016gv", True),
    ("NL", "1000-1109", "1000 AA", True),
    ("NL", "1000-1109", "1109 ZZ", True),
    ("NL", "1000-1109", "1110 AA", False),
    ("NL", "1000 – 1109", "1016", True),
    ("NL", "1016GA-1016GZ", "1016 GV", True),
    ("NL", "1016GA-1016GZ", "1016 HA", False),
    ("NL", "NL-1000-1109", "1016 GV", True),
    ("DE", "01-09", "04103", True),
    ("DE", "01-09", "10115", False),
    ("PL", "00-950", "00-950", True),
    ("PL", "00-05", "04-999", True),
    ("PT", "1000..1999", "1250-096", True),
    ("US", "900-905", "90210-1234", True),
    ("CA", "K1A", "k1a 0b1", True),
    ("GB", "SW", "SW1A 1AA", True),
    ("GB", "E", "E1 6AN", True),
    ("GB", "E", "EC1A 1BB", False),
    ("GB", "SW1", "SW1A 1AA", True),
    ("GB", "SW1", "SW11 1AA", False),
    ("GB", "SW11", "SW1 1AA", False),
    ("GB", "E1 0", "E1 0AA", True),
    ("GB", "E1 0", "E10 0AA", False),
    ("GB", "EH1-EH17", "eh9 1aa", True),
    ("GB", "EH1-EH17", "EH18 1AA", False),
    ("GB", "sw1a 1aa", "SW1A 1AA", True),
    ("GB", "SW1", "SW1A", True),
]


@pytest.mark.parametrize(("country", "listed", "typed", "covered"), COVERED)
def test_a_zone_names_its_postcodes_by_prefix_and_range(country: str, listed: str, typed: str, covered: bool):
    assert Zone("z", country, (listed,)).covers(Destination(country, typed)) is covered


@pytest.mark.parametrize("typed", [None, "", "  ", "10", "banana", "1016 GV or so", "9" * 500, "\x00", "💥", "ß" * 30])
def test_an_unknown_postcode_lies_only_in_a_zone_of_the_whole_country(typed: str | None):
    destination = Destination("NL", typed)
    assert destination.normal_postal_code is None
    assert Zone("all", "NL").covers(destination)
    assert not Zone("some", "NL", ("1", "10")).covers(destination)
    assert not Zone("other", "BE").covers(destination)


@pytest.mark.parametrize(
    ("country", "listed"),
    [("NL", ""), ("NL", "-"), ("NL", "10%"), ("NL", "1109-1000"), ("NL", "100-1109"), ("GB", "AB-AL"), ("GB", "1"),
     ("GB", "SW1-EH2"), ("NL", "1" * 80), ("NL", "1..2..3")],
)  # fmt: skip
def test_a_zone_refuses_what_names_no_postcodes(country: str, listed: str):
    with pytest.raises(ValueError):
        Zone("z", country, (listed,))


@given(st.sampled_from(["NL", "GB", "DE", "PL", "LV", "US", "XX"]), st.text(max_size=80))
def test_no_text_does_worse_than_value_error(country: str, text: str):
    destination = Destination(country, text)
    Zone("all", country).covers(destination)
    is_valid_postal_code(country, text)
    for wild in (lambda: normal_postal_code(country, text), lambda: Zone("z", country, (text,)).covers(destination)):
        try:
            wild()
        except ValueError:
            continue


@given(st.integers(1000, 9999), st.integers(1000, 9999), st.integers(1000, 9999))
def test_a_range_of_numbers_is_a_range_of_numbers(low: int, high: int, code: int):
    low, high = min(low, high), max(low, high)
    assert Zone("z", "NL", (f"{low}-{high}",)).covers(Destination("NL", f"{code} AB")) is (low <= code <= high)


def test_impossible_places_are_refused():
    for wrong in (
        lambda: Point(90.1, 0),
        lambda: Point(0, 180.5),
        lambda: Point(float("nan"), 0),
        lambda: Destination("Nederland"),
        lambda: Destination(""),
        lambda: Zone("z", "N1"),
    ):
        with pytest.raises(ValueError):
            wrong()


def test_a_country_may_be_written_in_lower_case():
    assert Zone("z", "nl", ("10",)).covers(Destination("NL", "1016 GV"))
    assert Destination("nl").country == "NL"


def test_amsterdam_to_utrecht_is_thirty_five_kilometres():
    assert distance_m(Point(52.3731, 4.8922), Point(52.0908, 5.1222)) == pytest.approx(35_080, rel=0.01)


latitudes, longitudes = st.floats(-90, 90), st.floats(-180, 180)
points = st.builds(Point, latitudes, longitudes)
close_points = st.builds(
    Point, st.integers(0, 5).map(lambda n: 52 + n / 1e5), st.integers(0, 5).map(lambda n: 4 + n / 1e5)
)


def haversine_m(a: Point, b: Point) -> float:
    first, second = radians(a.latitude), radians(b.latitude)
    h = sin((second - first) / 2) ** 2
    h += cos(first) * cos(second) * sin(radians(b.longitude - a.longitude) / 2) ** 2
    return 2 * 6_371_008.8 * asin(min(1.0, sqrt(h)))


@given(st.lists(points | close_points, max_size=60), points | close_points, st.integers(-1, 70))
def test_the_index_finds_what_measuring_every_point_finds(all_points: list[Point], here: Point, limit: int):
    measured = sorted((haversine_m(here, point), position) for position, point in enumerate(all_points))
    expected = [(position, metres) for metres, position in measured[: max(limit, 0)]]
    assert PointIndex(all_points).nearest(here, limit) == expected


def test_points_at_the_same_place_come_in_the_order_given():
    assert [position for position, _ in PointIndex([Point(52, 5)] * 5).nearest(Point(52, 5), 3)] == [0, 1, 2]
