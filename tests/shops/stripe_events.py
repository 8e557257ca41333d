"""Events and their webhooks: signed by the SDK's own generator, and as late, as often and in whatever order a test wants."""

import json
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

import requests
from stripe import WebhookSignature

DAYS_LISTED = timedelta(days=30)


class Send(Protocol):
    """Brings one request to a door; the status of its answer, or None when nobody answered."""

    def __call__(self, body: bytes, headers: dict[str, str]) -> int | None: ...


@dataclass
class Written:
    """An event, and at how many posts it still waits."""

    event: dict[str, Any]
    waiting_at: int = 0
    retries: int = 0

    @property
    def id(self) -> str:
        return str(self.event["id"])

    @property
    def type(self) -> str:
        return str(self.event["type"])

    def shown(self) -> dict[str, Any]:
        """As the API shows it."""
        return self.event | {"pending_webhooks": self.waiting_at}


@dataclass
class Post:
    """One webhook endpoint of an account. Nothing leaves by itself: `deliver` and its like do it.

    `secrets` sign, the newest first: while a secret is rotated every header has a signature of each.
    """

    send: Send
    secrets: list[str]
    clock: Callable[[], datetime]
    types: Collection[str] | None = None
    waiting: list[Written] = field(default_factory=list)
    answers: list[tuple[str, int | None]] = field(default_factory=list)

    def wants(self, event_type: str) -> bool:
        return self.types is None or event_type in self.types

    def take(self, written: Written) -> None:
        """The event waits here from now on."""
        written.waiting_at += 1
        self.waiting.append(written)

    def deliver(
        self, written: Written | None = None, *, times: int = 1, signed_at: datetime | None = None
    ) -> list[int | None]:
        """Send this event, or all that wait in their order, `times` each. What a door does not take with 2xx waits on."""
        answers = []
        for each in [written] if written else list(self.waiting):
            for _ in range(times):
                answers.append(self._once(each, signed_at))
        return answers

    def deliver_reversed(self) -> list[int | None]:
        """The last first."""
        return [self._once(each, None) for each in list(reversed(self.waiting))]

    def drop(self, written: Written | None = None) -> None:
        """Give up on this event, or on all: nothing more comes of it, and the list says that it was not delivered."""
        for each in [written] if written else list(self.waiting):
            self.waiting.remove(each)

    def signature(self, body: str, signed_at: datetime | None = None) -> str:
        """The header, a `v1` for each secret."""
        at = int((signed_at or self.clock()).timestamp())
        made = [WebhookSignature.generate_signature_header(body, secret, at) for secret in self.secrets]
        return ",".join([made[0], *(header.split(",", 1)[1] for header in made[1:])])

    def _once(self, written: Written, signed_at: datetime | None) -> int | None:
        body = json.dumps(written.shown(), indent=2)
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
            "Stripe-Signature": self.signature(body, signed_at),
        }
        status = self.send(body.encode(), headers)
        self.answers.append((written.id, status))
        if status is not None and 200 <= status < 300 and written in self.waiting:
            self.waiting.remove(written)
            written.waiting_at -= 1
        return status


def over_http(url: str) -> Send:
    """Real requests to this address."""

    def send(body: bytes, headers: dict[str, str]) -> int | None:
        try:
            return requests.post(url, data=body, headers=headers, timeout=10, allow_redirects=False).status_code
        except requests.ConnectionError:
            return None

    return send


def through(client: Any, path: str) -> Send:
    """To an application in this process, by its test client."""

    def send(body: bytes, headers: dict[str, str]) -> int | None:
        return int(client.post(path, data=body, headers=headers).status_code)

    return send
