"""What tests of a centre with stock of its own say over and over: its settings, its stock, an order that is collected there."""

from typing import Any

from sqlalchemy import select
from werkzeug.test import TestResponse

from delivery.audit import OPERATOR
from delivery.booking_rows import get
from delivery.change_rows import MOVE, REDIRECT
from delivery.changes import Change
from delivery.moves import move, offer_for
from delivery.settings import items
from delivery.store.tables import bookings, stock
from plugin.commands.demo_merchant.seed import MERCHANT_ID
from tests.doors import Door

CENTRE, ORIGIN, SKU = "winkel-haarlemmerdijk", "haarlemmerdijk", "LAMP-1"
AT_WORK = {"minutes_per_order": 10, "people": 1}


def set_centre(door: Door, **settings: Any) -> None:
    door.database.write(
        lambda session: items.save(session, door.clock(), OPERATOR, MERCHANT_ID, "centres", CENTRE, settings)
    )


def set_shop(door: Door, **settings: Any) -> None:
    door.database.write(lambda session: items.save(session, door.clock(), OPERATOR, MERCHANT_ID, "shop", "", settings))


def count(door: Door, quantity: int | None, place: str = ORIGIN, sku: str = SKU) -> None:
    """The shop counts its stock."""
    answer = door.server("PUT", "/stock", json={"stock": [{"place": place, "sku": sku, "quantity": quantity}]})
    assert answer.status_code == 200, answer.text


def left(door: Door, place: str = ORIGIN, sku: str = SKU) -> int | None:
    own = select(stock.c.quantity).where(
        stock.c.merchant_id == MERCHANT_ID, stock.c.place_id == place, stock.c.sku == sku
    )
    with door.database.reading() as session:
        return session.execute(own).scalar_one_or_none()


def at_centre(door: Door, checkout: str, centre: str = CENTRE, **other: Any) -> dict[str, Any] | None:
    """What is offered there now, with the id of its offer; None when it is not."""
    found = door.offer(checkout, **other)
    mine = (one for one in found["options"] if one["type"] == "pickup" and one["location"]["id"] == centre)
    option = next(mine, None)
    return option and option | {"offer": found["offer"]}


def choice(door: Door, checkout: str, centre: str = CENTRE, **other: Any) -> str:
    option = at_centre(door, checkout, centre, **other)
    assert option
    return taken(door, option)


def taken(door: Door, option: dict[str, Any]) -> str:
    """The choice of an option of `at_centre`."""
    answer = door.hold(option["offer"], option["id"])
    assert answer.status_code == 201, answer.text
    return str(answer.get_json()["choice"])


def order(door: Door, number: str, **other: Any) -> TestResponse:
    """Somebody chooses to collect there, and orders."""
    return door.order(choice(door, f"checkout of {number}"), number, **other)


def ordered(door: Door, number: str, **other: Any) -> str:
    answer = order(door, number, **other)
    assert answer.status_code == 201, answer.text
    return str(answer.get_json()["booking"])


def report(door: Door, booking_id: str, step: str) -> TestResponse:
    door.clock.forward(seconds=1)
    event = {"type": step, "at": door.clock().isoformat()}
    return door.server("POST", f"/bookings/{booking_id}/events", json=event)


def sends(door: Door, booking_id: str, centre: str | None = None) -> Change:
    """The shopper has it sent home after all, or to this centre. Raises what `moves.move` does."""
    known, now = door.service, door.clock()
    with door.database.reading() as session:
        setup = known.memory.setup_of_merchant(session, MERCHANT_ID)
        booking = get(session, merchant_id=MERCHANT_ID, booking_id=booking_id)
        kind = MOVE if centre is None else REDIRECT
        offer = offer_for(session, now, known.memory, known.signer, setup, booking, kind=kind, locale="en")
    fitting = (one for one in offer.options if centre is None or one.location.id == centre)  # type: ignore[union-attr]
    option = next(fitting)
    wanted = {"booking_id": booking_id, "kind": kind, "offer_id": offer.id, "option_id": option.id}
    return door.database.write(
        lambda session: move(session, now, known.memory, known.signer, setup, known.links, **wanted)
    )


def kept(door: Door) -> int:
    """Pieces that bookings say are kept for them, where they are counted."""
    own = select(bookings.c.lines).where(bookings.c.merchant_id == MERCHANT_ID, bookings.c.stock_place == ORIGIN)
    with door.database.reading() as session:
        return sum(line["quantity"] for lines in session.execute(own).scalars() for line in lines)
