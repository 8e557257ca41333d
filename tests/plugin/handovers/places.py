"""Endpoints and messages of a desk's shop, for tests of the pages about handing over."""

from datetime import time

from delivery import endpoints
from tests.outbox import add_message
from tests.plugin.desk import Desk

URL = "https://93.184.216.34/hooks"


def add_place(desk: Desk, kind: str = "webhook", url: str = URL, send_at: time | None = None) -> str:
    """An endpoint of the desk's shop; its id."""
    now, signer = desk.door.clock(), desk.door.service.signer
    endpoint, _secret = desk.door.database.write(
        lambda session: endpoints.add(session, now, desk.merchant_id, url, signer, kind, send_at)
    )
    return endpoint.id


def add_to(
    desk: Desk, endpoint_id: str | None, state: str = "waiting", booking: str = "bk_1", sequence: int = 1
) -> str:
    """A message of the desk's shop; its id."""
    now = desk.door.clock()
    return add_message(
        desk.door.database,
        desk.merchant_id,
        endpoint_id,
        booking,
        sequence,
        state=state,
        next_try_at=now,
        created_at=now,
    )


def secret_of(desk: Desk, endpoint_id: str) -> str:
    with desk.door.database.reading() as session:
        return endpoints.secret_of(session, desk.merchant_id, endpoint_id, desk.door.service.signer) or ""
