"""Valhalla: its time-distance matrix (https://valhalla.github.io/valhalla/api/matrix/api-reference/)."""

from collections.abc import Sequence
from typing import Any

from delivery.rules.known_roads import Cell
from plugin.travel.asking import Seconds, Server, answer_of, table_of


def ask(server: Server, starts: Sequence[Cell], ends: Sequence[Cell]) -> Seconds:
    """Seconds from each start to each end, by car."""
    body = {"sources": [_place(one) for one in starts], "targets": [_place(one) for one in ends], "costing": "auto"}
    answer = answer_of(server, "POST", server.address("/sources_to_targets"), body)
    rows = answer.get("sources_to_targets") if isinstance(answer, dict) else None
    return table_of([_times(row) for row in rows] if isinstance(rows, list) else None, starts, ends)


def _place(cell: Cell) -> dict[str, float]:
    return {"lat": cell.point.latitude, "lon": cell.point.longitude}


def _times(row: Any) -> Any:
    """Without a way there the time is null. What is no answer at all is left to be refused."""
    if not isinstance(row, list) or not all(isinstance(found, dict) and "time" in found for found in row):
        return None
    return [found["time"] for found in row]
