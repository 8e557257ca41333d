"""A merchant's keys: the publishable one that stands in its pages, the secret ones of its server."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, delete, func, insert, or_, select, update

from delivery.audit import OPERATOR, By, record
from delivery.signing import Signer
from delivery.store.engine import Session
from delivery.store.tables import keys

KEY_OVERLAP = timedelta(days=7)
"""How long the keys of a kind go on working after a newer one was issued, unless said otherwise."""

OVERLAPS: Sequence[timedelta] = (timedelta(0), timedelta(days=1), KEY_OVERLAP)
"""What a merchant may choose from: at once, a day, a week."""

KNOWN_TO = timedelta(hours=1)
"""How exactly it is kept when a key was last used."""

_SHORT = 12


class KeyKind(StrEnum):
    """The two keys of a merchant: for the browser, and for the shop's server."""

    PUBLISHABLE = "publishable"
    SECRET = "secret"  # noqa: S105 - the name of a kind


@dataclass(frozen=True, slots=True)
class Key:
    """A key that works: what may be told of it.

    `id` is short and no secret; `hint` the last four letters; `ends_at` None while nothing newer replaced it.
    """

    id: str
    kind: KeyKind
    hint: str
    created_at: datetime
    ends_at: datetime | None


def list_keys(session: Session, now: datetime, merchant_id: str) -> list[Key]:
    """The merchant's keys that work, publishable ones first, the newest of a kind first."""
    rows = session.execute(
        select(keys)
        .where(keys.c.merchant_id == merchant_id, or_(keys.c.expires_at.is_(None), keys.c.expires_at > now))
        .order_by(keys.c.kind, keys.c.created_at.desc(), keys.c.expires_at.is_not(None), keys.c.hash)
    )
    return [_key(row) for row in rows]


def known_key(session: Session, now: datetime, signer: Signer, merchant_id: str, kind: KeyKind, key: str) -> Key | None:
    """What is known of this very key; None when it is none of the merchant's that works."""
    row = session.execute(
        select(keys).where(
            keys.c.merchant_id == merchant_id,
            keys.c.kind == kind.value,
            keys.c.hash.in_(signer.key_hashes(key)),
            or_(keys.c.expires_at.is_(None), keys.c.expires_at > now),
        )
    ).first()
    return None if row is None else _key(row)


def issue_key(
    session: Session,
    now: datetime,
    signer: Signer,
    merchant_id: str,
    kind: KeyKind,
    overlap: timedelta = KEY_OVERLAP,
    by: By = OPERATOR,
) -> str:
    """A key of the merchant. Only its keyed hash is kept of a secret key, so it is shown this once.

    A secret key is new each time; older ones work for `overlap` longer. The publishable key stands in public pages: it
    is the one in use, or a first one. `renew_key` makes another.
    """
    in_use = _publishable_key(session, signer, merchant_id) if kind is KeyKind.PUBLISHABLE else None
    return in_use or renew_key(session, now, signer, merchant_id, kind, overlap, by)


def renew_key(
    session: Session,
    now: datetime,
    signer: Signer,
    merchant_id: str,
    kind: KeyKind,
    overlap: timedelta = KEY_OVERLAP,
    by: By = OPERATOR,
) -> str:
    """A new key of either kind; the older ones of that kind work for `overlap` longer."""
    key = f"{'pk' if kind is KeyKind.PUBLISHABLE else 'sk'}_{secrets.token_urlsafe(32)}"
    _retire_keys(session, now, merchant_id, kind, now + overlap)
    session.execute(
        insert(keys).values(
            hash=signer.key_hash(key),
            merchant_id=merchant_id,
            kind=kind.value,
            hint=key[-4:],
            readable=key if kind is KeyKind.PUBLISHABLE else None,
            created_at=now,
            expires_at=None,
        )
    )
    record(session, now, merchant_id, by, "keys", kind.value, "added", None, {"hint": key[-4:]})
    return key


