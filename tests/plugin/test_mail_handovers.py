"""From the outbox to a mailbox: a mail for each message, or one a day with all of them. On both databases."""

import csv
import io
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any

import orjson
import pytest

from delivery import endpoints, handovers
from delivery.leases import LEASE
from delivery.store.engine import Database
from delivery.tries import GAPS, JITTER
from plugin.worker import Tools, hand_over_due
from tests.outbox import SIGNER, SIGNER_KEY, START, Clock, add_message, column, state, tries
from tests.plugin.notify.mail_server import Mailbox, mail_server

LAMPS, BOOKS = "mr_lamps", "mr_books"
FIVE = time(17, 0)
AT_FIVE = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)

pytestmark = pytest.mark.usefixtures("merchants")


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with mail_server() as opened:
        yield opened


def tools(database: Database, clock: Clock, mailbox: Mailbox) -> Tools:
    return Tools(database, clock, SIGNER, mailbox.config)


def mail_to(database: Database, address: str = "piet@shop.test", merchant_id: str = LAMPS) -> str:
    url = f"mailto:{address}"
    return database.write(lambda session: endpoints.add(session, START, merchant_id, url, SIGNER, "mail"))[0].id


def list_to(database: Database, address: str = "piet@shop.test", merchant_id: str = LAMPS) -> str:
    url = f"mailto:{address}"
    return database.write(lambda session: endpoints.add(session, START, merchant_id, url, SIGNER, "daily_list", FIVE))[
        0
    ].id


def message(booking: str, event: str = "booking.confirmed", **other: Any) -> str:
    data = {
        "booking": booking,
        "order": booking.removeprefix("bk_"),
        "part": "",
        "type": "local_delivery",
        "promise": {
            "earliest": "2026-11-24",
            "latest": "2026-11-24",
            "time_zone": "Europe/Amsterdam",
            "window": {"start": "2026-11-24T18:00:00+01:00", "end": "2026-11-24T20:00:00+01:00"},
        },
        "recipient": {"name": "A. Jansen", "email": "a.jansen@example.org", "phone": "+31 6 1234"},
        "address": {"lines": ["Prinsengracht 263"], "postal_code": "1016 GV", "city": "Amsterdam", "country": "NL"},
        "ship_by": "2026-11-24",
        "lines": [{"sku": "LAMP-1", "quantity": 2}],
        "notes": "=1+1\nring twice <b>",
    }
    return orjson.dumps({"type": event, "timestamp": START, "data": data | other}).decode()


def add(database: Database, endpoint: str, booking: str, sequence: int = 1, **columns: Any) -> str:
    event = columns.pop("event", "booking.confirmed")
    columns = {"body": message(booking, event), "type": event, "next_try_at": AT_FIVE} | columns
    return add_message(database, LAMPS, endpoint, booking, sequence, **columns)


# --- a mail for each message ---


def test_a_message_becomes_a_mail_in_the_merchants_language(database: Database, mailbox: Mailbox) -> None:
    clock = Clock()
    sent = add(database, mail_to(database), "bk_1001", next_try_at=START)
    assert hand_over_due(tools(database, clock, mailbox)) == {"passed_on": 1}
    [got] = mailbox.got
    assert got.to == ["piet@shop.test"]
    assert got.message["Message-ID"] == f"<{sent}@stoep.test>"
    assert got.message["Subject"] == "Nieuwe bestelling 1001: dinsdag 24 november, 18:00–20:00"
    text = got.message.get_body(("plain",)).get_content()
    for said in ("2 × LAMP-1", "A. Jansen", "+31 6 1234", "Prinsengracht 263", "1016 GV Amsterdam", "ring twice <b>"):
        assert said in text
    html = got.message.get_body(("html",)).get_content()
    assert 'lang="nl-NL"' in html
    assert "ring twice &lt;b&gt;" in html
    assert "<b>" not in html
    assert state(database, sent) == "passed_on"


def test_the_subject_says_what_it_is(database: Database, mailbox: Mailbox) -> None:
    endpoint = mail_to(database)
    for sequence, event in enumerate(
        ("booking.choice_open", "booking.confirmed", "booking.changed", "booking.cancelled")
    ):
        add(database, endpoint, "bk_1", sequence + 1, event=event, next_try_at=START)
    assert hand_over_due(tools(database, Clock(), mailbox)) == {"passed_on": 4}
    subjects = [got.message["Subject"].split(":")[0] for got in mailbox.got]
    assert subjects == ["Bestelling 1", "Nieuwe bestelling 1", "Gewijzigde bestelling 1", "Geannuleerde bestelling 1"]


