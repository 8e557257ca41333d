"""`stoep centres import`, typed."""

import json
from pathlib import Path

from delivery.store.engine import Database
from tests.databases import LAMPS, add_two_merchants
from tests.delivery.settings.builders import CENTRE, add_shop, order
from tests.plugin.test_commands import stoep

NEW = CENTRE | {"name": "Nieuw\x1b[31m", "address": CENTRE["address"] | {"city": "Delft"}}


def test_a_file_is_brought_in_with_progress_and_a_line_for_each_row(sqlite_url: str, tmp_path: Path) -> None:
    database = Database(sqlite_url)
    database.write(add_two_merchants)
    add_shop(database)
    file = tmp_path / "centres.json"
    file.write_text(json.dumps([CENTRE, CENTRE | {"name": "Nieuw"}, NEW, {"id": "x"}]))
    looked = stoep(sqlite_url, "centres", "import", LAMPS, str(file), "--dry-run")
    assert looked.exit_code == 1
    assert "1 added, 0 changed, 1 same, 2 refused; nothing was changed" in looked.stderr
    assert order(database, "centres") == ["boekhandel-de-ceintuur"]
    run = stoep(sqlite_url, "centres", "import", LAMPS, str(file))
    assert run.exit_code == 1, "some rows were refused"
    lines = [line.split("\t") for line in run.stdout.splitlines()]
    assert [line[:4] for line in lines] == [
        ["1", "same", "boekhandel-de-ceintuur", "Boekhandel De Ceintuur"],
        ["2", "added", "nieuw-amsterdam", "Nieuw"],
        ["3", "refused", "", "Nieuw [31m"],
        ["4", "refused", "x", ""],
    ]
    assert "name: Please fill this in." in lines[3][4]
    assert [step for step in ("checking", "writing") if step not in run.stderr] == []
    assert order(database, "centres") == ["boekhandel-de-ceintuur", "nieuw-amsterdam"]
    database.close()


def test_a_file_that_cannot_be_read_and_a_shop_that_is_not_there_are_said_plainly(
    sqlite_url: str, tmp_path: Path
) -> None:
    good, bad = tmp_path / "good.json", tmp_path / "bad.csv"
    good.write_text(json.dumps([CENTRE]))
    bad.write_text("id;nothing\n1;2\n")
    assert "there is no merchant 'sh_no'" in stoep(sqlite_url, "centres", "import", "sh_no", str(good)).stderr
    refused = stoep(sqlite_url, "centres", "import", "sh_no", str(bad))
    assert refused.exit_code == 1
    assert "bad.csv, row 1: nothing There is no such column." in refused.stderr
