"""The collect code goes with the mail that says that a parcel can be collected: as signs, and as a picture to scan."""

import pytest

from delivery.codes import code_of, written
from delivery.store.engine import Database
from plugin.messages import Sender
from plugin.tools import Tools
from tests.collecting import mark_ready, ordered
from tests.outbox import SIGNER, Clock
from tests.plugin.notify.mail_server import mail_server
from tests.selling import NOW
from tests.telling import ANNA, switch_on
from web.code_pictures import pictured


@pytest.mark.usefixtures("merchants")
def test_the_code_goes_with_the_mail_and_with_no_other(database: Database) -> None:
    switch_on(database)
    booking = ordered(database, recipient=ANNA | {"locale": "nl"})
    code, clock = written(code_of(SIGNER, booking)), Clock(NOW)
    with mail_server() as mailbox:
        sender = Sender(Tools(database, clock, SIGNER, mailbox.config))
        assert sender.send_due() == {"sent": 1}
        mark_ready(database, booking)
        clock.forward(hours=2)
        assert sender.send_due() == {"sent": 1}
        confirmed, ready = (got.message for got in mailbox.got)
    assert not [part for part in confirmed.walk() if part.get_content_maintype() == "image"]
    assert code not in confirmed.as_string()
    assert f"Je afhaalcode: {code}." in ready.get_body(("plain",)).get_content()
    assert '<img src="cid:collect-code"' in ready.get_body(("html",)).get_content()
    [picture] = [part for part in ready.walk() if part.get_content_maintype() == "image"]
    assert (picture["Content-ID"], picture.get_content_type()) == ("<collect-code>", "image/png")
    assert picture.get_content() == pictured(code)
