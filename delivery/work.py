"""Work that waits at a pick-up centre with stock of its own: orders that somebody there has still to make ready.

One counter for each centre, kept right by whatever changes a booking (delivery/booking_rows.py), so that an offer reads it with
the shelves and counts nothing.
"""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import bindparam, update

from delivery.counters import PlaceKey
from delivery.shelves import EVERY_DAY
from delivery.store.dialects import PerDialect
from delivery.store.engine import Session
from delivery.store.prepared import Prepared
from delivery.store.tables import counters

WORK = "work"
"""The kind of counter that an order counts in while it waits to be made ready."""

_MORE = Prepared(
    PerDialect(
        counters,
        lambda insert: insert.values(
            merchant_id=bindparam("m"), kind=bindparam("k"), ref=bindparam("r"), day=bindparam("d"), held=0, booked=1
        ).on_conflict_do_update(
            index_elements=["merchant_id", "kind", "ref", "day"], set_={"booked": counters.c.booked + 1}
        ),
    )
)
_LESS = Prepared(
    update(counters)
    .where(
        counters.c.merchant_id == bindparam("m"),
        counters.c.kind == bindparam("k"),
        counters.c.ref == bindparam("r"),
        counters.c.day == bindparam("d"),
    )
    .values(booked=counters.c.booked - 1)
)


def work_at(centre_id: str) -> PlaceKey:
    """The counter of a centre's work."""
    return PlaceKey(WORK, centre_id, EVERY_DAY)


def orders_waiting(taken: Mapping[tuple[str, str, date], int], centre_id: str) -> int:
    """How many orders wait at the centre, by what `counters.taken` found."""
    return taken.get(work_at(centre_id), 0)


def pass_on(session: Session, merchant_id: str, before: str | None, after: str | None) -> None:
    """An order waited at the centre `before` and waits at `after` now; None: nowhere. In the order of their keys, after every
    other counter of the transaction."""
    if before == after:
        return
    for centre_id in sorted(one for one in (before, after) if one is not None):
        change = _LESS if centre_id == before else _MORE
        kind, ref, day = work_at(centre_id)
        change.changes(session, {"m": merchant_id, "k": kind, "r": ref, "d": day})
