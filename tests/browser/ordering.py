"""Orders placed as a shop's server does, over HTTP and without a page: so that a merchant has something to look at."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import requests

BASKET = {"lines": [{"sku": "CUSHION", "quantity": 1}], "currency": "EUR"}
STREETS = ("Prinsengracht 263", "Overtoom 41", "Javastraat 7", "Ceintuurbaan 12", "Haarlemmerdijk 90", "Kinkerstraat 3")


@dataclass
class Server:
    """A shop's server, with the keys of its merchant; `spot`: where on the map it says that addresses are."""

    stoep: str
    key: str
    secret_key: str
    spot: dict[str, float] = field(default_factory=dict)

    def order(self, number: str, name: str, kind: str = "local_delivery", option: int = 0) -> str:
        """Places an order with an option of this kind, "" for one whose delivery is not chosen; the booking's id."""
        place = {"country": "NL", "postal_code": "1016 GV"}
        answer = self._posted(
            "/v1/orders",
            {
                "order": number,
                "choice": self._choice(number, kind, option) if kind else None,
                "recipient": {"name": name, "email": f"{name.split()[0].lower()}@example.org"},
                "address": {**place, "city": "Amsterdam", "lines": [STREETS[int(number) % len(STREETS)]]},
                "basket": BASKET,
            },
        )
        return str(answer["booking"])

    def tells(self, booking: str, *steps: str) -> None:
        """Reports these steps of the order's way, one after the other."""
        for step in steps:
            said = {"id": f"{booking}-{step}", "type": step, "at": datetime.now(UTC).isoformat()}
            if step == "dispatched":
                said |= {"carrier": "Pakketpost", "tracking_url": "https://carrier.example/3SABC"}
            self._posted(f"/v1/bookings/{booking}/events", said)

    def _choice(self, checkout: str, kind: str, number: int) -> str:
        place = {"country": "NL", "postal_code": "1016 GV"} | self.spot
        asked = {"shop": self.key, "destination": place, "basket": BASKET, "checkout": checkout}
        offer = self._posted("/widget/v1/offers", asked)
        found = [option for option in offer["options"] if option["type"] == kind]
        taken = {"shop": self.key, "offer": offer["offer"], "option": found[number]["id"]}
        return str(self._posted("/widget/v1/holds", taken)["choice"])

    def _posted(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self.secret_key}"} if path.startswith("/v1/") else {}
        answer = requests.post(self.stoep + path, json=body, headers=headers, timeout=30)
        assert answer.ok, answer.text
        found: dict[str, Any] = answer.json()
        return found