def used(session: Session, now: datetime, signer: Signer, secret_key: str) -> None:
    """The shop's server called with this secret key. Kept to the hour: who calls a thousand times an hour writes once."""
    session.execute(
        update(keys)
        .where(
            keys.c.hash.in_(signer.key_hashes(secret_key)),
            keys.c.kind == KeyKind.SECRET.value,
            or_(keys.c.last_used_at.is_(None), keys.c.last_used_at <= now - KNOWN_TO),
        )
        .values(last_used_at=now)
        .execution_options(across_merchants="the key says whose it is")
    )


def last_call(session: Session, merchant_id: str) -> datetime | None:
    """When the shop's server last called with a secret key, to the hour; None when it never did."""
    own = (keys.c.merchant_id == merchant_id, keys.c.kind == KeyKind.SECRET.value)
    at: datetime | None = session.scalar(select(func.max(keys.c.last_used_at)).where(*own))
    return at


def shown_key(session: Session, signer: Signer, merchant_id: str) -> str | None:
    """The publishable key in use; None when it was revoked, or none was ever issued. Only reads."""
    row = _in_use(session, merchant_id)
    return None if row is None else _readable(row, signer, merchant_id)


def revoke_key(session: Session, now: datetime, merchant_id: str, key_id: str, by: By = OPERATOR) -> bool:
    """End the key with this short id at once. False when the merchant has none such."""
    own = (keys.c.merchant_id == merchant_id, keys.c.hash.startswith(key_id, autoescape=True))
    row = session.execute(select(keys).where(*own)).one_or_none() if len(key_id) == _SHORT else None
    if row is None:
        return False
    session.execute(delete(keys).where(keys.c.merchant_id == merchant_id, keys.c.hash == row.hash))
    record(session, now, merchant_id, by, "keys", row.kind, "removed", {"hint": row.hint}, None)
    return True


def _key(row: Row[Any]) -> Key:
    return Key(row.hash[:_SHORT], KeyKind(row.kind), row.hint, row.created_at, row.expires_at)


def _publishable_key(session: Session, signer: Signer, merchant_id: str) -> str | None:
    """The one in use, from now on kept under the newest signing key, so that the older ones can be dropped one day."""
    row = _in_use(session, merchant_id)
    key = row and _readable(row, signer, merchant_id)
    if row is None or key is None:
        return None
    newest = signer.key_hash(key)
    if row.hash != newest or row.readable is None:
        session.execute(
            update(keys)
            .where(keys.c.merchant_id == merchant_id, keys.c.hash == row.hash)
            .values(hash=newest, readable=key)
        )
    return key


def _in_use(session: Session, merchant_id: str) -> Row[Any] | None:
    return session.execute(
        select(keys)
        .where(
            keys.c.merchant_id == merchant_id,
            keys.c.kind == KeyKind.PUBLISHABLE.value,
            keys.c.expires_at.is_(None),
        )
        .order_by(keys.c.created_at.desc(), keys.c.hash)
    ).first()


def _readable(row: Row[Any], signer: Signer, merchant_id: str) -> str | None:
    """Until revision 0004 publishable keys were not kept but derived from the merchant's id."""
    if row.readable is not None:
        return str(row.readable)
    derived = ["pk_" + tag[:32] for tag in signer.key_hashes(f"publishable key of {merchant_id}")]
    return next((key for key in derived if row.hash in signer.key_hashes(key)), None)


def _retire_keys(session: Session, now: datetime, merchant_id: str, kind: KeyKind, ends_at: datetime) -> None:
    """Keys of this kind end at `ends_at` or, if that is sooner, when they already would; those that ended go."""
    of_kind = (keys.c.merchant_id == merchant_id, keys.c.kind == kind.value)
    session.execute(
        update(keys)
        .where(*of_kind, or_(keys.c.expires_at.is_(None), keys.c.expires_at > ends_at))
        .values(expires_at=ends_at)
    )
    session.execute(delete(keys).where(*of_kind, keys.c.expires_at <= now))
