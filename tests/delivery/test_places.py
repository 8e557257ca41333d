"""Postcodes: read from GeoNames lines, kept, found again."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.places import BadPlaces, find_place, import_places, read_places
from delivery.rules.places import Point
from delivery.store.engine import Database


def line(country: str, code: str, name: str = "Somewhere", latitude: object = 52.0, longitude: object = 5.0) -> str:
    return "\t".join([country, code, name, *[""] * 6, str(latitude), str(longitude), ""]) + "\n"


def keep(database: Database, *lines: str) -> int:
    return database.write(lambda session: import_places(session, read_places(lines, "test.txt")))


def find(database: Database, country: str, code: str) -> Point | None:
    with database.reading() as session:
        return find_place(session, country, code)


@pytest.mark.parametrize(
    ("country", "kept", "asked"),
    [
        ("NL", "1016", "1016 GV"),
        ("NL", "1016", "nl-1016gv"),
        ("NL", "1016", "1016"),
        ("GB", "SW1A", "SW1A 1AA"),
        ("GB", "M1", "M1 1AE"),
        ("GB", "SW1A 1AA", "sw1a1aa"),
        ("CA", "K1A", "K1A 0B1"),
        ("IE", "D6W", "D6W XY45"),
        ("US", "90210", "90210-1234"),
        ("BR", "01310-000", "01310-100"),
        ("DE", "10115", "D-10115"),
        ("PL", "00-950", "00950"),
    ],
)
def test_a_postcode_is_found_as_geonames_keeps_it(
    sqlite_database: Database, country: str, kept: str, asked: str
) -> None:
    keep(sqlite_database, line(country, kept, latitude=1.5, longitude=2.5))
    assert find(sqlite_database, country, asked) == Point(1.5, 2.5)


@pytest.mark.parametrize(
    ("country", "asked"), [("NL", "1017 AA"), ("BE", "1016"), ("NL", ""), ("NL", "1" * 40), ("DE", "10115")]
)
def test_what_is_not_known_is_not_found(sqlite_database: Database, country: str, asked: str) -> None:
    keep(sqlite_database, line("NL", "1016"), line("DE", "1011"))
    assert find(sqlite_database, country, asked) is None


def test_the_exact_postcode_wins_over_its_first_part(sqlite_database: Database) -> None:
    keep(sqlite_database, line("GB", "SW1A", latitude=1), line("GB", "SW1A 1AA", latitude=2))
    assert find(sqlite_database, "GB", "SW1A 1AA") == Point(2, 5)
    assert find(sqlite_database, "GB", "SW1A 2AA") == Point(1, 5)


def test_a_postcode_with_several_names_lies_in_their_middle() -> None:
    places = read_places([line("DE", "01945", "Grünewald", 51.4, 14.0), line("DE", "01945", "Tettau", 51.5, 13.8)], "")
    assert [(place.name, place.point) for place in places] == [("Grünewald", Point(51.45, 13.9))]


def test_importing_again_replaces(database: Database) -> None:
    assert keep(database, line("NL", "1016", latitude=1), line("NL", "1017")) == 2
    assert keep(database, line("NL", "1016", latitude=2)) == 1
    assert find(database, "NL", "1016") == Point(2, 5)
    assert find(database, "NL", "1017") == Point(52, 5)


def test_more_than_a_batch_is_kept_whole_and_told_of(database: Database) -> None:
    heard: list[int] = []
    lines = [line("DE", f"{code:05}") for code in range(2500)]
    database.write(lambda session: import_places(session, read_places(lines, "DE.txt"), heard.append))
    assert heard == [1000, 1000, 500]
    assert find(database, "DE", "02499") is not None


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        ("NL\t1016\tAmsterdam\n", "3 columns instead of 12"),
        (line("Holland", "1016"), "'Holland' is not a country code"),
        (line("NL", ""), "'' is not a postcode"),
        (line("NL", "1" * 21), "is not a postcode"),
        (line("NL", "1016", latitude="north"), "'north' is not a number of degrees"),
        (line("NL", "1016", latitude=91), "91.0 is not a latitude"),
        (line("NL", "1016", longitude="nan"), "nan is not a longitude"),
    ],
)
def test_a_bad_line_is_named_by_file_and_number(bad: str, words: str) -> None:
    with pytest.raises(BadPlaces) as caught:
        read_places([line("NL", "1015"), "\n", bad], "NL.txt")
    assert caught.value.count == 1
    assert caught.value.faults[0].startswith("NL.txt, line 3: ")
    assert words in caught.value.faults[0]


def test_of_many_bad_lines_the_first_are_named_and_all_counted() -> None:
    with pytest.raises(BadPlaces) as caught:
        read_places(["nonsense\n"] * 100, "x")
    assert (len(caught.value.faults), caught.value.count) == (20, 100)


@given(st.lists(st.text(max_size=60), max_size=5))
def test_any_text_is_read_or_refused_and_nothing_else(lines: list[str]) -> None:
    with contextlib.suppress(BadPlaces):
        read_places(lines, "any.txt")
