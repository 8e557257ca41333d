"""Mails that wait for the morning, that a shopper can do without, and that go to whoever it was for before."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from delivery.links import PageLinks
from delivery.preferences import switch_off
from delivery.store.engine import Database
from plugin.messages import Sender
from plugin.tools import Tools
from tests.outbox import SIGNER, Clock
from tests.plugin.notify.mail_server import Mailbox, mail_server
from tests.selling import NOW
from tests.telling import ANNA, change, ordered, report, rows, switch_on

pytestmark = pytest.mark.usefixtures("merchants")


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with mail_server() as opened:
        yield opened


def send(database: Database, mailbox: Mailbox, clock: Clock | None = None) -> dict[str, int]:
    return dict(Sender(Tools(database, clock or Clock(NOW), SIGNER, mailbox.config)).send_due())


def test_a_mail_one_can_do_without_can_be_ended_by_the_mail_program(database: Database, mailbox: Mailbox) -> None:
    switch_on(database, packed={"sent": True})
    booking = ordered(database)
    send(database, mailbox)
    report(database, booking, "packed", NOW)
    send(database, mailbox)
    confirmed, packed = (got.message for got in mailbox.got)
    assert confirmed["List-Unsubscribe"] is None
    link = PageLinks("https://stoep.test", SIGNER).stop(booking.id, booking.page_version)
    assert packed["List-Unsubscribe"] == f"<{link}>"
    assert packed["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert f"Fewer mails about this order: {link}" in packed.get_body(("plain",)).get_content()
    assert f'<a href="{link}">' in packed.get_body(("html",)).get_content()
    report(database, booking, "delivered", NOW)
    database.write(lambda s: switch_off(s, booking))
    clock = Clock(NOW + timedelta(hours=4))
    switch_on(database, delivered={"sent": True})
    assert send(database, mailbox, clock) == {"dropped": 1}
    assert len(mailbox.got) == 2


def test_what_can_wait_is_sent_in_the_morning_and_counts_no_try(database: Database, mailbox: Mailbox) -> None:
    switch_on(database)
    booking, night = ordered(database), NOW + timedelta(hours=11)
    assert send(database, mailbox) == {"sent": 1}
    report(database, booking, "dispatched", night, night)
    clock = Clock(night)
    assert send(database, mailbox, clock) == {"waiting": 1}
    [row] = [row for row in rows(database) if row.state == "waiting"]
    assert (row.tries, row.last_problem, row.next_try_at) == (0, None, NOW + timedelta(hours=21))
    clock.now = row.next_try_at
    assert send(database, mailbox, clock) == {"sent": 1}


def test_whoever_it_was_for_gets_the_notice_with_a_link_that_puts_it_back(database: Database, mailbox: Mailbox) -> None:
    switch_on(database, confirmed={"sent": False})
    booking = ordered(database)
    bert = ANNA | {"name": "Bert", "email": "bert@home.test", "locale": "nl"}
    change(database, booking, recipient=bert)
    assert send(database, mailbox) == {"sent": 2}
    said = {got.to[0]: got.message.get_body(("plain",)).get_content() for got in mailbox.got}
    assert "Hello Anna de Vries," in said["anna@home.test"]
    assert "/undo/" in said["anna@home.test"]
    assert "Hallo Bert," in said["bert@home.test"]
    assert "/undo/" not in said["bert@home.test"]
