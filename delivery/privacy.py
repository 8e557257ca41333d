"""What is kept about one person, for that person to see, and taking it out again.

A person is found by e-mail address, by phone or by one order. What changes of an order remember counts as well: somebody whose
address was corrected away is still found by it. The log of changes says that somebody was erased, by a keyed tag only:
who knows the e-mail address can find the entry, and nobody can read an address out of it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import and_, delete, or_, select, update

from delivery import audit, personal_data
from delivery.audit import By
from delivery.personal_data import Rows
from delivery.problems import Fault, InvalidInput
from delivery.retention import is_over
from delivery.rules.phones import is_same_phone, phone_key
from delivery.searched import folded_email
from delivery.signing import Signer
from delivery.store.engine import Session
from delivery.store.tables import bookings, changes, handovers, idempotency
from delivery.texts.sentences import N_

AREA = "people"
"""Under which the log of changes has it."""
EMAIL, PHONE, ORDER = "email", "phone", "order"
WAYS = (EMAIL, PHONE, ORDER)
"""What a person can be found by."""
AT_ONCE = 200
"""How many bookings are worked on together."""

_ONE_WAY = N_("Give one of e-mail address, phone and order number.")
_NO_EMAIL = N_("This is not an e-mail address.")
_NO_PHONE = N_("A phone number has at least six digits.")


@dataclass(frozen=True, slots=True)
class Person:
    """Who is looked for: `way` is one of WAYS, `text` as it was typed, without the space around it.

    Raises InvalidInput when nobody can be found by it.
    """

    way: str
    text: str

    def __post_init__(self) -> None:
        if self.way not in WAYS or not self.text:
            raise InvalidInput(_ONE_WAY, (Fault("", _ONE_WAY),))
        if self.way == EMAIL and "@" not in self.text:
            raise InvalidInput(_NO_EMAIL, (Fault("/email", _NO_EMAIL),))
        if self.way == PHONE and phone_key(self.text) is None:
            raise InvalidInput(_NO_PHONE, (Fault("/phone", _NO_PHONE),))

    @property
    def compared(self) -> str:
        """The same for the same person, however it was typed: what the log's tag is made of."""
        if self.way == EMAIL:
            return folded_email(self.text) or ""
        return (phone_key(self.text) or "") if self.way == PHONE else self.text

    def is_in(self, recipient: Any) -> bool:
        """Whether this recipient is the person, by e-mail address or phone."""
        known = str((recipient or {}).get(self.way) or "")
        if self.way == EMAIL:
            return folded_email(known) == self.compared
        return self.way == PHONE and is_same_phone(known, self.text)


def person(email: str | None = None, phone: str | None = None, order: str | None = None) -> Person:
    """Who is looked for, by exactly one of the three. Raises InvalidInput."""
    given = [
        (way, text.strip()) for way, text in zip(WAYS, (email, phone, order), strict=True) if text and text.strip()
    ]
    if len(given) != 1:
        raise InvalidInput(_ONE_WAY, (Fault("", _ONE_WAY),))
    return Person(*given[0])


@dataclass(frozen=True, slots=True)
class Found:
    """A booking of the person. `over`: the person can be taken out of it now; `asked_at`, that this was asked for earlier;
    `erased_at`, since when nobody is in it."""

    id: str
    order: str
    part: str
    state: str
    over: bool
    asked_at: datetime | None
    erased_at: datetime | None


@dataclass(frozen=True, slots=True)
class Erased:
    """What became of the person's bookings: those without them now, and those that keep them until they are over."""

    erased: Sequence[Found]
    kept_until_done: Sequence[Found]


def find(session: Session, now: datetime, merchant_id: str, who: Person, *, locked: bool = False) -> list[Found]:
    """The bookings of one merchant in which this person is, the oldest first.

    `locked`: nobody else can change them until this transaction ends.
    """
    columns = (bookings.c.id, bookings.c.order_number, bookings.c.part, bookings.c.state, is_over(now).label("over"))
    read = select(*columns, bookings.c.erase_asked_at, bookings.c.erased_at, bookings.c.created_at)
    found: list[Any] = []
    for some in _portions(sorted(_ids(session, merchant_id, who))):
        known = read.where(bookings.c.merchant_id == merchant_id, bookings.c.id.in_(some)).order_by(bookings.c.id)
        found += session.execute(known.with_for_update() if locked else known)
    return [Found(*row[:-1]) for row in sorted(found, key=lambda row: (row.created_at, row.id))]


