"""What was received: each message once, each order as its newest message left it. Kept in a file."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

Message = dict[str, Any]
"""type, timestamp, data: the body of one message."""

_TABLES = """
CREATE TABLE IF NOT EXISTS messages (id TEXT PRIMARY KEY, body TEXT);
CREATE TABLE IF NOT EXISTS orders (booking TEXT PRIMARY KEY, type TEXT, version INTEGER, data TEXT);
"""


class Received:
    """A file of messages and orders. Each call opens it anew, so that threads may share it."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        with self._open() as file:
            file.execute("PRAGMA journal_mode=WAL")
            file.executescript(_TABLES)

    def take(self, message_id: str, message: Message) -> bool:
        """Keeps a message and what it says of its order, in one transaction. False: it came before, nothing is done."""
        with self._open() as file:
            kept = file.execute(
                "INSERT INTO messages VALUES (?, ?) ON CONFLICT DO NOTHING", (message_id, json.dumps(message))
            )
            if not kept.rowcount:
                return False
            self._update_order(file, message)
            return True

    @staticmethod
    def _update_order(file: sqlite3.Connection, message: Message) -> None:
        """An older version never overwrites a newer one."""
        data = message["data"]
        if "booking" not in data:
            return
        file.execute(
            "INSERT INTO orders VALUES (?, ?, ?, ?) ON CONFLICT (booking) DO UPDATE "
            "SET type = excluded.type, version = excluded.version, data = excluded.data "
            "WHERE excluded.version >= orders.version",
            (data["booking"], message["type"], data.get("version", 1), json.dumps(data)),
        )

    def orders(self) -> list[Message]:
        """The orders, what must leave first at the top; those without a ship-by day after them."""
        with self._open() as file:
            found = [json.loads(data) for (data,) in file.execute("SELECT data FROM orders")]
        return sorted(found, key=lambda order: (order.get("ship_by") or "9999", order["order"]))

    def count_messages(self) -> int:
        with self._open() as file:
            count: int = file.execute("SELECT count(*) FROM messages").fetchone()[0]
        return count

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._path, timeout=5)) as file, file:
            yield file
