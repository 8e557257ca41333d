"""Doors whose service can mail, to a mail server of the test."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from delivery.store.engine import Database
from tests.doors import Door, open_door
from tests.plugin.notify.mail_server import SENDER, Mailbox, mail_server


@contextmanager
def mailing_door(database: Database, **config: Any) -> Iterator[tuple[Door, Mailbox]]:
    """A door, and what it has mailed."""
    with mail_server() as mailbox:
        url = database.url.render_as_string(hide_password=False)
        smtp = f"smtp://127.0.0.1:{mailbox.port}"
        door = open_door(database, url, smtp_url=smtp, mail_from=SENDER, **config)
        yield door, mailbox
        door.service.database.close()


def next_mail(mailbox: Mailbox, seconds: float = 20) -> tuple[str, str]:
    """Who got the next mail, and what it says. It is taken out of the box."""
    ends = time.monotonic() + seconds
    while not mailbox.got:
        assert time.monotonic() < ends, "no mail came"
        time.sleep(0.02)
    got = mailbox.got.pop(0)
    return got.to[0], got.message.get_content()
