"""The worker: hands over what is due, tells shoppers, and sweeps. Stateless; run as many as you like.

The outbox rows are the truth. Tasks of the queue only say "look now"; besides, every worker looks once a second, so a
queue that loses a task, or is away, costs a second at most.
"""

import logging
import os
import secrets
import socket
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from threading import Event
from typing import Any

import structlog
from huey import Huey
from huey.consumer import Consumer, Scheduler

from delivery import leases, workers
from delivery.leases import Claimed
from delivery.problems import InvalidToken
from delivery.texts.sentences import N_
from delivery.tries import Outcome, Verdict
from plugin.fulfilment import KINDS
from plugin.fulfilment.means import Means
from plugin.learning import Learner
from plugin.messages import Sender
from plugin.open_choices import Chooser
from plugin.queue import Queue
from plugin.replanning import Replanner
from plugin.shops.stripe.work import StripeWork
from plugin.sweeps import sweep_all, sweeps_with
from plugin.tools import Tools as Tools
from plugin.travel.fetching import Traveller

LONGEST_IDLE_SECONDS = 0.5
STOP_SECONDS = 25
"""A little more than the longest try: who is told to stop finishes what it is sending."""

log = structlog.get_logger(__name__)


def hand_over_due(tools: Tools, stopping: Callable[[], bool] = lambda: False, most: int | None = None) -> Counter[str]:
    """Send what is due, one message after another, until nothing is, `most` were sent, or we are to stop.

    Returns how many messages came to which state; "lost" counts those whose lease had run out.
    """
    counts: Counter[str] = Counter()
    while not stopping() and (most is None or counts.total() < most):
        claimed = _claim_one(tools)
        if claimed is None:
            break
        outcome = _send(tools, claimed)
        state = _record(tools, claimed, outcome)
        counts[state or "lost"] += 1
        _report(claimed, outcome, state)
    return counts


def _claim_one(tools: Tools) -> Claimed | None:
    now = tools.clock()
    with tools.database.reading() as session:
        if not leases.anything_due(session, now):
            return None
    claimed = tools.database.write(lambda session: leases.claim_due(session, now, limit=1))
    return claimed[0] if claimed else None


def _send(tools: Tools, claimed: Claimed) -> Outcome:
    try:
        return KINDS[claimed.kind](claimed, Means(tools.config, tools.signer, tools.clock()))
    except InvalidToken:
        return Outcome(Verdict.FAILED, 0, problem=N_("Its secret cannot be read with the signing keys in use."))
    except Exception:
        # A fault of ours must not keep a message in limbo: it counts as a try, and shows.
        log.exception("handover_broke", handover=claimed.id, merchant=claimed.merchant_id, kind=claimed.kind)
        return Outcome(Verdict.FAILED, 0, problem=N_("It could not be sent, by a fault on our side."))


def _record(tools: Tools, claimed: Claimed, outcome: Outcome) -> str | None:
    now = tools.clock()
    return tools.database.write(lambda session: leases.record(session, now, claimed, outcome))


def _report(claimed: Claimed, outcome: Outcome, state: str | None) -> None:
    facts = {
        "handover": claimed.id,
        "merchant": claimed.merchant_id,
        "booking": claimed.booking_id,
        "endpoint": claimed.endpoint_id,
        "messages": 1 + len(claimed.with_it),
        "tries": claimed.tries + 1,
        "status": outcome.status,
        "took_ms": outcome.took_ms,
    }
    if state == "passed_on":
        log.info("handed_over", **facts)
    elif state == "parked":
        log.error("handover_parked", alarm=True, problem=outcome.problem, **facts)
    elif state == "refused":
        log.error("endpoint_disabled", alarm=True, problem=outcome.problem, **facts)
    elif state is None:
        log.warning("lease_lost", **facts)
    else:
        log.warning("handover_failed", problem=outcome.problem, **facts)


