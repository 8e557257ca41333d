"""Idempotency keys: the same request sent again gets the same answer. The key's row lives and dies with the work."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.exc import OperationalError

from delivery.problems import IdempotencyKeyReused, RequestInProgress
from delivery.store.dialects import PerDialect
from delivery.store.engine import LOCK_NOT_AVAILABLE, Session
from delivery.store.prepared import Prepared
from delivery.store.tables import idempotency


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said to the caller: an HTTP status and a JSON text."""

    status: int
    body: str


_MINE = (idempotency.c.merchant_id == bindparam("m"), idempotency.c.key == bindparam("k"))
_INSERT = Prepared(
    PerDialect(
        idempotency,
        lambda insert: insert.values(
            merchant_id=bindparam("m"), key=bindparam("k"), fingerprint=bindparam("f"), created_at=bindparam("now")
        ).on_conflict_do_nothing(),
    )
)
_FIND = Prepared(select(idempotency.c.fingerprint, idempotency.c.status, idempotency.c.body).where(*_MINE))
_ANSWER = Prepared(update(idempotency).where(*_MINE).values(status=bindparam("s"), body=bindparam("b")))
_FORGET = (
    delete(idempotency)
    .where(idempotency.c.created_at < bindparam("before"))
    .execution_options(across_merchants="a sweep")
)


def once(
    session: Session,
    now: datetime,
    merchant_id: str,
    key: str | None,
    fingerprint: str,
    work: Callable[[], Answer],
) -> Answer:
    """Do `work` in this transaction unless this key was answered before; then give that answer.

    `fingerprint` tells requests apart: a digest of method, path and body. Without a key the work is simply done. A
    Problem that the work raises rolls back the key too, so answers that are meant to be retried are never kept.
    A repeat that comes while the first is at work waits for it. Raises IdempotencyKeyReused for another request under
    the same key, RequestInProgress when the wait gets long.
    """
    if key is None:
        return work()
    mine = {"m": merchant_id, "k": key}
    if not _is_new(session, mine | {"f": fingerprint, "now": now}):
        return _answer_before(session, mine, fingerprint)
    answer = work()
    _ANSWER.changes(session, mine | {"s": answer.status, "b": answer.body})
    return answer


def forget(session: Session, before: datetime) -> int:
    """Delete the keys of all merchants from before that instant; how many."""
    return session.execute(_FORGET, {"before": before}).rowcount


def _is_new(session: Session, row: dict[str, object]) -> bool:
    try:
        return _INSERT.changes(session, row) == 1
    except OperationalError as error:
        if getattr(error.orig, "sqlstate", None) == LOCK_NOT_AVAILABLE:
            raise RequestInProgress("The same request is still being worked on.") from error
        raise


def _answer_before(session: Session, mine: dict[str, str], fingerprint: str) -> Answer:
    row = _FIND.first(session, mine)
    if row is not None and row[0] != fingerprint:
        raise IdempotencyKeyReused("This key came with another request before.")
    if row is None or row[1] is None:
        raise RequestInProgress("The same request is still being worked on.")
    return Answer(row[1], row[2])
