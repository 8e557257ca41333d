"""Collect codes: what a shopper says or shows at the counter of a pick-up centre.

A code is never stored: it follows from the booking, its code version and one of our keys. What is stored is a keyed hash of it,
by which a booking is found; it also says which key the code was made with, so that the code outlives a change of keys.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from delivery.booking_rows import Booking
from delivery.signing import Signer
from delivery.store.engine import Session
from delivery.store.tables import bookings

SIGNS = "346789CDFHJKMNPRTVWXY"
"""Digits and capitals of which no two look alike, and no vowels, so that no code is a word."""
LENGTH = 7
"""1.8 thousand million codes: a guess that may be made a few times an hour finds nothing."""
_LOOKS_LIKE = str.maketrans({"0": "D", "O": "D", "Q": "D", "B": "8", "G": "6", "U": "V"})
_BETWEEN = str.maketrans("", "", " -‐‑–—.\u00a0\u202f\t")


def read(text: str) -> str | None:
    """The code that somebody typed or scanned, however they wrote it; None for what cannot be one."""
    code = text.strip().translate(_BETWEEN).upper().translate(_LOOKS_LIKE)
    return code if len(code) == LENGTH and set(code) <= set(SIGNS) else None


def written(code: str) -> str:
    """As people read it: in two groups."""
    return f"{code[:3]}-{code[3:]}"


def code_of(signer: Signer, booking: Booking) -> str:
    """The booking's code, as it is kept: not grouped."""
    made = _made(signer, booking.merchant_id, booking.id, booking.code_version)
    kept = (code for code in made if booking.code_hash in hashes(signer, booking.merchant_id, code))
    return next(kept, made[0])


def hashes(signer: Signer, merchant_id: str, code: str) -> list[str]:
    """Every hash under which this code may be kept, by the newest key first."""
    return [key.hex() for key in signer.keys_for(f"collect code kept {merchant_id} {code}".encode())]


def centre_of(option: Mapping[str, Any] | None) -> str | None:
    """The id of the centre that an option is for, None for every other."""
    place: Mapping[str, str] = (option or {}).get("location") or {}
    return place.get("id")


def first(signer: Signer, booking: Booking) -> dict[str, Any]:
    """What a new booking has of its code, in the names of Booking. Two codes alike are found out by the table's unique index."""
    if centre_of(booking.option) is None:
        return {}
    return {"code_hash": _newest(signer, booking.merchant_id, booking.id, booking.code_version)}


def after(session: Session, signer: Signer, booking: Booking, option: Mapping[str, Any] | None) -> dict[str, Any]:
    """What becomes of a booking's code when its option is replaced by this one: another centre, another code."""
    centre = centre_of(option)
    if centre == centre_of(booking.option) and (centre is None or booking.code_hash is not None):
        return {}
    if centre is None:
        return {"code_hash": None}
    version = booking.code_version + (centre != centre_of(booking.option))
    while True:
        made = _newest(signer, booking.merchant_id, booking.id, version)
        if not _is_taken(session, booking, made):
            return {"code_version": version, "code_hash": made}
        version += 1


def _newest(signer: Signer, merchant_id: str, booking_id: str, version: int) -> str:
    return hashes(signer, merchant_id, _made(signer, merchant_id, booking_id, version)[0])[0]


def _made(signer: Signer, merchant_id: str, booking_id: str, version: int) -> list[str]:
    """By each of our keys, the newest first."""
    subject = f"collect code {merchant_id} {booking_id} {version}".encode()
    return [_in_signs(int.from_bytes(key)) for key in signer.keys_for(subject)]


def _in_signs(number: int) -> str:
    """Of 256 bits, so that no code is likelier than another by anything that counts."""
    signs = []
    for _ in range(LENGTH):
        number, rest = divmod(number, len(SIGNS))
        signs.append(SIGNS[rest])
    return "".join(signs)


def _is_taken(session: Session, booking: Booking, made: str) -> bool:
    others = select(bookings.c.id).where(
        bookings.c.merchant_id == booking.merchant_id, bookings.c.code_hash == made, bookings.c.id != booking.id
    )
    return session.execute(others).first() is not None
