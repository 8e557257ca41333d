"""E-mail by SMTP, through the operator's mail server (STOEP_SMTP_URL). smtplib and email do the work."""

import re
import smtplib
import ssl
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from delivery.texts.sentences import N_
from plugin.notify.outcomes import Outcome, Verdict
from web.config import Config
from web.mail_server import MailServer, parse_sender, parse_server

CONNECT_SECONDS = 5.0
TOTAL_SECONDS = 20.0
LONGEST_SUBJECT = 200

_POLICY = SMTP.clone(max_line_length=900)
"""Lines of a head may hold 998 letters (RFC 5322); a long address that is folded is read by no mail program."""

_ID = re.compile(r"[A-Za-z0-9._-]{1,120}")


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a mail. `kind` is its media type, such as text/csv."""

    name: str
    kind: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG that stands in the HTML of a mail, as `cid:` and its name."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail to one person. The same `id` gives the same Message-ID, so that a second copy can be recognised.

    `from_name` stands before our address, and answers go to `reply_to`. `stop` is where one POST ends mails
    of this kind (RFC 8058).
    """

    id: str
    to: str
    subject: str
    text: str
    html: str | None = None
    attachments: tuple[Attachment, ...] = ()
    pictures: tuple[Picture, ...] = ()
    from_name: str | None = None
    reply_to: str | None = None
    stop: str | None = None

    def __post_init__(self) -> None:
        if not _ID.fullmatch(self.id):
            raise ValueError(f"{self.id!r} cannot name a mail")


NOT_SET_UP = N_("No mail server has been set up, so no mail can be sent.")
NO_ADDRESS = N_("This is not an e-mail address.")
ADDRESS_REFUSED = N_("The mail server does not take mail for this address.")
MAIL_REFUSED = N_("The mail server refused the mail.")
NOT_NOW = N_("The mail server asked us to try again later.")
SENDER_REFUSED = N_("The mail server does not let us send from our address.")
LOGIN_REFUSED = N_("The mail server did not accept our name and password.")
NOT_ABLE = N_("The mail server cannot do what we need: encryption, or this kind of address.")
NOT_TRUSTED = N_("The certificate of the mail server could not be trusted.")
TOO_SLOW = N_("The mail server did not answer in time.")
AWAY = N_("The mail server could not be reached, or closed the connection.")


def is_set_up(config: Config) -> bool:
    """Whether mail can be sent at all."""
    return bool(config.smtp_url and config.mail_from)


def send_now(config: Config, now: datetime, mail: Mail, seconds: float = TOTAL_SECONDS) -> Outcome:
    """Send one mail once, outside any transaction. It ends within about `seconds` and is an Outcome, whatever happens.

    `now` (aware) is the date in its head. When the connection breaks after the mail was given and before the answer,
    it counts as not sent: it may come twice, with the same Message-ID.
    """
    started = time.monotonic()
    verdict, status, problem = _attempt(config, now, mail, started + seconds)
    is_away = verdict is Verdict.LATER and problem != NOT_NOW
    return Outcome(verdict, round((time.monotonic() - started) * 1000), status, problem, is_away=is_away)


_Came = tuple[Verdict, int | None, str | None]


def _attempt(config: Config, now: datetime, mail: Mail, ends_at: float) -> _Came:
    if not is_set_up(config):
        return Verdict.LATER, None, NOT_SET_UP
    sender = parse_sender(config.mail_from)
    try:
        to = Address(addr_spec=mail.to)
    except (ValueError, IndexError, MessageError):
        return Verdict.REFUSED, None, NO_ADDRESS
    message = _written(mail, now, sender, to)
    try:
        _deliver(config, message, sender, to, ends_at)
    except (smtplib.SMTPException, OSError, UnicodeError) as error:
        return _judge(error)
    return Verdict.SENT, None, None


