"""Keeping many driving times without holding up anybody: some at a time, and made known once all are there."""

from collections.abc import Mapping
from datetime import datetime

from delivery import travel_times
from delivery.store.engine import Database
from delivery.travel_times import Pair

ROWS_AT_ONCE = 2000


def keep_all(
    database: Database, now: datetime, merchant_id: str, told: Mapping[Pair, float], *, anew: bool = False
) -> int:
    """Keep what was told, `anew` in the place of all that was told before; how many times they are. Who is stopped half-way has
    kept some, which count from the next change of the settings on; doing it again ends well."""
    rows = list(told.items())
    slices = [dict(rows[first : first + ROWS_AT_ONCE]) for first in range(0, len(rows), ROWS_AT_ONCE)]
    kept = sum(_keep(database, now, merchant_id, some, anew and not n) for n, some in enumerate(slices))
    database.write(lambda session: travel_times.make_known(session, merchant_id))
    return kept


def _keep(database: Database, now: datetime, merchant_id: str, some: Mapping[Pair, float], anew: bool) -> int:
    return database.write(lambda session: travel_times.keep(session, now, merchant_id, some, anew=anew))
