"""A load generator: the same POST over a few kept-alive connections, as fast as the answers come, so many times.

Runs in a process of its own, `python -m benchmarks.load PORT PATH COUNT CONNECTIONS ORIGIN`, with the body on standard
input; says in one line of JSON how long it took. Imports nothing of the service: it starts in an instant.
"""

import json
import selectors
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

READ = 1 << 18
HERE = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True)
class Loaded:
    """How it went: seconds in all, and each answer's time in milliseconds."""

    seconds: float
    took_ms: list[float]

    @property
    def per_second(self) -> float:
        return len(self.took_ms) / self.seconds


def load(port: int, path: str, body: bytes, count: int, connections: int, origin: str) -> Loaded:
    """Send the body `count` times from another process."""
    command = [sys.executable, "-m", "benchmarks.load", str(port), path, str(count), str(connections), origin]
    run = subprocess.run(command, input=body, capture_output=True, check=False, cwd=HERE)
    if run.returncode:
        raise RuntimeError(f"the load generator failed: {run.stderr.decode()[-2000:]}")
    return Loaded(**json.loads(run.stdout))


class _Connection:
    """One kept-alive connection with at most one request under way."""

    def __init__(self, port: int, request: bytes) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._request = request
        self._missing = 0
        self._head = b""
        self.began = 0.0

    def send(self) -> None:
        self.began = time.perf_counter()
        self._head, self._missing = b"", 0
        self.socket.sendall(self._request)

    def read(self) -> bool:
        """Take what has come; whether the answer is whole."""
        piece = self.socket.recv(READ)
        if not piece:
            raise RuntimeError("the server hung up")
        if self._missing:
            self._missing -= len(piece)
            return self._missing == 0
        self._head += piece
        head, end, rest = self._head.partition(b"\r\n\r\n")
        if not end:
            return False
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(self._head[:500].decode())
        self._missing = _length(head) - len(rest)
        return self._missing == 0


def _length(head: bytes) -> int:
    lines = (line.partition(b":") for line in head.lower().split(b"\r\n"))
    return next(int(value) for name, _, value in lines if name == b"content-length")


def generate(port: int, path: str, body: bytes, count: int, connections: int, origin: str) -> Loaded:
    """The same, in this process."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: {origin}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    took_ms: list[float] = []
    waiting = selectors.DefaultSelector()
    lines = [_Connection(port, head.encode() + body) for _ in range(min(connections, count))]
    for line in lines:
        waiting.register(line.socket, selectors.EVENT_READ, line)
    began, sent = time.perf_counter(), 0
    for line in lines:
        line.send()
        sent += 1
    while len(took_ms) < count:
        for key, _ in waiting.select(30):
            line = key.data
            if not line.read():
                continue
            took_ms.append(1000 * (time.perf_counter() - line.began))
            if sent < count:
                line.send()
                sent += 1
    seconds = time.perf_counter() - began
    for line in lines:
        line.socket.close()
    return Loaded(seconds, took_ms)


if __name__ == "__main__":
    _, port, path, count, connections, origin = sys.argv
    found = generate(int(port), path, sys.stdin.buffer.read(), int(count), int(connections), origin)
    print(json.dumps({"seconds": found.seconds, "took_ms": found.took_ms}))
