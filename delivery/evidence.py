"""What happened at the counters of pick-up centres, with its evidence: who took what, when, and what they showed.

A device gives each a name of its own before it is sent, so that what is sent twice is kept once.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from delivery.rules.wallclock import aware
from delivery.store.engine import Session
from delivery.store.tables import bookings, collections

COLLECTED, REFUSED, TAKEN_IN = "collected", "refused", "taken_in"
KINDS = (COLLECTED, REFUSED, TAKEN_IN)
"""Given out; refused by the shopper; a return taken in."""
CODE, ID, NOTHING = "code", "id", "nothing"
SHOWN = (CODE, ID, NOTHING)
ALREADY_COLLECTED, CANCELLED, GONE_BACK, ANOTHER_CENTRE, NOT_PAID, WRONG_CODE = (
    *("already_collected", "cancelled", "gone_back", "another_centre", "not_paid", "wrong_code"),
)
CONFLICTS = (ALREADY_COLLECTED, CANCELLED, GONE_BACK, ANOTHER_CENTRE, NOT_PAID, WRONG_CODE)
"""Why it could not be so. Only a wrong code leaves a parcel that was given out while the line was down given out."""
LONGEST_WHO, LONGEST_WORDS, LONGEST_SIGNATURE = 200, 300, 20_000
_ID = re.compile(r"[A-Za-z0-9_-]{8,40}")


@dataclass(frozen=True, slots=True)
class Collection:
    """One thing that happened at a counter.

    `id` is the device's own (8 to 40 letters, digits, "-" and "_"). `parcels` are numbers; empty: all that lie there. `shown`:
    the collect code, which stands in `code`; an ID that was looked at, never copied; or nothing. `who` took it or brought
    it, `words` are the reason or a remark, `staff` the login, `signature` an SVG path or a typed name. `offline`: the line was
    down, so nobody could check anything. Raises ValueError for what cannot be.
    """

    id: str
    booking_id: str
    centre_id: str
    kind: str
    shown: str
    staff: str
    at: datetime
    parcels: tuple[int, ...] = ()
    who: str = ""
    words: str = ""
    signature: str | None = None
    offline: bool = False
    code: str = ""

    def __post_init__(self) -> None:
        aware(self.at)
        if not _ID.fullmatch(self.id):
            raise ValueError(f"{self.id!r} cannot name what happened at a counter")
        if self.kind not in KINDS or self.shown not in SHOWN:
            raise ValueError(f"{self.kind!r} with {self.shown!r} does not happen at a counter")
        if self.kind == COLLECTED and self.shown == NOTHING and not self.offline:
            raise ValueError("who collects shows a code or an ID")
        if self.kind == REFUSED and not self.words:
            raise ValueError("a parcel is refused for a reason")
        if len(self.who) > LONGEST_WHO or len(self.words) > LONGEST_WORDS:
            raise ValueError("a name or remark is too long")
        if len(self.signature or "") > LONGEST_SIGNATURE:
            raise ValueError("a signature is too long")


@dataclass(frozen=True, slots=True)
class Kept:
    """A thing that happened, as it is kept. `verified`: a code or an ID was checked. `conflict`: why it could not be so when
    it arrived, one of CONFLICTS; `conflict_seen_at`: since when a person knows."""

    id: str
    booking_id: str
    centre_id: str
    kind: str
    parcels: tuple[int, ...]
    shown: str
    verified: bool
    who: str
    words: str
    signature: str | None
    staff: str
    offline: bool
    at: datetime
    received_at: datetime
    conflict: str | None
    conflict_seen_at: datetime | None

    @property
    def took_place(self) -> bool:
        """Whether it is so all the same: a parcel that was given out for a wrong code while the line was down is gone."""
        return self.conflict is None or (self.offline and self.conflict == WRONG_CODE)


@dataclass(frozen=True, slots=True)
class Conflict:
    """Something that could not be so, which nobody has seen yet. `name` is the recipient's."""

    kept: Kept
    order: str
    part: str
    name: str


_COLUMNS = tuple(collections.c[name] for name in Kept.__dataclass_fields__)


def find(session: Session, merchant_id: str, collection_id: str) -> Kept | None:
    """What is kept under this name, if anything is."""
    mine = select(*_COLUMNS).where(collections.c.merchant_id == merchant_id, collections.c.id == collection_id)
    row = session.execute(mine).one_or_none()
    return None if row is None else _kept(row)


def of_booking(session: Session, merchant_id: str, booking_id: str) -> tuple[Kept, ...]:
    """What happened to the parcels of a booking, the oldest first; conflicts too."""
    rows = session.execute(
        select(*_COLUMNS)
        .where(collections.c.merchant_id == merchant_id, collections.c.booking_id == booking_id)
        .order_by(collections.c.at, collections.c.id)
    )
    return tuple(_kept(row) for row in rows)


def add(session: Session, merchant_id: str, kept: Kept) -> Kept:
    """Keep what happened. Nobody must have kept the same id: the caller has locked its booking and looked."""
    facts = {name: getattr(kept, name) for name in Kept.__dataclass_fields__}
    session.execute(insert(collections).values(facts | {"merchant_id": merchant_id, "parcels": list(kept.parcels)}))
    return kept


def unseen(session: Session, merchant_id: str, centre_id: str) -> tuple[Conflict, ...]:
    """The conflicts at a centre that nobody has seen yet, the oldest first."""
    rows = session.execute(
        select(*_COLUMNS, bookings.c.order_number, bookings.c.part, bookings.c.recipient)
        .join(
            bookings,
            (bookings.c.merchant_id == collections.c.merchant_id) & (bookings.c.id == collections.c.booking_id),
        )
        .where(
            collections.c.merchant_id == merchant_id,
            collections.c.centre_id == centre_id,
            collections.c.conflict.is_not(None),
            collections.c.conflict_seen_at.is_(None),
        )
        .order_by(collections.c.received_at, collections.c.id)
    )
    return tuple(Conflict(_kept(row[:-3]), row[-3], row[-2], str(row[-1].get("name") or "")) for row in rows)


def seen(session: Session, now: datetime, merchant_id: str, centre_id: str, collection_id: str) -> bool:
    """A person has seen the conflict. False when there is none that nobody has seen."""
    done = session.execute(
        update(collections)
        .where(
            collections.c.merchant_id == merchant_id,
            collections.c.centre_id == centre_id,
            collections.c.id == collection_id,
            collections.c.conflict.is_not(None),
            collections.c.conflict_seen_at.is_(None),
        )
        .values(conflict_seen_at=now)
    )
    return done.rowcount == 1


def _kept(row: Any) -> Kept:
    facts = dict(zip(Kept.__dataclass_fields__, row, strict=True))
    return Kept(**facts | {"parcels": tuple(facts["parcels"])})
