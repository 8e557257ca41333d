"""Driving times that a map server or a file told, kept by merchant between cells; and which of them are still wanted.

An offer never asks anybody: it takes what is kept here, and where nothing is, the distance.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

import numpy as np
from sqlalchemy import delete, exists, func, select, tuple_, update

from delivery import van_days
from delivery.driving import MATRIX, OSRM, STRAIGHT, VALHALLA
from delivery.fleets import Fleet
from delivery.rules.driving import Numbers
from delivery.rules.known_roads import Cell, Known, cell_of
from delivery.store.dialects import PerDialect
from delivery.store.engine import Session
from delivery.store.tables import merchants, travel_times, vans

LASTS = timedelta(days=30)
"""Roads change: so long what a map server told is believed."""
MOST_LOADED = 100_000
"""Of a merchant's driving times, the newest."""
MOST_IN_USE = 60_000
"""Of a fleet's coming days, the nearest first."""
NEIGHBOURS = 20
"""From each stop the times to so many nearest ones of its day are asked for: others are hardly ever driven to from there."""
BATCH = 500

Pair = tuple[Cell, Cell]

_KEEP = PerDialect(
    travel_times,
    lambda insert: insert.on_conflict_do_update(
        index_elements=["merchant_id", "from_cell", "to_cell"],
        set_={name: insert.excluded[name] for name in ("seconds", "fetched_at")},
    ),
)


def load(session: Session, merchant_id: str, source: str) -> Known | None:
    """What is kept for a merchant whose driving times come from there; None where they are worked out."""
    if source == STRAIGHT:
        return None
    columns = (travel_times.c.from_cell, travel_times.c.to_cell, travel_times.c.seconds)
    newest = (travel_times.c.fetched_at.desc(), travel_times.c.from_cell, travel_times.c.to_cell)
    mine = select(*columns).where(travel_times.c.merchant_id == merchant_id).order_by(*newest).limit(MOST_LOADED)
    rows = session.execute(mine).all()
    if not rows:
        return None
    starts, ends, seconds = zip(*rows, strict=True)
    cells = {name: _cell(name) for name in {*starts, *ends}}
    return Known.of_columns([cells[name] for name in starts], [cells[name] for name in ends], seconds)


def keep(session: Session, now: datetime, merchant_id: str, told: Mapping[Pair, float], *, anew: bool = False) -> int:
    """Keep what was told, `anew` in the place of all that was told before; how many times they are. Of a pair within one cell
    nothing is kept. It counts once it was made known."""
    if anew:
        session.execute(delete(travel_times).where(travel_times.c.merchant_id == merchant_id))
    rows = [
        {
            "merchant_id": merchant_id,
            "from_cell": _name(start),
            "to_cell": _name(end),
            "seconds": round(seconds),
            "fetched_at": now,
        }
        for (start, end), seconds in sorted(told.items())
        if start != end
    ]
    for first in range(0, len(rows), BATCH):
        session.execute(_KEEP.of(session), rows[first : first + BATCH])
    return len(rows)


def make_known(session: Session, merchant_id: str) -> None:
    """Every process reads the merchant's driving times anew, with the settings."""
    mine = update(merchants).where(merchants.c.id == merchant_id)
    session.execute(mine.values(settings_version=merchants.c.settings_version + 1))


def forget_old(session: Session, now: datetime, limit: int) -> int:
    """Forget what map servers told too long ago, `limit` at most; a file's times last until there is another file."""
    from_file = select(merchants.c.id).where(merchants.c.driving["source"].as_string() == MATRIX)
    key = (travel_times.c.merchant_id, travel_times.c.from_cell, travel_times.c.to_cell)
    old = (
        select(*key)
        .where(travel_times.c.fetched_at < now - LASTS, travel_times.c.merchant_id.not_in(from_file))
        .limit(limit)
        .execution_options(across_merchants="a sweep")
    )
    gone = [tuple(row) for row in session.execute(old)]
    for first in range(0, len(gone), BATCH):
        batch = tuple_(*key).in_(gone[first : first + BATCH])
        session.execute(delete(travel_times).where(batch).execution_options(across_merchants="a sweep"))
    return len(gone)


def merchants_with_servers(session: Session) -> list[str]:
    """The merchants who have vans and a map server."""
    source = merchants.c.driving["source"].as_string()
    found = select(merchants.c.id).where(
        source.in_((OSRM, VALHALLA)), exists().where(vans.c.merchant_id == merchants.c.id)
    )
    return list(session.scalars(found.order_by(merchants.c.id).execution_options(across_merchants="a sweep")))


def standing(session: Session, merchant_id: str) -> tuple[int, datetime | None]:
    """How many driving times are kept, and when the last was told."""
    found = session.execute(
        select(func.count(), func.max(travel_times.c.fetched_at)).where(travel_times.c.merchant_id == merchant_id)
    ).one()
    return found[0], found[1]


def wanted(session: Session, merchant_id: str, fleet: Fleet, first_day: date, days: int) -> dict[Cell, set[Cell]]:
    """The driving times that would be of use on the coming days and are not known, by the cell that they begin in: from and to
    the origin, and between stops that lie near each other."""
    found: dict[Cell, set[Cell]] = {}
    known = _pairs(fleet.known)
    in_use: set[Pair] = set()
    for ahead in range(days):
        cells = _cells_on(session, merchant_id, fleet, first_day + timedelta(days=ahead))
        in_use |= {pair for pair in _of_use(fleet, cells) if pair[0] != pair[1]}
        if len(in_use) > MOST_IN_USE:
            break
    for start, end in in_use - known:
        found.setdefault(start, set()).add(end)
    return found


def _pairs(known: Known | None) -> set[Pair]:
    return set() if known is None else set(known.pairs())


def _cells_on(session: Session, merchant_id: str, fleet: Fleet, day: date) -> list[Cell]:
    """Where the stops of a day lie."""
    routes = van_days.read(session, merchant_id, fleet, day)
    places = [stop.place for route in routes.routes for stop in route.stops]
    places += [stop.place for stop in routes.left_over]
    return sorted({cell_of(fleet.plane.point_of(place)) for place in places})


def _of_use(fleet: Fleet, cells: list[Cell]) -> Iterable[Pair]:
    home = cell_of(fleet.point)
    metres = _metres(fleet, cells)
    for row, cell in enumerate(cells):
        yield home, cell
        yield cell, home
        for other in np.argsort(metres[row], kind="stable")[: NEIGHBOURS + 1].tolist():
            yield cell, cells[other]
            yield cells[other], cell


def _metres(fleet: Fleet, cells: list[Cell]) -> Numbers:
    """How far cells lie from each other, as the crow flies."""
    places = np.array([fleet.plane.place(cell.point)[:2] for cell in cells]).reshape(-1, 2)
    across = places[:, None, :] - places[None, :, :]
    return np.asarray(np.hypot(across[..., 0], across[..., 1]), np.float64)


def _name(cell: Cell) -> str:
    return f"{cell.latitude},{cell.longitude}"


def _cell(name: str) -> Cell:
    latitude, longitude = name.split(",")
    return Cell(int(latitude), int(longitude))
