"""Standard Webhooks 1.0: one signed POST (https://www.standardwebhooks.com), to public addresses only, ended in time."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http.client import HTTPException

import requests
import urllib3
from standardwebhooks import Webhook

from delivery.texts.sentences import N_
from plugin.notify.targets import CONNECT_SECONDS, Deadline, TargetRefused, checked_session

READ_SECONDS = 15.0
READ_BYTES = 16_384
"""As much of an answer as is taken off the wire out of politeness; nothing in it decides anything."""

GONE = 410
OVERLOADED = frozenset({429, 502, 504})


@dataclass(frozen=True, slots=True)
class SignedPost:
    """What is sent where: a body in JSON, signed with each of the secrets. `id` stays the same over all tries."""

    id: str
    url: str
    body: str
    secrets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, and after how long. `problem` is a plain sentence if it is no 2xx; without `status` nothing came.

    `body` is how the answer begins.
    """

    took_ms: int
    status: int | None = None
    problem: str | None = None
    retry_after: timedelta | None = None
    body: bytes = b""

    @property
    def is_overloaded(self) -> bool:
        """Whether the receiver asks to be left alone for a while, by all messages."""
        return self.status in OVERLOADED or (self.status == 503 and self.retry_after is not None)


def post(message: SignedPost, now: datetime, allow_private: bool, seconds: float) -> Answer:
    """Send it once, signed at `now` (aware). Whatever happens, it ends within `seconds` as an Answer.

    Only a name server may take longer, as long as the system's resolver lets it.
    """
    started = time.perf_counter()
    with Deadline(seconds) as deadline:
        try:
            return _answered(message, now, allow_private, deadline, started)
        except (requests.RequestException, urllib3.exceptions.HTTPError, TargetRefused, ValueError) as error:
            return Answer(_since(started), problem=_sentence(error, deadline))


def _answered(message: SignedPost, now: datetime, allow_private: bool, deadline: Deadline, started: float) -> Answer:
    with (
        checked_session(allow_private, deadline) as http,
        http.post(
            message.url,
            data=message.body.encode(),
            headers=signed_headers(message.id, message.body, message.secrets, now),
            timeout=(CONNECT_SECONDS, min(READ_SECONDS, max(deadline.left, 0.1))),
            allow_redirects=False,
            stream=True,
        ) as response,
    ):
        body, status = _read_politely(response), response.status_code
        asked = retry_after(response.headers.get("Retry-After"), now)
        return Answer(_since(started), status, _problem_of(status), asked, body)


def signed_headers(message_id: str, body: str, secrets: tuple[str, ...], now: datetime) -> dict[str, str]:
    """The three headers of the standard, for a try made at `now` (aware): a signature for each secret."""
    at = now.astimezone(UTC)
    return {
        "content-type": "application/json",
        "user-agent": "Stoep-Webhooks/1.0",
        "accept": "*/*",
        "accept-encoding": "identity",
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(Webhook(secret).sign(message_id, at, body) for secret in secrets),
    }


def _read_politely(response: requests.Response) -> bytes:
    # The status has decided already: an answer that breaks off after it, or never ends, changes nothing.
    try:
        body: bytes = response.raw.read(READ_BYTES, decode_content=False)
    except (urllib3.exceptions.HTTPError, HTTPException, OSError):
        return b""
    return body


def retry_after(value: str | None, now: datetime) -> timedelta | None:
    """The wait that a Retry-After header asks for (RFC 9110: seconds or a date); None when it says nothing readable."""
    text = (value or "").strip()
    if text.isascii() and text.isdecimal():
        return timedelta(seconds=min(int(text[:12]), 10**9))
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return max(at - now, timedelta(0))


def _problem_of(status: int) -> str | None:
    if 200 <= status < 300:
        return None
    if 300 <= status < 400:
        return f"It answered {status}: redirects are not followed."
    return f"It answered {status}."


def _sentence(error: Exception, deadline: Deadline) -> str:
    """Our own words: those of a driver could tell a merchant about the operator's network."""
    if isinstance(error, TargetRefused):
        return str(error)
    if deadline.is_over or isinstance(error, requests.Timeout):
        return N_("It did not answer in time.")
    if isinstance(error, requests.exceptions.SSLError):
        return N_("Its certificate could not be trusted.")
    if isinstance(error, requests.ConnectionError):
        return N_("It could not be reached, or closed the connection.")
    return N_("It could not be sent to this address.")


def _since(started: float) -> int:
    return round((time.perf_counter() - started) * 1000)
