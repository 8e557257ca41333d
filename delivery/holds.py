"""Holds: a place kept for one checkout until it expires, is let go, is replaced by another, or becomes a booking."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Date, bindparam, case, cast, func, literal, null, select, union_all, update

from delivery.counters import LIVE, TAKEN_PARTS, Place, PlaceKey, added_up, claim_held, free_held, goes_first, taken
from delivery.expiry import expire
from delivery.problems import HoldExpired, HoldNotFound, TooManyHolds
from delivery.store.dialects import PerDialect
from delivery.store.engine import Again, Session
from delivery.store.prepared import Prepared
from delivery.store.tables import holds
from delivery.van_claims import is_same_window

__all__ = [
    "Hold",
    "Place",
    "PlaceKey",
    "expire",
    "extend",
    "find_hold",
    "live_hold",
    "release",
    "take",
    "taken",
    "taken_and_held",
]


@dataclass(frozen=True, slots=True)
class Hold:
    """A place kept for `checkout` until `expires_at`. `place` is None for an option without a capacity.

    `option` is the choice as facts, `basket` a fingerprint of the quantities. Its life cannot be extended beyond
    `extendable_until`. `state`: live, confirmed, released, expired (taken back) or replaced.
    """

    id: str
    merchant_id: str
    checkout: str
    state: str
    place: PlaceKey | None
    option: Mapping[str, Any]
    country: str
    postal_code: str | None
    basket: str
    created_at: datetime
    expires_at: datetime
    extendable_until: datetime


CROSSINGS = 50
"""How many calls of one checkout may get ahead of one that waits, before it starts anew."""
READ = (
    holds.c.id,
    holds.c.merchant_id,
    holds.c.checkout,
    holds.c.state,
    holds.c.kind,
    holds.c.ref,
    holds.c.day,
    holds.c.option,
    holds.c.country,
    holds.c.postal_code,
    holds.c.basket,
    holds.c.created_at,
    holds.c.expires_at,
    holds.c.extendable_until,
)
_OWN = holds.c.merchant_id == bindparam("m")
_INSERT = Prepared(
    PerDialect(
        holds,
        lambda insert: insert.values(
            {column.name: bindparam(column.name) for column in holds.c}
        ).on_conflict_do_nothing(index_elements=["merchant_id", "checkout"], index_where=LIVE),
    )
)
_REPLACE = Prepared(
    update(holds)
    .where(_OWN, holds.c.checkout == bindparam("c"), LIVE)
    .values(state="replaced")
    .returning(holds.c.kind, holds.c.ref, holds.c.day, holds.c.extendable_until, holds.c.option)
)
_OTHERS_OF_CLIENT = Prepared(
    select(func.count()).where(
        _OWN,
        holds.c.client == bindparam("client"),
        LIVE,
        holds.c.expires_at > bindparam("now"),
        holds.c.checkout != bindparam("c"),
    )
)
_EXTEND = Prepared(
    update(holds)
    .where(_OWN, holds.c.id == bindparam("h"), LIVE, holds.c.extendable_until > bindparam("now"))
    .values(
        expires_at=case(
            (holds.c.expires_at > bindparam("wanted"), holds.c.expires_at),
            (holds.c.extendable_until < bindparam("wanted"), holds.c.extendable_until),
            else_=bindparam("wanted", type_=holds.c.expires_at.type),
        ),
        extended_at=bindparam("now"),
    )
    .returning(*READ)
)
_RELEASE = Prepared(
    update(holds)
    .where(_OWN, holds.c.id == bindparam("h"), LIVE)
    .values(state="released")
    .returning(holds.c.kind, holds.c.ref, holds.c.day)
)
_FIND = Prepared(select(*READ).where(_OWN, holds.c.id == bindparam("h")))
_LIVE = Prepared(
    select(*READ).where(_OWN, holds.c.checkout == bindparam("c"), LIVE, holds.c.expires_at > bindparam("now"))
)
_TAKEN_AND_OWN = Prepared(
    union_all(
        *TAKEN_PARTS,
        select(literal("own"), holds.c.id, cast(null(), Date), literal(0)).where(
            _OWN, holds.c.checkout == bindparam("c"), LIVE, holds.c.expires_at > bindparam("now")
        ),
    )
)
"""The checkout's own hold is the row without a day."""


def take(
    session: Session,
    now: datetime,
    *,
    merchant_id: str,
    checkout: str,
    place: Place | None,
    option: Mapping[str, Any],
    country: str,
    postal_code: str | None,
    basket: str,
    minutes: int,
    limit_minutes: int,
    client: str | None = None,
    client_limit: int | None = None,
) -> Hold:
    """Keep `place` for this checkout for `minutes`; what the checkout held before is let go in the same transaction.

    Taken again, the same place stays taken and keeps its bound, `limit_minutes` after it was first taken. `client` is a
    keyed hash of the address; it may have `client_limit` live holds at this merchant. The limit is a courtesy: calls
    at the same instant may pass it by a few.
    Raises SlotFull and TooManyHolds; then the transaction must be rolled back, and the checkout has what it had.
    """
    if client is not None and client_limit is not None:
        others = {"m": merchant_id, "client": client, "now": now, "c": checkout}
        if _OTHERS_OF_CLIENT.rows(session, others)[0][0] >= client_limit:
            raise TooManyHolds(f"At most {client_limit} at a time.")
    hold_id = f"hd_{secrets.token_urlsafe(16)}"
    place = place and place.taken_by(hold_id, option)
    key = place.key if place else None
    hold = Hold(
        id=hold_id,
        merchant_id=merchant_id,
        checkout=checkout,
        state="live",
        place=key,
        option=option,
        country=country,
        postal_code=postal_code,
        basket=basket,
        created_at=now,
        expires_at=now + timedelta(minutes=minutes),
        extendable_until=now + timedelta(minutes=max(minutes, limit_minutes)),
    )
    # The row first: of two calls of one checkout the second waits here, before it holds any counter.
    if _insert(session, hold, client):
        if place is not None:
            claim_held(session, now, merchant_id, place)
        return hold
    return _replace(session, now, hold, place, client)


