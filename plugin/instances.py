"""Days of vehicle routing as VRPLIB files have them: one depot, customers with windows, equal vans, a table of driving times."""

from dataclasses import dataclass
from math import inf
from pathlib import Path
from typing import Any

import numpy as np

from delivery.rules.driving import Table
from delivery.rules.routes import Shift, Stop

NEEDED = {
    "time_window": "it has no time windows (TIME_WINDOW_SECTION)",
    "edge_weight": "it has no distances (EDGE_WEIGHT_SECTION)",
    "capacity": "it does not say what a van can carry (CAPACITY)",
    "demand": "it does not say what customers get (DEMAND_SECTION)",
}


class BadInstance(ValueError):
    """Why a file cannot be replayed."""


@dataclass(frozen=True, slots=True)
class Instance:
    """What a file says. `vans`: how many, None when it does not say."""

    customers: tuple[Stop, ...]
    roads: Table
    opens: float
    closes: float
    capacity: float
    vans: int | None

    def shifts(self, vans: int) -> list[Shift]:
        """So many vans, out as long as the depot is open."""
        depot = (0.0, 0.0, 0.0)
        return [Shift(str(n), self.opens, self.closes, depot, depot, self.capacity) for n in range(1, vans + 1)]


def read_instance(path: Path) -> Instance:
    """The day in a VRPLIB file. Raises BadInstance. Needs the extra `routes`."""
    import vrplib

    try:
        found: dict[str, Any] = vrplib.read_instance(path)
    except Exception as error:
        raise BadInstance("it is not a file in the VRPLIB format") from error
    for name, why in NEEDED.items():
        if name not in found:
            raise BadInstance(why)
    try:
        return _instance(found)
    except (ValueError, TypeError, IndexError) as error:
        raise BadInstance(str(error)) from error


def _instance(found: dict[str, Any]) -> Instance:
    seconds = np.asarray(found["edge_weight"], np.float64)
    size = len(seconds)
    windows, demand = np.asarray(found["time_window"], np.float64), np.asarray(found["demand"], np.float64)
    service = np.broadcast_to(np.asarray(found.get("service_time", 0), np.float64), size)
    if seconds.shape != (size, size) or windows.shape != (size, 2) or demand.shape != (size,):
        raise BadInstance("its sections are not equally long")
    if int(found.get("dimension", size)) != size or size < 2:
        raise BadInstance("it does not have as many customers as it says (DIMENSION)")
    if list(np.asarray(found.get("depot", [0])).ravel()) != [0]:
        raise BadInstance("its depot is not the first place (DEPOT_SECTION)")
    if not np.isfinite(seconds).all() or (seconds < 0).any():
        raise BadInstance("a distance is less than nothing")
    customers = tuple(
        Stop(n, (float(n), 0.0, 0.0), *map(float, (*windows[n], service[n], demand[n]))) for n in range(1, size)
    )
    vans = found.get("vehicles")
    capacity = float(found["capacity"])
    return Instance(customers, Table(seconds), windows[0, 0], windows[0, 1], capacity or inf, vans and int(vans))
