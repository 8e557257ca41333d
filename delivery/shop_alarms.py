"""Warnings to a shop by mail, written in the transaction in which there is reason for them, so that each goes once.

They stand in the outbox of the messages, in a channel of their own, each about one booking. Whom it goes to and what it says is
found when it is sent.
"""

import secrets
from datetime import datetime

from delivery import accounts
from delivery.accounts import Role
from delivery.messages import WAITING
from delivery.setups import Setup
from delivery.store.dialects import PerDialect
from delivery.store.engine import Session
from delivery.store.tables import messages
from delivery.texts.alarms import CHANNEL

_INSERT = PerDialect(messages, lambda insert: insert.on_conflict_do_nothing())


def warn(session: Session, now: datetime, setup: Setup, booking_id: str, kind: str, why: str) -> None:
    """Write that the shop is to hear of it, once for each `why` (one word): at the e-mail address where shoppers get help, else
    each of its owners."""
    for whom in _whom(session, setup):
        row = {
            "id": f"told_{secrets.token_hex(16)}",
            "merchant_id": setup.merchant_id,
            "booking_id": booking_id,
            "kind": kind,
            "channel": CHANNEL,
            "occasion": f"{why} {whom}".strip(),
            "state": WAITING,
            "tries": 0,
            "next_try_at": now,
            "created_at": now,
        }
        session.execute(_INSERT.of(session), row)


def why_of(occasion: str) -> str:
    """Why a warning of this occasion goes."""
    return occasion.partition(" ")[0]


def address_of(session: Session, setup: Setup, occasion: str) -> str | None:
    """Where it goes now; None when nobody is there any more."""
    whom = occasion.partition(" ")[2]
    if not whom:
        return setup.contact.email or None
    return next((one.email for one in _owners(session, setup) if one.id == whom), None)


def _whom(session: Session, setup: Setup) -> list[str]:
    return [""] if setup.contact.email else [one.id for one in _owners(session, setup)]


def _owners(session: Session, setup: Setup) -> list[accounts.Account]:
    return [one for one in accounts.list_all(session, setup.merchant_id) if one.role is Role.OWNER]
