"""Wanted driving times as questions: nothing is left out, and none is larger than map servers take."""

from hypothesis import given, settings
from hypothesis import strategies as st

from delivery.rules.known_roads import Cell
from plugin.travel.blocks import MOST_PAIRS, MOST_PLACES, blocks

cells = st.builds(Cell, st.integers(-90_000, 90_000), st.integers(-180_000, 180_000))


@settings(max_examples=40, deadline=None)
@given(st.dictionaries(cells, st.sets(cells, min_size=1, max_size=12), max_size=30), st.integers(0, 400))
def test_everything_wanted_is_asked_for(wanted: dict[Cell, set[Cell]], from_home: int) -> None:
    if from_home:
        wanted[Cell(0, 0)] = {Cell(1, n) for n in range(from_home)}
    asked: set[tuple[Cell, Cell]] = set()
    for starts, ends in blocks(wanted):
        assert len({*starts, *ends}) <= MOST_PLACES
        assert len(starts) * len(ends) <= MOST_PAIRS
        asked |= {(start, end) for start in starts for end in ends}
    assert {(start, end) for start, ends in wanted.items() for end in ends} <= asked


def test_neighbours_share_a_question() -> None:
    """A hundred stops, each with its twenty nearest: a question for each would be a hundred."""
    town = [Cell(52_000 + north, 5_000 + east) for north in range(10) for east in range(10)]

    def nearest(cell: Cell) -> set[Cell]:
        near = sorted(town, key=lambda other: (cell.latitude - other[0]) ** 2 + (cell.longitude - other[1]) ** 2)
        return set(near[1:21])

    assert len(list(blocks({cell: nearest(cell) for cell in town}))) <= 4
