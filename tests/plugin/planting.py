"""Plants words in all that the demo merchant keeps.

Registered as a pytest plugin in conftest.py: `planted` on both databases, `plainly_planted` on SQLite alone.
"""

from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from delivery import accounts, counter, endpoints
from delivery.accounts import Account, Role
from delivery.audit import OPERATOR
from delivery.evidence import Collection
from delivery.invitations import INVITATION, make_token
from delivery.keys import list_keys
from delivery.settings import items
from delivery.settings.areas import AREAS
from delivery.setups import Setup
from delivery.store.engine import Database
from delivery.store.tables import handovers, settlements
from plugin.commands.demo_merchant.seed import MERCHANT_ID
from tests.doors import Door, open_door, open_filled
from tests.plugin.desk import seat, seated
from tests.plugin.planted import DAY, ENDPOINT_HOST, MAILBOX, WORD, Planted
from tests.seeded import fill
from tests.vans import with_vans


def with_word(value: Any, name: str = "") -> Any:
    """A document with the word in the texts that may hold any."""
    if isinstance(value, dict):
        return {key: with_word(one, key) for key, one in value.items()}
    if isinstance(value, list):
        return [with_word(one, name) for one in value]
    if name in {"name", "city", "lines"} and isinstance(value, str):
        return f"{WORD} {value}"
    return value


OWN_WORDS = {
    "texts": {"texts": {"en": {"shipping": WORD, "local_delivery": WORD, "pickup": WORD, "note": WORD}}},
    "contact": {"email": MAILBOX, "phone": "+31 20 123 4567", "url": f"https://{ENDPOINT_HOST}/help"},
    "install": {"checkout_url": f"https://{ENDPOINT_HOST}/checkout"},
}


def plant(door: Door) -> Planted:
    """Words in all that the demo merchant keeps, and one of everything it can have."""
    now, signer = door.clock(), door.service.signer
    owner = seated(door, MERCHANT_ID)
    shop = Planted(door, owner)
    hooks, mailbox = f"https://{ENDPOINT_HOST}/hooks", f"mailto:{MAILBOX}"
    webhook, secret = door.database.write(lambda session: endpoints.add(session, now, MERCHANT_ID, hooks, signer))
    mail, _ = door.database.write(lambda session: endpoints.add(session, now, MERCHANT_ID, mailbox, signer, "mail"))
    shop.ids["endpoint"], shop.secrets = [webhook.id, mail.id], [secret, door.secret]
    _plant_orders(shop)
    _plant_a_van(shop)
    door.database.write(lambda session: _plant_settings(session, shop))
    _plant_at_the_counter(shop)
    door.database.write(lambda session: _plant_staff(session, shop))
    with door.database.reading() as session:
        shop.ids["key"] = [key.id for key in list_keys(session, now, MERCHANT_ID)]
        found = select(handovers.c.id).where(handovers.c.merchant_id == MERCHANT_ID).order_by(handovers.c.id)
        messages = list(session.execute(found).scalars())
    assert len(messages) > 1
    shop.ids["handover"] = messages[:1]
    parked = update(handovers).where(handovers.c.merchant_id == MERCHANT_ID).values(state="parked")
    door.database.write(lambda session: session.execute(parked))
    return shop


def _plant_orders(shop: Planted) -> None:
    door = shop.door
    choice = door.take()["choice"]
    recipient = {"name": f"{WORD} Jansen", "email": MAILBOX, "phone": "+31 6 1234 5678", "locale": "en-GB"}
    address = {"country": "NL", "postal_code": "1016 GV", "city": WORD, "lines": [f"{WORD} 263"]}
    asked = {"recipient": recipient, "address": address, "notes": f"Behind the {WORD}"}
    booking = door.order(choice, "1001", **asked).get_json()
    open_one = door.order(None, "1002", **asked).get_json()
    shop.ids["booking"] = [booking["booking"], open_one["booking"]]
    notes = {"notes": f"Beside the {WORD}"}
    change = door.server("POST", f"/bookings/{booking['booking']}/changes", json=notes).get_json()
    shop.ids["change"] = [change["change"]]
    held = door.take("shipping", checkout="checkout-2")
    shop.ids["hold"], shop.ids["choice"] = [held["hold"]], [held["choice"]]
    shop.ids["offer"] = [door.offer()["offer"]]
    shop.ids["settlement"] = ["st_planted"]
    refund = {"id": "st_planted", "merchant_id": MERCHANT_ID, "booking_id": booking["booking"], "reason": "change"}
    refund |= {"ref": "1", "kind": "refund_due", "amount": 395, "currency": "EUR", "state": "open"}
    door.database.write(lambda session: session.execute(insert(settlements).values(**refund, created_at=door.clock())))
    # Sealed by us, but for other things than the links that are asked with them.
    shop.ids["token"] = [shop.ids["offer"][0], held["choice"]]


