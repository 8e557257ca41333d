"""A mail server on loopback that answers as it is told, with STARTTLS or TLS and a certificate of its own making."""

import asyncio
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP as MAIL
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from web.config import Config

SENDER = "Stoep <delivery@stoep.test>"
USER, PASSWORD = "stoep", "pass word/1"


@dataclass
class Got:
    """One mail as it came, with its envelope."""

    sender: str
    to: list[str]
    message: EmailMessage


@dataclass
class Mailbox:
    """What came, and how the next commands are answered: `rcpt`, `data` and `mail` are answers instead of yes."""

    port: int = 0
    rcpt: list[str] = field(default_factory=list)
    mail: list[str] = field(default_factory=list)
    data: list[str] = field(default_factory=list)
    hang_up: int = 0
    slow_seconds: float = 0
    got: list[Got] = field(default_factory=list)
    began: threading.Event = field(default_factory=threading.Event)

    @property
    def config(self) -> Config:
        return Config(smtp_url=f"smtp://127.0.0.1:{self.port}", mail_from=SENDER, public_url="https://stoep.test")

    async def handle_MAIL(  # noqa: N802 - the server calls it so
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if self.mail:
            return self.mail.pop(0)
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if self.rcpt:
            return self.rcpt.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.data:
            return self.data.pop(0)
        self.began.set()
        if self.slow_seconds:
            await asyncio.sleep(self.slow_seconds)
        message = message_from_bytes(envelope.content or b"", policy=MAIL)  # type: ignore[arg-type]
        self.got.append(Got(str(envelope.mail_from), list(envelope.rcpt_tos), message))  # type: ignore[arg-type]
        if self.hang_up:
            self.hang_up -= 1
            server.transport.close()
        return "250 OK"


@contextmanager
def mail_server(**options: Any) -> Iterator[Mailbox]:
    """A server on a free port; options are those of aiosmtpd."""
    mailbox = Mailbox()
    controller = _Controller(mailbox, hostname="127.0.0.1", port=0, **options)
    controller.start()
    try:
        mailbox.port = controller.bound_port
        yield mailbox
    finally:
        controller.stop()


class _Controller(Controller):
    """Listens on a port that the system chooses, and says which."""

    bound_port = 0

    def _trigger_server(self) -> None:
        self.bound_port = self.server.sockets[0].getsockname()[1]
        self.port = self.bound_port
        super()._trigger_server()


def log_in(_server: SMTP, _session: Session, _envelope: Envelope, mechanism: str, auth_data: Any) -> AuthResult:
    """Lets in who knows the one user and its password."""
    known = (auth_data.login, auth_data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=known, handled=known or mechanism not in {"LOGIN", "PLAIN"})


def certificate(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """A certificate for 127.0.0.1 that nobody trusts by itself: its file, and the server's context with it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    start = datetime.now(UTC) - timedelta(days=1)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=3))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate_file, key_file = folder / "certificate.pem", folder / "key.pem"
    certificate_file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate_file, key_file)
    return certificate_file, context
