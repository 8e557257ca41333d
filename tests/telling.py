"""What tests of mails to shoppers say over and over: a shop that sends them, an order with an address, the rows."""

from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from delivery import change_notices, change_rows, gateways, progress
from delivery.booking_rows import changed
from delivery.bookings import Booking
from delivery.progress import Event
from delivery.store.engine import Database
from delivery.store.tables import merchants, messages
from tests.databases import LAMPS
from tests.outbox import SIGNER
from tests.selling import NOW, order, slot

ANNA = {"name": "Anna de Vries", "email": "anna@home.test", "locale": "en-GB"}
WITH_PHONE = ANNA | {"phone": "+31 (0)6 1234 5678"}
BOTH_WAYS = {"sent": True, "by_phone": True}


def switch_on(database: Database, merchant_id: str = LAMPS, **kinds: Any) -> None:
    """The merchant mails; `kinds` as they stand in its settings."""

    def change(session: Any) -> None:
        facts = {"enabled": True} | kinds
        session.execute(
            update(merchants)
            .where(merchants.c.id == merchant_id)
            .values(messages=facts, settings_version=merchants.c.settings_version + 1)
        )

    database.write(change)


def ordered(database: Database, number: str = "1001", recipient: dict[str, Any] | None = None, **said: Any) -> Booking:
    """A paid order for a window on Tuesday evening."""
    return database.write(
        lambda s: order(s, number, slot(capacity=1000), recipient=ANNA if recipient is None else recipient, **said)
    )


def report(database: Database, booking: Booking, step: str, at: datetime, now: datetime = NOW, **facts: str) -> Booking:
    event = Event(step, at, None, facts)
    whose = {"merchant_id": booking.merchant_id, "booking_id": booking.id}
    return database.write(lambda s: progress.report(s, now, **whose, event=event))


def change(
    database: Database,
    booking: Booking,
    state: str = change_rows.MADE,
    kind: str = "correct",
    now: datetime = NOW,
    **said: Any,
) -> tuple[Booking, str]:
    """A change as the shopper makes it; the booking after it, and the change's id."""

    def write(session: Any) -> tuple[Booking, str]:
        new = changed(session, now, booking, **said)
        row = change_rows.add(
            session, now, booking, new, kind=kind, state=state, made_by=change_rows.SHOPPER, difference=0
        )
        change_notices.tell_of(session, now, booking, new, row)
        return new, row.id

    return database.write(write)


def rows(database: Database) -> list[Any]:
    """All messages of all merchants, as they were written."""
    with database.reading() as session:
        found = session.execute(
            select(messages)
            .order_by(messages.c.created_at, messages.c.booking_id, messages.c.kind)
            .execution_options(across_merchants="tests look at everything")
        )
        return [*found]


def kinds(database: Database) -> list[str]:
    return [row.kind for row in rows(database)]


def add_gateway(database: Database, url: str, merchant_id: str = LAMPS) -> str:
    """The merchant sends text messages there; the secret."""
    return str(database.write(lambda s: gateways.set_up(s, merchant_id, url, SIGNER)))