def _replace(session: Session, now: datetime, hold: Hold, place: Place | None, client: str | None) -> Hold:
    for _ in range(CROSSINGS):
        old = _REPLACE.first(session, {"m": hold.merchant_id, "c": hold.checkout})
        old_key = None if old is None else _key(*old[:3])
        same = old_key is not None and old_key == hold.place
        if old is not None and (same or is_same_window(old_key, old[4], hold.place, hold.option)) and old[3] > now:
            hold = _bounded(hold, old[3])
        if _insert(session, hold, client):
            break
        # On PostgreSQL another call of this checkout replaced the old hold while we waited: look again, see its new one.
        if old is not None:
            raise Again("two calls of one checkout crossed")
    else:
        raise Again("many calls of one checkout crossed")
    if not same:
        _move(session, now, hold.merchant_id, old_key, place)
    return hold


def _move(session: Session, now: datetime, merchant_id: str, old: PlaceKey | None, new: Place | None) -> None:
    """Free the old place, claim the new, in key order, so that two shoppers who swap do not block each other."""
    if old is not None and goes_first(old, None if new is None else new.key):
        free_held(session, merchant_id, old)
        old = None
    if new is not None:
        claim_held(session, now, merchant_id, new)
    if old is not None:
        free_held(session, merchant_id, old)


def _bounded(hold: Hold, until: datetime) -> Hold:
    return replace(hold, extendable_until=until, expires_at=min(hold.expires_at, until))


def _insert(session: Session, hold: Hold, client: str | None) -> bool:
    kind, ref, day = hold.place or (None, None, None)
    row = {
        "id": hold.id,
        "merchant_id": hold.merchant_id,
        "checkout": hold.checkout,
        "client": client,
        "state": hold.state,
        "kind": kind,
        "ref": ref,
        "day": day,
        "option": dict(hold.option),
        "country": hold.country,
        "postal_code": hold.postal_code,
        "basket": hold.basket,
        "created_at": hold.created_at,
        "expires_at": hold.expires_at,
        "extendable_until": hold.extendable_until,
        "extended_at": None,
    }
    return _INSERT.changes(session, row) == 1


def extend(session: Session, now: datetime, *, merchant_id: str, hold_id: str, minutes: int) -> Hold:
    """Keep the place for `minutes` from now, not beyond the hold's bound and never shorter than it already was.

    A hold that expired may still be extended as long as nobody took its place back.
    Raises HoldNotFound, and HoldExpired when it is no longer live or its bound has passed.
    """
    wanted = {"m": merchant_id, "h": hold_id, "now": now, "wanted": now + timedelta(minutes=minutes)}
    row = _EXTEND.first(session, wanted)
    if row is not None:
        return as_hold(row)
    find_hold(session, merchant_id=merchant_id, hold_id=hold_id)
    raise HoldExpired("The place is no longer kept.")


def release(session: Session, now: datetime, *, merchant_id: str, hold_id: str) -> None:  # noqa: ARG001
    """Let the place go. Does nothing when the hold has already ended. Raises HoldNotFound."""
    row = _RELEASE.first(session, {"m": merchant_id, "h": hold_id})
    if row is None:
        find_hold(session, merchant_id=merchant_id, hold_id=hold_id)
    elif (key := _key(*row)) is not None:
        free_held(session, merchant_id, key)


def find_hold(session: Session, *, merchant_id: str, hold_id: str) -> Hold:
    """The hold, whatever became of it. Raises HoldNotFound when this merchant has none of that id."""
    row = _FIND.first(session, {"m": merchant_id, "h": hold_id})
    if row is None:
        raise HoldNotFound("There is no such hold.")
    return as_hold(row)


def live_hold(session: Session, now: datetime, *, merchant_id: str, checkout: str) -> Hold | None:
    """What this checkout holds now; None when it holds nothing or its hold has expired."""
    row = _LIVE.first(session, {"m": merchant_id, "c": checkout, "now": now})
    return None if row is None else as_hold(row)


def taken_and_held(
    session: Session, now: datetime, *, merchant_id: str, checkout: str, first_day: date, last_day: date
) -> tuple[Mapping[tuple[str, str, date], int], Hold | None]:
    """What `taken` and `live_hold` say, in one query when the checkout holds nothing."""
    asked = {"m": merchant_id, "first_day": first_day, "last_day": last_day, "now": now, "c": checkout}
    rows = _TAKEN_AND_OWN.rows(session, asked)
    own = next((row for row in rows if row[2] is None), None)
    found = added_up(row for row in rows if row is not own)
    return found, None if own is None else find_hold(session, merchant_id=merchant_id, hold_id=own[1])


def as_hold(row: Any) -> Hold:
    """A hold from a row of READ."""
    id, merchant_id, checkout, state, kind, ref, day, *rest = row
    return Hold(id, merchant_id, checkout, state, _key(kind, ref, day), *rest)


def _key(kind: str | None, ref: str, day: date) -> PlaceKey | None:
    return None if kind is None else PlaceKey(kind, ref, day)
