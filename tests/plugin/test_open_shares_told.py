"""When many orders come without a choice of delivery, the shop is mailed, once a day, on a real mail server."""

from collections.abc import Iterator

import pytest

from plugin.open_choices import Chooser
from plugin.tools import Tools
from tests.doors import Door
from tests.plugin.notify.mail_server import Mailbox, mail_server
from tests.plugin.test_bad_answers import helped_at, send, text
from tests.plugin.test_open_choices import OPEN, at_once, chooser
from tests.widget.test_pages import booked


@pytest.fixture(scope="module")
def mailbox() -> Iterator[Mailbox]:
    with mail_server() as opened:
        yield opened


def another_look(door: Door, mailbox: Mailbox) -> Chooser:
    return Chooser(Tools(door.database, door.clock, door.service.signer, mailbox.config))


def test_the_shop_is_mailed_once_whoever_looks(door: Door, mailbox: Mailbox) -> None:
    mailbox.got.clear()
    helped_at(door, "help@lamps.test")
    for number in range(6):
        booked(door, None, **OPEN, order=f"order {number}")
    at_once(*(chooser(door).see_to_all for _ in range(3)))
    send(door, mailbox)
    door.clock.forward(hours=1)
    another_look(door, mailbox).see_to_all()
    send(door, mailbox)
    [warning] = [got for got in mailbox.got if got.message["To"] == "help@lamps.test"]
    assert warning.message["Subject"] == "6 van 6 bestellingen kwamen zonder keuze van de bezorging"
    assert "/plugin/deliveries/bk_" in text(mailbox, mailbox.got.index(warning))
