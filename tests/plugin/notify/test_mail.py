"""Mail against a real server on loopback that takes it, refuses it, is slow, breaks off and wants a login."""

import dataclasses
import socket
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import pytest

from plugin.notify.mail import Attachment, Mail, is_set_up, send_now
from plugin.notify.outcomes import Verdict
from tests.plugin.notify.mail_server import PASSWORD, SENDER, USER, Mailbox, certificate, log_in, mail_server
from web.config import Config

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
MAIL = Mail("msg_1", "piet@shop.test", "Order 1001: new", "A lamp.", "<p>A lamp.</p>")


@pytest.fixture
def mailbox():  # type: ignore[no-untyped-def]
    with mail_server() as opened:
        yield opened


def test_a_mail_arrives_whole(mailbox: Mailbox) -> None:
    mail = dataclasses.replace(MAIL, attachments=(Attachment("list.csv", "text/csv", "a;é\n".encode()),))
    outcome = send_now(mailbox.config, NOW, mail)
    assert (outcome.verdict, outcome.status, outcome.problem) == (Verdict.SENT, None, None)
    [got] = mailbox.got
    assert (got.sender, got.to) == ("delivery@stoep.test", ["piet@shop.test"])
    head = got.message
    assert (head["From"], head["To"], head["Subject"]) == (SENDER, "piet@shop.test", "Order 1001: new")
    assert head["Message-ID"] == "<msg_1@stoep.test>"
    assert head["Date"].datetime == NOW
    assert head["Auto-Submitted"] == "auto-generated"
    assert head.get_body(("plain",)).get_content() == "A lamp.\r\n"
    assert head.get_body(("html",)).get_content() == "<p>A lamp.</p>\r\n"
    [attached] = head.iter_attachments()
    assert (attached.get_filename(), attached.get_content_type()) == ("list.csv", "text/csv")
    assert attached.get_payload(decode=True) == "a;é\n".encode()


def test_the_same_mail_has_the_same_message_id_each_time(mailbox: Mailbox) -> None:
    for _ in range(2):
        send_now(mailbox.config, NOW, MAIL)
    assert {got.message["Message-ID"] for got in mailbox.got} == {"<msg_1@stoep.test>"}


def test_a_mail_may_come_in_a_shops_name_and_its_answers_go_there(mailbox: Mailbox) -> None:
    mail = dataclasses.replace(MAIL, from_name='Lamp & Light "B.V."\r\nBcc: x@y.test', reply_to="help@lamps.test")
    assert send_now(mailbox.config, NOW, mail).verdict is Verdict.SENT
    [got] = mailbox.got
    [sender] = got.message["From"].addresses
    assert (sender.display_name, sender.addr_spec) == ('Lamp & Light "B.V." Bcc: x@y.test', "delivery@stoep.test")
    assert (got.message["Reply-To"], got.message["Bcc"], got.to) == ("help@lamps.test", None, ["piet@shop.test"])


def test_an_address_for_answers_that_is_none_is_left_out(mailbox: Mailbox) -> None:
    assert send_now(mailbox.config, NOW, dataclasses.replace(MAIL, reply_to="a\r\nb")).verdict is Verdict.SENT
    assert mailbox.got[0].message["Reply-To"] is None


def test_a_mail_without_html_is_plain(mailbox: Mailbox) -> None:
    send_now(mailbox.config, NOW, dataclasses.replace(MAIL, html=None))
    assert mailbox.got[0].message.get_content_type() == "text/plain"


@pytest.mark.parametrize("break_", ["\r\nBcc: thief@evil.test", "\n\nbody", "\rX: y", "\u2028Bcc: a@b", "\x00\x0b\x85"])
def test_a_subject_cannot_add_a_header(mailbox: Mailbox, break_: str) -> None:
    assert send_now(mailbox.config, NOW, dataclasses.replace(MAIL, subject=f"Order 1{break_}")).verdict is Verdict.SENT
    [got] = mailbox.got
    assert got.to == ["piet@shop.test"]
    assert (got.message["Bcc"], got.message["X"]) == (None, None)
    assert got.message.get_body(("plain",)).get_content() == "A lamp.\r\n"


@pytest.mark.parametrize(
    "to", ["", "piet", "piet@", "@shop.test", "a@b.test, c@d.test", "a@b.test\r\nBcc: c@d.test", "a@b.test>", "<a@b>"]
)
def test_what_is_no_address_is_refused_without_asking_anybody(mailbox: Mailbox, to: str) -> None:
    outcome = send_now(mailbox.config, NOW, dataclasses.replace(MAIL, to=to))
    assert outcome.verdict is Verdict.REFUSED
    assert mailbox.got == []


