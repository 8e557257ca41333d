"""What tests of promises say over and over: an order by some way, what is reported of it, and the sweep that looks."""

from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from delivery import bookings, promises
from delivery.booking_rows import Booking
from delivery.store.tables import handovers, merchants, settlements
from plugin.commands.demo_merchant.seed import MERCHANT_ID
from tests.doors import ADDRESS, Door

BERLIN = {"country": "DE", "postal_code": "10115", "city": "Berlin"}


def ordered(door: Door, kind: str = "shipping", number: str = "1001", there: dict[str, Any] | None = None) -> str:
    """The first option of this kind, ordered; the booking's id."""
    offer = door.offer(number, **({"destination": there} if there else {}))
    option = next(option for option in offer["options"] if option["type"] == kind)
    choice = door.hold(offer["offer"], option["id"]).get_json()["choice"]
    address = there | {"lines": ["Straße 1"]} if there else ADDRESS
    answer = door.order(choice, number, address=address)
    assert answer.status_code == 201, answer.text
    return str(answer.get_json()["booking"])


def report(door: Door, booking: str, step: str, at: datetime | None = None) -> None:
    body = {"type": step, "at": (at or door.clock()).isoformat()}
    answer = door.server("POST", f"/bookings/{booking}/events", json=body)
    assert answer.status_code == 200, answer.text


def look(door: Door, at: datetime | None = None) -> int:
    """What the sweep does at this moment, and to how many."""
    if at is not None:
        door.clock.now = at
    service = door.service
    return door.database.write(lambda s: promises.watch(s, door.clock(), service.memory, service.links, 200))


def read(door: Door, booking: str, merchant_id: str = MERCHANT_ID) -> Booking:
    with door.database.reading() as session:
        return bookings.get(session, merchant_id=merchant_id, booking_id=booking)


def told(door: Door, booking: str) -> list[str]:
    """What fulfilment was told of a promise."""
    with door.database.reading() as session:
        rows = session.execute(
            select(handovers.c.type)
            .where(handovers.c.merchant_id == MERCHANT_ID, handovers.c.booking_id == booking)
            .order_by(handovers.c.sequence)
        )
        return [kind for kind in rows.scalars() if kind.startswith("promise.")]


def credited(door: Door) -> list[tuple[str, str, int, str]]:
    """Every broken promise that gives something back: booking, kind, amount, state."""
    with door.database.reading() as session:
        wanted = ("booking_id", "kind", "amount", "state")
        rows = session.execute(
            select(*(settlements.c[name] for name in wanted)).where(
                settlements.c.merchant_id == MERCHANT_ID, settlements.c.reason == "broken_promise"
            )
        )
        return [tuple(row) for row in rows]


def switch(door: Door, **afterwards: Any) -> None:
    """The merchant's settings of what comes after the order."""
    changed = {"afterwards": afterwards, "settings_version": merchants.c.settings_version + 1}
    door.database.write(
        lambda s: s.execute(update(merchants).where(merchants.c.id == MERCHANT_ID).values(**changed)).rowcount
    )
