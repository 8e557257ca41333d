"""Real days of vans played again: how many customers are accepted, beside simple ways of selling windows and beside knowing all.

Reads `../shared/data/routes/`, which is not part of the repository. Four ways: the best fixed count for each window that never
overbooks, in hindsight; insertion only; ours; and PyVRP for a minute, knowing everybody beforehand.
"""

import random
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import mean
from time import perf_counter
from typing import Any

import click

from benchmarks.figures import percentile, show
from delivery.rules.replans import Effort, replan
from delivery.rules.replays import INSERTION_ONLY, Policy, replay
from delivery.rules.routes import Route, Shift, Stop
from plugin.instances import Instance, read_instance

DAYS = Path(__file__).parents[2] / "shared" / "data" / "routes"
HEADS = (
    "vans",
    "count, hindsight",
    "insertion only",
    "ours",
    "ours, worst",
    "knowing all",
    "broken",
    "answer ms, median",
    "p99",
    "longest day, s",
)
KNOWING_ALL_SECONDS = 30.0


def run(seeds: int, fewer: Sequence[int], knowing_seconds: float = KNOWING_ALL_SECONDS) -> None:
    """Every day with each seed; a row for each number of vans fewer than the known solution has."""
    paths = sorted(DAYS.glob("*.txt"))
    if not paths:
        click.echo("The real days are not there: skipped.")
        return
    rows = [_row(paths, less, range(1, seeds + 1), knowing_seconds) for less in fewer]
    show("Customers of real days who are accepted, asked in random order", HEADS, rows)


def _row(paths: Sequence[Path], less: int, seeds: Sequence[int], knowing_seconds: float) -> list[str]:
    shares: dict[str, list[float]] = {"count": [], "insertion": [], "ours": [], "all": []}
    broken, took, longest = 0, list[float](), 0.0
    for path in paths:
        day, shifts = _day(path, less)
        for seed in seeds:
            customers = list(day.customers)
            random.Random(seed).shuffle(customers)
            simple = replay(shifts, customers, day.roads, INSERTION_ONLY, perf_counter)
            begun = time.perf_counter()
            found = replay(shifts, customers, day.roads, Policy(seed=seed), perf_counter)
            longest = max(longest, time.perf_counter() - begun)
            shares["insertion"].append(simple.share)
            shares["ours"].append(found.share)
            shares["count"].append(_counted(day, shifts, customers))
            broken += len(found.faults) + len(simple.faults)
            took += found.answer_ms
            click.echo(f"{path.stem} {-less:+d} vans, seed {seed}: {simple.share:.1%}, {found.share:.1%}", err=True)
        shares["all"].append(_knowing_all(day, shifts, knowing_seconds))
    means = [f"{mean(shares[name]):.1%}" for name in ("count", "insertion", "ours")]
    times = [f"{percentile(took, 0.5):.2f}", f"{percentile(took, 0.99):.0f}", f"{longest:.0f}"]
    name = "as the known solution" if not less else f"{less} fewer"
    return [name, *means, f"{min(shares['ours']):.1%}", f"{mean(shares['all']):.1%}", str(broken), *times]


def _day(path: Path, less: int) -> tuple[Instance, list[Shift]]:
    vans = path.with_suffix(".sol").read_text().count("Route ")
    day = read_instance(path)
    return day, day.shifts(vans - less)


def _counted(day: Instance, shifts: Sequence[Shift], customers: Sequence[Stop]) -> float:
    """The highest number of customers for each hour in which windows close, the same for all, of which the vans can visit
    everybody: found by halving, each tried by insertion and a plan. That is more than a merchant could know beforehand."""
    least, most = 0, len(customers)
    best = 0
    while least <= most:
        middle = (least + most) // 2
        taken = _first_in_each_hour(customers, middle)
        if _fits(day, shifts, taken):
            best, least = max(best, len(taken)), middle + 1
        else:
            most = middle - 1
    return best / len(customers)


def _first_in_each_hour(customers: Sequence[Stop], most: int) -> list[Stop]:
    found: list[Stop] = []
    counts: dict[int, int] = {}
    for stop in customers:
        hour = int(stop.closes // 3_600)
        if counts.get(hour, 0) < most:
            counts[hour] = counts.get(hour, 0) + 1
            found.append(stop)
    return found


def _fits(day: Instance, shifts: Sequence[Shift], customers: Sequence[Stop]) -> bool:
    if not customers:
        return True
    found = replan([Route(shift, (), day.roads) for shift in shifts], Effort(1.0, is_rescue=True), customers)
    return found is not None


def _knowing_all(day: Instance, shifts: Sequence[Shift], seconds: float) -> float:
    """The share that PyVRP visits when it may choose among all."""
    import pyvrp
    from pyvrp.stop import MaxRuntime

    model: Any = pyvrp.Model()
    shift = shifts[0]
    places = [model.add_location(0, 0) for _ in range(len(day.customers) + 1)]
    depot = model.add_depot(places[0], tw_early=int(shift.starts), tw_late=int(shift.ends))
    model.add_vehicle_type(
        len(shifts),
        capacity=[int(shift.parcels)],
        start_depot=depot,
        end_depot=depot,
        tw_early=int(shift.starts),
        tw_late=int(shift.ends),
    )
    for stop in day.customers:
        model.add_client(
            places[stop.number],
            delivery=[int(stop.parcels)],
            service_duration=int(stop.service),
            tw_early=int(stop.opens),
            tw_late=int(stop.closes),
            prize=100_000,
            required=False,
        )
    for start, row in zip(places, day.roads.seconds.astype(int).tolist(), strict=True):
        for end, seconds_there in zip(places, row, strict=True):
            if start is not end:
                model.add_edge(start, end, distance=seconds_there, duration=seconds_there)
    best = model.solve(MaxRuntime(seconds), display=False, collect_stats=False).best
    return float(best.num_clients()) / len(day.customers)
