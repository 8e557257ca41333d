"""Postcodes and where they lie: read from GeoNames files, kept, found again."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import select, tuple_

from delivery.rules.places import Point, country_code, is_valid_postal_code, normal_postal_code
from delivery.store.engine import Session, dialect_insert
from delivery.store.tables import places

BATCH = 1000
MOST_FAULTS_SHOWN = 20

_COLUMNS = 11
"""A GeoNames line: country, postcode, name, three pairs of names and codes, latitude, longitude, (accuracy)."""

# GeoNames keeps these countries by the first part of the postcode only (its readme.txt says which).
_KEPT_BY_FIRST = {"NL": 4, "CA": 3, "IE": 3, "MT": 3, "AR": 5, "US": 5}
_BRITISH = frozenset({"GB", "GG", "IM", "JE"})


class BadPlaces(ValueError):
    """Lines that are no places. Each fault names its file and line; `count` is how many there are in all."""

    def __init__(self, faults: list[str], count: int) -> None:
        super().__init__("\n".join(faults))
        self.faults, self.count = faults, count


@dataclass(frozen=True, slots=True)
class Place:
    """A postcode, normalised for comparing, the name of its place, and where that lies."""

    country: str
    postal_code: str
    name: str
    point: Point


def read_places(lines: Iterable[str], file_name: str) -> list[Place]:
    """The places of a tab-separated GeoNames file, each postcode once. Raises BadPlaces when any line is not one.

    A postcode with several names gets the first name and the mean of their points: the middle of what it covers.
    """
    gathered: dict[tuple[str, str], list[Place]] = {}
    faults: list[str] = []
    count = 0
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            place = _read_line(line)
        except ValueError as error:
            count += 1
            if len(faults) < MOST_FAULTS_SHOWN:
                faults.append(f"{file_name}, line {number}: {error}")
            continue
        gathered.setdefault((place.country, place.postal_code), []).append(place)
    if count:
        raise BadPlaces(faults, count)
    return [_middle(same) for same in gathered.values()]


def _read_line(line: str) -> Place:
    fields = line.rstrip("\r\n").split("\t")
    if len(fields) < _COLUMNS:
        raise ValueError(f"{len(fields)} columns instead of 12 separated by tabs, as in a GeoNames postcode file")
    country = country_code(fields[0])
    code = normal_postal_code(country, fields[1])
    if not code or len(code) > 20:
        raise ValueError(f"{fields[1][:40]!r} is not a postcode")
    return Place(country, code, fields[2].strip()[:200], Point(_degrees(fields[9]), _degrees(fields[10])))


def _degrees(text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise ValueError(f"{text[:40]!r} is not a number of degrees") from error


def _middle(same: list[Place]) -> Place:
    first = same[0]
    if len(same) == 1:
        return first
    latitude = sum(place.point.latitude for place in same) / len(same)
    longitude = sum(place.point.longitude for place in same) / len(same)
    return Place(first.country, first.postal_code, first.name, Point(round(latitude, 6), round(longitude, 6)))


def import_places(session: Session, found: Iterable[Place], progress: Callable[[int], object] | None = None) -> int:
    """Keep these places, replacing those of the same postcode; returns how many. `progress` hears each batch's size."""
    statement = _upsert(session)
    kept = 0
    for batch in _batches(found):
        session.execute(statement, batch)
        kept += len(batch)
        if progress:
            progress(len(batch))
    return kept


def _upsert(session: Session) -> Any:
    statement = dialect_insert(session, places)
    new = statement.excluded
    return statement.on_conflict_do_update(
        index_elements=[places.c.country, places.c.postal_code],
        set_={"name": new.name, "latitude": new.latitude, "longitude": new.longitude},
    )


def _batches(found: Iterable[Place]) -> Iterator[list[dict[str, object]]]:
    remaining = iter(found)
    while batch := list(islice(remaining, BATCH)):
        yield [
            {
                "country": place.country,
                "postal_code": place.postal_code,
                "name": place.name,
                "latitude": place.point.latitude,
                "longitude": place.point.longitude,
            }
            for place in batch
        ]


def find_place(session: Session, country: str, postal_code: str) -> Point | None:
    """Where a postcode lies, or the part of the country that it begins with ("1016 GV": 1016; "SW1A 1AA": SW1A).

    None when it is not known, or not a postcode. Raises ValueError for a country that is not a code.
    """
    codes = _codes_to_try(country_code(country), postal_code)
    rows = session.execute(
        select(places.c.postal_code, places.c.latitude, places.c.longitude).where(
            places.c.country == country_code(country), places.c.postal_code.in_(codes)
        )
    )
    known = {row.postal_code: Point(row.latitude, row.longitude) for row in rows}
    return next((known[code] for code in codes if code in known), None)


def find_places(session: Session, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Point]:
    """The same for many (country code, postcode) at once; those that are not known are left out."""
    tried = {asked: [(asked[0], code) for code in _codes_to_try(*asked)] for asked in wanted}
    remaining = iter(sorted({code for codes in tried.values() for code in codes}))
    known: dict[tuple[str, str], Point] = {}
    while batch := list(islice(remaining, BATCH)):
        rows = session.execute(
            select(places.c.country, places.c.postal_code, places.c.latitude, places.c.longitude).where(
                tuple_(places.c.country, places.c.postal_code).in_(batch)
            )
        )
        known |= {(row.country, row.postal_code): Point(row.latitude, row.longitude) for row in rows}
    found = {asked: next((known[code] for code in codes if code in known), None) for asked, codes in tried.items()}
    return {asked: point for asked, point in found.items() if point is not None}


def town_of(session: Session, country: str, postal_code: str) -> str | None:
    """The name of the place that a postcode belongs to; None when it is not known."""
    codes = _codes_to_try(country_code(country), postal_code)
    rows = session.execute(
        select(places.c.postal_code, places.c.name).where(
            places.c.country == country_code(country), places.c.postal_code.in_(codes)
        )
    )
    known = {row.postal_code: str(row.name) for row in rows}
    return next((known[code] for code in codes if code in known), None)


def _codes_to_try(country: str, postal_code: str) -> list[str]:
    """The normalised postcode, then the first part under which GeoNames keeps it, if it keeps that country so."""
    try:
        code = normal_postal_code(country, postal_code)
    except ValueError:
        return []
    if country in _BRITISH and is_valid_postal_code(country, postal_code):
        return [code, code[:-3]]
    if country == "BR" and len(code) == 8:
        return [code, code[:5] + "000"]
    first = _KEPT_BY_FIRST.get(country)
    return [code, code[:first]] if first and len(code) > first else [code]
