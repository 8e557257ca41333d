"""From the outbox to a real mail server: each mail once, with the same id, true when it leaves. On both databases."""

import signal
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
import structlog
from sqlalchemy import update

from delivery import bookings
from delivery.message_leases import LEASE
from delivery.messages import TOO_LATE
from delivery.store.engine import Database
from delivery.store.tables import bookings as booking_rows
from delivery.store.tables import merchants
from plugin.mails import linked
from plugin.messages import REST, Sender
from plugin.sweeps import sweep_all
from plugin.tools import Tools
from tests.databases import BOOKS, LAMPS
from tests.outbox import SIGNER, SIGNER_KEY, Clock
from tests.plugin.notify.mail_server import SENDER, Mailbox, mail_server
from tests.selling import LINKS, NOW
from tests.telling import ANNA, ordered, report, rows, switch_on
from web.config import Config

pytestmark = pytest.mark.usefixtures("merchants")


@pytest.fixture
def mailbox():  # type: ignore[no-untyped-def]
    with mail_server() as opened:
        yield opened


def sender(database: Database, clock: Clock, config: Config) -> Sender:
    return Sender(Tools(database, clock, SIGNER, config))


def send(database: Database, mailbox: Mailbox, clock: Clock | None = None) -> dict[str, int]:
    return dict(sender(database, clock or Clock(NOW), mailbox.config).send_due())


def states(database: Database) -> list[tuple[str, str]]:
    return [(row.kind, row.state) for row in rows(database)]


def test_the_shopper_gets_it_in_her_language_from_the_shop(database: Database, mailbox: Mailbox) -> None:
    switch_on(database)
    with database.engine.begin() as session:
        help_ = {"email": "help@lamps.test", "phone": "+31 20 123 4567", "url": "https://lamps.test/help"}
        session.execute(update(merchants).where(merchants.c.id == LAMPS).values(contact=help_))
    ordered(database, recipient=ANNA | {"locale": "nl"})
    assert send(database, mailbox) == {"sent": 1}
    [got] = mailbox.got
    assert got.to == ["anna@home.test"]
    assert got.message["Subject"] == "Je bestelling 1001 is bevestigd"
    assert got.message["From"].addresses[0].display_name == "Lamp & Light"
    assert got.message["From"].addresses[0].addr_spec == "delivery@stoep.test"
    assert got.message["Reply-To"] == "help@lamps.test"
    text = got.message.get_body(("plain",)).get_content()
    for said in ("Hallo Anna de Vries,", "dinsdag 24 november, 18:00–20:00", "https://stoep.test/d/", "Lamp & Light"):
        assert said in text
    html = got.message.get_body(("html",)).get_content()
    assert '<html lang="nl" dir="ltr">' in html
    assert "Lamp &amp; Light" in html
    assert '<a href="https://stoep.test/d/' in html
    assert '<a href="https://lamps.test/help">' in html
    assert "<img" not in html
    assert "style" not in html
    [row] = rows(database)
    assert (row.state, row.tries, row.sent_at, row.last_problem) == ("sent", 1, NOW, None)
    assert got.message["Message-ID"] == f"<{row.id}@stoep.test>"


def test_what_a_shopper_typed_is_text_and_no_advertisement(database: Database, mailbox: Mailbox) -> None:
    switch_on(database)
    ordered(database, recipient=ANNA | {"name": "<b>Bob</b> & co"})
    ordered(database, "1002", recipient=ANNA | {"name": "Win at https://evil.test now"})
    ordered(database, "1003", recipient=ANNA | {"name": "R&D Smit"})
    assert send(database, mailbox) == {"sent": 3}
    bodies = [got.message.get_body(("html",)).get_content() for got in mailbox.got]
    assert not [body for body in bodies if "<b>" in body or "evil" in body]
    assert [body for body in bodies if "Hello R&amp;D Smit," in body]


