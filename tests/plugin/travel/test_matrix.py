"""Driving times from a file: what it may say, and what is said of one that is not taken."""

from pathlib import Path
from typing import Any

import pytest

from delivery import travel_times
from delivery.places import Place, import_places
from delivery.rules.known_roads import Cell
from delivery.rules.places import Point
from delivery.store.engine import Database
from delivery.texts.sentences import said
from plugin.travel.matrix import BadMatrix, read_matrix
from tests.databases import LAMPS, add_two_merchants
from tests.plugin.test_commands import stoep

PLACES = [Place("NL", "1016", "Amsterdam", Point(52.37, 4.88)), Place("NL", "3995", "Houten", Point(52.03, 5.17))]
DAM, HOUTEN, WEESP = Cell(52_370, 4_880), Cell(52_030, 5_170), Cell(52_307, 5_042)
GOOD = 'from,to,seconds\n1016 GV,3995,1980\n"52.3070,5.0420","3995AX",1500.4\n\n52.307 5.042,1016,900\n'


def read(database: Database, text: str | bytes) -> dict[tuple[Cell, Cell], float]:
    def work(session: Any) -> dict[tuple[Cell, Cell], float]:
        import_places(session, PLACES)
        return read_matrix(session, "NL", text if isinstance(text, bytes) else text.encode())

    return database.write(work)


@pytest.mark.parametrize("text", [GOOD, "\ufeff" + GOOD.replace("from", " From")])
def test_places_are_points_or_postcodes(sqlite_database: Database, text: str) -> None:
    assert read(sqlite_database, text) == {(DAM, HOUTEN): 1980, (WEESP, HOUTEN): 1500.4, (WEESP, DAM): 900}


def test_it_may_be_parted_as_spreadsheets_do_and_the_last_row_counts(sqlite_database: Database) -> None:
    assert read(sqlite_database, "from;to;seconds\n52.307,5.042;1016;9\n52.3071,5.0421;1016;10\n") == {(WEESP, DAM): 10}


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("", [(0, "There is no driving time in this file.")]),
        ("from,to,seconds\n", [(0, "There is no driving time in this file.")]),
        ("to,from,seconds\n1016,3995,5\n", [(1, "The first row has to be: from, to, seconds.")]),
        (b"from,to,seconds\n\xff\xfe,3995,5\n", [(0, "Please save the sheet as CSV with UTF-8.")]),
        ('from,to,seconds\n"1016,3995,5\n', [(2, "This row cannot be read.")]),
        (
            "from,to,seconds\n1016,3995\n1016,3995,soon\n1016,9999,5\n91 5,3995,5\n1016,3995,-1\n1016,3995,nan\n",
            [
                (2, "This row cannot be read."),
                (3, "Seconds are a number from 0 to 86400."),
                (4, "It is not known where “9999” lies."),
                (5, "It is not known where “91 5” lies."),
                (6, "Seconds are a number from 0 to 86400."),
                (7, "Seconds are a number from 0 to 86400."),
            ],
        ),
    ],
)
def test_a_file_that_is_not_taken_says_why(
    sqlite_database: Database, text: str | bytes, faults: list[tuple[int, str]]
) -> None:
    with pytest.raises(BadMatrix) as refusal:
        read(sqlite_database, text)
    assert [(row, said("en", why)) for row, why in refusal.value.faults] == faults
    assert all(said("nl", why) != said("en", why) for _, why in refusal.value.faults)


def test_a_file_is_brought_along_by_a_command(sqlite_url: str, tmp_path: Path) -> None:
    database = Database(sqlite_url)
    database.write(add_two_merchants)
    database.write(lambda session: import_places(session, PLACES))
    file = tmp_path / "times.csv"
    for text, option, kept in (
        (GOOD, (), 3),
        ("from,to,seconds\n3995,1016,2000\n", (), 4),
        ("from,to,seconds\n3995,1016,2100\n", ("--replace",), 1),
    ):
        file.write_text(text)
        run = stoep(sqlite_url, "slots", "travel", LAMPS, str(file), *option)
        assert (run.exit_code, run.stdout.split()[0]) == (0, str(text.count("\n") - 1 - text.count("\n\n")))
        with database.reading() as session:
            assert travel_times.standing(session, LAMPS)[0] == kept
    file.write_text("from,to,seconds\nmars,1016,1\n")
    refused = stoep(sqlite_url, "slots", "travel", LAMPS, str(file))
    assert refused.exit_code == 1
    assert "times.csv, row 2: It is not known where “mars” lies." in refused.stderr
    assert "there is no merchant 'sh_no'" in stoep(sqlite_url, "slots", "travel", "sh_no", str(file)).stderr
    database.close()