@pytest.mark.parametrize("name", ["", "a b", "a\r\nb", "a>b", "é"])
def test_an_id_that_could_break_a_head_is_a_fault_of_ours(name: str) -> None:
    with pytest.raises(ValueError, match="cannot name a mail"):
        dataclasses.replace(MAIL, id=name)


@pytest.mark.parametrize(
    ("step", "answer", "verdict", "says"),
    [
        ("rcpt", "550 no such user", Verdict.REFUSED, "does not take mail for this address"),
        ("rcpt", "451 greylisted", Verdict.LATER, "try again later"),
        ("rcpt", "421 closing", Verdict.LATER, "try again later"),
        ("data", "554 spam", Verdict.REFUSED, "refused the mail"),
        ("data", "452 full", Verdict.LATER, "try again later"),
        ("mail", "553 not you", Verdict.LATER, "does not let us send"),
    ],
)
def test_what_the_server_says_decides(mailbox: Mailbox, step: str, answer: str, verdict: Verdict, says: str) -> None:
    getattr(mailbox, step).append(answer)
    outcome = send_now(mailbox.config, NOW, MAIL)
    assert (outcome.verdict, outcome.status) == (verdict, int(answer[:3]))
    assert says in (outcome.problem or "")
    assert answer[4:] not in (outcome.problem or "")
    assert mailbox.got == []


def test_a_server_that_takes_its_time_is_waited_for_no_longer_than_said(mailbox: Mailbox) -> None:
    mailbox.slow_seconds = 1
    outcome = send_now(mailbox.config, NOW, MAIL, seconds=0.4)
    assert (outcome.verdict, outcome.problem) == (Verdict.LATER, "The mail server did not answer in time.")
    assert outcome.took_ms < 900


def test_a_connection_that_breaks_before_the_answer_counts_as_not_sent(mailbox: Mailbox) -> None:
    mailbox.hang_up = 1
    assert send_now(mailbox.config, NOW, MAIL).verdict is Verdict.LATER
    assert send_now(mailbox.config, NOW, MAIL).verdict is Verdict.SENT
    assert len({got.message["Message-ID"] for got in mailbox.got}) == 1


def test_a_server_that_is_away_or_none_at_all_is_told_in_plain_words() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        config = Mailbox(closed.getsockname()[1]).config
        outcome = send_now(config, NOW, MAIL)
    assert (outcome.verdict, outcome.problem) == (
        Verdict.LATER,
        "The mail server could not be reached, or closed the connection.",
    )
    assert not is_set_up(Config())
    assert send_now(Config(), NOW, MAIL).problem == "No mail server has been set up, so no mail can be sent."


def test_starttls_and_a_login_protect_what_is_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trusted, context = certificate(tmp_path)
    with mail_server(tls_context=context, require_starttls=True, authenticator=log_in, auth_required=True) as mailbox:
        url = f"smtp://{USER}:{quote(PASSWORD, safe='')}@127.0.0.1:{mailbox.port}?starttls=1"
        config = dataclasses.replace(mailbox.config, smtp_url=url)
        assert send_now(config, NOW, MAIL).problem == "The certificate of the mail server could not be trusted."
        monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
        assert send_now(config, NOW, MAIL).verdict is Verdict.SENT
        wrong = dataclasses.replace(config, smtp_url=url.replace(USER, "nobody"))
        outcome = send_now(wrong, NOW, MAIL)
        assert (outcome.verdict, outcome.status) == (Verdict.LATER, 535)
        assert "name and password" in (outcome.problem or "")


def test_a_server_without_starttls_gets_nothing_when_it_was_asked_for(mailbox: Mailbox) -> None:
    config = dataclasses.replace(mailbox.config, smtp_url=mailbox.config.smtp_url + "?starttls=1")
    outcome = send_now(config, NOW, MAIL)
    assert outcome.verdict is Verdict.LATER
    assert "cannot do what we need" in (outcome.problem or "")
    assert mailbox.got == []


def test_smtps_is_encrypted_from_the_first_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trusted, context = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    with mail_server(ssl_context=context) as mailbox:
        config = dataclasses.replace(mailbox.config, smtp_url=f"smtps://127.0.0.1:{mailbox.port}")
        assert send_now(config, NOW, MAIL).verdict is Verdict.SENT
        assert send_now(mailbox.config, NOW, MAIL, seconds=1).verdict is Verdict.LATER
    assert len(mailbox.got) == 1