def test_a_parcel_names_its_carrier_and_link(database: Database, mailbox: Mailbox) -> None:
    switch_on(database)
    booking = ordered(database)
    send(database, mailbox)
    report(database, booking, "dispatched", NOW, carrier="PostNL", tracking_url="https://track.test/3S?a=1&b=2")
    send(database, mailbox)
    text = mailbox.got[-1].message.get_body(("plain",)).get_content()
    assert "On its way with PostNL." in text
    assert "Follow the parcel: https://track.test/3S?a=1&b=2" in text
    assert "https://track.test/3S?a=1&amp;b=2" in mailbox.got[-1].message.get_body(("html",)).get_content()


def test_own_words_are_sent_in_the_shops_languages(database: Database, mailbox: Mailbox) -> None:
    switch_on(database, confirmed={"sent": True, "nl": {"subject": "Joepie: {order}", "text": "Dag {name}"}})
    with database.engine.begin() as session:
        session.execute(update(merchants).where(merchants.c.id == LAMPS).values(languages=["nl"]))
    ordered(database, recipient=ANNA | {"locale": "en-GB"})
    send(database, mailbox)
    assert mailbox.got[0].message["Subject"] == "Joepie: 1001"


def test_a_server_that_is_away_or_unsure_is_asked_again_later(database: Database, mailbox: Mailbox) -> None:
    switch_on(database)
    ordered(database)
    clock = Clock(NOW)
    mailbox.rcpt.append("450 later")
    assert send(database, mailbox, clock) == {"waiting": 1}
    assert send(database, mailbox, clock) == {}
    clock.forward(minutes=2)
    mailbox.data.append("451 greylisted")
    assert send(database, mailbox, clock) == {"waiting": 1}
    clock.forward(minutes=6)
    assert send(database, mailbox, clock) == {"sent": 1}
    assert (len(mailbox.got), rows(database)[0].tries) == (1, 3)


def test_a_server_that_is_away_is_left_alone_for_a_while(database: Database, mailbox: Mailbox) -> None:
    switch_on(database)
    for number in ("1001", "1002"):
        ordered(database, number)
    clock = Clock(NOW)
    away = sender(database, clock, replace(mailbox.config, smtp_url="smtp://127.0.0.1:1"))
    assert away.send_due() == {"waiting": 1}
    assert not away.anything_due()
    assert away.send_due() == {}
    clock.now += REST
    assert away.anything_due()


def test_an_address_that_is_refused_for_good_fails_with_a_sentence(database: Database, mailbox: Mailbox) -> None:
    switch_on(database)
    ordered(database)
    mailbox.rcpt.append("550 no such user here")
    assert send(database, mailbox) == {"failed": 1}
    [row] = rows(database)
    assert (row.last_status, row.last_problem) == (550, "The mail server does not take mail for this address.")
    assert send(database, mailbox) == {}


def test_without_a_mail_server_everything_waits_and_is_dropped_in_the_end(database: Database) -> None:
    switch_on(database)
    ordered(database)
    clock = Clock(NOW)
    assert sender(database, clock, Config()).send_due() == {}
    assert states(database) == [("confirmed", "waiting")]
    clock.now += TOO_LATE
    with structlog.testing.capture_logs() as logs:
        sweep_all(database, clock.now)
    assert states(database) == [("confirmed", "dropped")]
    assert [entry["kind"] for entry in logs if entry["event"] == "message_too_late"] == ["confirmed"]


def test_what_is_no_longer_true_or_wanted_is_dropped(database: Database, mailbox: Mailbox) -> None:
    switch_on(database)
    cancelled, erased, moved = (ordered(database, number) for number in ("1001", "1002", "1003"))
    database.write(lambda s: bookings.cancel(s, NOW, merchant_id=LAMPS, booking_id=cancelled.id, links=LINKS))
    report(database, moved, "out_for_delivery", NOW)
    report(database, moved, "delivered", NOW + timedelta(minutes=1))
    with database.engine.begin() as session:
        nobody = update(booking_rows).where(booking_rows.c.merchant_id == LAMPS, booking_rows.c.id == erased.id)
        session.execute(nobody.values(recipient={}))
    assert send(database, mailbox) == {"dropped": 4, "sent": 1}
    assert [got.message["Subject"] for got in mailbox.got] == ["The delivery of your order 1001 was cancelled"]
    ordered(database, "1004")
    switch_on(database, enabled=False)
    assert send(database, mailbox) == {"dropped": 1}
    assert len(mailbox.got) == 1


