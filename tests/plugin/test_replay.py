"""`stoep slots replay`: customers ask one by one; what is accepted is visited, on made files and on real days."""

import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import orjson
import pytest
from click.testing import CliRunner

from plugin.commands import stoep

REAL_DAYS = Path(__file__).parents[3] / "shared" / "data" / "routes"
KEYS = ["asked", "accepted", "refused", "plan", "ms_median", "ms_p99", "replans"]
SMALL = """NAME : small
TYPE : VRPTW
DIMENSION : 4
EDGE_WEIGHT_TYPE : EXPLICIT
EDGE_WEIGHT_FORMAT : FULL_MATRIX
VEHICLES : 1
CAPACITY : 2
EDGE_WEIGHT_SECTION
0 10 10 10
10 0 5 5
10 5 0 5
10 5 5 0
DEMAND_SECTION
1 0
2 1
3 1
4 1
TIME_WINDOW_SECTION
1 0 1000
2 0 100
3 0 100
4 0 100
SERVICE_TIME_SECTION
1 0
2 5
3 5
4 5
DEPOT_SECTION
1
-1
EOF
"""


def replayed(path: Path, *options: str) -> Any:
    result = CliRunner().invoke(stoep, ["slots", "replay", str(path), "--json", *options])
    assert result.exit_code == 0, result.output
    return orjson.loads(result.stdout)


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "small.txt"
    path.write_text(SMALL)
    return path


def test_a_van_takes_what_it_can_carry_in_the_order_of_the_file(small: Path) -> None:
    found = replayed(small)
    assert list(found) == KEYS
    assert (found["asked"], found["accepted"], found["refused"]) == (3, [1, 2], [3])
    assert sorted(found["plan"][0]) == [1, 2]
    assert replayed(small, "--vans", "2")["refused"] == []


def test_the_random_order_follows_from_its_seed(small: Path) -> None:
    orders = [
        tuple(replayed(small, "--order", "random", "--seed", str(seed))["refused"]) for seed in (1, 1, 2, 3, 4, 5)
    ]
    assert orders[0] == orders[1]
    assert len(set(orders)) > 1


def test_people_read_each_answer_and_the_plan(small: Path) -> None:
    result = CliRunner().invoke(stoep, ["slots", "replay", str(small)])
    assert result.exit_code == 0
    assert re.search(r"^ +3  refused +[\d.]+ ms$", result.stdout, re.MULTILINE)
    assert "2 of 3 accepted (66.7%) with 1 vans; every window is kept" in result.stdout


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (("TIME_WINDOW_SECTION\n1 0 1000\n2 0 100\n3 0 100\n4 0 100\n", ""), "no time windows"),
        (("4 0 100", "4 100 0"), "cannot close before it opens"),
        (("10 5 5 0", "10 5 5"), "not a file in the VRPLIB format"),
        (("10 5 5 0", "10 5 5 -1"), "less than nothing"),
        (("VEHICLES : 1\n", ""), "how many vans"),
        (("CAPACITY : 2\n", ""), "what a van can carry"),
        (("4 1\n", ""), "not equally long"),
        (("DIMENSION : 4", "DIMENSION : 5"), "VRPLIB format|as many customers"),
        ((SMALL, "nonsense"), "VRPLIB format"),
        ((SMALL, ""), "no time windows|VRPLIB format"),
    ],
)
def test_a_file_that_is_none_is_refused_in_words(small: Path, change: tuple[str, str], why: str) -> None:
    small.write_text(SMALL.replace(*change))
    result = CliRunner().invoke(stoep, ["slots", "replay", str(small)])
    assert result.exit_code == 1
    assert re.search(why, result.output), result.output
    assert "Traceback" not in result.output


def _days() -> list[Any]:
    """The smallest always, the others when there is time."""
    smallest, *others = sorted(REAL_DAYS.glob("*.txt"), key=lambda path: path.stat().st_size) or [None]
    return [smallest, *(pytest.param(path, marks=pytest.mark.soak) for path in others)]


def _drives(path: Path, plan: list[list[int]]) -> None:
    """Every route of the plan by the file's own table: a third reading, by nothing of ours."""
    import vrplib

    day = vrplib.read_instance(path)
    seconds, windows, service, demand = (day[name] for name in ("edge_weight", "time_window", "service_time", "demand"))
    for route in plan:
        assert demand[route].sum() <= day["capacity"]
        now = windows[0][0]
        for here, there in pairwise([0, *route, 0]):
            now = max(now + service[here] + seconds[here, there], windows[there][0])
            assert now <= windows[there][1], (route, there)


@pytest.mark.parametrize("path", _days(), ids=lambda path: path.stem[-12:] if path else "none")
def test_a_real_day_is_accepted_nearly_whole_with_the_vans_of_its_known_solution(path: Path | None) -> None:
    if path is None:
        pytest.skip("the real days are not in the repository")
    vans = path.with_suffix(".sol").read_text().count("Route ")
    found = replayed(path, "--vans", str(vans), "--order", "random", "--seed", "1")
    assert sorted(stop for route in found["plan"] for stop in route) == found["accepted"]
    assert len(found["accepted"]) + len(found["refused"]) == found["asked"]
    assert len(found["accepted"]) >= 0.95 * found["asked"]
    assert len(found["plan"]) <= vans
    _drives(path, found["plan"])
