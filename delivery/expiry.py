"""The sweep over expired holds. Hygiene only: a claim takes back what it needs, offers subtract what has expired."""

from collections import Counter
from datetime import datetime

from sqlalchemy import bindparam, select, update

from delivery.counters import LIVE, PlaceKey
from delivery.store.engine import Session
from delivery.store.tables import counters, holds
from delivery.van_days import VAN
from delivery.van_stops import take_out

_EXPIRED = (
    select(holds.c.merchant_id, holds.c.id, holds.c.kind, holds.c.ref, holds.c.day)
    .where(LIVE, holds.c.expires_at <= bindparam("now"))
    .limit(bindparam("at_most"))
    .with_for_update(skip_locked=True)
    .execution_options(across_merchants="a sweep")
)
_TAKE_BACK = (
    update(holds)
    .where(holds.c.merchant_id == bindparam("m"), holds.c.id == bindparam("h"), LIVE)
    .values(state="expired")
)
_FREE_MANY = (
    update(counters)
    .where(
        counters.c.merchant_id == bindparam("m"),
        counters.c.kind == bindparam("k"),
        counters.c.ref == bindparam("r"),
        counters.c.day == bindparam("d"),
    )
    .values(held=counters.c.held - bindparam("n"))
)


def expire(session: Session, now: datetime, limit: int) -> int:
    """Take back up to `limit` expired holds of all merchants; how many. Those that someone is at work on are left."""
    rows = session.execute(_EXPIRED, {"now": now, "at_most": limit}).all()
    if rows:
        session.execute(_TAKE_BACK, [{"m": row.merchant_id, "h": row.id} for row in rows])
    freed = Counter((row.merchant_id, PlaceKey(row.kind, row.ref, row.day)) for row in rows if row.kind is not None)
    for (merchant_id, key), n in sorted(freed.items()):
        if key.kind == VAN:
            take_out(session, merchant_id, key.ref)
            continue
        session.execute(_FREE_MANY, {"m": merchant_id, "k": key.kind, "r": key.ref, "d": key.day, "n": n})
    return len(rows)
