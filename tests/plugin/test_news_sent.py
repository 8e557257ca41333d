"""A delivery that goes wrong, as its shopper reads it in the mails: the hour, what to do now, the fee, and a change put back."""

from collections.abc import Iterator
from typing import Any

import pytest

from delivery import change_answers, change_rows
from plugin.commands.demo_merchant.seed import MERCHANT_ID
from plugin.messages import Sender
from plugin.tools import Tools
from tests.doors import Door
from tests.plugin.notify.mail_server import Mailbox, mail_server
from tests.rules.human_dates import at
from tests.telling import switch_on
from tests.watching import look, ordered, switch
from tests.widget.test_pages import booked, path_of
from tests.widget.test_pages_arrival import out

PERSON = {"recipient": {"name": "A. Jansen", "email": "anna@home.test", "locale": "en-GB"}}


@pytest.fixture(scope="module")
def mailbox() -> Iterator[Mailbox]:
    with mail_server() as opened:
        yield opened


def mails(door: Door, mailbox: Mailbox) -> list[tuple[str, str]]:
    """Subject and text of what goes now, sent twice over as two workers would."""
    mailbox.got.clear()
    for _ in range(2):
        Sender(Tools(door.database, door.clock, door.service.signer, mailbox.config)).send_due()
    return [(str(got.message["Subject"]), got.message.get_body(("plain",)).get_content()) for got in mailbox.got]


def test_the_hour_then_what_to_do_now(door: Door, mailbox: Mailbox) -> None:
    switch_on(door.database, MERCHANT_ID, confirmed={"sent": False})
    booking = booked(door, **PERSON)
    out(door, booking, "Tue 2026-11-24 12:00", "14:20", "14:50")
    [(subject, text)] = mails(door, mailbox)
    assert subject == "Your order 1001 is out for delivery"
    assert "The courier expects to be with you on Tuesday 24 November, 14:20–14:50." in text
    out(door, booking, "Tue 2026-11-24 14:30", step="delivery_failed")
    [(subject, text)] = mails(door, mailbox)
    assert subject == "Your order 1001 could not be delivered"
    for name, said in (("move", "Choose another day or time: "), ("elsewhere", "or collect it: ")):
        assert f"{said}{mailbox.config.public_url}{path_of(booking['delivery_page'])}/{name}" in text
        assert door.client.get(f"{path_of(booking['delivery_page'])}/{name}").status_code == 200


def test_the_fee_comes_back_and_is_told_once(door: Door, mailbox: Mailbox) -> None:
    switch_on(door.database, MERCHANT_ID, confirmed={"sent": False}, at_risk={"sent": False})
    switch(door, refund_broken=True)
    ordered(door)
    for moment in ("Thu 2026-11-26 09:00", "Thu 2026-11-26 09:01"):
        look(door, at(moment))
    [(subject, text)] = mails(door, mailbox)
    assert subject == "You get the delivery fee of your order 1001 back"
    assert "You get the delivery fee back: €4.95." in text


def test_a_change_that_is_put_back_is_told_and_the_change_itself_no_more(door: Door, mailbox: Mailbox) -> None:
    switch_on(door.database, MERCHANT_ID, confirmed={"sent": False})
    booking = booked(door, **PERSON)
    somebody: dict[str, Any] = {"recipient": {"name": "B. Bos", "email": "b@else.test", "locale": "en-GB"}}
    changed = door.server("POST", f"/bookings/{booking['booking']}/changes", json=somebody).get_json()["change"]
    with door.database.reading() as session:
        key = change_answers.undo_token(door.service.signer, change_rows.find(session, MERCHANT_ID, changed))
    for _ in range(2):
        door.client.post(f"{path_of(booking['delivery_page'])}/undo/{key}")
    [(subject, text)] = mails(door, mailbox)
    assert (subject, mailbox.got[0].to) == ("The delivery of your order 1001 is again as it was", ["anna@home.test"])
    assert "It goes to: Prinsengracht 263, 1016 GV Amsterdam" in text
