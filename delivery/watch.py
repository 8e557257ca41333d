"""Figures that an operator keeps an eye on, over all merchants, read from the tables so that every process says the same."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select

from delivery import handovers, messages, workers
from delivery.store.engine import Session
from delivery.store.tables import bookings, holds
from delivery.store.tables import handovers as handover_rows


@dataclass(frozen=True, slots=True)
class Figures:
    """`handovers` by state (those not passed on), `bookings` by state, how long the oldest message has waited, and by state
    the messages to shoppers of the last two days that were not sent."""

    handovers: dict[str, int]
    bookings: dict[str, int]
    live_holds: int
    oldest_waiting_seconds: float
    workers_alive: int
    messages: dict[str, int]


def figures(session: Session, now: datetime) -> Figures:
    """The figures as they stand. A message without an endpoint waits for its merchant, not for us, and has no age."""
    states = select(bookings.c.state, func.count()).group_by(bookings.c.state)
    live = select(func.count()).where(holds.c.state == "live", holds.c.expires_at > now)
    oldest = select(func.min(handover_rows.c.created_at)).where(
        handover_rows.c.state == handovers.WAITING,
        handover_rows.c.endpoint_id.is_not(None),
        # What waits for the time of its daily list is not late.
        or_(handover_rows.c.tries > 0, handover_rows.c.next_try_at <= now),
    )
    why = {"across_merchants": "figures for the operator"}
    since = session.execute(oldest, execution_options=why).scalar_one()
    return Figures(
        handovers=handovers.unfinished(session),
        bookings={row.state: row[1] for row in session.execute(states, execution_options=why)},
        live_holds=session.execute(live, execution_options=why).scalar_one(),
        oldest_waiting_seconds=(now - since).total_seconds() if since else 0.0,
        workers_alive=workers.alive(session, now),
        messages=messages.unsent(session, now),
    )
