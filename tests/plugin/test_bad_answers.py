"""A bad answer warns the shop by mail: once, with whom to call only if that was asked for, on a real mail server."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select, update

from delivery.store.tables import answers, merchants, messages
from plugin.commands.demo_merchant.seed import MERCHANT_ID
from plugin.messages import Sender
from plugin.tools import Tools
from tests.doors import Door
from tests.plugin.desk import Desk
from tests.plugin.notify.mail_server import Mailbox, mail_server
from tests.widget.test_pages_how import arrived, path

PERSON = ("A. Jansen", "a.jansen@example.org")


@pytest.fixture(scope="module")
def mail() -> Iterator[Mailbox]:
    with mail_server() as opened:
        yield opened


@pytest.fixture
def mailbox(mail: Mailbox) -> Mailbox:
    mail.got.clear()
    return mail


def helped_at(door: Door, email: str) -> None:
    """Where shoppers of the shop get help."""
    changed = {"contact": {"email": email} if email else {}, "settings_version": merchants.c.settings_version + 1}
    door.database.write(
        lambda s: s.execute(update(merchants).where(merchants.c.id == MERCHANT_ID).values(**changed)).rowcount
    )


def say(door: Door, booking: str, score: int, **said: Any) -> None:
    assert door.client.post(path(door, booking), data={"score": str(score), **said}).status_code == 303


def send(door: Door, mailbox: Mailbox) -> dict[str, int]:
    tools = Tools(door.database, door.clock, door.service.signer, mailbox.config)
    return dict(Sender(tools).send_due())


def text(mailbox: Mailbox, number: int = -1) -> str:
    return str(mailbox.got[number].message.get_body(("plain",)).get_content())


def states(door: Door) -> list[tuple[str, str]]:
    with door.database.reading() as session:
        rows = session.execute(
            select(messages.c.occasion, messages.c.state)
            .where(messages.c.merchant_id == MERCHANT_ID, messages.c.kind == "bad_answer")
            .order_by(messages.c.occasion)
        )
        return [(row.occasion, row.state) for row in rows]


def test_the_shop_hears_of_it_once_and_whom_to_call_only_when_asked(door: Door, mailbox: Mailbox) -> None:
    helped_at(door, "help@lamps.test")
    booking = arrived(door)
    for _ in range(2):
        say(door, booking, 2, reasons="careful", words="The box was\nopen.")
    assert send(door, mailbox) == {"sent": 1}
    assert send(door, mailbox) == {}
    [got] = mailbox.got
    assert (got.to, got.message["Subject"]) == (["help@lamps.test"], "Bestelling 1001: 2 van 5 voor de bezorging")
    assert "The box was\nopen." in text(mailbox).replace("\r\n", "\n")
    assert "Het ging om:" in text(mailbox)
    assert f"/plugin/deliveries/{booking}" in text(mailbox)
    assert not [one for one in PERSON if one in text(mailbox)]
    say(door, booking, 1, call="on")
    say(door, booking, 1, call="on")
    assert send(door, mailbox) == {"sent": 1}
    assert mailbox.got[-1].message["Subject"].endswith("Graag bellen")
    assert [one for one in PERSON if one in text(mailbox)] == [*PERSON]
    assert states(door) == [("bad", "sent"), ("call", "sent")]


def test_without_an_address_for_help_each_owner_hears_of_it(desk: Desk, mailbox: Mailbox) -> None:
    helped_at(desk.door, "")
    say(desk.door, arrived(desk.door), 1)
    assert send(desk.door, mailbox) == {"sent": 1}
    assert mailbox.got[0].to == [desk.account.email]


def test_a_good_answer_and_second_thoughts_are_no_warning(plain_door: Door, mailbox: Mailbox) -> None:
    helped_at(plain_door, "help@lamps.test")
    booking, other = arrived(plain_door), arrived(plain_door, "1002")
    say(plain_door, booking, 3)
    say(plain_door, other, 1)
    say(plain_door, other, 5)
    assert send(plain_door, mailbox) == {"dropped": 1}
    assert mailbox.got == []


def test_it_waits_while_the_mail_server_is_away_and_goes_by_night(plain_door: Door, mailbox: Mailbox) -> None:
    helped_at(plain_door, "help@lamps.test")
    booking = arrived(plain_door)
    plain_door.clock.forward(hours=14)
    say(plain_door, booking, 1)
    mailbox.rcpt.append("450 later")
    assert send(plain_door, mailbox) == {"waiting": 1}
    plain_door.clock.forward(minutes=2)
    assert send(plain_door, mailbox) == {"sent": 1}


def test_the_story_has_it_and_no_shopper_reads_it(desk: Desk, mailbox: Mailbox) -> None:
    helped_at(desk.door, "help@lamps.test")
    booking = arrived(desk.door)
    say(desk.door, booking, 1)
    send(desk.door, mailbox)
    assert (
        "Mail to you about this answer"
        in desk.get(f"/plugin/deliveries/{booking}", headers={"Accept-Language": "en"}).text
    )
    page = desk.door.client.get(path(desk.door, booking).removesuffix("/how")).text
    assert "answer" not in page[page.index("Where your order is") :]


def test_an_erased_answer_warns_without_the_person(plain_door: Door, mailbox: Mailbox) -> None:
    helped_at(plain_door, "help@lamps.test")
    booking = arrived(plain_door)
    say(plain_door, booking, 1, words="Ask Xantippe", call="on")
    assert plain_door.server("POST", "/people/erase", json={"order": "1001"}).status_code == 200
    with plain_door.database.reading() as session:
        assert session.execute(select(answers.c.words).where(answers.c.merchant_id == MERCHANT_ID)).scalar_one() == ""
    assert send(plain_door, mailbox) == {"sent": 1}
    assert not [one for one in (*PERSON, "Xantippe") if one in text(mailbox)]
