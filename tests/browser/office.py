"""The merchants' side of the street: shops of their own, and people who log in.

A pytest plugin like `street`, which it builds on: `pytest_plugins = ["tests.browser.street", "tests.browser.office"]`.
Test modules import it by name as well: PYTEST_DONT_REWRITE.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from delivery import accounts, invitations
from delivery.accounts import Role
from delivery.audit import OPERATOR
from delivery.keys import KeyKind, issue_key
from delivery.merchants import add_merchant
from delivery.passwords import hash_password
from delivery.settings.documents import FORMAT, VERSION, replace_all
from delivery.signing_keys import load_signer
from delivery.store.engine import Session
from tests.browser.clerk import HERE, Clerk
from tests.browser.shop_page import ShopPage, served_page
from tests.browser.street import Street

PASSWORD = "a lamp in each window"
EVERY_DAY = [1, 2, 3, 4, 5, 6, 7]
ADDRESS = {"lines": ["Prinsengracht 263"], "postal_code": HERE, "city": "Amsterdam", "country": "NL"}
PLACE = {"address": ADDRESS, "latitude": 52.3752, "longitude": 4.8839}
SETTINGS: dict[str, Any] = {
    "zones": [
        {"id": "amsterdam", "name": "Amsterdam", "country": "NL", "postcodes": ["1011-1109"]},
        {"id": "nl", "name": "Nederland", "country": "NL", "postcodes": []},
    ],
    "origins": [
        {
            **PLACE,
            "id": "shed",
            "name": "Shed",
            "weekdays": EVERY_DAY,
            "keeps_holidays": False,
            "usual_cut_off": "23:59",
        }
    ],
    "services": [
        {
            "id": "post",
            "name": "Parcel post",
            "collects": {"weekdays": EVERY_DAY},
            "delivers": {"weekdays": EVERY_DAY},
            "transits": [
                {"zone": "amsterdam", "least_days": 1, "most_days": 1},
                {"zone": "nl", "least_days": 1, "most_days": 1},
            ],
            "fee": {"amount": 500},
        }
    ],
    "windows": [
        {
            "id": f"evening-{weekday}",
            "zone_id": "amsterdam",
            "origin_id": "shed",
            "weekday": weekday,
            "start_time": "18:00",
            "end_time": "20:00",
            "capacity": 12,
            "fee": {"amount": 600},
        }
        for weekday in EVERY_DAY
    ],
    "vans": [{"id": "bus", "name": "Bus", "origin_id": "shed", "weekdays": EVERY_DAY}],
    "centres": [
        {**PLACE, "id": "counter", "name": "The counter", "opening_hours": "24/7", "origin_id": "shed"},
    ],
}
"""A shop that is open every day until midnight, so that its days do not depend on when the test runs."""


@dataclass(frozen=True)
class Merchant:
    """A shop of its own on the street."""

    id: str
    key: str
    secret_key: str


@dataclass
class Office:
    """Where merchants and their people come from."""

    street: Street
    people: dict[tuple[str, Role, str], str] = field(default_factory=dict)

    def new_merchant(self, *origins: str) -> Merchant:
        """A shop with SETTINGS, whose pages at these web origins may call."""
        now, signer = datetime.now(UTC), load_signer(self.street.database, datetime.now(UTC))

        def work(session: Session) -> Merchant:
            merchant_id = add_merchant(
                session,
                now,
                name="Lamp & Lantern",
                country="NL",
                language="en",
                currency="EUR",
                time_zone="Europe/Amsterdam",
                allowed_origins=origins,
            )
            replace_all(
                session, now, OPERATOR, merchant_id, {"format": FORMAT, "version": VERSION, "settings": SETTINGS}
            )
            keys = (
                issue_key(session, now, signer, merchant_id, kind) for kind in (KeyKind.PUBLISHABLE, KeyKind.SECRET)
            )
            return Merchant(merchant_id, *keys)

        return self.street.database.write(work)

    def hires(self, merchant_id: str, role: Role, language: str = "en") -> str:
        """Somebody who can log in with PASSWORD; their e-mail address. One for each role and language."""
        who = (merchant_id, role, language)
        if who not in self.people:
            self.people[who] = self._hire(*who)
        return self.people[who]

    def _hire(self, merchant_id: str, role: Role, language: str) -> str:
        now, email = datetime.now(UTC), f"{role}.{language}@{merchant_id.replace('_', '-')}.test"

        def work(session: Session) -> None:
            known = accounts.add(
                session, now, merchant_id, OPERATOR, email=email, name="Robin", role=role, language=language
            )
            invitations.set_password(session, now, known, OPERATOR, hash_password(PASSWORD))

        self.street.database.write(work)
        return email


@pytest.fixture(scope="session")
def office(street: Street) -> Office:
    return Office(street)


@pytest.fixture
def new_clerk(office: Office, new_page: Callable[..., Page]) -> Callable[..., Clerk]:
    """Makes somebody of a shop who has logged in, with a browser of their own."""

    def make(merchant_id: str, role: Role = Role.OWNER, language: str = "en", **look: Any) -> Clerk:
        email = office.hires(merchant_id, role, language)
        clerk = Clerk(new_page(**look), office.street.stoep)
        enters(clerk, email, PASSWORD)
        return clerk

    return make


def enters(clerk: Clerk, email: str, password: str) -> None:
    """Logs in without looking at the page."""
    call, address = clerk.page.context.request, f"{clerk.stoep}/plugin/login"
    token = re.search(r'name="csrf_token" value="([^"]+)"', call.get(address).text())
    assert token
    sent = {"csrf_token": token[1], "email": email, "password": password}
    answer = call.post(address, form=sent, headers={"Referer": address})
    expect(answer).to_be_ok()
    assert not answer.url.endswith("/login")


@pytest.fixture
def shop_page() -> Iterator[ShopPage]:
    """A shop's own page, on its own web origin."""
    with served_page() as page:
        yield page
