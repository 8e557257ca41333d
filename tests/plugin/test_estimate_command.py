"""`stoep estimate backtest`: replaying a history of deliveries."""

import json
import os
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from click.testing import CliRunner, Result

from delivery.histories import COLUMNS, BadLine, read_history
from delivery.rules.backtests import backtest
from delivery.rules.parcel_history import PastParcel
from plugin.commands import stoep

KEYS = {
    *("n", "kept", "mean_promised_days", "median_promised_days", "mean_width_days", "pinball_90", "pinball_95"),
    *("kept_by_month", "shown", "us_per_estimate"),
}
HOUSE = Path(__file__).parents[2]
BEGAN = datetime(2026, 1, 5, 9, tzinfo=UTC)


def rows(days: int) -> list[dict[str, str]]:
    chance, found = Random(3), []
    for number in range(days * 3):
        ordered = BEGAN + timedelta(days=number // 3, minutes=number % 3)
        left = ordered + timedelta(days=chance.choice((1, 1, 2)))
        came = left + timedelta(days=chance.choice((2, 3, 3, 5)))
        facts = (f"o{number}", ordered, left, came, (ordered + timedelta(days=9)).date())
        found.append(
            dict(zip(COLUMNS, [str(fact) for fact in (*facts, "shop", "NH", "1016", "ZH", "3011", 500)], strict=True))
        )
    return found


def written(folder: Path, lines: Sequence[dict[str, str]]) -> Path:
    path = folder / "history.csv"
    path.write_text("\n".join([",".join(COLUMNS), *(",".join(line.values()) for line in lines)]) + "\n")
    return path


def run(path: Path, *options: str) -> Result:
    span = ("--from", "2026-03-01", "--until", "2026-04-30")
    return CliRunner().invoke(stoep, ["estimate", "backtest", str(path), *span, *options])


def figures(path: Path, *options: str) -> dict[str, object]:
    result = run(path, "--json", *options)
    assert result.exit_code == 0, result.output
    found: dict[str, object] = json.loads(result.stdout)
    found.pop("us_per_estimate")
    return found


def test_it_prints_the_figures_of_the_span(tmp_path: Path) -> None:
    result = run(written(tmp_path, rows(150)), "--json")
    found = json.loads(result.stdout)
    assert set(found) == KEYS
    assert found["n"] == 61 * 3
    assert list(found["kept_by_month"]) == ["2026-03", "2026-04"]
    assert 0.85 <= found["kept"] <= 1
    assert 4 <= found["mean_promised_days"] <= 8
    assert set(found["shown"]) == {"kept", "mean_promised_days", "pinball_90"}
    assert found["shown"]["mean_promised_days"] == 9
    assert "kept in 2026-03" in run(written(tmp_path, rows(150))).stdout


def test_the_order_of_the_lines_changes_nothing_and_the_future_neither(tmp_path: Path) -> None:
    lines = rows(150)
    before = figures(written(tmp_path, lines))
    assert figures(written(tmp_path, lines[::-1])) == before
    later = [line for line in lines if line["ordered_at"] > "2026-05"]
    assert later
    for line in later:
        line["delivered_at"] = line["ordered_at"]
    assert figures(written(tmp_path, lines)) == before


def test_more_confidence_promises_later_days_and_keeps_more(tmp_path: Path) -> None:
    path = written(tmp_path, rows(150))
    half, most = figures(path, "--confidence", "0.5"), figures(path, "--confidence", "0.95")
    assert half["mean_promised_days"] < most["mean_promised_days"]  # type: ignore[operator]
    assert half["kept"] < most["kept"]  # type: ignore[operator]


def test_lines_that_cannot_be_are_told_of_by_number_and_passed_over(tmp_path: Path) -> None:
    lines = rows(150)
    lines[3]["ordered_at"] = "yesterday"
    lines[5]["delivered_at"] = "2020-01-01 10:00:00"
    lines[7]["weight_g"] = "heavy"
    lines[9]["order"] = lines[8]["order"]
    lines[11]["order"] = ""
    result = run(written(tmp_path, lines), "--json")
    assert result.exit_code == 0
    assert "line 5: ordered_at 'yesterday' is no moment" in result.stderr
    assert "line 7: order o5 was ordered after it was sent or delivered" in result.stderr
    assert "line 9: weight_g 'heavy' is no whole number" in result.stderr
    assert "line 11: order o8 stands there twice" in result.stderr
    assert "line 13: it has no order" in result.stderr
    assert "5 of 450 lines were passed over" in result.stderr


def test_a_file_that_is_no_history_is_refused_by_what_it_lacks(tmp_path: Path) -> None:
    path = tmp_path / "other.csv"
    path.write_text("name,price\nlamp,10\n")
    result = run(path)
    assert result.exit_code == 1
    assert "lacks order, ordered_at, delivered_at, destination_postal" in result.output


def test_a_span_without_parcels_is_refused(tmp_path: Path) -> None:
    result = run(written(tmp_path, rows(5)))
    assert result.exit_code == 1
    assert "no parcel that has arrived was ordered in the span" in result.output


def real_history() -> list[PastParcel]:
    folder = Path(os.environ.get("STOEP_TEST_DATA", HOUSE.parent / "shared" / "data"))
    path = folder / "deliveries" / "br_history.csv"
    if not path.exists():
        pytest.skip("deliveries/br_history.csv is not there: it is not part of this repository")
    with path.open(encoding="utf-8", newline="") as lines:
        return [one for one in read_history(lines) if not isinstance(one, BadLine)]


def test_on_a_real_marketplace_it_keeps_its_word_and_beats_the_days_that_were_shown() -> None:
    parcels = real_history()
    calm = backtest(parcels, date(2017, 5, 1), date(2017, 8, 31), 0.9, lambda: 0.0)
    jam = backtest(parcels, date(2017, 11, 1), date(2017, 12, 31), 0.9, lambda: 0.0)
    for found, least, most in ((calm, 0.89, 0.95), (jam, 0.85, 0.95)):
        assert least <= found.kept <= most
        assert found.shown is not None
        assert found.pinball_90 < found.shown.pinball_90
        assert found.mean_promised_days < found.shown.mean_promised_days - 3
