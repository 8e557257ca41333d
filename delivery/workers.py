"""Workers say now and then that they are alive, so that somebody can see when none is."""

from datetime import datetime, timedelta

from sqlalchemy import delete, func, insert, select, update

from delivery.store.engine import Session
from delivery.store.tables import workers

SAYS_SO_EVERY = timedelta(seconds=10)
IS_MISSED_AFTER = timedelta(seconds=45)
IS_FORGOTTEN_AFTER = timedelta(days=1)


def say_alive(session: Session, now: datetime, worker_id: str) -> None:
    """This worker is alive at `now`. `worker_id` is its own alone: nobody else writes its row."""
    seen = session.execute(update(workers).where(workers.c.id == worker_id).values(seen_at=now))
    if seen.rowcount == 0:
        session.execute(insert(workers).values(id=worker_id, seen_at=now))


def say_goodbye(session: Session, worker_id: str) -> None:
    """This worker has stopped, and is not to be missed."""
    session.execute(delete(workers).where(workers.c.id == worker_id))


def forget(session: Session, before: datetime) -> int:
    """Forget workers that were not heard of since `before`; says how many."""
    return session.execute(delete(workers).where(workers.c.seen_at < before)).rowcount


def alive(session: Session, now: datetime) -> int:
    """How many workers were heard of lately."""
    query = select(func.count()).select_from(workers).where(workers.c.seen_at > now - IS_MISSED_AFTER)
    return session.execute(query).scalar_one()


def last_seen(session: Session) -> datetime | None:
    """When any worker was last heard of; None when none was, for a day."""
    seen_at: datetime | None = session.scalar(select(func.max(workers.c.seen_at)))
    return seen_at