def test_an_address_that_does_not_exist_is_parked_at_once_and_can_be_sent_again(
    database: Database, mailbox: Mailbox
) -> None:
    mailbox.rcpt.append("550 no such user")
    clock = Clock()
    sent = add(database, mail_to(database), "bk_1", next_try_at=START)
    assert hand_over_due(tools(database, clock, mailbox)) == {"parked": 1}
    assert tries(database, sent) == [(550, "The mail server does not take mail for this address.")]
    database.write(lambda session: handovers.retry(session, clock.now, LAMPS, sent))
    assert hand_over_due(tools(database, clock, mailbox)) == {"passed_on": 1}


def test_a_mail_that_is_put_off_comes_later_under_the_same_name(database: Database, mailbox: Mailbox) -> None:
    mailbox.rcpt.append("451 greylisted")
    mailbox.hang_up = 1
    clock = Clock()
    sent = add(database, mail_to(database), "bk_1", next_try_at=START)
    for gap in GAPS[:3]:
        clock.now += gap * (1 + JITTER)
        hand_over_due(tools(database, clock, mailbox))
    assert [status for status, _ in tries(database, sent)] == [451, None, None]
    assert {got.message["Message-ID"] for got in mailbox.got} == {f"<{sent}@stoep.test>"}
    assert state(database, sent) == "passed_on"


ANOTHER_PROCESS = """
import sys
from datetime import datetime
from delivery.signing import Signer
from delivery.store.engine import Database
from plugin.worker import Tools, hand_over_due
from web.config import Config
url, key, now, smtp = sys.argv[1:]
config = Config(smtp_url=smtp, mail_from="Stoep <delivery@stoep.test>")
hand_over_due(Tools(Database(url), lambda: datetime.fromisoformat(now), Signer([key]), config))
"""


@pytest.mark.parametrize("kind", [mail_to, list_to])
def test_a_worker_killed_while_mailing_is_replaced_when_its_lease_runs_out(
    database: Database, mailbox: Mailbox, kind: Any
) -> None:
    clock = Clock(AT_FIVE)
    sent = [add(database, kind(database), f"bk_{number}") for number in range(1)]
    mailbox.slow_seconds = 3
    url = database.url.render_as_string(hide_password=False)
    command = [sys.executable, "-c", ANOTHER_PROCESS, url, SIGNER_KEY, clock.now.isoformat(), mailbox.config.smtp_url]
    with subprocess.Popen(command) as doomed:
        assert mailbox.began.wait(20)
        doomed.send_signal(signal.SIGKILL)
    mailbox.slow_seconds = 0
    assert hand_over_due(tools(database, clock, mailbox)) == {}
    clock.now += LEASE
    assert hand_over_due(tools(database, clock, mailbox)) == {"passed_on": 1}
    assert {state(database, each) for each in sent} == {"passed_on"}
    assert len({got.message["Message-ID"] for got in mailbox.got}) == 1


# --- the daily list ---


def test_a_daily_list_waits_for_its_time_and_is_one_mail(database: Database, mailbox: Mailbox) -> None:
    clock = Clock(AT_FIVE - timedelta(seconds=1))
    endpoint = list_to(database)
    sent = [add(database, endpoint, f"bk_{number}") for number in (3, 1, 2)]
    assert hand_over_due(tools(database, clock, mailbox)) == {}
    clock.forward(seconds=1)
    assert hand_over_due(tools(database, clock, mailbox)) == {"passed_on": 1}
    assert {state(database, each) for each in sent} == {"passed_on"}
    assert {column(database, each, "tries") for each in sent} == {1}
    [got] = mailbox.got
    assert got.message["Subject"] == "3 bestellingen voor maandag 23 november"
    assert got.message["Message-ID"].startswith("<list_")
    [attached] = got.message.iter_attachments()
    assert attached.get_filename() == "2026-11-23.csv"
    head, *rows = csv.reader(io.StringIO(attached.get_payload(decode=True).decode("utf-8-sig")))
    assert head[:2] == ["Bestelling", "Stand"]
    assert [row[0] for row in rows] == ["1", "2", "3"]
    assert rows[0][-1] == "'=1+1\nring twice <b>"
    assert rows[0][6] == "A. Jansen\n+31 6 1234"


