"""Offers and fragments over HTTP, as a share of a bare Flask view that gives the same bytes."""

import contextlib
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.databases import fresh_url
from benchmarks.figures import percent, percentile, show, spread
from benchmarks.load import Loaded, load
from benchmarks.merchant import SHOP_ORIGIN
from benchmarks.served import ANSWERS
from benchmarks.servers import Served, served
from benchmarks.service import PATHS, call, make_service, question, seed_service
from benchmarks.sold import sell
from delivery.store.engine import Database

HEADS = (
    "",
    "sold",
    "ours, requests/s",
    "bare, requests/s",
    "share of bare",
    "CPU µs ours",
    "CPU µs bare",
    "share by CPU",
    "p99 ms ours / bare",
)


@dataclass(slots=True)
class Rounds:
    """What several rounds of one server came to."""

    per_second: list[float] = field(default_factory=list)
    cpu_us: list[float] = field(default_factory=list)
    p99_ms: list[float] = field(default_factory=list)

    def add(self, found: Loaded, cpu_seconds: float | None) -> None:
        self.per_second.append(found.per_second)
        self.p99_ms.append(percentile(found.took_ms, 0.99))
        if cpu_seconds is not None:
            self.cpu_us.append(1_000_000 * cpu_seconds / len(found.took_ms))


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured."""

    rounds: int = 7
    seconds: float = 1.0
    connections: int = 4
    sold: tuple[int, ...] = (0, 10, 10_000)


def run(kinds: tuple[str, ...], plan: Plan) -> None:
    """A row for each database, kind of answer and number of windows sold."""
    rows = []
    for kind in kinds:
        with _one_merchant(kind) as (url, body):
            for sold in plan.sold:
                rows += [(f"{name}, {kind}", sold, *cells) for name, cells in _measured(url, body, sold, plan)]
    show(f"Offers: {plan.rounds} rounds, {plan.connections} connections, median (least–most)", HEADS, rows)


@contextlib.contextmanager
def _one_merchant(kind: str) -> Iterator[tuple[str, bytes]]:
    with fresh_url(kind) as url:
        yield url, question(seed_service(url))


def _measured(url: str, body: bytes, sold: int, plan: Plan) -> Iterator[tuple[str, tuple[str, ...]]]:
    database = Database(url)
    sell(database, sold)
    database.close()
    with tempfile.TemporaryDirectory(prefix="stoep-bench-") as folder:
        app = make_service(url)
        for name, path in PATHS.items():
            (Path(folder) / name).write_bytes(call(app, path, body))
        with served("ours", {"STOEP_DATABASE_URL": url}) as ours, served("bare", {ANSWERS: folder}) as bare:
            for name, path in PATHS.items():
                yield name, _compared(ours, bare, path, body, plan)


def _compared(ours: Served, bare: Served, path: str, body: bytes, plan: Plan) -> tuple[str, ...]:
    """Both servers in turn, so that what else the machine does meets both."""
    found = {ours.port: Rounds(), bare.port: Rounds()}
    counts = {server.port: _warm(server, path, body, plan) for server in (ours, bare)}
    for _ in range(plan.rounds):
        for server in (ours, bare):
            before = server.cpu_seconds()
            loaded = load(server.port, path, body, counts[server.port], plan.connections, SHOP_ORIGIN)
            after = server.cpu_seconds()
            found[server.port].add(loaded, None if before is None or after is None else after - before)
    one, other = found[ours.port], found[bare.port]
    shares = [a / b for a, b in zip(one.per_second, other.per_second, strict=True)]
    p99 = f"{spread(one.p99_ms, '{:.1f}')} / {spread(other.p99_ms, '{:.1f}')}"
    return spread(one.per_second), spread(other.per_second), percent(shares), *_cpu(one, other), p99


def _cpu(ours: Rounds, bare: Rounds) -> tuple[str, str, str]:
    """The same share by processor time, which other programs on the machine disturb less."""
    if not (ours.cpu_us and bare.cpu_us):
        return "not known", "not known", "not known"
    shares = [b / a for a, b in zip(ours.cpu_us, bare.cpu_us, strict=True) if a]
    return spread(ours.cpu_us), spread(bare.cpu_us), percent(shares or [0.0])


def _warm(server: Served, path: str, body: bytes, plan: Plan) -> int:
    """Fill the caches; how many requests one round sends."""
    few = max(plan.connections, round(60 * plan.seconds))
    load(server.port, path, body, few, plan.connections, SHOP_ORIGIN)
    rate = load(server.port, path, body, few, plan.connections, SHOP_ORIGIN).per_second
    return max(plan.connections, min(5000, round(rate * plan.seconds)))
