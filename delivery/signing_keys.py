"""The operator's signing keys: given by configuration, or made once and kept in the database."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from delivery.signing import Signer
from delivery.store.engine import Database, Session, dialect_insert
from delivery.store.tables import signing_keys


def load_signer(database: Database, now: datetime, configured_keys: Sequence[str] = ()) -> Signer:
    """A signer with the configured keys, or with those of the database, the first made here when there is none."""
    if configured_keys:
        return Signer(list(configured_keys))
    with database.reading() as session:
        kept = _kept(session)
    return Signer(kept or database.write(lambda session: _make_first(session, now)))


def _kept(session: Session) -> list[str]:
    return list(session.scalars(select(signing_keys.c.secret).order_by(signing_keys.c.id.desc())))


def _make_first(session: Session, now: datetime) -> list[str]:
    """The first row's id is fixed: of two processes that start at once one makes it and both read it."""
    first = dialect_insert(session, signing_keys).values(id=1, secret=secrets.token_urlsafe(48), created_at=now)
    session.execute(first.on_conflict_do_nothing())
    return _kept(session)
