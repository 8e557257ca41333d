"""A warehouse on loopback that verifies with the independent package, and misbehaves as it is told."""

import contextlib
import json
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from unittest import mock

from standardwebhooks import Webhook, WebhookVerificationError

Behaviour = Callable[["Handler"], None]
_one_at_a_time = threading.Lock()


@dataclass
class Received:
    """One request as it came."""

    id: str
    timestamp: int
    data: dict[str, Any]
    headers: dict[str, str]
    verified: bool


@dataclass
class Receiver:
    """Serves on a free port (or the one given). `script` says how to answer the next requests; then it is 204."""

    clock: Callable[[], datetime]
    secrets: list[str] = field(default_factory=list)
    script: list[Behaviour] = field(default_factory=list)
    port: int = 0
    received: list[Received] = field(default_factory=list)
    arrived: threading.Condition = field(default_factory=threading.Condition)
    closing: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Self:
        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self._server.daemon_threads = False
        self._server.receiver = self  # type: ignore[attr-defined]
        self._server.handle_error = lambda *_: None  # type: ignore[method-assign]
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/bookings"

    @property
    def ids(self) -> list[str]:
        return [message.id for message in self.received]

    def wait_for(self, count: int, seconds: float = 10) -> None:
        with self.arrived:
            assert self.arrived.wait_for(lambda: len(self.received) >= count, seconds), "nothing arrived"

    def take(self, headers: dict[str, str], body: bytes) -> Behaviour:
        with self.arrived:
            self.received.append(
                Received(
                    headers.get("webhook-id", ""),
                    int(headers.get("webhook-timestamp", "0")),
                    json.loads(body),
                    headers,
                    any(is_signed(secret, body, headers, self.clock()) for secret in self.secrets),
                )
            )
            self.arrived.notify_all()
            return self.script.pop(0) if self.script else answer(204)


def is_signed(secret: str, body: bytes, headers: dict[str, str], now: datetime) -> bool:
    """Whether the independent package accepts it at `now`; it reads the clock by itself, so that is what is set."""

    class At(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Self:
            return cls.fromtimestamp(now.timestamp(), tz or UTC)

    with _one_at_a_time, mock.patch("standardwebhooks.webhooks.datetime", At):
        try:
            Webhook(secret).verify(body, headers)
        except WebhookVerificationError:
            return False
        return True


class Handler(BaseHTTPRequestHandler):
    """Reads the whole request, then does what the script says."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.close_connection = True
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        with contextlib.suppress(OSError):
            self.receiver.take(headers, body)(self)

    @property
    def receiver(self) -> Receiver:
        found: Receiver = self.server.receiver  # type: ignore[attr-defined]
        return found

    def log_message(self, *_words: object) -> None:
        return


def answer(status: int, **headers: str) -> Behaviour:
    """An ordinary answer; header names with _ for -."""

    def behave(handler: Handler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return behave


def hang(handler: Handler) -> None:
    """Never answers."""
    handler.receiver.closing.wait(30)


def close(handler: Handler) -> None:
    """Hangs up without a word."""
    handler.connection.shutdown(socket.SHUT_RDWR)


def die_in_status(handler: Handler) -> None:
    """Breaks off before its status is told."""
    handler.wfile.write(b"HTTP/1.1 2")


def die_in_body(handler: Handler) -> None:
    """A whole head with 200, then half a body."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf of it")


def drip(handler: Handler) -> None:
    """A byte now and then, each in time, for ever."""
    handler.wfile.write(b"HTTP/1.1 ")
    while not handler.receiver.closing.wait(0.05):
        handler.wfile.write(b"X")


def flood(handler: Handler) -> None:
    """A body without end."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
    while not handler.receiver.closing.is_set():
        handler.wfile.write(b"x" * 65536)


@contextlib.contextmanager
def receiving(clock: Callable[[], datetime], *script: Behaviour) -> Iterator[Receiver]:
    """A receiver that answers by `script`, then 204."""
    with Receiver(clock, script=list(script)) as receiver:
        yield receiver
