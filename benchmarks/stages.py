"""Where the time of a request goes: named stages around the service's own functions.

Each stage counts the time spent in it and not in a stage within it, so that all of them add up to the whole. What the
stopwatch itself costs is measured first and taken off.
"""

import importlib
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from types import GeneratorType
from typing import Any

Patch = tuple[str, str, str]
"""Stage, module, and the dotted name in it of what is called there."""

REST = "Flask, werkzeug, smorest: routing, request, response"

STAGES: tuple[Patch, ...] = (
    ("body: is it JSON", "web.openapi", "_check_body"),
    ("limit: count the call", "web.limits", "Limits._count"),
    ("limit: tell what is left", "web.limits", "Limits._tell"),
    ("headers: CORS and security", "web.crossing", "preflight"),
    ("headers: CORS and security", "web.crossing", "allow"),
    ("headers: CORS and security", "app", "_headers"),
    ("body: as values, by marshmallow", "widget.offers", "read_body"),
    ("body: as values, by marshmallow", "widget.fragments", "read_body"),
    ("transaction: begin", "delivery.store.engine", "_begin_sqlite"),
    ("transaction: end, connection given back", "sqlalchemy", "Connection.__exit__"),
    ("transaction: connection from the pool", "sqlalchemy", "Engine.connect"),
    ("query: whose key", "delivery.memory", "Memory.setup_of"),
    ("caller: origin", "web.shops", "check_caller"),
    ("query: places taken, own live hold", "delivery.asked", "_places"),
    ("postcode: where it lies", "delivery.memory", "Memory.point_of"),
    ("postcode: is it whole", "delivery.offers", "is_valid_postal_code"),
    ("estimate", "delivery.asked", "Asked.estimate"),
    ("estimate", "delivery.asked", "Asked.preparation"),
    ("offer: seal the question", "delivery.offers", "seal_question"),
    ("options: carrier", "delivery.offers", "dates_on_offer"),
    ("options: windows", "delivery.offers", "slots_on_offer"),
    ("windows: which come", "delivery.slots_on_offer", "_shelf"),
    ("options: centres", "delivery.offers", "centres_on_offer"),
    ("centres: nearest of 12,000", "delivery.centres_on_offer", "_nearest_positions"),
    ("centres: opening hours", "delivery.centres_on_offer", "opening_of"),
    ("centres: ready when", "delivery.centres_on_offer", "ready_of"),
    ("centres: kept until", "delivery.centres_on_offer", "lies_until"),
    ("titles", "delivery.centres_on_offer", "pickup_title"),
    ("fees", "delivery.asked", "Asked.price"),
    ("answer: offer as facts", "web.offer_body", "offer_facts"),
    ("answer: estimate as facts", "web.offer_body", "estimate_facts"),
    ("answer: orjson", "web.offer_body", "orjson.dumps"),
    ("picker: frame", "widget.fragments", "render_picker"),
    ("picker: carrier", "web.picker", "_shipping"),
    ("picker: windows", "web.picker", "_slots"),
    ("picker: centres", "web.picker", "_pickups"),
)
MINTER: Patch = ("ids", "delivery.offers", "option_minter")
"""Not timed itself: what it returns makes the ids."""


class Stopwatch:
    """Times nested stages by one clock, in nanoseconds."""

    def __init__(self, clock: Callable[[], int]) -> None:
        self._clock = clock
        self._stack: list[list[Any]] = []
        self.spent: dict[str, int] = {}
        self.calls: dict[str, int] = {}
        self.within: dict[str, int] = {}
        self.clear()

    def clear(self) -> None:
        """Begin anew."""
        self._stack = [["", 0]]
        self.spent, self.calls, self.within = defaultdict(int), defaultdict(int), defaultdict(int)

    def run(self, stage: str, work: Callable[..., Any], *given: Any, **named: Any) -> Any:
        """Do the work and count its time, but for that of stages within it."""
        frame: list[Any] = [stage, 0]
        self._stack.append(frame)
        began = self._clock()
        try:
            found = work(*given, **named)
            return list(found) if isinstance(found, GeneratorType) else found
        finally:
            took = self._clock() - began
            self._stack.pop()
            outer = self._stack[-1]
            self.spent[stage] += took - frame[1]
            self.calls[stage] += 1
            self.within[outer[0]] += 1
            outer[1] += took

    def cost(self) -> tuple[float, float]:
        """What one timing adds to its own stage, and to the one around it."""
        self.clear()
        wrapped = self.around("nothing", _nothing)
        bare = min(_repeat(self._clock, _nothing) for _ in range(5))
        timed = min(_repeat(self._clock, wrapped) for _ in range(5))
        own = self.spent["nothing"] / self.calls["nothing"] - bare
        self.clear()
        return max(0.0, own), max(0.0, timed - bare - own)

    def around(self, stage: str, work: Callable[..., Any]) -> Callable[..., Any]:
        """The same work, timed."""

        @wraps(work)
        def timed(*given: Any, **named: Any) -> Any:
            return self.run(stage, work, *given, **named)

        return timed


@contextmanager
def staged(watch: Stopwatch) -> Iterator[None]:
    """Put the stages around the service's functions; make the application inside."""
    undo: list[tuple[Any, str, Any]] = []
    try:
        for stage, module, name in (*STAGES, MINTER):
            owner, last = _owner(module, name)
            before = getattr(owner, last, None)
            if before is None:
                print(f"there is no {module}.{name}: {stage!r} counts with what is around it", file=sys.stderr)
                continue
            undo.append((owner, last, before))
            setattr(owner, last, _minter(watch, before) if name == MINTER[2] else watch.around(stage, before))
        yield
    finally:
        for owner, last, before in reversed(undo):
            setattr(owner, last, before)


def _minter(watch: Stopwatch, minter: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *given: watch.around(MINTER[0], minter(*given))


def _owner(module: str, name: str) -> tuple[Any, str]:
    owner: Any = importlib.import_module(module)
    *path, last = name.split(".")
    for part in path:
        inner = getattr(owner, part)
        if type(inner).__name__ == "module":
            # Somebody else's module: only this one's view of it is changed.
            inner = _View(inner)
            setattr(owner, part, inner)
        owner = inner
    return owner, last


class _View:
    """A module as one other module sees it."""

    def __init__(self, module: Any) -> None:
        self.__dict__.update(vars(module))


def _nothing() -> None:
    return None


def _repeat(clock: Callable[[], int], work: Callable[[], Any], times: int = 20_000) -> float:
    began = clock()
    for _ in range(times):
        work()
    return (clock() - began) / times


CLOCKS: dict[str, Callable[[], int]] = {"cpu": time.thread_time_ns, "wall": time.perf_counter_ns}
