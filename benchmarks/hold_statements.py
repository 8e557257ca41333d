"""The statements that one `holds.take` sends, word for word, so that the bare driver can send the same."""

import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import psycopg

from benchmarks import merchant
from delivery import holds
from delivery.holds import Place
from delivery.store.engine import LOCK_TIMEOUT, Database, Session

DAY = merchant.TUESDAY_MORNING.date() + timedelta(days=7)
POSTGRES_OPTIONS = f"-c lock_timeout={LOCK_TIMEOUT} -c timezone=UTC"
SLOT_CAPACITY = 10_000_000
CHECKOUT, CLIENT, REF = "the-checkout", "the-client", "the-slot"
"""Marks in the parameters, for which each take has its own values."""

Parameters = Mapping[str, Any] | tuple[Any, ...]

OPTION: dict[str, Any] = {
    "type": "local_delivery",
    "title": "dinsdag 1 december, 18:00–20:00",
    "time_zone": "Europe/Amsterdam",
    "fee": {"amount": 695, "currency": "EUR"},
    "delivery_window": {"start": "2026-12-01T18:00:00+01:00", "end": "2026-12-01T20:00:00+01:00"},
    "window": {"start": "2026-12-01T18:00:00+01:00", "end": "2026-12-01T20:00:00+01:00"},
    "earliest_day": "2026-12-01",
    "latest_day": "2026-12-01",
    "origin_id": "houten",
    "service_id": None,
    "ship_by": "2026-12-01",
    "first": "2026-12-01",
    "last": "2026-12-01",
    "locale": "nl-NL",
    "steps": [
        {"rule": "cut_off", "day": "2026-11-24", "facts": {"cut_off": "17:00", "met": 1}, "text": "Besteld voor 17:00"},
        {"rule": "handling", "day": "2026-11-24", "facts": {"days": 0}, "text": "Ingepakt op dezelfde dag"},
    ],
    "basket": [["LAMP-1", 1], ["RUG-2", 2]],
}


@dataclass(frozen=True, slots=True)
class Statement:
    """As the driver gets it."""

    text: str
    parameters: Parameters

    def about(self, marks: Mapping[str, str]) -> Parameters:
        """The parameters with their marks replaced."""
        if isinstance(self.parameters, tuple):
            return tuple(_replaced(value, marks) for value in self.parameters)
        return {name: _replaced(value, marks) for name, value in self.parameters.items()}


def _replaced(value: Any, marks: Mapping[str, str]) -> Any:
    return marks.get(value, value) if isinstance(value, str) else value


def take(session: Session, checkout: str, client: str, ref: str, capacity: int = SLOT_CAPACITY) -> holds.Hold:
    """One place of the slot, by the service's own function."""
    return holds.take(
        session,
        merchant.TUESDAY_MORNING,
        merchant_id=merchant.MERCHANT_ID,
        checkout=checkout,
        place=Place("slot", ref, DAY, capacity),
        option=OPTION,
        country="NL",
        postal_code="1016GV",
        basket="5" * 64,
        minutes=10,
        limit_minutes=30,
        client=client,
        client_limit=100,
    )


def statements_of_a_take(url: str) -> tuple[list[Statement], str]:
    """What a take sends when the counter's row is there already, and the hold's id as it stands in it. Listened to at
    the driver's cursors, so that nothing above them is left out."""
    seen: list[Statement] = []
    database = Database(url, connect_args=_listening(url, seen))
    database.write(lambda session: take(session, "first", "first", REF))
    seen.clear()
    hold = database.write(lambda session: take(session, CHECKOUT, CLIENT, REF))
    database.close()
    return [statement for statement in seen if not statement.text.startswith(("BEGIN", "COMMIT"))], hold.id


def _listening(url: str, seen: list[Statement]) -> dict[str, Any]:
    """How to connect so that each statement is noted."""

    def note(text: Any, parameters: Any) -> None:
        words = text if isinstance(text, str) else bytes(text).decode()
        seen.append(Statement(words, dict(parameters) if isinstance(parameters, Mapping) else tuple(parameters or ())))

    if not url.startswith("sqlite"):
        return {"options": POSTGRES_OPTIONS, "cursor_factory": _listening_cursor(psycopg.Cursor, note)}
    cursor = _listening_cursor(sqlite3.Cursor, note)

    class Connection(sqlite3.Connection):
        def cursor(self, factory: Any = None) -> Any:  # noqa: ARG002 - ours whatever is asked for
            return super().cursor(cursor)

        def execute(self, text: str, parameters: Any = ()) -> Any:
            return self.cursor().execute(text, parameters)

    return {"factory": Connection}


def _listening_cursor(kind: Any, note: Callable[[Any, Any], None]) -> Any:
    class Cursor(kind):  # type: ignore[misc]
        def execute(self, text: Any, parameters: Any = (), *given: Any, **named: Any) -> Any:
            note(text, parameters)
            return super().execute(text, parameters, *given, **named)

    return Cursor


def slot_refs(count: int) -> list[str]:
    """The slots that are taken from."""
    return [f"slot-{number}" for number in range(count)]
