"""The alarm about a bad answer: a mail to the shop, written in the transaction in which the answer is kept, so that it goes once.

It stands in the outbox of the messages, in a channel of its own. Whom it goes to and what it says is found when it is sent.
"""

import secrets
from datetime import datetime

from delivery import accounts
from delivery.accounts import Role
from delivery.booking_rows import Booking
from delivery.messages import WAITING
from delivery.setups import Setup
from delivery.store.dialects import PerDialect
from delivery.store.engine import Session
from delivery.store.tables import messages
from delivery.texts.alarms import CHANNEL

KIND = "bad_answer"
BAD, CALL = "bad", "call"
"""Why it goes: the answer is bad; it is bad and the shopper asks to be called. Each once for an answer."""

_INSERT = PerDialect(messages, lambda insert: insert.on_conflict_do_nothing())


def tell(session: Session, now: datetime, setup: Setup, booking: Booking, *, wants_call: bool) -> None:
    """Write that the shop is to hear of it: at the e-mail address where shoppers get help, else each of its owners."""
    why = CALL if wants_call else BAD
    for whom in _whom(session, setup):
        row = {
            "id": f"told_{secrets.token_hex(16)}",
            "merchant_id": booking.merchant_id,
            "booking_id": booking.id,
            "kind": KIND,
            "channel": CHANNEL,
            "occasion": f"{why} {whom}".strip(),
            "state": WAITING,
            "tries": 0,
            "next_try_at": now,
            "created_at": now,
        }
        session.execute(_INSERT.of(session), row)


def address_of(session: Session, setup: Setup, occasion: str) -> str | None:
    """Where it goes now; None when nobody is there any more."""
    whom = occasion.partition(" ")[2]
    if not whom:
        return setup.contact.email or None
    return next((one.email for one in _owners(session, setup) if one.id == whom), None)


def is_about_a_call(occasion: str) -> bool:
    """Whether it goes because the shopper asks to be called."""
    return occasion.partition(" ")[0] == CALL


def _whom(session: Session, setup: Setup) -> list[str]:
    return [""] if setup.contact.email else [one.id for one in _owners(session, setup)]


def _owners(session: Session, setup: Setup) -> list[accounts.Account]:
    return [one for one in accounts.list_all(session, setup.merchant_id) if one.role is Role.OWNER]
