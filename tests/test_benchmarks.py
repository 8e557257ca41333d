"""The benchmarks run, with the smallest counts. No figure is looked at here: a busy machine would decide."""

import random
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import merchant, search
from delivery.rules.places import PointIndex

HOUSE = Path(__file__).parent.parent
SQLITE = ("--database", "sqlite")
OFFERS = ("offers", *SQLITE, "--rounds", "1", "--seconds", "0.02", "--sold", "3")
SMALLEST = (
    *("holds", *SQLITE, "--rounds", "1", "--writers", "2", "--takes", "4"),
    *("search", "--queries", "2", "--rounds", "1"),
)
VANS = ("insertion", "--addresses", "2", "routed-holds", *SQLITE, "--rounds", "1", "--writers", "2", "--takes", "4")
PROFILE = ("profile-offer", *SQLITE, "--rounds", "2", "--lines", "3", "centres", *SQLITE, "--centres", "30", "accuracy")
"""The element's is left to `make bench`: it starts the demo and a browser, which have tests of their own."""


def test_each_benchmark_prints_its_table() -> None:
    said = printed(*SMALLEST)
    assert [title for title in ("Holds:", "Search in") if f"\n{title}" not in said] == []


@pytest.mark.soak
def test_the_profile_and_the_import_print_their_tables() -> None:
    said = printed(*OFFERS, *PROFILE, *VANS)
    titles = (
        "Offers:",
        "One offer on sqlite",
        "One fragment on sqlite",
        "Import of 30",
        "Accuracy",
        "All windows of 14 days",
        "Places on the routes",
    )
    assert [title for title in titles if f"\n{title}" not in said] == []


def printed(*arguments: str) -> str:
    run = subprocess.run(
        [sys.executable, "-m", "benchmarks", *arguments],
        cwd=HOUSE,
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )
    assert run.returncode == 0, run.stderr[-2000:]
    return run.stdout


def test_the_oracle_of_the_search_agrees() -> None:
    chance = random.Random(merchant.SEED)
    centres = list(merchant.points(300, chance))
    index = PointIndex(centres)
    for here in merchant.points(5, chance):
        found = [position for position, _ in index.nearest(here, 7)]
        assert found == [position for position, _ in search.oracle(centres, here, 7)]