def export(session: Session, now: datetime, merchant_id: str, who: Person) -> list[dict[str, Any]]:
    """Everything that is kept about this person, a booking after the other: `{"booking", "order", "part", "state", "kept"}`.

    `kept` has the rows of each table that is about the booking, under the table's name.
    """
    return [
        {
            "booking": one.id,
            "order": one.order,
            "part": one.part,
            "state": one.state,
            "kept": {
                str(rows.place.table.name): list(_told(rows))
                for rows in personal_data.rows_about(session, merchant_id, [one.id])
            },
        }
        for one in find(session, now, merchant_id, who)
    ]


def erase(session: Session, now: datetime, signer: Signer, merchant_id: str, by: By, who: Person) -> Erased:
    """Take this person out of all bookings that are over; out of the others as soon as they are, by themselves.

    A delivery under way needs its address, and nothing is cancelled. Doing it again changes nothing.
    """
    found = find(session, now, merchant_id, who, locked=True)
    over = [one for one in found if one.over or one.erased_at is not None]
    under_way = [one for one in found if one not in over]
    for some in _portions([one.id for one in over]):
        _forget_answers(session, merchant_id, some)
        personal_data.erase(session, now, merchant_id, some)
    for some in _portions([one.id for one in under_way if one.asked_at is None]):
        asked = update(bookings).where(bookings.c.merchant_id == merchant_id, bookings.c.id.in_(some))
        session.execute(asked.values(erase_asked_at=now))
    new = Erased([one for one in over if one.erased_at is None], [one for one in under_way if one.asked_at is None])
    _write_down(session, now, signer, merchant_id, by, who, new)
    return Erased([replace(one, erased_at=one.erased_at or now) for one in over], under_way)


def _ids(session: Session, merchant_id: str, who: Person) -> set[str]:
    mine = bookings.c.merchant_id == merchant_id
    if who.way == ORDER:
        return set(session.scalars(select(bookings.c.id).where(mine, bookings.c.order_number == who.text)))
    column = bookings.c.search_email if who.way == EMAIL else bookings.c.search_phone
    candidates = session.execute(select(bookings.c.id, bookings.c.recipient).where(mine, column == who.compared))
    now_in = {row.id for row in candidates if who.is_in(row.recipient)}
    return now_in | _ids_in_changes(session, merchant_id, who)


def _ids_in_changes(session: Session, merchant_id: str, who: Person) -> set[str]:
    """Of bookings that were this person's until they were changed. Read one by one: a change is seldom, and so is this."""
    same = and_(bookings.c.merchant_id == changes.c.merchant_id, bookings.c.id == changes.c.booking_id)
    remembered = (
        select(changes.c.booking_id, changes.c.before, changes.c.after)
        .join(bookings, same)
        .where(changes.c.merchant_id == merchant_id, bookings.c.erased_at.is_(None))
    )
    return {
        row.booking_id
        for row in session.execute(remembered)
        if any(who.is_in(facts.get("recipient")) for facts in (row.before, row.after))
    }


def _portions(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    return (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE))


def _told(found: Rows) -> Iterator[dict[str, Any]]:
    """Rows without whose they are, and without what only repeats them to be searched by."""
    for row in found.rows:
        facts = {
            str(name): value
            for name, value in row._mapping.items()
            if name != "merchant_id" and not name.startswith("search_")
        }
        if found.place.table is handovers:
            facts["body"] = orjson.loads(row.body)
        yield facts


def _forget_answers(session: Session, merchant_id: str, booking_ids: Sequence[str]) -> None:
    """What calls about these bookings were answered. The same call again is worked on anew, and finds nobody."""
    names_one = or_(*(idempotency.c.body.contains(booking_id, autoescape=True) for booking_id in booking_ids))
    session.execute(delete(idempotency).where(idempotency.c.merchant_id == merchant_id, names_one))


def _write_down(
    session: Session, now: datetime, signer: Signer, merchant_id: str, by: By, who: Person, new: Erased
) -> None:
    if not new.erased and not new.kept_until_done:
        return
    tag = signer.tag(f"person {merchant_id} {who.way} {who.compared}".encode())
    done = {"found_by": who.way, "erased": len(new.erased), "kept_until_done": len(new.kept_until_done)}
    audit.record(session, now, merchant_id, by, AREA, tag, "removed", done, None)
