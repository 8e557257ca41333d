"""Whose the stops of a day's routes are, and which of them are to go. `delivery.van_days` has the routes themselves."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    BindParameter,
    Date,
    and_,
    bindparam,
    case,
    delete,
    false,
    literal,
    literal_column,
    select,
    true,
    union_all,
    update,
)

from delivery.store.dialects import PerDialect
from delivery.store.engine import Session
from delivery.store.prepared import Prepared
from delivery.store.tables import bookings, holds, van_days, van_stops

_FIRST: BindParameter[date] = bindparam("first", type_=Date)
_LAST: BindParameter[date] = bindparam("last", type_=Date)
_OF_DAY = (
    van_stops.c.merchant_id == bindparam("m"),
    van_stops.c.origin_id == bindparam("o"),
    van_stops.c.day == bindparam("d", type_=Date),
)
_HOLDS = Prepared(select(van_stops.c.number, van_stops.c.hold_id).where(*_OF_DAY, van_stops.c.is_gone == false()))
_NUMBER = Prepared(
    select(van_stops.c.number).where(
        van_stops.c.merchant_id == bindparam("m"),
        van_stops.c.hold_id == bindparam("h"),
        van_stops.c.is_gone == false(),
    )
)
_OF_BOOKING = Prepared(
    select(van_stops.c.origin_id, van_stops.c.day, van_stops.c.number, bookings.c.state)
    .join(bookings, and_(bookings.c.merchant_id == van_stops.c.merchant_id, bookings.c.hold_id == van_stops.c.hold_id))
    .where(bookings.c.merchant_id == bindparam("m"), bookings.c.id == bindparam("b"), van_stops.c.is_gone == false())
)
_ENTER = Prepared(
    PerDialect(
        van_stops,
        lambda insert: insert.values(
            {column.name: bindparam(column.name) for column in van_stops.c}
        ).on_conflict_do_nothing(index_elements=["merchant_id", "hold_id"]),
    )
)
_FORGET = Prepared(
    delete(van_stops).where(van_stops.c.merchant_id == bindparam("m"), van_stops.c.hold_id == bindparam("h"))
)
_TAKE_OUT = Prepared(
    update(van_stops)
    .where(van_stops.c.merchant_id == bindparam("m"), van_stops.c.hold_id == bindparam("h"))
    .values(is_gone=true())
)
_FORGET_GONE = Prepared(
    delete(van_stops).where(*_OF_DAY, van_stops.c.is_gone == true(), van_stops.c.number == bindparam("n"))
)
_VERSION = -1
"""Stands for the number of a stop in rows that say a version."""
_GONE_MARK, _HELD_MARK = 0, 1
_HELD_OR_GONE = case(
    (holds.c.expires_at <= bindparam("now", type_=holds.c.expires_at.type), _GONE_MARK), else_=_HELD_MARK
)
"""A hold that has expired keeps nothing, whether or not it was taken back."""
_CHANGES = Prepared(
    union_all(
        select(van_days.c.origin_id, van_days.c.day, van_days.c.version, literal(_VERSION)).where(
            van_days.c.merchant_id == bindparam("m"), van_days.c.day.between(_FIRST, _LAST)
        ),
        select(van_stops.c.origin_id, van_stops.c.day, literal(_GONE_MARK), van_stops.c.number).where(
            van_stops.c.merchant_id == bindparam("m"),
            van_stops.c.is_gone == true(),
            van_stops.c.day.between(_FIRST, _LAST),
        ),
        select(van_stops.c.origin_id, van_stops.c.day, _HELD_OR_GONE, van_stops.c.number)
        .join(holds, and_(holds.c.merchant_id == van_stops.c.merchant_id, holds.c.id == van_stops.c.hold_id))
        .where(
            van_stops.c.merchant_id == bindparam("m"),
            holds.c.state == literal_column("'live'"),
            van_stops.c.is_gone == false(),
            van_stops.c.day.between(_FIRST, _LAST),
        ),
        select(van_stops.c.origin_id, van_stops.c.day, literal(_HELD_MARK), van_stops.c.number)
        .join(
            bookings, and_(bookings.c.merchant_id == van_stops.c.merchant_id, bookings.c.hold_id == van_stops.c.hold_id)
        )
        .where(
            van_stops.c.merchant_id == bindparam("m"),
            bookings.c.state == literal_column("'awaiting_payment'"),
            van_stops.c.is_gone == false(),
            van_stops.c.day.between(_FIRST, _LAST),
        ),
    )
)


def holds_of(session: Session, merchant_id: str, origin_id: str, day: date) -> dict[int, str]:
    """Whose stops those of a day are: holds by number."""
    rows = _HOLDS.rows(session, {"m": merchant_id, "o": origin_id, "d": day})
    return dict(rows)


def number_of(session: Session, merchant_id: str, hold_id: str) -> int | None:
    """Which stop of its day is this hold's."""
    row = _NUMBER.first(session, {"m": merchant_id, "h": hold_id})
    return None if row is None else int(row[0])


class OwnStop(NamedTuple):
    """The stop of whoever asks. `state`: that of the booking; None of a hold."""

    origin_id: str
    day: date
    number: int
    state: str | None = None


def of_booking(session: Session, merchant_id: str, booking_id: str) -> OwnStop | None:
    """Which stop is this booking's; None when no van has it in its route."""
    row = _OF_BOOKING.first(session, {"m": merchant_id, "b": booking_id})
    return None if row is None else OwnStop(*row)


def enter(session: Session, merchant_id: str, origin_id: str, day: date, number: int, hold_id: str) -> bool:
    """The stop belongs to this hold; False, and nothing changes, when the hold had one before: see `forget`."""
    whose = {"merchant_id": merchant_id, "origin_id": origin_id, "day": day}
    return _ENTER.changes(session, whose | {"hold_id": hold_id, "number": number, "is_gone": False}) == 1


def forget(session: Session, merchant_id: str, hold_id: str) -> None:
    """The stop that a hold had before stands in no route any more."""
    _FORGET.changes(session, {"m": merchant_id, "h": hold_id})


def forget_gone(session: Session, day: Mapping[str, Any], numbers: Iterable[int]) -> None:
    """Those stops stand in no route any more."""
    for number in sorted(numbers):
        _FORGET_GONE.changes(session, {**day, "n": number})


def take_out(session: Session, merchant_id: str, hold_id: str) -> None:
    """Nobody is to be visited for this hold any more. Does nothing when nobody was."""
    _TAKE_OUT.changes(session, {"m": merchant_id, "h": hold_id})


@dataclass(frozen=True, slots=True)
class State:
    """A day's version, the stops that are gone since it was written, and those which are only held: nobody has ordered there, or
    nobody has paid."""

    version: int = 0
    gone: frozenset[int] = frozenset()
    held: frozenset[int] = frozenset()


def states(
    session: Session, now: datetime, merchant_id: str, first_day: date, last_day: date
) -> dict[tuple[str, date], State]:
    """The states of days that have stops, by origin and day. One query."""
    versions: dict[tuple[str, date], int] = {}
    marked: dict[tuple[str, date, int], set[int]] = {}
    for origin_id, day, said, number in _CHANGES.rows(
        session, {"m": merchant_id, "first": first_day, "last": last_day, "now": now}
    ):
        if number == _VERSION:
            versions[origin_id, day] = said
        else:
            marked.setdefault((origin_id, day, said), set()).add(number)
    return {
        key: State(version, *(frozenset(marked.get((*key, mark), ())) for mark in (_GONE_MARK, _HELD_MARK)))
        for key, version in versions.items()
    }
