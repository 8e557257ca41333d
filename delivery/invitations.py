"""Links to set a password: for somebody invited, and for somebody who forgot it. Each works once."""

from datetime import datetime, timedelta

from sqlalchemy import update

from delivery.accounts import AREA, Account, account_of
from delivery.audit import By, record
from delivery.problems import InvalidToken, LinkOver
from delivery.signing import Signer, is_over
from delivery.store.engine import Session
from delivery.store.tables import staff
from delivery.texts.sentences import N_

INVITATION = timedelta(days=7)
RESET = timedelta(hours=1)

_PURPOSE = "password"


def make_token(signer: Signer, now: datetime, known: Account, lasts: timedelta) -> str:
    """A sealed token for a link to /plugin/password/<token>. It ends after `lasts`, and when the password is set."""
    ends_at = int((now + lasts).timestamp())
    return signer.seal(_PURPOSE, {"s": known.id, "v": known.session_version, "exp": ends_at})


def open_token(session: Session, now: datetime, signer: Signer, token: str) -> Account:
    """Whose password the link may set. Raises LinkOver: forged, ended, used, or the person was removed."""
    try:
        facts = signer.open(_PURPOSE, token)
    except InvalidToken as error:
        raise _over() from error
    known = None if is_over(facts, now) else account_of(session, facts["s"], facts["v"])
    if known is None:
        raise _over()
    return known


def set_password(session: Session, now: datetime, known: Account, by: By, password_hash: str) -> Account:
    """Keep the hash, and end every login and link of this person. Returns the account as it is now.

    Raises LinkOver when the password was set by somebody else since `known` was read.
    """
    version = known.session_version
    kept = session.execute(
        update(staff)
        .where(staff.c.merchant_id == known.merchant_id, staff.c.id == known.id, staff.c.session_version == version)
        .values(password=password_hash, session_version=version + 1)
    )
    if not kept.rowcount:
        raise _over()
    before = {"password": "old"} if known.has_password else {}
    record(session, now, known.merchant_id, by, AREA, known.id, "changed", before, {"password": "new"})
    new = account_of(session, known.id, version + 1)
    assert new is not None
    return new


def _over() -> LinkOver:
    return LinkOver(N_("This link does not work any more. Ask for a new one."))
