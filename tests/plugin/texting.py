"""A shop that tells shoppers by mail and through a real gateway: what tests of text messages share."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

from delivery.store.engine import Database
from plugin.messages import Sender
from plugin.tools import Tools
from tests.databases import BOOKS
from tests.outbox import SIGNER, Clock
from tests.plugin.notify.mail_server import Mailbox
from tests.plugin.receiver import Receiver
from tests.selling import NOW, confirm
from tests.telling import BOTH_WAYS, add_gateway, rows, switch_on
from web.config import Config


def config(mailbox: Mailbox | None = None) -> Config:
    ours = mailbox.config if mailbox else Config(public_url="https://stoep.test")
    return replace(ours, allow_private_targets=True)


def send(database: Database, clock: Clock, known: Config | None = None) -> dict[str, int]:
    return dict(Sender(Tools(database, clock, SIGNER, known or config())).send_due())


def by_channel(database: Database) -> list[tuple[str, str, str]]:
    return sorted((row.channel, row.kind, row.state) for row in rows(database))


def order_of_books(database: Database, recipient: dict[str, Any], now: datetime = NOW) -> None:
    """An order without a choice, of the other shop."""
    database.write(lambda s: confirm(s, "1001", None, now=now, merchant_id=BOOKS, recipient=recipient))


@contextmanager
def gateway_of_shop(database: Database, clock: Clock) -> Iterator[Receiver]:
    """The shop's gateway, and a shop that says each thing both ways."""
    switch_on(database, **dict.fromkeys(("confirmed", "packed", "dispatched", "change_notice"), BOTH_WAYS))
    with Receiver(clock) as opened:
        opened.secrets = [add_gateway(database, opened.url)]
        yield opened
