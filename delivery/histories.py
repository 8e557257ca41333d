"""Histories of deliveries as files: one past parcel a line, read line by line, each fault by its line."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

from delivery.rules.learnt import Lane
from delivery.rules.parcel_history import PastParcel

NEEDED = ("order", "ordered_at", "delivered_at", "destination_postal")
COLUMNS = (
    *("order", "ordered_at", "dispatched_at", "delivered_at", "shown_day", "origin", "origin_region"),
    *("origin_postal", "destination_region", "destination_postal", "weight_g"),
)
"""Moments are wall-clock times as in ISO 8601, of whoever reported them, and kept as if they were UTC: only their days and their
order count. Regions and postcodes are text; what is not known stays empty."""
AREA_LETTERS = 2


class BadHistory(ValueError):
    """The file is no history of deliveries: its first line lacks columns."""


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that was passed over, and why."""

    line: int
    why: str


def read_history(lines: Iterable[str]) -> Iterator[PastParcel | BadLine]:
    """The parcels of a CSV file with a header, one for each line. Raises BadHistory, naming the columns that it lacks."""
    reader = csv.DictReader(lines)
    missing = [name for name in NEEDED if name not in (reader.fieldnames or ())]
    if missing:
        raise BadHistory(f"the first line lacks {', '.join(missing)}")
    seen: set[str] = set()
    for row in reader:
        try:
            parcel = _parcel({name: (row.get(name) or "").strip() for name in COLUMNS})
            if parcel.order in seen:
                raise ValueError(f"order {parcel.order} stands there twice")
            seen.add(parcel.order)
        except ValueError as error:
            yield BadLine(reader.line_num, str(error))
        else:
            yield parcel


def _parcel(row: dict[str, str]) -> PastParcel:
    if not row["order"]:
        raise ValueError("it has no order")
    ordered_at = _moment(row, "ordered_at")
    if ordered_at is None:
        raise ValueError("ordered_at is empty")
    postal = row["destination_postal"]
    return PastParcel(
        order=row["order"],
        ordered_at=ordered_at,
        dispatched_at=_moment(row, "dispatched_at"),
        delivered_at=_moment(row, "delivered_at"),
        lane=lane_of(row["origin"], row["origin_region"], row["origin_postal"], row["destination_region"], postal),
        weight_g=_grams(row["weight_g"]),
        shown_day=_day(row["shown_day"]),
    )


def lane_of(origin: str, origin_region: str, origin_postal: str, region: str, postal: str) -> Lane:
    """Where no region is named, the beginning of the postcode stands for it."""
    area = postal[:AREA_LETTERS]
    return Lane(
        _name(origin or origin_postal),
        _name(origin_region or origin_postal[:1]),
        _name(region or postal[:1]),
        _name(area),
    )


def _name(text: str) -> str:
    """Without the signs that keep the names of groups apart."""
    return text.replace("/", " ").replace(">", " ")


def _moment(row: dict[str, str], name: str) -> datetime | None:
    if not row[name]:
        return None
    try:
        return datetime.fromisoformat(row[name]).replace(tzinfo=UTC)
    except ValueError as error:
        raise ValueError(f"{name} {row[name]!r} is no moment such as 2026-11-24 16:30:00") from error


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError as error:
        raise ValueError(f"shown_day {text!r} is no day such as 2026-11-24") from error


def _grams(text: str) -> int:
    if not text:
        return 0
    if not text.isascii() or not text.isdigit():
        raise ValueError(f"weight_g {text!r} is no whole number")
    return int(text)
