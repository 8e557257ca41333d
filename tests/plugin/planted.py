"""A shop full of unmistakable words, and every route of the service with the ids of that shop's own things filled in.

`FILLERS` says what stands for each part of an address: a route with an unknown part makes the tests fail.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from flask import Flask
from sqlalchemy import select
from werkzeug.routing import Rule

from delivery.settings.areas import AREAS
from delivery.store.tables import metadata
from tests.doors import BASKET, Door, order_body
from tests.plugin.desk import Desk
from tests.plugin.html_forms import form_of
from tests.vans import ORIGIN

WORD = "Xylofoonbrug"
"""In whatever the shop keeps that is text; nobody else ever says it."""
MAILBOX = "xylofoonbrug@planted.example"
ENDPOINT_HOST = "xylofoonbrug.example"
DAY = "2026-11-25"


@dataclass
class Planted:
    """The shop, somebody who owns it, and the ids of what it has, by the name of the part of an address."""

    door: Door
    owner: Desk
    ids: dict[str, list[str]] = field(default_factory=dict)
    items: dict[str, str] = field(default_factory=dict)
    """One item of each area that has several."""
    secrets: list[str] = field(default_factory=list)
    """What only the shop's owner may ever be shown."""
    forms: dict[str, dict[str, Any]] = field(default_factory=dict)
    """The settings forms of the shop, by their address, in other words than the planted ones."""

    @property
    def app(self) -> Flask:
        return self.door.client.application

    def told_by(self, text: str) -> list[str]:
        """What this text gives away of the shop."""
        return [word for word in (WORD.lower(), *map(str.lower, self.secrets)) if word in text.lower()]

    def digest(self, merchant_id: str | None = None) -> str:
        """The same as long as no row of the shop is another."""
        whose, found = merchant_id or self.owner.merchant_id, hashlib.sha256()
        with self.door.database.reading() as session:
            for table in metadata.sorted_tables:
                column = table.c.get("merchant_id", table.c.id if table.name == "merchants" else None)
                if column is not None:
                    rows = session.execute(select(table).where(column == whose).order_by(*table.primary_key))
                    found.update(repr((table.name, rows.all())).encode())
        return found.hexdigest()


@dataclass(frozen=True)
class Call:
    """A route with everything filled in."""

    method: str
    path: str
    endpoint: str

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


FILLERS: dict[str, Callable[[Planted], Sequence[str]]] = {
    "area": lambda _: [*AREAS, "files"],
    "below": lambda _: ["how"],
    "booking": lambda shop: shop.ids["booking"],
    "centre": lambda shop: [shop.items["centres"]],
    "change": lambda shop: shop.ids["change"],
    "code": lambda shop: shop.ids["token"],
    "collection": lambda shop: shop.ids["collection"],
    "day": lambda _: [DAY],
    "endpoint_id": lambda shop: [*shop.ids["endpoint"], "by-hand"],
    "handover_id": lambda shop: shop.ids["handover"],
    "hold": lambda shop: shop.ids["hold"],
    "item": lambda shop: list(shop.items.values()),
    "kind": lambda _: ["webhook", "mail", "daily_list"],
    "merchant": lambda shop: [shop.owner.merchant_id],
    "message": lambda shop: shop.ids["handover"],
    "name": lambda _: ["shop", "origin", "sending", "collecting"],
    "offer": lambda shop: shop.ids["offer"],
    "payment": lambda _: ["cs_test_planted", "pi_planted"],
    "pk": lambda shop: [shop.door.shop],
    "origin": lambda _: [ORIGIN],
    "settlement": lambda shop: shop.ids["settlement"],
    "staff_id": lambda shop: shop.ids["staff"],
    "token": lambda shop: shop.ids["token"],
    "undone": lambda shop: shop.ids["token"],
    "van": lambda shop: [shop.items["vans"] + "#1"],
    "window": lambda shop: [shop.items["windows"]],
}
"""What stands for each part of an address."""


def every_call(shop: Planted, under: str = "/") -> Iterator[Call]:
    """Every route below `under`, once for each thing of the shop that its address can name."""
    for rule in sorted(shop.app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint)):
        if not rule.rule.startswith(under):
            continue
        for path in paths_of(shop, rule):
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield Call(method, path, rule.endpoint)


def paths_of(shop: Planted, rule: Rule) -> list[str]:
    """The rule's address, filled in all ways; an item only below its own area, at a counter an order for its centre."""
    names = sorted(rule.arguments)
    assert FILLERS.keys() >= rule.arguments, f"{rule.rule}: FILLERS does not say what to put there"
    if set(names) == {"area", "item"}:
        filled = [{"area": area, "item": item} for area, item in shop.items.items()]
    elif set(names) == {"centre", "booking"}:
        filled = [{"centre": shop.items["centres"], "booking": booking} for booking in shop.ids["pickup"]]
    else:
        filled = [dict(zip(names, values, strict=True)) for values in product(*(FILLERS[name](shop) for name in names))]
    adapter = shop.app.url_map.bind("localhost")
    return [adapter.build(rule.endpoint, values, method=next(iter(rule.methods or {"GET"}))) for values in filled]


def form_for(shop: Planted, call: Call) -> dict[str, Any]:
    """A form that names what the shop has, with whatever field any page's form has for it."""
    settings = settings_form(shop, call.path)
    return settings or {
        "area": "origins",
        "item": shop.items["origins"],
        "booking": shop.ids["booking"],
        "carrier": "A carrier",
        "code": "000000",
        "country": "NL",
        "days": "0",
        "deed": "by_hand",
        "email": "somebody@planted.test",
        "endpoint": shop.ids["endpoint"][0],
        "even_waiting": "on",
        "key": shop.ids["key"][0],
        "kind": "secret",
        "minutes": "10",
        "name": "Another name",
        "offer": shop.ids["offer"][0],
        "old": "not the password",
        "once": str(call),
        "order": "1001",
        "origin": shop.items["origins"],
        "password": "a long new password",
        "role": "counter",
        "seen": "",
        "send_at": "07:00",
        "step": "packed",
        "again": "1001",
        "text": "1001",
        "to": "0",
        "url": "https://93.184.216.34/hooks" if call.path.endswith("webhook") else "packer@planted.test",
        "way": "order",
    }


def settings_form(shop: Planted, path: str) -> dict[str, Any]:
    """The form as the shop's own page has it, where there is one."""
    if path not in shop.forms:
        page = shop.owner.get(path).text if path.startswith("/plugin/settings/") else ""
        found = form_of(page, "seen").to_dict(flat=False) if 'name="seen"' in page else {}
        found.pop("csrf_token", None)
        shop.forms[path] = {name: [_other_words(text) for text in texts] for name, texts in found.items()}
    return shop.forms[path]


def _other_words(text: str) -> str:
    return text.replace(WORD, "Trommelbrug").replace(WORD.lower(), "trommelbrug")


def body_for(shop: Planted, public_key: str) -> dict[str, Any]:
    """A JSON body that names what the shop has, in every field that a call of the doors reads."""
    order = order_body(shop.ids["choice"][0], "1003")
    return order | {
        "shop": public_key,
        "destination": {"country": "NL", "postal_code": "1016 GV"},
        "basket": BASKET,
        "checkout": "checkout-1",
        "option": "local_delivery",
        "type": "packed",
        "at": "2026-11-24T09:00:00Z",
        "id": "ev-1",
        "stock": [{"place": shop.items["origins"], "sku": "LAMP-1", "quantity": 1}],
    }
