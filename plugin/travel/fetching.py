"""The worker fetches driving times: reads what is wanted, asks outside any transaction, keeps what was told."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import structlog

from delivery import travel_times
from delivery.driving import Driving
from delivery.memory import Memory
from delivery.rules.known_roads import Cell
from delivery.rules.wallclock import local_day
from delivery.setups import Setup
from delivery.store.engine import Session
from delivery.travel_times import Pair
from plugin.tools import Tools
from plugin.travel import SERVERS
from plugin.travel.asking import NotTold, Server
from plugin.travel.blocks import Block, blocks
from plugin.travel.keeping import keep_all

AGAIN = timedelta(minutes=5)
AGAIN_WHEN_AWAY = timedelta(minutes=30)
MOST_QUESTIONS = 60
LONGEST = timedelta(seconds=30)
"""Of one go, so that other work of the worker waits no longer; the rest is asked for in the next."""
MOST_WITHOUT_WAY = 100_000

log = structlog.get_logger(__name__)


class Traveller:
    """Sees to the driving times of merchants who have a map server. Two of them at once only ask twice."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._memory = Memory(tools.signer)
        self._not_before: dict[str, datetime] = {}
        self._without_way: set[tuple[str, Pair]] = set()

    def fetch_due(self, stopping: Callable[[], bool] = lambda: False) -> None:
        """Each merchant for itself: a fault with one is logged and does not stop the others."""
        now = self._tools.clock()
        with self._tools.database.reading() as session:
            found = travel_times.merchants_with_servers(session)
        for merchant_id in found:
            if stopping():
                return
            if now >= self._not_before.get(merchant_id, now):
                self._not_before[merchant_id] = now + self._fetched(merchant_id, stopping)

    def _fetched(self, merchant_id: str, stopping: Callable[[], bool]) -> timedelta:
        """Fetch what is wanted; how long to wait until the next time."""
        told: dict[Pair, float] = {}
        try:
            with self._tools.database.reading() as session:
                setup = self._memory.setup_of_merchant(session, merchant_id)
                wanted = self._wanted(session, setup)
            again = self._ask_all(setup, wanted, told, stopping)
        except NotTold as problem:
            again = AGAIN_WHEN_AWAY
            log.warning("travel_times_failed", merchant=merchant_id, problem=str(problem))
        except Exception:
            again = AGAIN_WHEN_AWAY
            log.exception("travel_times_broke", merchant=merchant_id)
        if told:
            kept = keep_all(self._tools.database, self._tools.clock(), merchant_id, told)
            log.info("travel_times_fetched", merchant=merchant_id, pairs=kept)
        return again

    def _wanted(self, session: Session, setup: Setup) -> list[dict[Cell, set[Cell]]]:
        """For each fleet what it lacks, without what no road leads to."""
        now, found = self._tools.clock(), []
        for fleet in setup.fleets.values():
            today = local_day(now, fleet.time_zone)
            wanted = travel_times.wanted(session, setup.merchant_id, fleet, today, setup.horizon_days + 1)
            for start, ends in wanted.items():
                ends -= {end for end in ends if (setup.merchant_id, (start, end)) in self._without_way}
            found.append({start: ends for start, ends in wanted.items() if ends})
        return found

    def _ask_all(
        self,
        setup: Setup,
        wanted: list[dict[Cell, set[Cell]]],
        told: dict[Pair, float],
        stopping: Callable[[], bool],
    ) -> timedelta:
        ends_at = self._tools.clock() + LONGEST
        asked = 0
        for of_fleet, fleet in zip(wanted, setup.fleets.values(), strict=True):
            for block in blocks(of_fleet):
                if stopping() or asked == MOST_QUESTIONS or self._tools.clock() > ends_at:
                    return timedelta()
                asked += 1
                for pair, seconds in ask(fleet.driving, block, self._tools.config.allow_private_targets):
                    if pair[1] in of_fleet.get(pair[0], ()):
                        self._note(setup.merchant_id, pair, seconds, told)
        return AGAIN

    def _note(self, merchant_id: str, pair: Pair, seconds: float | None, told: dict[Pair, float]) -> None:
        if seconds is not None:
            told[pair] = seconds
        elif len(self._without_way) < MOST_WITHOUT_WAY:
            # The distance counts for it; to ask again every time would help nobody.
            self._without_way.add((merchant_id, pair))


def ask(driving: Driving, block: Block, allow_private: bool) -> Iterator[tuple[Pair, float | None]]:
    """What the merchant's map server says of each pair of a block. Raises NotTold."""
    starts, ends = block
    server = Server(driving.source_url or "", allow_private)
    seconds = SERVERS[driving.source](server, starts, ends)
    for start, row in zip(starts, seconds, strict=True):
        for end, known in zip(ends, row, strict=True):
            yield (start, end), known
