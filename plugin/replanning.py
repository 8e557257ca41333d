"""Planning the days of vans anew: read, thought about in no transaction, and swapped in if nobody booked meanwhile."""

from collections.abc import Callable
from datetime import timedelta

import structlog

from delivery import van_days, van_replans
from delivery.memory import Memory
from delivery.rules import replans
from delivery.rules.replans import Effort
from delivery.setups import Setup
from delivery.van_days import VanDay
from delivery.van_replans import DueDay
from plugin.tools import Tools

SECONDS = 0.3
"""How long is thought about one day."""
AT_ONCE = 20
"""Days of one round; whoever comes next sees to the others."""

log = structlog.get_logger(__name__)


class Replanner:
    """Sees to the days that are due. Any number of processes may do this at once."""

    def __init__(self, tools: Tools, seconds: float = SECONDS) -> None:
        self._tools = tools
        self._seconds = seconds
        self._memory = Memory(tools.signer)

    def anything_due(self) -> bool:
        """Whether a day changed since it was last planned."""
        return replans.is_there() and bool(self._due(1))

    def replan_due(self, stopping: Callable[[], bool] = lambda: False) -> None:
        """Each day for itself: a fault with one is logged and does not stop the others."""
        if not replans.is_there():
            return
        for one in self._due(AT_ONCE):
            if stopping():
                return
            self._see_to(one)

    def _due(self, limit: int) -> list[DueDay]:
        yesterday = self._tools.clock().date() - timedelta(days=1)
        with self._tools.database.reading() as session:
            return van_replans.due(session, yesterday, limit)

    def _see_to(self, one: DueDay) -> None:
        whose = {"merchant": one.merchant_id, "origin": one.origin_id, "day": one.day.isoformat()}
        setup = self._setup(one)
        seen = self._read(one, setup)
        if seen is None:
            return
        now, database = self._tools.clock(), self._tools.database
        try:
            routes = van_replans.better(seen, now, Effort(self._seconds, seed=seen.version))
        except Exception:
            # The last good plan stands, and the day is not tried again before it changes.
            log.exception("replanning_broke", **whose)
            routes = None
        if routes is None:
            database.write(lambda session: van_replans.leave(session, now, one.merchant_id, seen, setup.version))
        elif database.write(
            lambda session: van_replans.swap(session, now, one.merchant_id, seen, routes, setup.version)
        ):
            log.info("replanned", stops=sum(len(route.stops) for route in routes), **whose)
        else:
            log.info("replanning_gave_way", **whose)

    def _setup(self, one: DueDay) -> Setup:
        with self._tools.database.reading() as session:
            return self._memory.setup_of_merchant(session, one.merchant_id)

    def _read(self, one: DueDay, setup: Setup) -> VanDay | None:
        """None when the origin has no vans any more, or nobody is out that day."""
        fleet = setup.fleets.get(one.origin_id)
        if fleet is None or not fleet.shifts_on(one.day):
            self._tools.database.write(lambda session: van_replans.give_up(session, one, setup.version))
            return None
        with self._tools.database.reading() as session:
            return van_days.read(session, one.merchant_id, fleet, one.day)
