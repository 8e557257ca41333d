"""The operator's mail server as one setting says it: `smtp://user:password@host:587?starttls=1`, or `smtps://…`."""

from dataclasses import dataclass
from email.errors import MessageError
from email.headerregistry import Address
from email.utils import parseaddr
from urllib.parse import parse_qs, unquote, urlsplit

PORTS = {"smtp": 25, "smtps": 465}
SUBMISSION = 587


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed in. `tls`: encrypted from the first byte; `starttls`: after a word in the clear."""

    host: str
    port: int
    user: str
    password: str
    tls: bool
    starttls: bool


def parse_server(url: str) -> MailServer:
    """The server of an address. Raises ValueError, with a sentence that does not repeat the password."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise ValueError("this is not an address") from error
    if parts.scheme not in PORTS or not parts.hostname or parts.path.strip("/"):
        raise ValueError("it must look like smtp://user:password@host:587?starttls=1, or smtps://…")
    asked = parse_qs(parts.query)
    if asked.keys() - {"starttls"} or asked.get("starttls", ["1"])[-1] not in {"0", "1"}:
        raise ValueError("after the question mark only starttls=1 or starttls=0 may stand")
    starttls = asked.get("starttls", ["0"])[-1] == "1"
    tls = parts.scheme == "smtps"
    if parts.password and not (tls or starttls):
        raise ValueError("a password goes by smtps:// or with ?starttls=1 only, or everybody on the way could read it")
    return MailServer(
        host=parts.hostname,
        port=port or (SUBMISSION if starttls else PORTS[parts.scheme]),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        tls=tls,
        starttls=starttls,
    )


def parse_sender(text: str) -> Address:
    """The sender of "Name <a@b>" or "a@b". Raises ValueError when it is no e-mail address."""
    name, address = parseaddr(text)
    try:
        sender = Address(name, addr_spec=address)
    except (ValueError, IndexError, MessageError) as error:
        raise ValueError(_NO_SENDER) from error
    if not sender.domain or not text.isprintable():
        raise ValueError(_NO_SENDER)
    return sender


_NO_SENDER = "it must look like Stoep <delivery@shop.example>"
