"""Messages in the outbox for tests, a clock that is told, and what became of the messages."""

import itertools
from datetime import UTC, datetime, timedelta

from sqlalchemy import insert, select

from delivery import endpoints
from delivery.signing import Signer
from delivery.store.engine import Database
from delivery.store.tables import handover_tries, handovers

SIGNER_KEY = "a key for tests, long enough"
SIGNER = Signer([SIGNER_KEY])
START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
_numbers = itertools.count(1)


class Clock:
    """Gives the time it was told."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **wait: float) -> datetime:
        self.now += timedelta(**wait)
        return self.now


def add_endpoint(database: Database, merchant_id: str, url: str, now: datetime = START) -> tuple[str, str]:
    """An endpoint's id and its secret."""
    endpoint, secret = database.write(lambda session: endpoints.add(session, now, merchant_id, url, SIGNER))
    return endpoint.id, secret


def add_message(
    database: Database,
    merchant_id: str,
    endpoint_id: str | None,
    booking_id: str = "bk_1",
    sequence: int = 1,
    **columns: object,
) -> str:
    """A waiting message and its id."""
    row = {
        "id": f"msg_{next(_numbers):04}",
        "merchant_id": merchant_id,
        "booking_id": booking_id,
        "endpoint_id": endpoint_id,
        "sequence": sequence,
        "type": "booking.confirmed",
        "body": f'{{"type": "booking.confirmed", "data": {{"booking": "{booking_id}", "n": {sequence}}}}}',
        "state": "waiting",
        "tries": 0,
        "next_try_at": START,
        "created_at": START,
    }
    database.write(lambda session: session.execute(insert(handovers).values(row | columns)))
    return str(row["id"])


def state(database: Database, message_id: str) -> str:
    return str(column(database, message_id, "state"))


def column(database: Database, message_id: str, name: str) -> object:
    with database.reading() as session:
        return session.scalar(
            select(handovers.c[name])
            .where(handovers.c.id == message_id)
            .execution_options(across_merchants="tests look at everything")
        )


def tries(database: Database, message_id: str) -> list[tuple[int | None, str | None]]:
    """Status and problem of each try, oldest first."""
    with database.reading() as session:
        rows = session.execute(
            select(handover_tries.c.status, handover_tries.c.problem)
            .where(handover_tries.c.handover_id == message_id)
            .order_by(handover_tries.c.id)
            .execution_options(across_merchants="tests look at everything")
        )
        return [(row.status, row.problem) for row in rows]
