"""Bringing 12,000 pick-up centres in from a file: how long, how much memory, and whether the nearest are still found as fast."""

import csv
import io
import random
import resource
import time
from collections.abc import Callable
from datetime import UTC, datetime
from multiprocessing import get_context
from statistics import median
from typing import Any, NamedTuple

import orjson

from benchmarks import merchant
from benchmarks.databases import fresh_url
from benchmarks.figures import show
from delivery.audit import OPERATOR
from delivery.rules.places import Point, PointIndex
from delivery.settings.centre_files import read_centres
from delivery.settings.centre_import import import_centres, plan_import
from delivery.setups import load_setup
from delivery.store.engine import Database

FORMATS = ("csv", "json", "geojson")
NEAREST = 10
HEADS = (
    "file",
    "MB",
    "read and checked, s",
    "written, s",
    "same again, s",
    "peak memory, MB more",
    "rows",
    "nearest 10, µs",
    "bare index, µs",
)
_COLUMNS = (
    *("id", "name", "address.lines", "address.postal_code", "address.city", "address.country"),
    *("latitude", "longitude", "opening_hours", "fee.amount", "service_id"),
)
_NOW = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)


class Figures(NamedTuple):
    """What one file took."""

    megabytes: float
    checked: float
    written: float
    again: float
    memory: float
    rows: int
    search: float
    bare: float


def run(kinds: tuple[str, ...], centres: int) -> None:
    """Every kind of file on every kind of database, each in a process of its own; and the search beside that in the
    bare index of the same points."""
    rows: list[tuple[object, ...]] = []
    for kind in kinds:
        for form in FORMATS:
            with fresh_url(kind) as url, get_context("spawn").Pool(1) as process:
                found = process.apply(measured, (url, form, centres))
            rows.append((f"{form}, {kind}", *(round(each, 2) for each in found)))
    show(f"Import of {centres:,} pick-up centres", HEADS, rows)


def measured(url: str, form: str, count: int) -> Figures:
    """One import into a database without centres, and the same file once more."""
    content = file_of(form, count)
    database = Database(url)
    database.write(lambda session: merchant.seed(session, _NOW, with_centres=False))
    before = _peak()
    began = time.perf_counter()
    file = read_centres(content)
    with database.reading() as session:
        plan = plan_import(session, merchant.MERCHANT_ID, file)
    checked = time.perf_counter()
    database.write(lambda session: import_centres(session, _NOW, OPERATOR, merchant.MERCHANT_ID, file, None, plan))
    written = time.perf_counter()
    peak = _peak()
    with database.reading() as session:
        setup = load_setup(session, merchant.MERCHANT_ID)
        asked = time.perf_counter()
        plan_import(session, merchant.MERCHANT_ID, read_centres(content))
        again = time.perf_counter() - asked
    database.close()
    bare = PointIndex([Point(row["latitude"], row["longitude"]) for row in _rows(count)])
    search, alone = _search_times(setup.centre_index, bare)
    times = (checked - began, written - checked, again)
    return Figures(len(content) / 1e6, *times, peak - before, len(setup.centres), search, alone)


def file_of(form: str, count: int) -> bytes:
    """The centres of the benchmark's merchant as a file."""
    rows = _rows(count)
    if form == "geojson":
        return orjson.dumps({"type": "FeatureCollection", "features": [_feature(row) for row in rows]})
    if form == "json":
        return orjson.dumps({"centres": [_item(row) for row in rows]})
    return _sheet(rows)


def _rows(count: int) -> list[dict[str, Any]]:
    return list(merchant.centre_rows(random.Random(merchant.SEED), count))


def _feature(row: dict[str, Any]) -> dict[str, Any]:
    address = row["address"]
    street, _, number = address["lines"][0].partition(" ")
    return {
        "type": "Feature",
        "id": row["id"].replace("centre-", "node/"),
        "geometry": {"type": "Point", "coordinates": [row["longitude"], row["latitude"]]},
        "properties": {
            "name": row["name"],
            "opening_hours": row["opening_hours"],
            "addr:street": street,
            "addr:housenumber": number,
            "addr:postcode": address["postal_code"],
            "addr:city": address["city"],
            "amenity": "parcel_locker",
        },
    }


def _item(row: dict[str, Any]) -> dict[str, Any]:
    return {
        name: row[name]
        for name in ("id", "name", "address", "latitude", "longitude", "opening_hours", "fee", "service_id")
    }


def _sheet(rows: list[dict[str, Any]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(_COLUMNS)
    for row in rows:
        address, own = row["address"], [row["id"], row["name"]]
        place = ["|".join(address["lines"]), address["postal_code"], address["city"], "NL"]
        point = [row["latitude"], row["longitude"]]
        writer.writerow([*own, *place, *point, row["opening_hours"], row["fee"]["amount"], row["service_id"]])
    return text.getvalue().encode()


def _search_times(imported: PointIndex, bare: PointIndex, queries: int = 300) -> tuple[float, float]:
    """µs for one search in each, asked in turn."""
    asked = list(merchant.points(queries, random.Random(1)))
    pairs = [(_took(imported.nearest, point, NEAREST), _took(bare.nearest, point, NEAREST)) for point in asked]
    return median(pair[0] for pair in pairs), median(pair[1] for pair in pairs)


def _took(work: Callable[..., object], *given: object) -> float:
    began = time.perf_counter_ns()
    work(*given)
    return (time.perf_counter_ns() - began) / 1000


def _peak() -> float:
    """The most memory that this process has had so far, MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