def test_old_news_never_follows_newer_news(database: Database, mailbox: Mailbox) -> None:
    switch_on(database)
    booking = ordered(database)
    clock = Clock(NOW)
    mailbox.rcpt.append("450 later")
    send(database, mailbox, clock)
    clock.forward(seconds=30)
    report(database, booking, "dispatched", clock.now, clock.now)
    assert send(database, mailbox, clock) == {"sent": 1}
    clock.forward(minutes=2)
    assert send(database, mailbox, clock) == {"dropped": 1}
    assert [got.message["Subject"] for got in mailbox.got] == ["Your order 1001 is on its way"]


def test_a_fault_of_ours_counts_as_a_try_and_shows(database: Database, mailbox: Mailbox) -> None:
    switch_on(database)
    booking = ordered(database)
    with database.engine.begin() as session:
        broken = update(booking_rows).where(booking_rows.c.merchant_id == LAMPS, booking_rows.c.id == booking.id)
        session.execute(broken.values(option={"nothing": "of use"}))
    with structlog.testing.capture_logs() as logs:
        assert send(database, mailbox) == {"waiting": 1}
    assert [entry["event"] for entry in logs if entry["log_level"] == "error"] == ["message_broke"]
    assert rows(database)[0].tries == 1


ANOTHER_PROCESS = """
import sys
from datetime import datetime
from delivery.signing import Signer
from delivery.store.engine import Database
from plugin.messages import Sender
from plugin.tools import Tools
from web.config import Config
url, key, now, server, mail_from = sys.argv[1:]
config = Config(smtp_url=server, mail_from=mail_from, public_url="https://stoep.test")
Sender(Tools(Database(url), lambda: datetime.fromisoformat(now), Signer([key]), config)).send_due()
"""


def another_process(database: Database, clock: Clock, mailbox: Mailbox) -> subprocess.Popen[bytes]:
    url = database.url.render_as_string(hide_password=False)
    told = [url, SIGNER_KEY, clock.now.isoformat(), mailbox.config.smtp_url, SENDER]
    return subprocess.Popen([sys.executable, "-c", ANOTHER_PROCESS, *told])


def test_a_worker_killed_while_sending_is_replaced_and_the_mail_has_the_same_id(
    database: Database, mailbox: Mailbox
) -> None:
    switch_on(database)
    ordered(database)
    clock = Clock(NOW)
    mailbox.slow_seconds = 1
    with another_process(database, clock, mailbox) as doomed:
        assert mailbox.began.wait(20)
        doomed.send_signal(signal.SIGKILL)
    mailbox.slow_seconds = 0
    assert send(database, mailbox, clock) == {}
    clock.now += LEASE
    assert send(database, mailbox, clock) == {"sent": 1}
    assert send(database, mailbox, clock) == {}
    assert {got.message["Message-ID"] for got in mailbox.got} == {f"<{rows(database)[0].id}@stoep.test>"}


def test_two_worker_processes_share_the_work_and_send_each_mail_once(database: Database, mailbox: Mailbox) -> None:
    switch_on(database)
    switch_on(database, BOOKS)
    for number in range(6):
        ordered(database, f"{number}", merchant_id=LAMPS)
    clock = Clock(NOW)
    with another_process(database, clock, mailbox) as one, another_process(database, clock, mailbox) as two:
        assert (one.wait(30), two.wait(30)) == (0, 0)
    sent = Counter(got.message["Message-ID"] for got in mailbox.got)
    assert sent == {f"<{row.id}@stoep.test>": 1 for row in rows(database)}
    assert {row.state for row in rows(database)} == {"sent"}


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("see https://a.test/x?y=1&z.", 'see <a href="https://a.test/x?y=1&amp;z">https://a.test/x?y=1&amp;z</a>.'),
        ('https://a.test/"><script>', '<a href="https://a.test/">https://a.test/</a>&#34;&gt;&lt;script&gt;'),
        ("javascript:alert(1) <b>", "javascript:alert(1) &lt;b&gt;"),
    ],
)
def test_only_web_addresses_become_links(line: str, shown: str) -> None:
    assert str(linked(line)) == shown
