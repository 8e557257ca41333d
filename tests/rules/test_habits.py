"""How vans really drive: learnt from reported stops of past days, drawn towards the usual."""

import numpy as np
import pytest

from delivery.rules.habits import FEWEST, LONGEST_STRETCH, USUAL, Habits, Stretch, day_factor, habits_of


def stretches(number: int, pace: float, habits: Habits, seed: int = 1) -> list[Stretch]:
    """Of ten minutes on the road and five at the door, with the luck of `habits` and so many times as long."""
    random = np.random.default_rng(seed)

    def luck(spread: float) -> np.ndarray:
        return np.exp(random.normal(-(spread**2) / 2, spread, number))

    took = (600 * luck(habits.drive_spread) + 300 * luck(habits.door_spread)) * luck(habits.day_spread) * pace
    return [Stretch(600.0, 300.0, float(seconds)) for seconds in took]


def test_too_few_stretches_teach_nothing() -> None:
    assert habits_of([]) == USUAL
    assert habits_of(stretches(FEWEST - 1, 2.0, USUAL)) == USUAL


@pytest.mark.parametrize("took", [0.0, -60.0, LONGEST_STRETCH + 1])
def test_a_break_or_a_muddle_of_reports_teaches_nothing(took: float) -> None:
    assert habits_of([Stretch(600.0, 300.0, took)] * 100) == USUAL


@pytest.mark.parametrize("pace", [0.8, 1.0, 1.25, 1.6])
def test_the_pace_is_learnt(pace: float) -> None:
    learnt = habits_of(stretches(4000, pace, USUAL))
    assert learnt.drive == learnt.door == pytest.approx(pace, rel=0.04)
    assert learnt.drive_spread == pytest.approx(USUAL.drive_spread, rel=0.1)


def test_few_stretches_teach_a_little() -> None:
    little, much = (habits_of(stretches(number, 1.5, USUAL)).drive for number in (FEWEST, 4000))
    assert 1.15 < little < 1.35 < much


@pytest.mark.parametrize(
    ("real", "wider"),
    [(Habits(drive_spread=0.15, door_spread=0.25, day_spread=0.05), -1), (Habits(1, 1, 0.6, 1.0, 0.2), 1)],
)
def test_the_spread_is_learnt(real: Habits, wider: int) -> None:
    learnt = habits_of(stretches(2000, 1.0, real))
    assert wider * (learnt.drive_spread - USUAL.drive_spread) > 0.05
    assert wider * (learnt.door_spread - USUAL.door_spread) > 0.1
    assert learnt.day_spread >= USUAL.day_spread, "what a day has in common is not seen from one stretch"


def test_a_few_breaks_do_not_make_every_stop_uncertain() -> None:
    with_breaks = stretches(500, 1.0, USUAL) + [Stretch(600.0, 300.0, 2.5 * 3600.0)] * 10
    assert habits_of(with_breaks).drive_spread == pytest.approx(USUAL.drive_spread, rel=0.2)


def test_a_day_is_as_usual_until_its_stops_say_otherwise() -> None:
    assert day_factor([], USUAL) == pytest.approx((0.0, USUAL.day_spread))
    assert day_factor([Stretch(0.0, 0.0, 60.0), Stretch(600.0, 300.0, -5.0)], USUAL) == day_factor([], USUAL)
    slow = [Stretch(600.0, 300.0, 1800.0)]
    means, spreads = zip(*(day_factor(slow * number, USUAL) for number in (1, 4, 16, 400)), strict=True)
    assert list(means) == sorted(means)
    assert means[0] > 0.05
    assert means[-1] == pytest.approx(np.log(2), rel=0.1)
    assert list(spreads) == sorted(spreads, reverse=True)
    assert spreads[-1] < USUAL.day_spread / 4
