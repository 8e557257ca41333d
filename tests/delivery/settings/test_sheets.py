"""Windows, centres and zones as spreadsheets: out, and in again row by row."""

import csv
import io
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis

from delivery.problems import EditedMeanwhile
from delivery.settings import sheets
from delivery.settings.documents import Difference
from delivery.settings.sheets import RowFault, WrongRows
from delivery.store.engine import Database
from delivery.texts.sentences import said
from tests.databases import BOOKS, LAMPS
from tests.delivery.settings.builders import ANNA, NOW, WINDOW, ZONE, add, add_shop, item, order
from tests.delivery.settings.made_up import settings
from tests.delivery.settings.test_documents import as_file, export, put_in

pytestmark = pytest.mark.usefixtures("merchants")


def sheet(database: Database, area: str, separator: str = ",", merchant_id: str = LAMPS) -> str:
    with database.reading() as session:
        return sheets.write_sheet(session, merchant_id, area, separator)


def read_in(database: Database, area: str, text: str | bytes, seen: str | None = None) -> dict[str, Difference]:
    content = text if isinstance(text, bytes) else text.encode()
    made = database.write(lambda session: sheets.replace_sheet(session, NOW, ANNA, LAMPS, area, content, seen))
    return made.differences()


def refused(database: Database, area: str, text: str | bytes) -> list[RowFault]:
    with pytest.raises(WrongRows) as refusal:
        read_in(database, area, text)
    for fault in refusal.value.rows:
        assert said("nl", fault.detail) != fault.detail
    return list(refusal.value.rows)


@hypothesis(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much],
)
@given(made=settings())
def test_a_sheet_comes_in_as_it_went_out(database: Database, made: dict[str, Any]) -> None:
    put_in(database, as_file(made))
    before = export(database)
    for area in sheets.SHEETS:
        for separator in ",;":
            assert read_in(database, area, sheet(database, area, separator)) == {area: Difference(0, 0, 0)}
    empty = before["settings"] | {"centres": [], "windows": []}
    texts = {area: sheet(database, area) for area in ("windows", "centres")}
    put_in(database, as_file(empty))
    for area, text in texts.items():
        read_in(database, area, text)
    assert export(database) == before


def test_the_head_names_the_settings(database: Database) -> None:
    assert sheets.columns("zones") == ["id", "name", "country", "postcodes"]
    assert sheets.columns("windows")[-7:] == [
        "capacity",
        "fee.amount",
        "fee.free_from",
        "fee.by_weight",
        "lead_minutes",
        "kept_by",
        "exceptions",
    ]
    assert {"address.lines", "address.postal_code"} < set(sheets.columns("centres"))
    add(database, "zones", ZONE)
    assert sheet(database, "zones") == "\ufeffid,name,country,postcodes\r\namsterdam,Amsterdam,NL,1011-1109\r\n"


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_sheet_may_be_written_in_several_ways(database: Database, mark: str, separator: str) -> None:
    text = mark + "name,country,postcodes\nOne,nl,10|11\n\nTwo,NL,\n".replace(",", separator)
    assert read_in(database, "zones", text) == {"zones": Difference(2, 0, 0)}
    assert item(database, "zones", "one")["postcodes"] == ["10", "11"]
    assert order(database, "zones") == ["one", "two"]


def test_a_column_that_is_left_out_stays_as_it_is(database: Database) -> None:
    add_shop(database)
    add(database, "windows", WINDOW | {"weekday": 3})
    text = "id,capacity,fee.amount\namsterdam-2-1800,5,100\n"
    assert read_in(database, "windows", text) == {"windows": Difference(0, 1, 1)}
    kept = item(database, "windows", "amsterdam-2-1800")
    assert (kept["capacity"], kept["fee"]["amount"], kept["start_time"]) == (5, 100, "18:00")


def test_what_a_spreadsheet_would_run_is_made_harmless_and_comes_back(database: Database) -> None:
    names = ["=HYPERLINK(1)", "+1", "-1+1", "@x", "'=1", "'x", "-5"]
    for name in names:
        add(database, "zones", ZONE | {"name": name})
    text = sheet(database, "zones")
    shown = [row["name"] for row in csv.DictReader(io.StringIO(text))]
    assert shown == ["'=HYPERLINK(1)", "+1", "'-1+1", "'@x", "''=1", "'x", "-5"]
    assert read_in(database, "zones", text) == {"zones": Difference(0, 0, 0)}


def test_each_row_says_what_is_wrong_with_it_and_nothing_is_taken(database: Database) -> None:
    add_shop(database)
    before = export(database)
    text = (
        "id,zone_id,origin_id,weekday,start_time,end_time,capacity,fee.amount,exceptions\n"
        "a,amsterdam,magazijn-houten,2,18:00,20:00,12,695,\n"
        "b,amsterdam,magazijn-houten,8,18:00,six,12,695,\n"
        "\n"
        'c,amsterdam,magazijn-houten,2,18:00,20:00,12,,"{""2026-12-25"":{""capacity"":-1}}"\n'
    )
    assert [(fault.row, fault.column) for fault in refused(database, "windows", text)] == [
        (3, "weekday"),
        (3, "end_time"),
        (5, "fee.amount"),
        (5, "exceptions"),
    ]
    text = (
        "id,zone_id,origin_id,weekday,start_time,end_time,capacity,fee.amount\nd,mars,magazijn-houten,1,8:00,9:00,1,1\n"
    )
    assert [(fault.row, fault.column) for fault in refused(database, "windows", text)] == [(2, "zone_id")]
    assert [(fault.row, fault.column) for fault in refused(database, "zones", "id,name,country\n")] == [(0, "")] * 2
    assert export(database) == before


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("", (0, "")),
        ("name,colour\nx,red\n", (1, "colour")),
        ("name,name,country\nx,x,NL\n", (1, "name")),
        ("name,country\nx,NL,y\n", (2, "")),
        ("name,country\nx,NL\nx,NL\nx,Holland\n", (4, "country")),
        ('name,country\n"x,NL\n', (2, "")),
        ("id,name,country\nx,A,NL\nx,B,NL\n", (3, "id")),
        ("name,country,postcodes\nÎle,FR,\n".encode("latin-1"), (0, "")),
        (b"name,country\nx\x00y,NL\n", (2, "name")),
    ],
)
def test_a_sheet_that_cannot_be_taken_is_refused(database: Database, text: str | bytes, where: tuple[int, str]) -> None:
    assert [(fault.row, fault.column) for fault in refused(database, "zones", text)] == [where]


def test_json_in_a_cell_is_checked(database: Database) -> None:
    add_shop(database)
    text = "id,exceptions\namsterdam-2-1800,soon\n"
    assert [(fault.row, fault.column) for fault in refused(database, "windows", text)] == [(2, "exceptions")]


def test_a_sheet_does_not_overwrite_what_was_changed_after_it_was_looked_at(database: Database) -> None:
    add(database, "zones", ZONE)
    text = sheet(database, "zones")
    with pytest.raises(EditedMeanwhile):
        read_in(database, "zones", text, seen="0" * 16)


def test_it_hides_other_merchants(database: Database) -> None:
    add_shop(database, BOOKS)
    before = export(database, BOOKS)
    assert sheet(database, "centres").count("\n") == 1
    read_in(database, "zones", sheet(database, "zones", merchant_id=BOOKS))
    assert export(database, BOOKS) == before
