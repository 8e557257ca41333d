"""A gateway that drops, delays, refuses, has too much to do or is gone; and one that may not be, or lost its secret."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import structlog
from sqlalchemy import update

from delivery import gateways, messages
from delivery.message_backlog import unsent_by
from delivery.store.engine import Database
from delivery.store.tables import merchants
from plugin.notify import webhook
from plugin.short_messages import LOOKS_AGAIN
from tests.databases import BOOKS, LAMPS
from tests.outbox import SIGNER, Clock
from tests.plugin.receiver import Behaviour, Receiver, answer, close, die_in_status, hang
from tests.plugin.texting import gateway_of_shop, order_of_books, send
from tests.selling import NOW
from tests.telling import BOTH_WAYS, WITH_PHONE, add_gateway, ordered, rows, switch_on
from web.config import Config

pytestmark = pytest.mark.usefixtures("merchants")


@pytest.fixture
def clock() -> Clock:
    return Clock(NOW)


@pytest.fixture
def receiver(database: Database, clock: Clock) -> Iterator[Receiver]:
    with gateway_of_shop(database, clock) as opened:
        yield opened


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
