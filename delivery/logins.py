"""Logging in: e-mail address and password, then a code where somebody switched that on.

Whoever tries cannot tell an unknown address from a wrong password: neither by the answer nor by the time it takes.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Update, select, update

from delivery.accounts import Account, account, account_of
from delivery.passwords import hash_password, is_outdated, is_password
from delivery.problems import InvalidToken, LoginRefused
from delivery.signing import Signer, is_over
from delivery.store.engine import Session
from delivery.store.tables import staff
from delivery.texts.sentences import N_

TIME_FOR_CODE = timedelta(minutes=5)

_PURPOSE = "login-code"


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody's account and the hash of their password, None until they have set one."""

    account: Account
    password_hash: str | None


@dataclass(frozen=True, slots=True)
class Verified:
    """Whose password it was. `new_hash` is there when it should be kept anew, by today's parameters."""

    account: Account
    new_hash: str | None


def find(session: Session, email: str) -> Known | None:
    """Who logs in with this address, None for nobody."""
    row = session.execute(
        select(staff)
        .where(staff.c.email == email.strip().lower())
        .execution_options(across_merchants="asks who logs in with this address")
    ).first()
    return Known(account(row), row.password) if row else None


def verify(known: Known | None, password: str) -> Verified:
    """Check the password, outside of any transaction: it takes some 50 ms, for nobody as well. Raises LoginRefused."""
    password_hash = known.password_hash if known else None
    if not is_password(password_hash, password) or known is None or password_hash is None:
        raise LoginRefused(N_("The e-mail address or the password is not right."))
    return Verified(known.account, hash_password(password) if is_outdated(password_hash) else None)


def note_login(session: Session, now: datetime, known: Account) -> None:
    """Remember when somebody logged in last."""
    session.execute(_still(known).values(last_login_at=now))


def keep_hash(session: Session, known: Account, password_hash: str) -> None:
    """Keep the same password by today's parameters, unless it was changed meanwhile. No login ends."""
    session.execute(_still(known).values(password=password_hash))


def _still(known: Account) -> Update:
    return update(staff).where(
        staff.c.merchant_id == known.merchant_id,
        staff.c.id == known.id,
        staff.c.session_version == known.session_version,
    )


def ask_for_code(signer: Signer, now: datetime, known: Account) -> str:
    """A token that says the password was right, for the form that asks for the code."""
    ends_at = int((now + TIME_FOR_CODE).timestamp())
    return signer.seal(_PURPOSE, {"s": known.id, "v": known.session_version, "exp": ends_at})


def asked_for_code(session: Session, now: datetime, signer: Signer, token: str) -> Account:
    """Whose password was right. Raises LoginRefused when it took too long or is not from us."""
    late = LoginRefused(N_("That took too long. Please log in again."))
    try:
        facts = signer.open(_PURPOSE, token)
    except InvalidToken as error:
        raise late from error
    known = None if is_over(facts, now) else account_of(session, facts["s"], facts["v"])
    if known is None:
        raise late
    return known
