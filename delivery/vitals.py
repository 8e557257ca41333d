"""How it goes for one merchant: is anybody handing over, does anything lie there, are places kept."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select

from delivery import workers
from delivery.handovers import WAITING
from delivery.store.engine import Session
from delivery.store.tables import handovers, holds


@dataclass(frozen=True, slots=True)
class Vitals:
    """`late_since`: since when the oldest message that is due waits to be passed on. What waits for its time is not late."""

    workers_alive: int
    worker_seen_at: datetime | None
    late_since: datetime | None
    live_holds: int


def vitals(session: Session, now: datetime, merchant_id: str) -> Vitals:
    """The figures as they stand."""
    oldest = select(func.min(handovers.c.created_at)).where(
        handovers.c.merchant_id == merchant_id,
        handovers.c.state == WAITING,
        handovers.c.endpoint_id.is_not(None),
        or_(handovers.c.tries > 0, handovers.c.next_try_at <= now),
    )
    live = select(func.count()).where(
        holds.c.merchant_id == merchant_id, holds.c.state == "live", holds.c.expires_at > now
    )
    return Vitals(
        workers_alive=workers.alive(session, now),
        worker_seen_at=workers.last_seen(session),
        late_since=session.scalar(oldest),
        live_holds=session.execute(live).scalar_one(),
    )
