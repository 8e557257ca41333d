"""Learning the dates of services: read in one transaction, learnt from in none, kept in another, so that no checkout waits."""

from collections.abc import Callable
from datetime import datetime

import structlog

from delivery import experiences
from delivery.memory import Memory
from delivery.setups import Setup
from delivery.store.engine import Database
from plugin.tools import Tools

TRIES = 3

log = structlog.get_logger(__name__)


class Learner:
    """Sees to the services that are due. Any number of processes may do this at once."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._memory = Memory(tools.signer)

    def learn_due(self, stopping: Callable[[], bool] = lambda: False) -> None:
        """Each service for itself: a fault with one is logged and does not stop the others."""
        now = self._tools.clock()
        with self._tools.database.reading() as session:
            due = experiences.due(session, now)
        for one in due:
            if stopping():
                return
            whose = {"merchant": one.merchant_id, "service": one.service_id}
            try:
                with self._tools.database.reading() as session:
                    setup = self._memory.setup_of_merchant(session, one.merchant_id)
                reports = learn(self._tools.database, now, setup, one.service_id)
            except Exception:
                log.exception("learning_broke", **whose)
            else:
                log.info("learnt", reports=reports, **whose)


def learn(database: Database, now: datetime, setup: Setup, service_id: str, *, anew: bool = False) -> int:
    """Learn from what was reported about a service since, or anew from all rows; how many reports that were."""
    if anew:
        database.write(lambda session: experiences.forget(session, setup.merchant_id, service_id))
    reports = 0
    for _ in range(TRIES):
        with database.reading() as session:
            lesson = experiences.lesson(session, now, setup, service_id)
        lesson.study()
        reports = len(lesson.happened)
        if _kept(database, now, lesson):
            return reports
    log.warning("learning_crossed", merchant=setup.merchant_id, service=service_id)
    return reports


def _kept(database: Database, now: datetime, lesson: experiences.Lesson) -> bool:
    return database.write(lambda session: experiences.keep(session, now, lesson))
