"""Changes of bookings as they are kept, and the places that stay booked while one waits for its answer."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, select, update

from delivery.booking_rows import Booking
from delivery.counters import PlaceKey
from delivery.problems import ChangeNotFound, ChangeWaiting, TooManyChanges
from delivery.store.engine import Session
from delivery.store.tables import changes

MADE, ASKED, ACCEPTED, REFUSED, UNDONE = "made", "asked", "accepted", "refused", "undone"
STATES = (MADE, ASKED, ACCEPTED, REFUSED, UNDONE)
STANDING = (MADE, ASKED, ACCEPTED)
"""The states in which the booking is as the change made it."""

CORRECT, REDIRECT, MOVE, NOTE, CANCEL, CHOICE, DETAILS, LONGER, GOES_BACK, COLLECTOR = (
    *("correct", "redirect", "move", "note", "cancel", "choice", "details", "longer", "return", "collector"),
)
"""The kinds: another spelling of the same address, another address or centre, another day or window, words for the door, the
end, the first choice of an order that came without one, whatever else the shop changed, a longer stay at a centre, the way
back of what nobody collected there, and who else may collect it."""
SHOPPER, SHOP = "shopper", "shop"
MOST_A_DAY = 10
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A change as it is kept. `before` and `after` are what `kept` makes of the booking; `difference` is in minor units."""

    id: str
    merchant_id: str
    booking_id: str
    kind: str
    state: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    difference: int
    made_by: str
    created_at: datetime


_COLUMNS = tuple(changes.c[name] for name in ChangeRow.__dataclass_fields__)


def kept(booking: Booking) -> dict[str, Any]:
    """What a change can touch, to be put back."""
    place = booking.place
    return {
        "address": dict(booking.address),
        "recipient": dict(booking.recipient),
        "notes": booking.notes,
        "instructions": dict(booking.instructions),
        "option": booking.option,
        "hold": booking.hold_id,
        "place": [place.kind, place.ref, place.day.isoformat()] if place else None,
        "version": booking.version,
    }


def place_in(facts: Mapping[str, Any]) -> PlaceKey | None:
    """The counter that a booking kept so counted in."""
    if not facts.get("place"):
        return None
    kind, ref, day = facts["place"]
    return PlaceKey(kind, ref, date.fromisoformat(day))


def put_back(before: Mapping[str, Any]) -> dict[str, Any]:
    """What to write to the booking so that it is as it was, in the names of `changed`."""
    facts = {name: before[name] for name in ("address", "recipient", "notes", "instructions")}
    choice = of_choice(before["option"], before["hold"], place_in(before))
    del choice["expected"]
    return facts | choice


def of_choice(option: Mapping[str, Any] | None, hold_id: str | None, place: PlaceKey | None) -> dict[str, Any]:
    """What a booking has of its option, in the names of `changed`. What was expected of another promise counts no more."""
    facts = option or {}
    ship_by = facts.get("ship_by")
    return {
        "type": facts.get("type"),
        "hold_id": hold_id,
        "place": place,
        "option": option,
        "origin_id": facts.get("origin_id"),
        "service_id": facts.get("service_id"),
        "ship_by": date.fromisoformat(ship_by) if ship_by else None,
        "fee_amount": facts["fee"]["amount"] if option else 0,
        "expected": None,
    }


def add(
    session: Session,
    now: datetime,
    old: Booking,
    new: Booking,
    *,
    kind: str,
    state: str,
    made_by: str,
    difference: int,
) -> ChangeRow:
    """Keep that the booking was changed from `old` to `new`."""
    row = ChangeRow(
        f"cg_{secrets.token_urlsafe(16)}",
        new.merchant_id,
        new.id,
        kind,
        state,
        kept(old),
        kept(new),
        difference,
        made_by,
        now,
    )
    facts = {name: getattr(row, name) for name in ChangeRow.__dataclass_fields__}
    session.execute(insert(changes).values(facts | {"answered_at": None}))
    return row


def find(session: Session, merchant_id: str, change_id: str) -> ChangeRow:
    """The change. Raises ChangeNotFound when this merchant has none of that id. Lock its booking first, and read again."""
    own = select(*_COLUMNS).where(changes.c.merchant_id == merchant_id, changes.c.id == change_id)
    row = session.execute(own).one_or_none()
    if row is None:
        raise ChangeNotFound("There is no such change.")
    return ChangeRow(*row)


def of_booking(session: Session, booking: Booking) -> list[ChangeRow]:
    """All its changes, the newest first."""
    rows = session.execute(
        select(*_COLUMNS)
        .where(changes.c.merchant_id == booking.merchant_id, changes.c.booking_id == booking.id)
        .order_by(changes.c.created_at.desc(), changes.c.id)
    )
    return [ChangeRow(*row) for row in rows]


def from_then_on(session: Session, first: ChangeRow) -> list[ChangeRow]:
    """This change and those after it that still stand, the oldest first."""
    rows = session.execute(
        select(*_COLUMNS).where(
            changes.c.merchant_id == first.merchant_id,
            changes.c.booking_id == first.booking_id,
            changes.c.state.in_(STANDING),
        )
    )
    found = [ChangeRow(*row) for row in rows]
    later = [change for change in found if change.before["version"] >= first.before["version"]]
    return sorted(later, key=lambda change: int(change.before["version"]))


def waiting(session: Session, booking: Booking) -> ChangeRow | None:
    """The change of this booking that fulfilment has still to answer."""
    row = session.execute(
        select(*_COLUMNS).where(
            changes.c.merchant_id == booking.merchant_id,
            changes.c.booking_id == booking.id,
            changes.c.state == ASKED,
        )
    ).one_or_none()
    return None if row is None else ChangeRow(*row)


def mark(session: Session, now: datetime, change: ChangeRow, state: str, reason: str = "") -> None:
    """Say what became of a change, and why if somebody told; the reason stands in `after`."""
    after = dict(change.after) | ({"reason": reason} if reason else {})
    session.execute(
        update(changes)
        .where(changes.c.merchant_id == change.merchant_id, changes.c.id == change.id)
        .values(state=state, after=after, answered_at=now)
    )


def check_may_change(session: Session, now: datetime, booking: Booking) -> None:
    """Raises ChangeWaiting while an earlier change waits for its answer, TooManyChanges after MOST_A_DAY in a day."""
    if waiting(session, booking) is not None:
        raise ChangeWaiting("The warehouse has still to answer an earlier change.")
    today = select(func.count()).where(
        changes.c.merchant_id == booking.merchant_id,
        changes.c.booking_id == booking.id,
        changes.c.created_at > now - DAY,
    )
    if session.execute(today).scalar_one() >= MOST_A_DAY:
        raise TooManyChanges(f"A booking can be changed {MOST_A_DAY} times a day.")


def place_kept(change: ChangeRow) -> PlaceKey | None:
    """The old place, which stays booked beside the new one while the change waits: a refusal puts it back."""
    return place_in(change.before) if change.before["hold"] != change.after["hold"] else None


def close_waiting(session: Session, now: datetime, booking: Booking, state: str) -> PlaceKey | None:
    """Nobody has to answer any more: the delivery is over. Returns the place that was kept, for the caller to free."""
    change = waiting(session, booking)
    if change is None:
        return None
    mark(session, now, change, state)
    return place_kept(change)