def _plant_a_van(shop: Planted) -> None:
    """Which has somebody to visit on DAY."""
    with_vans(shop.door)
    offer = shop.door.offer("checkout-4")
    windows = [one for one in offer["options"] if one["type"] == "local_delivery"]
    option = next(one["id"] for one in windows if one["delivery_window"]["start"].startswith(DAY))
    choice = shop.door.hold(offer["offer"], option).get_json()["choice"]
    shop.door.order(choice, "1005", recipient={"name": f"{WORD} Visser", "locale": "en-GB"}, notes=f"By the {WORD}")


def _plant_at_the_counter(shop: Planted) -> None:
    """An order for a centre, and something that a device there said of an order that is not for it."""
    door, centre = shop.door, shop.items["centres"]
    offer = door.offer("checkout-3")
    [option] = [one["id"] for one in offer["options"] if one["type"] == "pickup" and one["location"]["id"] == centre]
    recipient = {"name": f"{WORD} Jansen", "locale": "en-GB"}
    booking = door.order(door.hold(offer["offer"], option).get_json()["choice"], "1004", recipient=recipient).get_json()
    shop.ids["pickup"], shop.ids["collection"] = [booking["booking"]], ["planted-by-a-device"]
    said = {"id": "planted-by-a-device", "booking_id": shop.ids["booking"][0], "centre_id": centre, "offline": True}
    said |= {"kind": "collected", "shown": "id", "staff": MAILBOX, "at": door.clock(), "who": WORD}
    setup = setup_of(door)
    door.database.write(
        lambda session: counter.collect(session, door.clock(), setup, door.service.links, Collection(**said))
    )


def setup_of(door: Door) -> Setup:
    with door.database.reading() as session:
        return door.service.memory.setup_of_merchant(session, MERCHANT_ID)


def _plant_settings(session: Any, shop: Planted) -> None:
    now, merchant_id = shop.door.clock(), shop.owner.merchant_id
    for area, found in items.everything(session, merchant_id).items():
        if not AREAS[area].single:
            shop.items[area] = next(iter(found))
        for item, document in list(found.items())[: 1 if area == "windows" else None]:
            planted = with_word(document) | OWN_WORDS.get(area, {})
            if planted != document:
                items.save(session, now, OPERATOR, merchant_id, area, item, planted)


def _plant_staff(session: Any, shop: Planted) -> None:
    now, merchant_id = shop.door.clock(), shop.owner.merchant_id
    colleague = accounts.add(
        session, now, merchant_id, OPERATOR, email=MAILBOX, name=f"{WORD} de Vries", role=Role.CONFIGURE
    )
    shop.ids["staff"] = [colleague.id]
    shop.ids["password"] = [make_token(shop.door.service.signer, now, colleague, INVITATION)]


@dataclass(frozen=True)
class Picture:
    """What is known of a planted shop besides its rows."""

    keys: tuple[str, str]
    account: Account
    ids: dict[str, list[str]]
    items: dict[str, str]
    secrets: list[str]


_PICTURES: dict[bool, Picture] = {}


def planted_on(database: Database) -> Planted:
    """The planted shop on an empty database. Planting takes long: from the second time on its rows are copied."""
    made: list[Planted] = []
    url = database.url.render_as_string(hide_password=False)
    fill(database, "planted", lambda: made.append(plant(open_door(database, url))))
    if made:
        _PICTURES[database.is_sqlite] = _picture(made[0])
        return made[0]
    picture = deepcopy(_PICTURES[database.is_sqlite])
    door = open_filled(database, url, picture.keys)
    return Planted(door, seat(door, picture.account), picture.ids, picture.items, picture.secrets)


def _picture(shop: Planted) -> Picture:
    keys = shop.door.shop, shop.door.secret
    return deepcopy(Picture(keys, shop.owner.account, shop.ids, shop.items, shop.secrets))


@pytest.fixture
def planted(database: Database) -> Planted:
    return planted_on(database)


@pytest.fixture
def plainly_planted(sqlite_database: Database) -> Planted:
    return planted_on(sqlite_database)
