"""How a merchant's vans really drive and stand, against what was worked out: learnt from days that are over."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log, sqrt

import numpy as np

FEWEST = 40
"""With fewer stretches nothing is learnt."""
WEIGHT = 40
"""What is learnt counts like so many stretches of the usual."""
LONGEST_STRETCH = 3 * 3600.0
"""Seconds between two reports: what takes longer is a break, or a report that came late."""


@dataclass(frozen=True, slots=True)
class Habits:
    """`drive` and `door`: how many times as long it takes, on average, as was worked out; the spreads are standard deviations of
    the logarithm: of one stretch, of one door, and of what a whole day has in common."""

    drive: float = 1.0
    door: float = 1.0
    drive_spread: float = 0.3
    door_spread: float = 0.5
    day_spread: float = 0.1


USUAL = Habits()
"""Until enough is known: wider than most days turn out to be, for safety."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """From one reported stop to the next, in seconds: the driving and the standing that were worked out, and what it took."""

    drives: float
    stands: float
    took: float


def habits_of(stretches: Sequence[Stretch], usual: Habits = USUAL) -> Habits:
    """What was seen of past days, drawn towards the usual; the usual itself with fewer than FEWEST usable stretches.

    Driving and standing are not told apart, as nobody reports when a van arrived: both become slower, or more uneven,
    by the same factor. The spread is that between the 5th and the 95th of 100, so that what happens now and then is in it.
    """
    used = [one for one in stretches if one.drives + one.stands > 0 and 0 < one.took <= LONGEST_STRETCH]
    if len(used) < FEWEST:
        return usual
    ratios = np.array([log(one.took / (one.drives + one.stands)) for one in used])
    low, high = np.quantile(ratios, (0.05, 0.95))
    spread = float(high - low) / (2 * 1.645)
    pace = float(np.median(ratios)) + spread**2 / 2
    share = len(used) / (len(used) + WEIGHT)
    pace_factor = exp(share * min(max(pace, -0.7), 0.7))
    usual_spread = sqrt(sum(_expected_variance(one, usual) for one in used) / len(used))
    factor = exp(share * log(min(max(spread / usual_spread, 0.5), 3.0)))
    return Habits(
        drive=usual.drive * pace_factor,
        door=usual.door * pace_factor,
        drive_spread=usual.drive_spread * factor,
        door_spread=usual.door_spread * factor,
        day_spread=usual.day_spread * max(1.0, factor),
    )


def day_factor(stretches: Sequence[Stretch], habits: Habits) -> tuple[float, float]:
    """What the stretches of a day so far say of the rest of it: mean and standard deviation of the logarithm by which all takes
    longer. Both normal, the day's own is drawn towards none by what one stretch is worth (the usual Bayesian mean)."""
    prior = habits.day_spread**2
    precision, drawn = 1 / prior, 0.0
    for one in stretches:
        worked_out = one.drives * habits.drive + one.stands * habits.door
        if worked_out <= 0 or not 0 < one.took <= LONGEST_STRETCH:
            continue
        variance = max(_expected_variance(one, habits) - prior, 0.01)
        precision += 1 / variance
        drawn += (log(one.took / worked_out) + variance / 2) / variance
    return drawn / precision, sqrt(1 / precision)


def _expected_variance(stretch: Stretch, habits: Habits) -> float:
    """Of the logarithm, by the usual spreads."""
    whole = stretch.drives + stretch.stands
    drive, door = stretch.drives / whole * habits.drive_spread, stretch.stands / whole * habits.door_spread
    return drive**2 + door**2 + habits.day_spread**2
