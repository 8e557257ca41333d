"""From the outbox to a real gateway: signed, short, each once beside the mail, true when it leaves. On both databases."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from delivery.message_leases import GAPS, LEASE
from delivery.preferences import switch_off
from delivery.rules.septets import ONE, is_plain, length
from delivery.store.engine import Database
from tests.databases import BOOKS, LAMPS
from tests.outbox import SIGNER_KEY, Clock
from tests.plugin.notify.mail_server import SENDER, Mailbox, mail_server
from tests.plugin.receiver import Receiver, close, hang
from tests.plugin.texting import by_channel, config, gateway_of_shop, order_of_books, send
from tests.selling import NOW
from tests.telling import ANNA, BOTH_WAYS, WITH_PHONE, change, ordered, report, rows, switch_on

pytestmark = pytest.mark.usefixtures("merchants")


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with mail_server() as opened:
        yield opened


@pytest.fixture
def clock() -> Clock:
    return Clock(NOW)


@pytest.fixture
def receiver(database: Database, clock: Clock) -> Iterator[Receiver]:
    with gateway_of_shop(database, clock) as opened:
        yield opened


def test_the_gateway_gets_it_signed_in_her_language_and_short(
    database: Database, receiver: Receiver, clock: Clock
) -> None:
    booking = ordered(database, recipient=WITH_PHONE | {"locale": "nl"})
    assert send(database, clock) == {"sent": 1}
    [got] = receiver.received
    [row] = [row for row in rows(database) if row.channel == "webhook"]
    assert (got.verified, got.id, got.data["type"]) == (True, row.id, "message.short")
    data = got.data["data"]
    link = data["link"]
    text = f"Lamp & Light: je bestelling 1001 is bevestigd. Verwacht: dinsdag 24 november, 18:00-20:00. {link}"
    assert data == {
        "to": "+31612345678",
        "country": "NL",
        "text": text,
        "language": "nl",
        "shop": "Lamp & Light",
        "kind": "confirmed",
        "booking": booking.id,
        "order": "1001",
        "part": "",
        "link": link,
    }
    assert link.startswith("https://stoep.test/s/")
    assert is_plain(text)
    assert length(text) <= ONE
    assert (row.state, row.tries, row.sent_at) == ("sent", 1, NOW)


def test_each_goes_once_by_each_channel_whatever_is_repeated(
    database: Database, receiver: Receiver, mailbox: Mailbox, clock: Clock
) -> None:
    for _ in range(3):
        booking = ordered(database, recipient=WITH_PHONE)
        send(database, clock, config(mailbox))
    for _ in range(3):
        report(database, booking, "dispatched", clock.now, clock.now)
        send(database, clock, config(mailbox))
        clock.forward(minutes=1)
    assert [got.data["data"]["kind"] for got in receiver.received] == ["confirmed", "dispatched"]
    assert len(mailbox.got) == 2
    assert {row.state for row in rows(database)} == {"sent"}
    assert len({row.id for row in rows(database)}) == 4


@pytest.mark.parametrize("recipient", [ANNA, ANNA | {"phone": "12"}, ANNA | {"phone": None}])
def test_without_a_number_it_goes_by_mail_only(
    database: Database, receiver: Receiver, recipient: dict[str, Any]
) -> None:
    assert receiver.received == []
    ordered(database, recipient=recipient)
    assert by_channel(database) == [("mail", "confirmed", "waiting")]


def test_who_gave_only_a_number_is_told_there_and_a_shop_without_a_gateway_writes_nothing(
    database: Database, receiver: Receiver, clock: Clock
) -> None:
    switch_on(database, BOOKS, choose=BOTH_WAYS)
    order_of_books(database, {"name": "Bo", "phone": "06-12345678"})
    ordered(database, recipient={"name": "Bo", "phone": "06-12345678"})
    assert [(row.merchant_id, row.channel) for row in rows(database)] == [(LAMPS, "webhook")]
    assert send(database, clock) == {"sent": 1}
    assert receiver.received[0].data["data"]["to"] == "0612345678"


def test_text_messages_go_when_mails_are_switched_off(database: Database, receiver: Receiver, clock: Clock) -> None:
    switch_on(database, enabled=False, confirmed=BOTH_WAYS)
    ordered(database, recipient=WITH_PHONE)
    assert by_channel(database) == [("webhook", "confirmed", "waiting")]
    assert send(database, clock) == {"sent": 1}
    assert len(receiver.received) == 1


def test_a_gateway_that_is_away_keeps_no_mail_waiting_and_the_other_way_round(
    database: Database, receiver: Receiver, mailbox: Mailbox, clock: Clock
) -> None:
    ordered(database, recipient=WITH_PHONE)
    receiver.script.append(close)
    mailbox.rcpt.append("450 later")
    assert send(database, clock, config(mailbox)) == {"waiting": 2}
    clock.now += GAPS[0] * 2
    mailbox.rcpt.append("450 later")
    assert send(database, clock, config(mailbox)) == {"waiting": 1, "sent": 1}
    assert (len(receiver.received), len(mailbox.got)) == (2, 0)
    clock.forward(minutes=6)
    assert send(database, clock, config(mailbox)) == {"sent": 1}
    assert (len(receiver.received), len(mailbox.got)) == (2, 1)


def test_the_channel_that_is_not_wanted_is_left_out_unless_it_is_the_only_way_or_guards_the_order(
    database: Database, receiver: Receiver, mailbox: Mailbox, clock: Clock
) -> None:
    booking = ordered(database, recipient=WITH_PHONE)
    database.write(lambda s: switch_off(s, booking, (), ["mail"]))
    assert send(database, clock, config(mailbox)) == {"dropped": 1, "sent": 1}
    # No text message is sent of this kind: what has to be known comes by mail.
    on_its_way = report(database, booking, "out_for_delivery", NOW)
    assert send(database, clock, config(mailbox)) == {"sent": 1}
    change(database, on_its_way, address={**booking.address, "lines": ["Elsewhere 2"]})
    send(database, clock, config(mailbox))
    assert len(mailbox.got) == 3
    kinds = sorted(got.data["data"]["kind"] for got in receiver.received)
    assert kinds == ["change_notice", "confirmed"]


ANOTHER_PROCESS = """
import sys
from datetime import datetime
from delivery.signing import Signer
from delivery.store.engine import Database
from plugin.messages import Sender
from plugin.tools import Tools
from web.config import Config
url, key, now, server, mail_from = sys.argv[1:]
config = Config(smtp_url=server, mail_from=mail_from, public_url="https://stoep.test", allow_private_targets=True)
Sender(Tools(Database(url), lambda: datetime.fromisoformat(now), Signer([key]), config)).send_due()
"""


def test_a_worker_killed_between_two_channels_sends_neither_twice_but_with_the_same_id(
    database: Database, receiver: Receiver, mailbox: Mailbox, clock: Clock
) -> None:
    ordered(database, recipient=WITH_PHONE)
    url = database.url.render_as_string(hide_password=False)
    told = [url, SIGNER_KEY, clock.now.isoformat(), mailbox.config.smtp_url, SENDER]
    receiver.script.append(hang)
    with subprocess.Popen([sys.executable, "-c", ANOTHER_PROCESS, *told]) as doomed:
        receiver.wait_for(1, 20)
        doomed.send_signal(signal.SIGKILL)
    assert by_channel(database) == [("mail", "confirmed", "sent"), ("webhook", "confirmed", "waiting")]
    assert send(database, clock, config(mailbox)) == {}
    clock.now += LEASE
    assert send(database, clock, config(mailbox)) == {"sent": 1}
    assert send(database, clock, config(mailbox)) == {}
    assert len(mailbox.got) == 1
    assert len(receiver.ids) == 2
    assert len(set(receiver.ids)) == 1
    assert all(got.verified for got in receiver.received)
