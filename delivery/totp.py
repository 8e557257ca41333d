"""The code of an app as a second key to a login (TOTP, RFC 6238: six digits, a new one each 30 seconds)."""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

import pyotp
from sqlalchemy import or_, select, update

from delivery.accounts import AREA, Account
from delivery.audit import By, record
from delivery.problems import CodeRefused, InvalidToken
from delivery.signing import Signer
from delivery.store.engine import Session
from delivery.store.tables import staff
from delivery.texts.sentences import N_

STEP = timedelta(seconds=30)
AROUND = (0, -1, 1)
"""The code of the step before and after counts too: clocks differ, and typing takes time."""

ISSUER = "Stoep"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A new secret, kept nowhere until a code proves that an app has it. `token` carries it through the form."""

    secret: str
    uri: str
    token: str


def propose(signer: Signer, known: Account, secret: str | None = None) -> Proposal:
    """A secret for this person's app, as text and as an otpauth:// address for a QR code."""
    secret = secret or pyotp.random_base32()
    uri = pyotp.TOTP(secret).provisioning_uri(name=known.email, issuer_name=ISSUER)
    return Proposal(secret, uri, signer.encrypt(f"{known.id} {secret}"))


def proposed(signer: Signer, known: Account, token: str) -> Proposal:
    """The proposal that a form brings back. Raises CodeRefused when it was made for somebody else, or by somebody else."""
    try:
        staff_id, _, secret = signer.decrypt(token).partition(" ")
    except InvalidToken as error:
        raise _refused() from error
    if staff_id != known.id or not secret:
        raise _refused()
    return propose(signer, known, secret)


def switch_on(session: Session, now: datetime, signer: Signer, known: Account, proposal: Proposal, code: str) -> None:
    """Ask for a code at each login from now on. Raises CodeRefused when `code` is not one of the new secret's."""
    step = _step_of(proposal.secret, now, code)
    if step is None:
        raise _refused()
    secret = signer.encrypt(proposal.secret)
    session.execute(
        update(staff)
        .where(staff.c.merchant_id == known.merchant_id, staff.c.id == known.id)
        .values(totp_secret=secret, totp_used=step)
    )
    _note(session, now, known, known.by, is_on=True)


def switch_off(session: Session, now: datetime, known: Account, by: By) -> None:
    """Ask for no code any more: by oneself, or by an owner for somebody who lost the phone."""
    session.execute(
        update(staff)
        .where(staff.c.merchant_id == known.merchant_id, staff.c.id == known.id)
        .values(totp_secret=None, totp_used=None)
    )
    _note(session, now, known, by, is_on=False)


def take_code(session: Session, now: datetime, signer: Signer, known: Account, code: str) -> None:
    """Use up a code, in a writing transaction. Raises CodeRefused for a wrong one, and for one that was used before."""
    of_person = (staff.c.merchant_id == known.merchant_id, staff.c.id == known.id)
    kept = session.scalar(select(staff.c.totp_secret).where(*of_person))
    step = _step_of(signer.decrypt(kept), now, code) if kept else None
    if step is None:
        raise _refused()
    used = session.execute(
        update(staff)
        .where(*of_person, or_(staff.c.totp_used.is_(None), staff.c.totp_used < step))
        .values(totp_used=step)
    )
    if not used.rowcount:
        raise _refused()


def code_at(secret: str, now: datetime) -> str:
    """The code that an app with this secret shows."""
    return pyotp.TOTP(secret).generate_otp(_step_at(now))


def _step_of(secret: str, now: datetime, code: str) -> int | None:
    """Which time step the code belongs to, None for no code of now."""
    typed = "".join(code.split()).encode()
    for away in AROUND:
        then = now + away * STEP
        if hmac.compare_digest(code_at(secret, then).encode(), typed):
            return _step_at(then)
    return None


def _step_at(now: datetime) -> int:
    return int(now.timestamp()) // int(STEP.total_seconds())


def _note(session: Session, now: datetime, known: Account, by: By, *, is_on: bool) -> None:
    before, after = {"second_factor": known.has_totp}, {"second_factor": is_on}
    record(session, now, known.merchant_id, by, AREA, known.id, "changed", before, after)


def _refused() -> CodeRefused:
    return CodeRefused(N_("This code is not right, or was used before. Type the newest one."))
