"""The login of the demo's owner: a password made at random, anew at each start, like the secret key."""

import secrets
from datetime import datetime

from delivery import accounts, invitations
from delivery.accounts import Role
from delivery.audit import OPERATOR
from delivery.store.engine import Session
from plugin.commands.demo_merchant.seed import MERCHANT_ID

EMAIL = "owner@schemer-wol.example"
NAME = "Schemer & Wol"


def new_password() -> str:
    """Easy to copy, impossible to guess."""
    return secrets.token_urlsafe(15)


def seed_owner(session: Session, now: datetime, password_hash: str) -> None:
    """Make the owner when there is none, and set the password. It ends their logins of before."""
    known = accounts.by_email(session, EMAIL) or accounts.add(
        session, now, MERCHANT_ID, OPERATOR, email=EMAIL, name=NAME, role=Role.OWNER, language=None
    )
    invitations.set_password(session, now, known, OPERATOR, password_hash)
