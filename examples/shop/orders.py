"""The shop's orders: kept in a file, and brought to Stoep even when it is away for a while."""

import json
import logging
import secrets
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from examples.shop.stoep import ChoiceLost, Refused, Stoep, StoepAway

log = logging.getLogger(__name__)

SECONDS_FOR_THE_SHOPPER = 30
"""So long a new order is left to the request that makes it, before the background takes it over."""

Order = dict[str, Any]
"""number; state: unpaid, paid or failed; sent: whether Stoep knows of this state; request: what Stoep is asked;
booking: its last answer; and the shop's own facts."""


class Orders:
    """A file of orders. Each call opens it anew, so that threads may share it."""

    def __init__(self, path: Path, stoep: Stoep) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path, self._stoep = path, stoep
        # One at a time: what a shopper does and what the background does with one order must not cross.
        self._one_at_a_time = threading.RLock()
        with self._open() as file:
            file.execute("PRAGMA journal_mode=WAL")
            file.execute(
                "CREATE TABLE IF NOT EXISTS orders (number TEXT PRIMARY KEY, sent INTEGER, due_at REAL, facts TEXT)"
            )

    def new_number(self) -> str:
        """Hard to guess, because the confirmation page is found by it."""
        return f"SW-{secrets.token_hex(6).upper()}"

    def find(self, number: str) -> Order | None:
        with self._open() as file:
            row = file.execute("SELECT facts FROM orders WHERE number = ?", (number,)).fetchone()
        return json.loads(row[0]) if row else None

    def place(self, order: Order) -> Order:
        """Keeps a new order and sends it. When the choice is lost, keeps nothing and raises ChoiceLost."""
        with self._one_at_a_time:
            self._keep(order, SECONDS_FOR_THE_SHOPPER)
            try:
                return self._send(order)
            except ChoiceLost:
                self._forget(order["number"])
                raise

    def move_to(self, number: str, state: str) -> Order | None:
        """Notes that an unpaid order was paid, or was not, and tells Stoep. An order past that point stays as it is."""
        with self._one_at_a_time:
            order = self.find(number)
            if order is None or order["state"] != "unpaid":
                return order
            order |= {"state": state, "sent": False}
            self._keep(order, SECONDS_FOR_THE_SHOPPER)
            return self._send_whatever_happens(order)

    def note(self, number: str, facts: dict[str, Any]) -> None:
        """Notes facts of the shop's own; what Stoep knows of the order stays as it is."""
        with self._one_at_a_time:
            order = self.find(number)
            if order is not None:
                order |= facts
                self._keep(order, SECONDS_FOR_THE_SHOPPER)

    def waiting(self) -> list[str]:
        """The numbers of the orders whose state Stoep does not know yet, but for those just being made."""
        with self._open() as file:
            rows = file.execute("SELECT number FROM orders WHERE sent = 0 AND due_at <= ?", (time.time(),))
            return [number for (number,) in rows]

    def send_waiting(self) -> int:
        """Tries again every order that waits; returns how many still do."""
        with self._one_at_a_time:
            waiting = [order for number in self.waiting() if (order := self.find(number))]
            return sum(not self._send_whatever_happens(order)["sent"] for order in waiting)

    def _send_whatever_happens(self, order: Order) -> Order:
        """Without its choice, as a part of its own, when that is lost: then Stoep asks the shopper by a link."""
        try:
            return self._send(order)
        except ChoiceLost as lost:
            log.warning("order %s goes on without its choice: %s", order["number"], lost.code)
            part = "-".join(filter(None, (order["request"].get("part"), "without-choice")))
            order["request"] |= {"choice": None, "part": part}
            return self._send(order)

    def _send(self, order: Order) -> Order:
        """Brings Stoep to where the order is. When it is away, the order waits."""
        try:
            order["booking"] = self._at_stoep(order)
            order["sent"] = True
        except StoepAway as away:
            log.warning("order %s waits: %s", order["number"], away)
        except Refused as refused:
            log.error("order %s needs somebody to look at it: %s", order["number"], refused)
            order |= {"sent": True, "refused": str(refused)}
        self._keep(order, 0)
        return order

    def _at_stoep(self, order: Order) -> dict[str, Any] | None:
        state, booking = order["state"], order["booking"]
        if state == "failed" and booking is None and order["request"]["choice"] is None:
            return None
        booking = self._stoep.place_order({**order["request"], "paid": state == "paid"})
        if state == "paid" and booking["state"] in {"awaiting_payment", "cancelled"}:
            # Cancelled: the payment came after its deadline. Stoep takes it all the same if the place is still there.
            return self._stoep.report_paid(booking["booking"])
        if state == "failed" and booking["state"] == "awaiting_payment":
            return self._stoep.report_payment_failed(booking["booking"])
        return booking

    def _keep(self, order: Order, leave_seconds: float) -> None:
        with self._open() as file:
            file.execute(
                "INSERT INTO orders VALUES (:number, :sent, :due_at, :facts) ON CONFLICT (number) "
                "DO UPDATE SET sent = excluded.sent, due_at = excluded.due_at, facts = excluded.facts",
                {
                    "number": order["number"],
                    "sent": int(order["sent"]),
                    "due_at": time.time() + leave_seconds,
                    "facts": json.dumps(order),
                },
            )

    def _forget(self, number: str) -> None:
        with self._open() as file:
            file.execute("DELETE FROM orders WHERE number = ?", (number,))

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._path, timeout=5)) as file, file:
            yield file


def keep_trying(orders: Orders, seconds: float) -> threading.Event:
    """Sends in the background, every so many seconds, what waits; set the event to stop."""
    stopped = threading.Event()

    def run() -> None:
        while not stopped.wait(seconds):
            try:
                orders.send_waiting()
            except Exception:
                log.exception("sending waiting orders failed; it goes on")

    threading.Thread(target=run, name="waiting orders", daemon=True).start()
    return stopped
