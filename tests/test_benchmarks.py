"""The benchmarks run, with the smallest counts. No figure is looked at here: a busy machine would decide."""

import subprocess
import sys
from pathlib import Path

import pytest

HOUSE = Path(__file__).parent.parent
SMALLEST = {
    "offers": ("--rounds", "1", "--seconds", "0.02", "--sold", "3"),
    "holds": ("--rounds", "1", "--writers", "2", "--takes", "4"),
    "search": ("--queries", "2", "--rounds", "1"),
    "profile-offer": ("--rounds", "2", "--lines", "3"),
}
"""The element's is left to `make bench`: it starts the demo and a browser, which tests of their own do."""


@pytest.mark.parametrize("what", SMALLEST)
def test_a_benchmark_prints_its_table(what: str) -> None:
    kind = () if what == "search" else ("--database", "sqlite")
    run = subprocess.run(
        [sys.executable, "-m", "benchmarks", what, *kind, *SMALLEST[what]],
        cwd=HOUSE,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert run.returncode == 0, run.stderr[-2000:]
    assert "|--" in run.stdout


def test_the_oracle_of_the_search_agrees() -> None:
    from benchmarks import merchant, search
    from delivery.rules.places import PointIndex

    chance = search.random.Random(merchant.SEED)
    centres = list(merchant.points(300, chance))
    index = PointIndex(centres)
    for here in merchant.points(5, chance):
        assert [position for position, _ in index.nearest(here, 7)] == [
            position for position, _ in search.oracle(centres, here, 7)
        ]
