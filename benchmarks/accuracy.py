"""How good the learnt dates are on a real marketplace's deliveries, beside the simple ways of saying a date."""

import os
import time
from bisect import insort
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from statistics import fmean

from benchmarks.figures import show
from delivery.histories import BadLine, read_history
from delivery.rules.backtests import backtest, pinball
from delivery.rules.parcel_history import PastParcel

LEVEL = 0.9
SPANS = (
    ("calm, spring 2017", date(2017, 3, 1), date(2017, 6, 30)),
    ("calm, summer 2017", date(2017, 5, 1), date(2017, 8, 31)),
    ("autumn 2017", date(2017, 9, 1), date(2017, 10, 31)),
    ("jam: Black Friday, Christmas", date(2017, 11, 1), date(2017, 12, 31)),
    ("after the jam", date(2018, 1, 1), date(2018, 1, 31)),
    ("all of it", date(2017, 3, 1), date(2018, 1, 31)),
)
HEADS = ("way of saying a date", "orders", "kept by day, %", "promised days", "pinball at 0.9, days")
Key = Callable[[PastParcel], str]


def run() -> None:
    """A table for each span; says why not where the data is absent."""
    path = _folder() / "deliveries" / "br_history.csv"
    if not path.exists():
        print(
            f"Accuracy: left out, because {path.name} is not there; STOEP_TEST_DATA names the folder above deliveries/"
        )
        return
    with path.open(encoding="utf-8", newline="") as lines:
        parcels = [one for one in read_history(lines) if not isinstance(one, BadLine)]
    for name, first_day, last_day in SPANS:
        rows = [_judged(label, simple(parcels, key), parcels, first_day, last_day) for label, key in SIMPLE]
        found = backtest(parcels, first_day, last_day, LEVEL, time.perf_counter)
        if found.shown is not None:
            shown = found.shown
            rows.insert(
                0, _row("the day that was shown", found.n, shown.kept, shown.mean_promised_days, shown.pinball_90)
            )
        rows.append(_row("learnt", found.n, found.kept, found.mean_promised_days, found.pinball_90))
        show(f"Accuracy, {name}: orders from {first_day} until {last_day}", HEADS, rows)


def _all(_parcel: PastParcel) -> str:
    return ""


def _region(parcel: PastParcel) -> str:
    return parcel.lane.region


def _lane(parcel: PastParcel) -> str:
    return f"{parcel.lane.origin_region} {parcel.lane.region}"


SIMPLE: tuple[tuple[str, Key], ...] = (
    ("nine tenths of all before", _all),
    ("nine tenths of the region's before", _region),
    ("nine tenths of the lane's before", _lane),
)


def simple(parcels: Sequence[PastParcel], key: Key) -> dict[str, int]:
    """For each order the days within which nine tenths of those had come that had arrived before it, of its group or else of
    all; 30 days before the first one."""
    seen: dict[str, list[int]] = {"": []}
    events = [(one.delivered_at, 1, one) for one in parcels if one.delivered_at is not None]
    events += [(one.ordered_at, 0, one) for one in parcels]
    found = {}
    for _, arrived, one in sorted(events, key=lambda event: (event[0], event[1], event[2].order)):
        if arrived:
            for group in {"", key(one)}:
                insort(seen.setdefault(group, []), one.taken_days or 0)
        else:
            times = seen.get(key(one)) or seen[""]
            found[one.order] = times[min(len(times) - 1, int(LEVEL * len(times)))] if times else 30
    return found


def _judged(
    label: str, days: dict[str, int], parcels: Sequence[PastParcel], first_day: date, last_day: date
) -> Sequence[object]:
    pairs = [
        (one.taken_days, days[one.order])
        for one in parcels
        if one.taken_days is not None and first_day <= one.ordered_at.date() <= last_day
    ]
    kept = fmean(taken <= promised for taken, promised in pairs)
    loss = fmean(pinball(LEVEL, taken, promised) for taken, promised in pairs)
    return _row(label, len(pairs), kept, fmean(promised for _, promised in pairs), loss)


def _row(label: str, number: int, kept: float, days: float, loss: float) -> Sequence[object]:
    return label, number, f"{kept:.1%}".rstrip("%"), f"{days:.2f}", f"{loss:.3f}"


def _folder() -> Path:
    return Path(os.environ.get("STOEP_TEST_DATA", Path(__file__).parents[2] / "shared" / "data"))
