"""The example shop against a real Stoep on a loopback port, which can be stopped and started again."""

import html
import json
import re
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.serving import BaseWSGIServer, make_server
from werkzeug.test import TestResponse

from examples.shop.orders import Orders
from examples.shop.settings import Settings
from examples.shop.shop import create_shop
from tests.doors import SHOP_ORIGIN, Door

SANNE = {
    "name": "Sanne de Vries",
    "email": "sanne@example.org",
    "street": "Prinsengracht 263",
    "postal_code": "1016 GV",
    "city": "Amsterdam",
    "country": "NL",
}


class Served:
    """An application on a port of its own; after a stop it comes back on the same one."""

    def __init__(self, app: Flask) -> None:
        self._app, self.port = app, 0
        self._server: BaseWSGIServer | None = None
        self.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        self._server = make_server("127.0.0.1", self.port, self._app, threaded=True)
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        if self._server:
            self._server.shutdown()
            self._server.server_close()
            self._server = None


@dataclass
class Shopper:
    """Somebody in the shop: a browser with its own cookies, that runs no scripts of its own."""

    client: FlaskClient
    door: Door
    stoep: Served
    orders: Orders
    page: str = field(default="", init=False)

    def opens(self, path: str) -> TestResponse:
        return self._seen(self.client.get(path, follow_redirects=True))

    def sends(self, path: str, /, **form: Any) -> TestResponse:
        return self._seen(self.client.post(path, data=form, follow_redirects=True))

    def goes_to_delivery(self, sku: str = "LAMP-DESK", **other: str) -> TestResponse:
        self.sends("/basket", sku=sku, quantity=1, add=1)
        return self.sends("/checkout/", **SANNE | other)

    def picks_plainly(self, kind: str, number: int = 0) -> TestResponse:
        """Sends the form that stands inside <noscript>."""
        plain = self.page.split("<noscript>")[1].split("</noscript>")[0]
        options = re.findall(rf'data-type="{kind}".*?value="([^"]+)"', plain, re.DOTALL)
        offer = re.findall(r'name="plain_offer" value="([^"]+)"', plain)[0]
        return self.sends("/checkout/delivery", plain_offer=offer, delivery_choice_option=options[number])

    def token(self, kind: str, number: int = 0, skus: Sequence[str] = (), suffix: str = "") -> str:
        """What the element does in a browser: asks for an offer and keeps an option. The signed choice; for these skus
        alone, when some are named, and then by a checkout of that suffix."""
        asked = {name: html.unescape(value) for name, value in re.findall(r'([a-z-]+)="([^"]*)"', self._element())}
        basket = json.loads(asked["basket"])
        basket["lines"] = [line for line in basket["lines"] if not skus or line["sku"] in skus]
        offer = self._asks_stoep(
            "offers",
            {
                "destination": {"country": asked["country"], "postal_code": asked["postal-code"]},
                "basket": basket,
                "checkout": asked["checkout"] + suffix,
                "locale": asked["locale"],
            },
        )
        option = [option for option in offer["options"] if option["type"] == kind][number]
        return str(self._asks_stoep("holds", {"offer": offer["offer"], "option": option["id"]})["choice"])

    def booking(self, order: str) -> dict[str, Any]:
        """The booking that Stoep has for an order of the shop."""
        found = self.door.server("GET", f"/bookings?order={order}").get_json()["bookings"]
        assert len(found) == 1
        return found[0]  # type: ignore[no-any-return]

    def _element(self) -> str:
        return re.split("<stoep-(?:delivery|split) ", self.page)[1].split(">")[0]

    def _asks_stoep(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        response = requests.post(
            f"{self.stoep.url}/widget/v1/{path}",
            json={"shop": self.door.shop} | body,
            headers={"Origin": SHOP_ORIGIN},
            timeout=10,
        )
        response.raise_for_status()
        return response.json()  # type: ignore[no-any-return]

    def _seen(self, response: TestResponse) -> TestResponse:
        self.page = response.text
        return response


@pytest.fixture
def stoep(plain_door: Door) -> Iterator[Served]:
    served = Served(plain_door.client.application)
    yield served
    served.stop()


@pytest.fixture
def shop(plain_door: Door, stoep: Served, tmp_path: Path) -> Flask:
    return create_shop(Settings(stoep.url, plain_door.shop, plain_door.secret, tmp_path / "shop.sqlite"))


@pytest.fixture
def shopper(shop: Flask, plain_door: Door, stoep: Served) -> Shopper:
    return another_shopper(shop, plain_door, stoep)


def another_shopper(shop: Flask, door: Door, stoep: Served) -> Shopper:
    client = shop.test_client()
    client.get("/", headers={"Accept-Language": "en"})
    return Shopper(client, door, stoep, shop.extensions["shop"]["orders"])