class Worker:
    """Huey's consumer in this process: `workers` threads, a scheduler, the signal handlers."""

    def __init__(self, tools: Tools, storage: Huey, workers: int) -> None:
        self._tools = tools
        self._id = f"{socket.gethostname()[:60]}-{os.getpid()}-{secrets.token_hex(4)}"
        self._seen_at: datetime | None = None
        self._sender = Sender(tools)
        self._sweeps = sweeps_with(tools)
        self._chooser = Chooser(tools)
        self._learner = Learner(tools)
        self._traveller = Traveller(tools)
        self._stripe = StripeWork(tools)
        self._replanner = Replanner(tools)
        self._queue = Queue(storage, self._hand_over, self._sweep, self._tell, self._hear, self._replan)
        self._consumer = _consumer_that_looks(self._look)(
            self._queue.huey,
            workers=workers,
            max_delay=LONGEST_IDLE_SECONDS,
            shutdown_timeout=STOP_SECONDS,
            graceful_signal="TERM",
        )

    def run(self) -> None:
        """Work until SIGTERM (finishes what is being sent) or SIGINT (at once; what was being sent is sent again)."""
        log.info("worker_started", workers=self._consumer.workers)
        self._consumer.run()
        self._tools.database.write(lambda session: workers.say_goodbye(session, self._id))
        log.info("worker_stopped")

    def _hand_over(self) -> None:
        hand_over_due(self._tools, self._consumer.stop_flag.is_set)

    def _tell(self) -> None:
        self._sender.send_due(self._consumer.stop_flag.is_set)

    def _replan(self) -> None:
        self._replanner.replan_due(self._consumer.stop_flag.is_set)

    def _hear(self) -> None:
        self._stripe.do_due(self._consumer.stop_flag.is_set)

    def _sweep(self) -> None:
        sweep_all(self._tools.database, self._tools.clock(), self._sweeps)
        self._chooser.see_to_all(self._consumer.stop_flag.is_set)
        self._learner.learn_due(self._consumer.stop_flag.is_set)
        self._traveller.fetch_due(self._consumer.stop_flag.is_set)
        # Last: it may have to wait for somebody else's server.
        self._stripe.see_to_all(self._consumer.stop_flag.is_set)

    def _look(self) -> None:
        now = self._tools.clock()
        try:
            self._say_alive(now)
            with self._tools.database.reading() as session:
                due = leases.anything_due(session, now)
            to_tell, to_hear = self._sender.anything_due(), self._stripe.anything_due()
            to_replan = self._replanner.anything_due()
            # Asked for once is enough: a task that waits will find everything.
            if (due or to_tell or to_hear or to_replan) and self._queue.huey.pending_count() == 0:
                if due:
                    self._queue.hasten()
                if to_tell:
                    self._queue.hasten_telling()
                if to_hear:
                    self._queue.hasten_hearing()
                if to_replan:
                    self._queue.hasten_replanning()
        except Exception:
            log.exception("look_failed")

    def _say_alive(self, now: datetime) -> None:
        if self._seen_at is None or now - self._seen_at >= workers.SAYS_SO_EVERY:
            self._tools.database.write(lambda session: workers.say_alive(session, now, self._id))
            self._seen_at = now


def _consumer_that_looks(look: Callable[[], None]) -> type[Any]:
    """Huey's consumer, whose scheduler wakes every second anyway, with a look at the outbox at each of its rounds.

    The first look says that the worker is there, so it waits until a signal would be heard: Huey starts its threads before that.
    """
    hears = Event()

    class LookingScheduler(Scheduler):  # type: ignore[misc]
        def loop(self, now: datetime | None = None) -> None:
            hears.wait()
            look()
            super().loop(now)

    class LookingConsumer(Consumer):  # type: ignore[misc]
        scheduler_class = LookingScheduler

        def _set_signal_handlers(self) -> None:
            super()._set_signal_handlers()
            hears.set()

    return LookingConsumer


def quiet_huey() -> None:
    """Huey tells of every task; what we want to know of them we say ourselves. Its warnings are still heard."""
    logging.basicConfig(format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("huey").setLevel(logging.WARNING)
