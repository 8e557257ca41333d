"""Orders for a pick-up centre, and somebody of the shop who stands at its counter."""

from dataclasses import dataclass
from html import unescape
from typing import Any

from werkzeug.test import TestResponse

from delivery import evidence
from delivery.audit import OPERATOR
from delivery.booking_rows import Booking, get
from delivery.collect_codes import code_of, written
from delivery.evidence import Kept
from delivery.settings.items import item, save
from delivery.store.engine import Session
from plugin.commands.demo_merchant.seed import MERCHANT_ID
from tests.doors import Door
from tests.plugin.desk import Desk


@dataclass(frozen=True)
class Counter:
    """A desk at the counter of one centre."""

    desk: Desk
    centre: str

    @property
    def path(self) -> str:
        return f"/plugin/counter/{self.centre}"

    def page(self, *more: str) -> str:
        answer = self.desk.get("/".join((self.path, *more)))
        assert answer.status_code == 200, answer.text
        return unescape(answer.text)

    def find(self, text: str, **options: Any) -> TestResponse:
        return self.desk.post(f"{self.path}/find", {"text": text}, **options)

    def does(self, deed: str, order: "Order", **said: Any) -> TestResponse:
        return self.desk.post(f"{self.path}/orders/{order.id}/{deed}", {"once": f"once-{deed}"} | said)

    def told(self, answer: TestResponse) -> str:
        """What the page says after a form that went well."""
        assert answer.status_code == 303, unescape(answer.text)
        return unescape(self.desk.get(answer.headers["Location"]).text)

    def sends(self, **said: Any) -> TestResponse:
        """What a device kept while the line was down."""
        at = self.desk.door.clock().isoformat()
        kept = {"id": "device-made-1", "shown": "id", "parcels": [], "who": "A. Jansen", "at": at} | said
        headers = {"X-CSRFToken": self.desk.token()}
        return self.desk.client.post(f"{self.path}/queue", json=kept, headers=headers)


@dataclass(frozen=True)
class Order:
    """An order for a centre."""

    door: Door
    number: str
    id: str

    @property
    def booking(self) -> Booking:
        with self.door.database.reading() as session:
            return get(session, merchant_id=MERCHANT_ID, booking_id=self.id)

    @property
    def code(self) -> str:
        return written(code_of(self.door.service.signer, self.booking))

    @property
    def centre(self) -> str:
        return str((self.booking.option or {})["location"]["id"])

    @property
    def happened(self) -> tuple[Kept, ...]:
        with self.door.database.reading() as session:
            return evidence.of_booking(session, MERCHANT_ID, self.id)


def ordered(door: Door, number: str = "1001", nth: int = 0, **said: Any) -> Order:
    """An order for the centre of this place in the offer."""
    choice = door.take("pickup", nth, f"checkout {number}")["choice"]
    answer = door.order(choice, number, **said)
    assert answer.status_code in (200, 201), answer.text
    return Order(door, number, answer.get_json()["booking"])


def at_counter(desk: Desk, order: Order) -> Counter:
    return Counter(desk, order.centre)


def ready(desk: Desk, number: str = "1001", **said: Any) -> tuple[Counter, Order]:
    """An order of one parcel that waits to be collected, and the counter where it does."""
    order = ordered(desk.door, number, **said)
    counter = at_counter(desk, order)
    assert counter.does("ready", order).status_code == 303
    return counter, order


def asks_for_signature(counter: Counter) -> None:
    """From now on whoever takes a parcel at this centre signs for it."""
    door, merchant_id, centre = counter.desk.door, counter.desk.merchant_id, counter.centre

    def work(session: Session) -> None:
        document = dict(item(session, merchant_id, "centres", centre)) | {"asks_signature": True}
        save(session, door.clock(), OPERATOR, merchant_id, "centres", centre, document)

    door.database.write(work)
