"""What becomes of orders without a choice, every minute, by every worker: reminders, the safe default, and the alarm.

Each order in a transaction of its own, so that one that cannot be helped does not hold up the others.
"""

from collections.abc import Callable
from datetime import datetime

import structlog

from delivery import open_choices, open_shares, shop_alarms
from delivery.links import PageLinks
from delivery.memory import Memory
from delivery.open_choices import Due
from delivery.open_shares import Alarm, new_alarms
from delivery.problems import Problem
from delivery.safe_default import take_default
from delivery.store.engine import Session
from plugin.tools import Tools

BATCH = 200

log = structlog.get_logger(__name__)


class Chooser:
    """Sees to what is due. Any number of processes may do this at once."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._memory = Memory(tools.signer)
        self._links = PageLinks(tools.config.public_url, tools.signer)

    def see_to_all(self, stopping: Callable[[], bool] = lambda: False) -> None:
        """Everything that is due now, then the alarms. A fault with one order is logged and does not stop the others."""
        now = self._tools.clock()
        while not stopping() and (due := self._due(now)):
            for one in due:
                self._see_to(now, one)
        for alarm in self._tools.database.write(lambda session: self._warn(session, now)):
            share = alarm.share
            log.error(
                "open_share_high",
                alarm=True,
                merchant=alarm.merchant_id,
                percent=share.percent,
                orders=share.orders,
                limit=share.limit,
            )

    def _warn(self, session: Session, now: datetime) -> list[Alarm]:
        """The alarms that are new, each with a mail to the shop in the same transaction."""
        alarms = new_alarms(session, now)
        for alarm in alarms:
            setup = self._memory.setup_of_merchant(session, alarm.merchant_id)
            shop_alarms.warn(session, now, setup, alarm.newest, open_shares.KIND, now.date().isoformat())
        return alarms

    def _due(self, now: datetime) -> list[Due]:
        with self._tools.database.reading() as session:
            return open_choices.due(session, now, BATCH)

    def _see_to(self, now: datetime, one: Due) -> None:
        whose = {"merchant": one.merchant_id, "booking": one.booking_id}
        try:
            service = self._tools.database.write(lambda session: self._take(session, now, one))
        except Problem as problem:
            self._default_failed(now, one, problem.code)
        except Exception:
            log.exception("open_choice_broke", **whose)
            self._tools.database.write(lambda session: open_choices.put_off(session, now, one))
        else:
            if service is not None:
                log.info("default_taken", service=service, **whose)

    def _take(self, session: Session, now: datetime, one: Due) -> str | None:
        service = open_choices.see_to(session, now, one)
        if service is not None:
            whose = {"merchant_id": one.merchant_id, "booking_id": one.booking_id}
            take_default(session, now, self._memory, self._tools.signer, self._links, **whose, service_id=service)
        return service

    def _default_failed(self, now: datetime, one: Due, problem: str) -> None:
        if self._tools.database.write(lambda session: open_choices.default_failed(session, now, one)):
            log.warning("default_failed", merchant=one.merchant_id, booking=one.booking_id, problem=problem)
