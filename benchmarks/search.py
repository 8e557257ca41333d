"""The nearest pick-up centres of 12,000, against an oracle in plain Python."""

import math
import random
import time
from collections.abc import Callable
from statistics import median

from benchmarks import merchant
from benchmarks.figures import show, spread
from delivery.rules.places import EARTH_RADIUS_M, Point, PointIndex

LIMITS = (1, 10, 50)
CLOSE_ENOUGH_M = 0.001
HEADS = ("centres shown", "queries", "different answers", "index, µs", "plain Python, µs", "times as fast")


def run(queries: int, rounds: int) -> None:
    """The same answers? How much quicker?"""
    chance = random.Random(merchant.SEED)
    centres = list(merchant.points(merchant.CENTRES, chance))
    asked = list(merchant.points(queries, chance))
    index = PointIndex(centres)
    rows = []
    for limit in LIMITS:
        different = sum(not _same(index.nearest(point, limit), oracle(centres, point, limit)) for point in asked)
        fast, slow = _times(index, centres, asked, limit, rounds)
        ratios = [there / here for here, there in zip(fast, slow, strict=True)]
        rows.append((limit, queries, different, spread(fast), spread(slow), spread(ratios)))
    show(f"Search in {merchant.CENTRES:,} points: {rounds} rounds, median (least–most)", HEADS, rows)


def oracle(centres: list[Point], here: Point, limit: int) -> list[tuple[int, float]]:
    """Every distance, sorted. By the angle between two vectors, atan2(|a × b|, a · b): another formula than ours."""
    x, y, z = _vector(here)
    found = []
    for position, centre in enumerate(centres):
        u, v, w = _vector(centre)
        across = math.hypot(y * w - z * v, z * u - x * w, x * v - y * u)
        found.append((EARTH_RADIUS_M * math.atan2(across, x * u + y * v + z * w), position))
    return [(position, metres) for metres, position in sorted(found)[:limit]]


def _vector(point: Point) -> tuple[float, float, float]:
    latitude, longitude = math.radians(point.latitude), math.radians(point.longitude)
    return math.cos(latitude) * math.cos(longitude), math.cos(latitude) * math.sin(longitude), math.sin(latitude)


def _same(found: list[tuple[int, float]], told: list[tuple[int, float]]) -> bool:
    """The same centres in the same order at the same distances. Two equally far to the millimetre may swap."""
    if len(found) != len(told) or {position for position, _ in found} != {position for position, _ in told}:
        return False
    return all(abs(a - b) <= CLOSE_ENOUGH_M for (_, a), (_, b) in zip(found, told, strict=True))


def _times(
    index: PointIndex, centres: list[Point], asked: list[Point], limit: int, rounds: int
) -> tuple[list[float], list[float]]:
    """µs a query of each, round by round in turn."""
    few = asked[: max(1, len(asked) // 10)]
    fast, slow = [], []
    for _ in range(rounds):
        fast.append(median(_took(index.nearest, point, limit) for point in asked))
        slow.append(median(_took(oracle, centres, point, limit) for point in few))
    return fast, slow


def _took(work: Callable[..., object], *given: object) -> float:
    began = time.perf_counter_ns()
    work(*given)
    return (time.perf_counter_ns() - began) / 1000
