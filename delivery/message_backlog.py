"""How telling shoppers goes for one merchant: what waits by a channel, and what did not arrive."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from delivery.messages import DROPPED, FAILED, SENT, TOO_LATE, WAITING
from delivery.store.engine import Session
from delivery.store.tables import messages


@dataclass(frozen=True, slots=True)
class Unsent:
    """How many messages of a merchant by one channel are not sent, and what the last try of one that waits came to."""

    waiting: int
    failed: int
    dropped: int
    problem: str | None


def unsent_by(session: Session, now: datetime, merchant_id: str, channel: str) -> Unsent:
    """The figures of the last two days; what is for later does not wait yet."""
    mine = (
        messages.c.merchant_id == merchant_id,
        messages.c.channel == channel,
        messages.c.state != SENT,
        messages.c.created_at > now - TOO_LATE,
        messages.c.created_at <= now,
    )
    found = session.execute(
        select(messages.c.state, func.count(), func.max(messages.c.last_problem))
        .where(*mine)
        .group_by(messages.c.state)
    )
    counts = {state: (count, problem) for state, count, problem in found}
    waiting, problem = counts.get(WAITING, (0, None))
    return Unsent(waiting, counts.get(FAILED, (0, None))[0], counts.get(DROPPED, (0, None))[0], problem)
