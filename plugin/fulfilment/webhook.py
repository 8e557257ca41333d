"""Standard Webhooks 1.0: one signed POST per message (https://www.standardwebhooks.com)."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http.client import HTTPException

import requests
import urllib3
from standardwebhooks import Webhook

from delivery.leases import Claimed
from delivery.texts.sentences import N_
from delivery.tries import Outcome, Verdict
from plugin.fulfilment.means import Means
from plugin.fulfilment.targets import CONNECT_SECONDS, Deadline, TargetRefused, checked_session

READ_SECONDS = 15.0
TOTAL_SECONDS = 20.0
READ_BYTES = 16_384
"""As much of an answer as is taken off the wire out of politeness; nothing in it decides anything."""

GONE = 410
OVERLOADED = frozenset({429, 502, 504})


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    retry_after: timedelta | None
    body: bytes


def hand_over(claimed: Claimed, means: Means) -> Outcome:
    """Send one message once. Raises InvalidToken when its secret cannot be read."""
    return send(claimed, means.secrets_of(claimed), means.now, means.config.allow_private_targets)


def send(
    claimed: Claimed, secrets: tuple[str, ...], now: datetime, allow_private: bool, seconds: float = TOTAL_SECONDS
) -> Outcome:
    """Send one message once, signed with each of the secrets. Whatever happens, it ends within `seconds` as an Outcome.

    Only a name server may take longer, as long as the system's resolver lets it.
    """
    return send_and_read(claimed, secrets, now, allow_private, seconds)[0]


def send_and_read(
    claimed: Claimed, secrets: tuple[str, ...], now: datetime, allow_private: bool, seconds: float = TOTAL_SECONDS
) -> tuple[Outcome, bytes]:
    """What `send` does, and how the answer's body begins: for a person who tries an endpoint out."""
    started = time.perf_counter()
    with Deadline(seconds) as deadline:
        try:
            answer = _post(claimed, secrets, now, allow_private, deadline)
        except (requests.RequestException, urllib3.exceptions.HTTPError, TargetRefused, ValueError) as error:
            return Outcome(Verdict.FAILED, _since(started), problem=_sentence(error, deadline)), b""
    return _judge(answer, _since(started)), answer.body


def _post(
    claimed: Claimed, secrets: tuple[str, ...], now: datetime, allow_private: bool, deadline: Deadline
) -> _Answer:
    with (
        checked_session(allow_private, deadline) as http,
        http.post(
            claimed.url,
            data=claimed.body.encode(),
            headers=signed_headers(claimed.id, claimed.body, secrets, now),
            timeout=(CONNECT_SECONDS, min(READ_SECONDS, max(deadline.left, 0.1))),
            allow_redirects=False,
            stream=True,
        ) as response,
    ):
        body = _read_politely(response)
        return _Answer(response.status_code, retry_after(response.headers.get("Retry-After"), now), body)


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


def _judge(answer: _Answer, took_ms: int) -> Outcome:
    status = answer.status
    if 200 <= status < 300:
        return Outcome(Verdict.PASSED_ON, took_ms, status)
    return Outcome(
        verdict=Verdict.GONE if status == GONE else Verdict.FAILED,
        took_ms=took_ms,
        status=status,
        problem=_answered(status),
        retry_after=answer.retry_after,
        overloaded=status in OVERLOADED or (status == 503 and answer.retry_after is not None),
    )


def _answered(status: int) -> str:
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
