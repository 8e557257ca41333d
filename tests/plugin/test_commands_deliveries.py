"""`stoep deliveries import`: a shop's deliveries of before, brought along once."""

from pathlib import Path

from plugin.commands.demo_merchant.seed import MERCHANT_ID
from tests.delivery.test_experiences import facts_of, history
from tests.doors import Door
from tests.plugin.test_commands import stoep
from tests.plugin.test_commands_people import address


def written(folder: Path) -> str:
    lines = [
        f"{one.order},{one.ordered_at:%Y-%m-%d %H:%M:%S},{one.delivered_at:%Y-%m-%d},1016 GV" for one in history(30)
    ]
    path = folder / "history.csv"
    path.write_text("\n".join(["order,ordered_at,delivered_at,destination_postal", *lines, "x,never,,", ""]))
    return str(path)


def test_a_file_is_brought_along_once(door: Door, tmp_path: Path) -> None:
    path = written(tmp_path)
    first, again = (
        stoep(address(door), "deliveries", "import", MERCHANT_ID, path, "--service", "standard") for _ in range(2)
    )
    assert first.exit_code == 0, first.output
    assert "30 of 30 deliveries are new" in first.stdout
    assert "switch learning on" in first.stdout
    assert "line 32: ordered_at 'never' is no moment" in first.stderr
    assert "1 of 31 lines were passed over" in first.stderr
    assert "0 of 30 deliveries are new" in again.stdout
    assert door.rows()["past_parcels"] == 30
    assert door.rows()["experiences"] == 1


def test_what_was_learnt_can_be_learnt_anew(plain_door: Door, tmp_path: Path) -> None:
    named = (MERCHANT_ID, "--service", "standard")
    path = written(tmp_path)
    stoep(address(plain_door), "deliveries", "import", MERCHANT_ID, path, "--service", "standard")
    before = facts_of(plain_door, "standard")
    again = stoep(address(plain_door), "deliveries", "learn", *named)
    assert again.stdout == "0 reports about standard were learnt from\n"
    anew = stoep(address(plain_door), "deliveries", "learn", *named, "--anew")
    assert anew.stdout == "60 reports about standard were learnt from\n"
    assert facts_of(plain_door, "standard") == before


def test_it_says_what_is_wrong_and_changes_nothing(plain_door: Door, tmp_path: Path) -> None:
    path, before = written(tmp_path), plain_door.rows()
    nobody = stoep(address(plain_door), "deliveries", "import", "mr_nobody", path)
    assert (nobody.exit_code, "there is no merchant mr_nobody" in nobody.stderr) == (1, True)
    which = stoep(address(plain_door), "deliveries", "import", MERCHANT_ID, path)
    assert (which.exit_code, "name the service by --service: one of standard, evening" in which.stderr) == (1, True)
    (tmp_path / "other.csv").write_text("name\nlamp\n")
    other = str(tmp_path / "other.csv")
    lacks = stoep(address(plain_door), "deliveries", "import", MERCHANT_ID, other, "--service", "standard")
    assert (lacks.exit_code, "lacks order, ordered_at" in lacks.stderr) == (1, True)
    assert plain_door.rows() == before
