"""`stoep places import`, with real files of GeoNames when they are there."""

import os
from pathlib import Path

import pytest
from click.testing import Result

from delivery.places import find_place
from delivery.rules.places import Point
from delivery.store.engine import Database
from tests.plugin.test_commands import HOUSE, stoep

DATA = Path(os.environ.get("STOEP_TEST_DATA", HOUSE.parent / "shared" / "data")) / "places"


def imported(url: str, *files: Path) -> Result:
    return stoep(url, "places", "import", *map(str, files))


@pytest.mark.skipif(not DATA.is_dir(), reason=f"no GeoNames files in {DATA}: set STOEP_TEST_DATA")
def test_the_dutch_postcodes_are_imported_with_progress(sqlite_url: str) -> None:
    run = imported(sqlite_url, DATA / "NL.txt")
    assert run.exit_code == 0, run.stderr
    kept = int(run.stdout.split()[0])
    lines = (DATA / "NL.txt").read_text().splitlines()
    assert kept == len({line.split("\t")[1] for line in lines})
    assert "importing" in run.stderr
    database = Database(sqlite_url)
    with database.reading() as session:
        assert find_place(session, "NL", "1016 GV") == Point(52.3709, 4.8816)
    database.close()


@pytest.mark.skipif(not DATA.is_dir(), reason=f"no GeoNames files in {DATA}: set STOEP_TEST_DATA")
def test_several_countries_are_imported_at_once(postgres_url: str) -> None:
    run = imported(postgres_url, *(DATA / f"{country}.txt" for country in ("BE", "DE", "LU", "NL")))
    assert run.exit_code == 0, run.stderr
    assert "from BE.txt, DE.txt, LU.txt, NL.txt" in run.stdout


def test_a_file_with_a_bad_line_changes_nothing(sqlite_url: str, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.txt", tmp_path / "bad.txt"
    good.write_text("NL\t1016\tAmsterdam" + "\t" * 7 + "52.3\t4.8\t\n")
    bad.write_text(good.read_text() + "NL\t1017\tAmsterdam\n")
    run = imported(sqlite_url, good, bad)
    assert run.exit_code == 1
    assert f"{bad}, line 2: 3 columns instead of 12" in run.stderr
    assert "1 line could not be read; nothing was imported" in run.stderr
    database = Database(sqlite_url)
    with database.reading() as session:
        assert find_place(session, "NL", "1016") is None
    database.close()


def test_a_file_that_is_not_there_or_no_text_is_said_plainly(sqlite_url: str, tmp_path: Path) -> None:
    missing = imported(sqlite_url, tmp_path / "NL.txt")
    assert missing.exit_code == 2
    assert "does not exist" in missing.stderr
    packed = tmp_path / "NL.zip"
    packed.write_bytes(b"PK\x03\x04\xff\xfe")
    assert "is not a text file in UTF-8" in imported(sqlite_url, packed).stderr
