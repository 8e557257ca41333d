"""Which collect codes this login has just been shown. Only that it was so is remembered, in the signed cookie: no code."""

from datetime import datetime, timedelta

from flask import session

from delivery.booking_rows import Booking
from web.service import now

LASTS = timedelta(minutes=15)
_KEPT = "codes"
_MOST = 8


def remember(booking: Booking) -> None:
    """The right code was shown: the parcel may be handed over by it for as long as LASTS."""
    proofs = {name: proof for name, proof in session.get(_KEPT, {}).items() if _holds(proof)}
    proofs[booking.id] = [booking.code_version, (now() + LASTS).isoformat()]
    session[_KEPT] = dict(list(proofs.items())[-_MOST:])


def holds(booking: Booking) -> bool:
    """Whether the right code of this booking was shown here lately, and is its code still."""
    proof = session.get(_KEPT, {}).get(booking.id)
    return proof is not None and proof[0] == booking.code_version and _holds(proof)


def use_up(booking: Booking) -> None:
    """It was handed over."""
    session[_KEPT] = {name: proof for name, proof in session.get(_KEPT, {}).items() if name != booking.id}


def _holds(proof: list[object]) -> bool:
    return datetime.fromisoformat(str(proof[1])) > now()
