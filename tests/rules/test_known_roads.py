"""Driving times that were told, and the guess where none was."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from delivery.rules.driving import Plane, Straight
from delivery.rules.known_roads import Cell, Known, KnownRoads, cell_of
from delivery.rules.places import Point

HOUTEN = Point(52.0276, 5.1732)
PLANE, STRAIGHT = Plane(HOUTEN), Straight(0.1)
CELLS = [Cell(52_000 + north, 5_100 + east) for north in range(4) for east in range(4)]

near = st.builds(Point, st.floats(51.9985, 52.0055), st.floats(5.0985, 5.1055))
times = st.dictionaries(st.tuples(st.sampled_from(CELLS), st.sampled_from(CELLS)), st.integers(0, 5000), max_size=30)


def roads(told: dict[tuple[Cell, Cell], float]) -> KnownRoads:
    return KnownRoads(PLANE, STRAIGHT, Known.of(told))


@pytest.mark.parametrize(
    ("latitude", "longitude", "cell"),
    [
        (52.0276, 5.1732, (52_028, 5_173)),
        (52.0275, 5.1735, (52_028, 5_174)),
        (52.0274, 5.1734, (52_027, 5_173)),
        (-0.0005, -0.0006, (0, -1)),
        (-33.8688, 151.2093, (-33_869, 151_209)),
        (90, -180, (90_000, -180_000)),
    ],
)
def test_a_place_lies_in_the_cell_it_is_rounded_to(latitude: float, longitude: float, cell: tuple[int, int]) -> None:
    point = Point(latitude, longitude)
    assert cell_of(point) == Cell(*cell)
    assert cell_of(cell_of(point).point) == cell_of(point)


def test_what_was_told_counts_one_way_only_and_who_is_unsure_is_farther() -> None:
    here, there = CELLS[0], CELLS[15]
    found = roads({(here, there): 700})
    start, end = PLANE.place(here.point, 30.0), PLANE.place(there.point, 5.0)
    assert found.leg(start, end) == 735
    assert found.leg(end, start) == pytest.approx(found.guess.leg(end, start))
    assert 0 < found.leg(end, start) < 735


def test_what_is_told_of_enough_stretches_changes_the_guess_for_the_others() -> None:
    def told(times_as_long: float, pairs: int) -> KnownRoads:
        stretches = [(one, other) for one in CELLS for other in CELLS if one != other][:pairs]
        middle = [(PLANE.place(one.point), PLANE.place(other.point)) for one, other in stretches]
        legs = [STRAIGHT.leg(*places) for places in middle]
        return roads({pair: times_as_long * leg for pair, leg in zip(stretches, legs, strict=True)})

    assert roads({}).factor == 1
    assert told(2.0, 1).factor == pytest.approx(1 + 1 / 21)
    assert told(2.0, 200).factor == pytest.approx(1 + 200 / 220)
    assert told(0.5, 200).factor == pytest.approx(1 - 0.5 * 200 / 220)
    assert (told(1e-9, 240).factor, told(99, 240).factor) == (0.25, 4.0)
    assert roads({(CELLS[0], CELLS[0]): 50}).factor == 1, "of no length"


def test_the_guess_is_as_slow_as_all_but_the_slowest_fifth() -> None:
    """Ten stretches of one length: eight as the distance says, two three times as long."""
    stretches = [(Cell(52_000, 5_000 + 10 * n), Cell(52_000, 5_005 + 10 * n)) for n in range(10)]
    seconds = [STRAIGHT.leg(*(PLANE.place(cell.point) for cell in pair)) for pair in stretches]
    slow = [leg * (3 if n >= 7 else 1) for n, leg in enumerate(seconds)]
    assert roads(dict(zip(stretches, slow, strict=True))).factor == pytest.approx(1 + 10 / 30 * 2)
    slow = [leg * (3 if n == 9 else 1) for n, leg in enumerate(seconds)]
    assert roads(dict(zip(stretches, slow, strict=True))).factor == pytest.approx(1)


@settings(max_examples=60, deadline=None)
@given(told=times, ends=st.lists(near, min_size=1, max_size=6), start=near)
def test_rows_are_what_one_after_another_would_be(
    told: dict[tuple[Cell, Cell], float], ends: list[Point], start: Point
) -> None:
    found = roads(told)
    places, home = [PLANE.place(point, 7.0 * n) for n, point in enumerate(ends)], PLANE.place(start)
    there, back = found.legs(np.array(home), np.array(places)), found.legs(np.array(places), np.array(home))
    assert there.tolist() == pytest.approx([found.leg(home, place) for place in places])
    assert back.tolist() == pytest.approx([found.leg(place, home) for place in places])
    for point, place, seconds in zip(ends, places, there.tolist(), strict=True):
        known = told.get((cell_of(start), cell_of(point)))
        assert seconds >= 0
        if known is not None:
            assert seconds == pytest.approx(known + place[2])


def test_the_same_times_have_the_same_fingerprint_and_the_last_of_two_counts() -> None:
    pair = (CELLS[0], CELLS[1])
    twice = Known.of_columns([pair[0]] * 2, [pair[1]] * 2, [100, 200])
    assert KnownRoads(PLANE, STRAIGHT, twice).leg(*(PLANE.place(cell.point) for cell in pair)) == 200
    assert list(twice.pairs()) == [pair, pair]
    assert Known.of({pair: 200}).fingerprint == twice.fingerprint != Known.of({pair: 201}).fingerprint
    more = {pair: 100, (CELLS[1], CELLS[2]): 50}
    turned = dict(reversed(more.items()))
    assert Known.of(more).fingerprint == Known.of(turned).fingerprint != Known.of({pair: 100}).fingerprint


def test_cells_on_two_sides_of_the_earth_are_found_as_well() -> None:
    here, there = Cell(52_000, 5_000), Cell(-33_869, 151_209)
    found = roads({(here, there): 80_000, (there, here): 81_000})
    start, end = PLANE.place(here.point), PLANE.place(there.point)
    assert (found.leg(start, end), found.leg(end, start)) == (80_000, 81_000)
    both = np.array([start, end, PLANE.place(CELLS[0].point)])
    assert found.legs(np.array(start), both).tolist() == [found.leg(start, tuple(row)) for row in both.tolist()]
    square = found.legs(both[:, None, :], both[None, :, :])
    assert square.tolist() == [
        [found.leg(tuple(one), tuple(other)) for other in both.tolist()] for one in both.tolist()
    ]