def _written(mail: Mail, now: datetime, sender: Address, to: Address) -> EmailMessage:
    message = EmailMessage(policy=_POLICY)
    message["From"] = Address(_one_line(mail.from_name), addr_spec=sender.addr_spec) if mail.from_name else sender
    message["To"] = to
    if mail.reply_to:
        # An address that is none costs the answer, not the mail.
        with suppress(ValueError, IndexError, MessageError):
            message["Reply-To"] = Address(addr_spec=mail.reply_to)
    # A subject may hold what a shop or a shopper typed: no line of it may become a header of its own.
    message["Subject"] = _one_line(mail.subject)[:LONGEST_SUBJECT]
    message["Date"] = format_datetime(now.astimezone(UTC))
    message["Message-ID"] = f"<{mail.id}@{sender.domain}>"
    message["Auto-Submitted"] = "auto-generated"
    if mail.stop:
        message["List-Unsubscribe"] = f"<{mail.stop}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(mail.text)
    if mail.html is not None:
        message.add_alternative(mail.html, subtype="html")
        _show(message, mail.pictures)
    for attachment in mail.attachments:
        main, _, sub = attachment.kind.partition("/")
        message.add_attachment(attachment.content, maintype=main, subtype=sub, filename=attachment.name)
    return message


def _show(message: EmailMessage, pictures: tuple[Picture, ...]) -> None:
    """Beside the HTML, which names them (RFC 2392)."""
    html = list(message.iter_parts())[-1]
    for picture in pictures:
        html.add_related(
            picture.content,
            "image",
            "png",
            cid=f"<{picture.name}>",
            filename=f"{picture.name}.png",
            disposition="inline",
        )


def _one_line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _deliver(config: Config, message: EmailMessage, sender: Address, to: Address, ends_at: float) -> None:
    server = parse_server(config.smtp_url)
    smtp = _connected(server, _own_name(config.public_url), ends_at)
    try:
        if server.starttls:
            smtp.starttls(context=ssl.create_default_context())
        if server.user:
            smtp.login(server.user, server.password)
        smtp.send_message(message, sender.addr_spec, [to.addr_spec])
    finally:
        # The mail's fate is decided: how the farewell goes changes nothing.
        with suppress(smtplib.SMTPException, OSError):
            smtp.quit()
        smtp.close()


def _own_name(public_url: str) -> str:
    """How we introduce ourselves. Without it smtplib would ask a name server who we are."""
    host = urlsplit(public_url).hostname or "localhost"
    try:
        return f"[{ip_address(host)}]"
    except ValueError:
        return host


class _Patient:
    """Ends the whole exchange at a moment of the monotonic clock, not only each step of it."""

    sock: Any
    _ends_at: float

    def getreply(self) -> tuple[int, bytes]:
        self.sock.settimeout(max(self._ends_at - time.monotonic(), 0.001))
        found: tuple[int, bytes] = super().getreply()  # type: ignore[misc]
        return found


class _Plain(_Patient, smtplib.SMTP):
    def __init__(self, ends_at: float, **options: Any) -> None:
        self._ends_at = ends_at
        super().__init__(**options)


class _Encrypted(_Patient, smtplib.SMTP_SSL):
    def __init__(self, ends_at: float, **options: Any) -> None:
        self._ends_at = ends_at
        super().__init__(context=ssl.create_default_context(), **options)


def _connected(server: MailServer, own_name: str, ends_at: float) -> smtplib.SMTP:
    kind: Callable[..., smtplib.SMTP] = _Encrypted if server.tls else _Plain
    return kind(ends_at, host=server.host, port=server.port, local_hostname=own_name, timeout=CONNECT_SECONDS)


def _judge(error: Exception) -> _Came:
    """Our own words: a server's could tell a merchant about the operator's network."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        [(status, _text)] = error.recipients.values()
        return _by_status(status, ADDRESS_REFUSED)
    if isinstance(error, smtplib.SMTPDataError):
        return _by_status(error.smtp_code, MAIL_REFUSED)
    if isinstance(error, smtplib.SMTPSenderRefused):
        return Verdict.LATER, error.smtp_code, SENDER_REFUSED
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return Verdict.LATER, error.smtp_code, LOGIN_REFUSED
    if isinstance(error, smtplib.SMTPResponseException):
        return Verdict.LATER, error.smtp_code if error.smtp_code > 0 else None, NOT_NOW
    if isinstance(error, smtplib.SMTPNotSupportedError | UnicodeError):
        return Verdict.LATER, None, NOT_ABLE
    if isinstance(error, ssl.SSLError):
        return Verdict.LATER, None, NOT_TRUSTED
    if isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError):
        return Verdict.LATER, None, TOO_SLOW
    return Verdict.LATER, None, AWAY


def _by_status(status: int, refused: str) -> _Came:
    if 500 <= status < 600:
        return Verdict.REFUSED, status, refused
    return Verdict.LATER, status, NOT_NOW