def test_several_messages_of_one_booking_are_one_line_with_the_last_word(database: Database, mailbox: Mailbox) -> None:
    endpoint = list_to(database)
    for sequence, event in enumerate(("booking.confirmed", "booking.changed"), 1):
        add(database, endpoint, "bk_1", sequence, event=event)
    for sequence, event in enumerate(("booking.confirmed", "booking.cancelled"), 1):
        add(database, endpoint, "bk_2", sequence, event=event)
    assert hand_over_due(tools(database, Clock(AT_FIVE), mailbox)) == {"passed_on": 1}
    [attached] = mailbox.got[0].message.iter_attachments()
    rows = list(csv.reader(io.StringIO(attached.get_payload(decode=True).decode("utf-8-sig"))))[1:]
    assert [row[:2] for row in rows] == [["1", "nieuw"], ["2", "geannuleerd"]]


def test_a_list_that_failed_is_tried_again_whole_and_what_came_meanwhile_waits_for_tomorrow(
    database: Database, mailbox: Mailbox
) -> None:
    clock = Clock(AT_FIVE)
    endpoint = list_to(database)
    sent = [add(database, endpoint, f"bk_{number}") for number in range(3)]
    mailbox.hang_up = 1
    assert hand_over_due(tools(database, clock, mailbox)) == {"waiting": 1}
    late = add(database, endpoint, "bk_0", 2, event="booking.changed", next_try_at=AT_FIVE + timedelta(days=1))
    clock.forward(seconds=6)
    assert hand_over_due(tools(database, clock, mailbox)) == {"passed_on": 1}
    assert {state(database, each) for each in sent} == {"passed_on"}
    assert len({got.message["Message-ID"] for got in mailbox.got}) == 1
    assert state(database, late) == "waiting"
    clock.now = AT_FIVE + timedelta(days=1)
    assert hand_over_due(tools(database, clock, mailbox)) == {"passed_on": 1}
    assert len({got.message["Message-ID"] for got in mailbox.got}) == 2


def test_a_later_message_waits_while_the_one_before_it_is_parked(database: Database, mailbox: Mailbox) -> None:
    clock = Clock(AT_FIVE)
    endpoint = list_to(database)
    parked = add(database, endpoint, "bk_1", state="parked")
    behind, beside = add(database, endpoint, "bk_1", 2), add(database, endpoint, "bk_2")
    assert hand_over_due(tools(database, clock, mailbox)) == {"passed_on": 1}
    assert [state(database, each) for each in (parked, behind, beside)] == ["parked", "waiting", "passed_on"]
    database.write(lambda session: handovers.retry(session, clock.now, LAMPS, parked))
    assert hand_over_due(tools(database, clock, mailbox)) == {"passed_on": 1}
    assert state(database, behind) == "passed_on"


def test_many_workers_at_once_send_one_list(database: Database, mailbox: Mailbox) -> None:
    endpoint, other = list_to(database), list_to(database, "jan@shop.test")
    sent = [add(database, each, f"bk_{number}") for number in range(40) for each in (endpoint, other)]
    clock = Clock(AT_FIVE)
    start = threading.Barrier(6)

    def work() -> None:
        start.wait()
        hand_over_due(tools(database, clock, mailbox))

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got.to[0] for got in mailbox.got) == ["jan@shop.test", "piet@shop.test"]
    assert {state(database, each) for each in sent} == {"passed_on"}


def test_a_list_holds_the_bookings_of_its_own_merchant_only(database: Database, mailbox: Mailbox) -> None:
    lamps, books = list_to(database), list_to(database, "boek@books.test", BOOKS)
    add(database, lamps, "bk_1")
    columns = {"body": message("bk_2"), "next_try_at": AT_FIVE}
    add_message(database, BOOKS, books, "bk_2", **columns)
    assert hand_over_due(tools(database, Clock(AT_FIVE), mailbox)) == {"passed_on": 2}
    told = {got.to[0]: got.message.get_body(("plain",)).get_content() for got in mailbox.got}
    assert "Bestelling: 1\r\n" in told["piet@shop.test"]
    assert "Bestelling: 2\r\n" not in told["piet@shop.test"]
    assert "Bestelling: 2\r\n" in told["boek@books.test"]
