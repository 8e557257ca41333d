"""`stoep settings`: out of one shop and into another, by file."""

import json
from pathlib import Path
from typing import Any

import pytest

from delivery import audit
from delivery.store.engine import Database
from tests.databases import BOOKS, LAMPS, add_two_merchants
from tests.delivery.settings.builders import add_shop
from tests.plugin.test_commands import stoep


@pytest.fixture
def shops(sqlite_url: str) -> str:
    """A database with a shop that has set something, and one that has not."""
    database = Database(sqlite_url)
    database.write(add_two_merchants)
    add_shop(database)
    database.close()
    return sqlite_url


def exported(url: str, merchant_id: str) -> dict[str, Any]:
    run = stoep(url, "settings", "export", merchant_id)
    assert run.exit_code == 0, run.stderr
    found: dict[str, Any] = json.loads(run.stdout)
    return found


def test_what_one_shop_exports_another_imports(shops: str, tmp_path: Path) -> None:
    file = tmp_path / "settings.json"
    file.write_text(json.dumps(exported(shops, LAMPS)))
    run = stoep(shops, "settings", "import", BOOKS, str(file))
    assert run.exit_code == 0, run.stderr
    assert "zones: 1 added, 0 changed, 0 removed" in run.stdout
    assert exported(shops, BOOKS) == exported(shops, LAMPS)
    database = Database(shops)
    with database.reading() as session:
        assert {entry.who for entry in audit.entries(session, BOOKS).entries} == {"operator"}
    database.close()


def test_each_fault_is_told_and_nothing_changes(shops: str, tmp_path: Path) -> None:
    before, file = exported(shops, LAMPS), tmp_path / "settings.json"
    wrong = exported(shops, LAMPS)
    wrong["settings"]["shop"]["name"] = ""
    wrong["settings"]["windows"][0]["weekday"] = 8
    file.write_text(json.dumps(wrong))
    run = stoep(shops, "settings", "import", LAMPS, str(file))
    assert run.exit_code == 1
    assert "nothing was changed" in run.stderr
    assert "/settings/shop/name: Please fill this in." in run.stderr
    assert "/settings/windows/0/weekday: Between 1 and 7." in run.stderr
    assert exported(shops, LAMPS) == before


def test_another_file_and_another_merchant_are_refused_plainly(shops: str, tmp_path: Path) -> None:
    file = tmp_path / "settings.json"
    file.write_text("not JSON")
    assert "the file is not JSON" in stoep(shops, "settings", "import", LAMPS, str(file)).stderr
    file.write_text("{}")
    assert "there is no merchant 'sh_x'" in stoep(shops, "settings", "import", "sh_x", str(file)).stderr
    assert "there is no merchant 'sh_x'" in stoep(shops, "settings", "export", "sh_x").stderr
