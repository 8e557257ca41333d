"""Finding a booking by its collect code, at the counter of a pick-up centre.

Wrong codes are counted for each login or device at a centre. After MOST_TRIES within WINDOW that one waits for LOCKED; all
others go on, so that nobody can shut a counter by typing nonsense at it.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, or_, select, update

from delivery import codes
from delivery.booking_rows import Booking, as_booking, select_bookings
from delivery.booking_states import CANCELLED, COLLECTED, RETURNED
from delivery.codes import code_of, written
from delivery.problems import CodeOfAnotherCentre, CodesLocked, CodeUnknown, Problem
from delivery.setups import Setup
from delivery.signing import Signer
from delivery.store.dialects import PerDialect
from delivery.store.engine import Session
from delivery.store.tables import bookings, code_tries

__all__ = ["Looked", "code_of", "fits", "found", "written"]

MOST_TRIES = 5
WINDOW = timedelta(minutes=10)
LOCKED = timedelta(minutes=10)
FORGOTTEN = timedelta(days=1)
_OVER = (CANCELLED, COLLECTED, RETURNED)
_LONGEST_WHO = 64

_BEGIN = PerDialect(
    code_tries, lambda insert: insert.on_conflict_do_nothing().execution_options(preserve_rowcount=True)
)


@dataclass(frozen=True, slots=True)
class Looked:
    """What a code led to: a booking, or a problem. The problem is a value, so that the try it cost is kept: commit first."""

    booking: Booking | None = None
    problem: Problem | None = None

    def or_raise(self) -> Booking:
        """The booking. Raises CodeUnknown, CodeOfAnotherCentre or CodesLocked."""
        if self.booking is None:
            raise self.problem or CodeUnknown()
        return self.booking


def found(session: Session, now: datetime, signer: Signer, setup: Setup, centre_id: str, text: str, who: str) -> Looked:
    """Whose code somebody typed or scanned at this centre; `who` (at most 64 letters) is their login or device.

    A booking that is over is found as well: what became of it is to be said. Needs a writing transaction, which must be
    committed whatever comes of it. What cannot be a code at all costs no try.
    """
    code = codes.read(text)
    if code is None:
        return Looked(problem=CodeUnknown("This is no collect code."))
    until = _locked_until(session, now, setup.merchant_id, centre_id, who)
    if until is not None:
        return Looked(problem=CodesLocked("Too many wrong codes were typed here.", until=until))
    booking = _kept_under(session, signer, setup.merchant_id, code)
    booking = booking or _made_otherwise(session, signer, setup.merchant_id, centre_id, code)
    place = (booking.option or {}).get("location") if booking else None
    if booking is not None and place is not None and place["id"] == centre_id:
        return Looked(booking)
    _count(session, now, setup.merchant_id, centre_id, who)
    if booking is not None and place is not None:
        return Looked(problem=CodeOfAnotherCentre("The code is for another pick-up centre.", name=place["name"]))
    return Looked(problem=CodeUnknown("No parcel is collected by this code."))


def fits(
    session: Session, now: datetime, signer: Signer, booking: Booking, centre_id: str, text: str, who: str
) -> bool | None:
    """Whether the code is the booking's own. None: it was not looked at, because too many were wrong. A wrong one counts."""
    if _locked_until(session, now, booking.merchant_id, centre_id, who) is not None:
        return None
    code = codes.read(text)
    if code is not None and hmac.compare_digest(code, code_of(signer, booking)):
        return True
    _count(session, now, booking.merchant_id, centre_id, who)
    return False


def _kept_under(session: Session, signer: Signer, merchant_id: str, code: str) -> Booking | None:
    kept = select_bookings(merchant_id).where(bookings.c.code_hash.in_(codes.hashes(signer, merchant_id, code)))
    row = session.execute(kept).first()
    return None if row is None else as_booking(row)


def _made_otherwise(session: Session, signer: Signer, merchant_id: str, centre_id: str, code: str) -> Booking | None:
    """A booking that waits here and is kept under no hash of a key we still have: it is older than codes, or than the keys."""
    waits = select_bookings(merchant_id).where(bookings.c.centre_id == centre_id, bookings.c.state.not_in(_OVER))
    for row in session.execute(waits):
        booking = as_booking(row)
        if hmac.compare_digest(code, code_of(signer, booking)):
            return booking
    return None


def _mine(merchant_id: str, centre_id: str, who: str) -> tuple[Any, ...]:
    return (
        code_tries.c.merchant_id == merchant_id,
        code_tries.c.centre_id == centre_id,
        code_tries.c.who == who[:_LONGEST_WHO],
    )


def _locked_until(session: Session, now: datetime, merchant_id: str, centre_id: str, who: str) -> datetime | None:
    """Locks the row of whoever tries, made when it is new: of many guesses at once each must see those before it."""
    mine = _mine(merchant_id, centre_id, who)
    row = {"merchant_id": merchant_id, "centre_id": centre_id, "who": who[:_LONGEST_WHO], "tries": 0, "first_at": now}
    if session.execute(_BEGIN.of(session), row).rowcount == 1:
        _forget_others(session, now, merchant_id, centre_id)
        return None
    until: datetime | None = session.execute(
        select(code_tries.c.locked_until).where(*mine).with_for_update()
    ).scalar_one()
    return until if until is not None and until > now else None


def _count(session: Session, now: datetime, merchant_id: str, centre_id: str, who: str) -> None:
    mine = _mine(merchant_id, centre_id, who)
    row = session.execute(select(code_tries).where(*mine)).one()
    is_new = row.first_at <= now - WINDOW or row.locked_until is not None
    tries, first_at = (1, now) if is_new else (row.tries + 1, row.first_at)
    until = now + LOCKED if tries >= MOST_TRIES else None
    session.execute(update(code_tries).where(*mine).values(tries=tries, first_at=first_at, locked_until=until))


def _forget_others(session: Session, now: datetime, merchant_id: str, centre_id: str) -> None:
    """Who has not tried for a day; the one row of whoever tries now stays."""
    session.execute(
        delete(code_tries).where(
            code_tries.c.merchant_id == merchant_id,
            code_tries.c.centre_id == centre_id,
            code_tries.c.first_at < now - FORGOTTEN,
            or_(code_tries.c.locked_until.is_(None), code_tries.c.locked_until < now),
        )
    )
