"""Somebody of a shop at a browser: logged in as a role, with the token that forms carry.

Registered as a pytest plugin in conftest.py. `desk` is the demo merchant's owner on both databases, `plain_desk` on
SQLite alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from delivery.accounts import Account, Role, add
from delivery.audit import OPERATOR
from plugin.commands.demo_merchant.seed import MERCHANT_ID
from plugin.pages.visitors import ACCOUNT, ENDS, LOGIN_LASTS, VERSION
from tests.doors import Door, another_merchant

CSRF = "csrf_token"
SEED = "of this login"


@dataclass
class Desk:
    """A browser with a login, at one merchant's pages."""

    door: Door
    client: FlaskClient
    account: Account

    @property
    def merchant_id(self) -> str:
        return self.account.merchant_id

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.client.get(path, **options)

    def post(self, path: str, form: Mapping[str, Any] | None = None, **options: Any) -> TestResponse:
        """Send a form, with the token that a page of this login carries."""
        sent = form.to_dict(flat=False) if isinstance(form, MultiDict) else dict(form or {})
        return self.client.post(path, data=sent | {CSRF: self.token()}, **options)

    def token(self) -> str:
        """What the hidden field of this login's forms holds (as Flask-WTF makes it)."""
        signer = URLSafeTimedSerializer(self.client.application.secret_key or "", salt="wtf-csrf-token")
        return str(signer.dumps(SEED))

    def as_role(self, role: Role) -> "Desk":
        """Somebody else of the same shop, at another browser."""
        return seated(self.door, self.merchant_id, role)


def seated(door: Door, merchant_id: str, role: Role = Role.OWNER) -> Desk:
    """A new person of this merchant, logged in."""
    now = door.clock()
    number = door.count("staff") + 1
    account = door.database.write(
        lambda session: add(
            session, now, merchant_id, OPERATOR, email=f"p{number}@shop.test", name=f"Person {number}", role=role
        )
    )
    return seat(door, account)


def seat(door: Door, account: Account) -> Desk:
    """Somebody who is known, logged in."""
    client, now = door.client.application.test_client(), door.clock()
    with client.session_transaction() as kept:
        kept.update(
            {ACCOUNT: account.id, VERSION: account.session_version, ENDS: (now + LOGIN_LASTS).isoformat(), CSRF: SEED}
        )
    return Desk(door, client, account)


def another_desk(desk: Desk) -> Desk:
    """The owner of another merchant of the same service."""
    other = another_merchant(desk.door)
    with other.database.reading() as session:
        merchant_id = other.service.memory.setup_of(session, other.clock(), other.secret, "secret").merchant_id
    return seated(other, merchant_id)


@pytest.fixture
def desk(door: Door) -> Desk:
    return seated(door, MERCHANT_ID)


@pytest.fixture
def plain_desk(plain_door: Door) -> Desk:
    return seated(plain_door, MERCHANT_ID)
