"""From the outbox to a real gateway: signed, short, each once beside the mail, true when it leaves. On both databases."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
import structlog
from sqlalchemy import update

from delivery import gateways, messages
from delivery.message_backlog import unsent_by
from delivery.message_leases import GAPS, LEASE
from delivery.preferences import switch_off
from delivery.rules.septets import ONE, is_plain, length
from delivery.store.engine import Database
from delivery.store.tables import merchants
from plugin.messages import Sender
from plugin.notify import webhook
from plugin.short_messages import LOOKS_AGAIN
from plugin.tools import Tools
from tests.databases import BOOKS, LAMPS
from tests.outbox import SIGNER, SIGNER_KEY, Clock
from tests.plugin.notify.mail_server import SENDER, Mailbox, mail_server
from tests.plugin.receiver import Behaviour, Receiver, answer, close, die_in_status, hang
from tests.selling import NOW, confirm
from tests.telling import ANNA, BOTH_WAYS, WITH_PHONE, add_gateway, change, ordered, report, rows, switch_on
from web.config import Config

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
    """The shop's gateway, and a shop that says each thing both ways."""
    switch_on(database, **dict.fromkeys(("confirmed", "packed", "dispatched", "change_notice"), BOTH_WAYS))
    with Receiver(clock) as opened:
        opened.secrets = [add_gateway(database, opened.url)]
        yield opened


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


@pytest.mark.parametrize(
    ("behaviour", "status", "problem"),
    [
        (close, None, "It could not be reached, or closed the connection."),
        (die_in_status, None, "It could not be reached, or closed the connection."),
        (hang, None, "It did not answer in time."),
        (answer(500), 500, "The gateway did not take the message: it is tried again."),
        (answer(401), 401, "The gateway did not take the message: it is tried again."),
        (answer(302, Location="/"), 302, "The gateway did not take the message: it is tried again."),
    ],
)
def test_a_gateway_that_drops_delays_or_fails_is_asked_again_with_the_same_id(
    database: Database,
    receiver: Receiver,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    behaviour: Behaviour,
    status: int | None,
    problem: str,
) -> None:
    monkeypatch.setattr(webhook, "TOTAL_SECONDS", 0.3)
    switch_on(database, enabled=False, confirmed=BOTH_WAYS)
    ordered(database, recipient=WITH_PHONE)
    receiver.script.append(behaviour)
    assert send(database, clock) == {"waiting": 1}
    [row] = rows(database)
    assert (row.last_status, row.last_problem, row.tries) == (status, problem, 1)
    assert send(database, clock) == {}
    clock.forward(minutes=2)
    assert send(database, clock) == {"sent": 1}
    assert receiver.ids == [row.id, row.id]


def test_what_the_gateway_will_never_take_fails_and_shows(database: Database, receiver: Receiver, clock: Clock) -> None:
    ordered(database, recipient=WITH_PHONE)
    receiver.script.append(answer(422))
    assert send(database, clock) == {"failed": 1}
    with database.reading() as session:
        found = unsent_by(session, NOW, LAMPS, messages.WEBHOOK)
        assert (found.waiting, found.failed, found.dropped) == (0, 1, 0)
        assert unsent_by(session, NOW, BOOKS, messages.WEBHOOK).failed == 0


def test_a_gateway_that_is_overloaded_gets_a_rest_from_all_messages_of_its_shop_only(
    database: Database, receiver: Receiver, clock: Clock
) -> None:
    switch_on(database, BOOKS, choose=BOTH_WAYS)
    receiver.secrets.append(add_gateway(database, receiver.url, BOOKS))
    for number in ("1001", "1002", "1003"):
        ordered(database, number, recipient=WITH_PHONE)
    order_of_books(database, WITH_PHONE, NOW + timedelta(seconds=1))
    receiver.script.append(answer(503, Retry_After="600"))
    clock.forward(seconds=1)
    assert send(database, clock) == {"waiting": 1, "sent": 1}
    clock.forward(minutes=9)
    assert send(database, clock) == {}
    clock.forward(minutes=3)
    assert send(database, clock) == {"sent": 3}


def test_one_that_is_gone_is_switched_off_and_everything_waits_until_it_is_on_again(
    database: Database, receiver: Receiver, clock: Clock
) -> None:
    for number in ("1001", "1002"):
        ordered(database, number, recipient=WITH_PHONE)
    receiver.script.append(answer(410))
    with structlog.testing.capture_logs() as logs:
        assert send(database, clock) == {"waiting": 2}
    assert [entry["alarm"] for entry in logs if entry["event"] == "gateway_disabled"] == [True]
    with database.reading() as session:
        found = gateways.find(session, LAMPS)
    assert found is not None
    assert (found.enabled, found.disabled_reason) == (False, webhook.NO_MORE)
    clock.now += LOOKS_AGAIN
    assert send(database, clock) == {"waiting": 2}
    assert len(receiver.received) == 1
    database.write(lambda s: gateways.switch(s, clock.now, LAMPS, True))
    assert send(database, clock) == {"sent": 2}


def test_what_waited_for_a_gateway_that_was_taken_away_is_dropped(
    database: Database, receiver: Receiver, clock: Clock
) -> None:
    ordered(database, recipient=WITH_PHONE)
    database.write(lambda s: gateways.remove(s, LAMPS))
    assert send(database, clock) == {"dropped": 1}
    assert receiver.received == []


def test_after_a_new_secret_both_sign_for_a_day(database: Database, receiver: Receiver, clock: Clock) -> None:
    old = receiver.secrets
    new = [str(database.write(lambda s: gateways.renew_secret(s, NOW, LAMPS, SIGNER)))]
    known_by = []
    for number, after in (("1001", 1), ("1002", 24)):
        clock.forward(hours=after)
        ordered(database, number, recipient=WITH_PHONE, now=clock.now)
        for secrets in (old, new):
            receiver.secrets = secrets
            database.write(
                lambda s: s.execute(
                    messages.messages.update()
                    .where(messages.messages.c.merchant_id == LAMPS, messages.messages.c.channel == "webhook")
                    .values(state="waiting", next_try_at=clock.now)
                )
            )
            send(database, clock)
            known_by.append(receiver.received[-1].verified)
    assert known_by == [True, True, False, True]


def test_a_gateway_inside_is_not_posted_to(database: Database, receiver: Receiver, clock: Clock) -> None:
    ordered(database, recipient=WITH_PHONE)
    assert send(database, clock, Config(public_url="https://stoep.test")) == {"waiting": 1}
    assert receiver.received == []
    assert [row.last_problem for row in rows(database) if row.channel == "webhook"] == [
        "Its address is not a public one."
    ]


def test_a_secret_that_cannot_be_read_waits_for_its_key(database: Database, receiver: Receiver, clock: Clock) -> None:
    ordered(database, recipient=WITH_PHONE)
    with database.engine.begin() as session:
        facts = {"url": receiver.url, "enabled": True, "secret": "not one of ours"}
        session.execute(update(merchants).where(merchants.c.id == LAMPS).values(gateway=facts))
    assert send(database, clock) == {"waiting": 1}
    assert receiver.received == []


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
