"""Telling shoppers: sending what is due from their outbox, by mail and to their telephones."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock

import structlog

from delivery import gateways, message_leases
from delivery.booking_rows import get
from delivery.memory import Memory
from delivery.message_changes import as_told, change_of
from delivery.message_facts import MOVED_ON, why_not
from delivery.message_leases import Claimed
from delivery.message_times import not_before
from delivery.messages import DROPPED, FAILED, SENT, WAITING
from delivery.store.engine import Session
from delivery.texts.sentences import N_
from plugin.alarms import Alarms
from plugin.channels import Channel, News, Sending
from plugin.mails import Mails
from plugin.notify.outcomes import Outcome, Verdict
from plugin.short_messages import ShortMessages
from plugin.tools import Tools

REST = timedelta(seconds=30)
"""How long a server for all merchants that failed us is left alone, so that not every message waits for it in turn."""

OUR_FAULT = N_("It could not be sent, by a fault on our side.")

_STATES = {Verdict.SENT: SENT, Verdict.LATER: WAITING, Verdict.REFUSED: FAILED, Verdict.GONE: WAITING}

log = structlog.get_logger(__name__)


class Sender:
    """Sends what is due, by each channel. The outbox's rows are the truth: any number of processes may do this."""

    def __init__(self, tools: Tools) -> None:
        memory = Memory(tools.signer)
        to_shoppers = (_Line(tools, memory, channel) for channel in (Mails(tools), ShortMessages(tools)))
        self._lines = (*to_shoppers, _Warnings(tools, memory, Alarms(tools)))

    def anything_due(self) -> bool:
        """Whether sending now would do something. What has no server to go by waits."""
        return any(line.anything_due() for line in self._lines)

    def send_due(self, stopping: Callable[[], bool] = lambda: False) -> Counter[str]:
        """Send until nothing is due, the servers fail us, or we are to stop; how many came to which state. "lost" counts
        those whose lease had run out."""
        counts: Counter[str] = Counter()
        for line in self._lines:
            counts += line.send_due(stopping)
        return counts


class _Line:
    """One channel: one message after another and one thread at a time, so that a slow server keeps nothing else waiting."""

    def __init__(self, tools: Tools, memory: Memory, channel: Channel) -> None:
        self._tools, self._memory, self._channel = tools, memory, channel
        self._busy = Lock()
        self._rests_until: datetime | None = None

    def anything_due(self) -> bool:
        now = self._tools.clock()
        if not self._channel.is_open() or (self._rests_until and now < self._rests_until):
            return False
        with self._tools.database.reading() as session:
            return message_leases.anything_due(session, now, self._channel.name)

    def send_due(self, stopping: Callable[[], bool]) -> Counter[str]:
        counts: Counter[str] = Counter()
        if not self._busy.acquire(blocking=False):
            return counts
        try:
            while not stopping() and self.anything_due():
                claimed = self._claim()
                if claimed is None:
                    break
                counts[self._see_to(claimed)] += 1
        finally:
            self._busy.release()
        return counts

    def _claim(self) -> Claimed | None:
        now, name = self._tools.clock(), self._channel.name
        return self._tools.database.write(lambda session: message_leases.claim(session, now, name))

    def _see_to(self, claimed: Claimed) -> str:
        try:
            made = self._made(claimed)
        except Exception:
            # A fault of ours must not keep a message in limbo: it counts as a try, and shows.
            log.exception("message_broke", message=claimed.id, merchant=claimed.merchant_id, kind=claimed.kind)
            return self._record(claimed, WAITING, Outcome(Verdict.LATER, 0, problem=OUR_FAULT))
        if isinstance(made, datetime):
            return self._put_off(claimed, made)
        if isinstance(made, str):
            return self._record(claimed, DROPPED, Outcome(Verdict.REFUSED, 0, problem=made))
        outcome = made(self._tools.clock())
        if outcome.is_away and self._channel.is_shared:
            self._rests_until = self._tools.clock() + REST
        return self._record(claimed, _STATES[outcome.verdict], outcome)

    def _made(self, claimed: Claimed) -> Sending | str | datetime:
        """What sends it; or why it must not be sent any more; or until when it waits."""
        now = self._tools.clock()
        with self._tools.database.reading() as session:
            setup = self._memory.setup_of_merchant(session, claimed.merchant_id)
            booking = get(session, merchant_id=claimed.merchant_id, booking_id=claimed.booking_id)
            change = change_of(session, booking, claimed.kind, claimed.occasion)
            booking = as_told(booking, claimed.kind, change)
            reason = why_not(session, setup, booking, claimed.kind, claimed.channel)
            if reason or message_leases.was_overtaken(session, now, claimed):
                return reason or MOVED_ON
            morning = not_before(session, now, setup, booking, claimed.kind, claimed.created_at, change)
            if morning:
                return morning
            locale = setup.locale_for(booking.recipient.get("locale"))
            return self._channel.prepare(session, now, News(claimed, setup, booking, change, locale))

    def _put_off(self, claimed: Claimed, until: datetime) -> str:
        now = self._tools.clock()
        kept = self._tools.database.write(
            lambda session: message_leases.record(session, now, claimed, WAITING, tried=False, again_at=until)
        )
        return WAITING if kept else "lost"

    def _record(self, claimed: Claimed, state: str, outcome: Outcome) -> str:
        now = self._tools.clock()
        kept = self._tools.database.write(lambda session: self._kept(session, now, claimed, state, outcome))
        _report(claimed, state if kept else None, outcome)
        return state if kept else "lost"

    def _kept(self, session: Session, now: datetime, claimed: Claimed, state: str, outcome: Outcome) -> bool:
        if outcome.verdict is Verdict.GONE:
            gateways.switch(session, now, claimed.merchant_id, False, outcome.problem)
        if outcome.is_away and not self._channel.is_shared:
            message_leases.give_rest(session, now, claimed, outcome.retry_after)
        return message_leases.record(
            session,
            now,
            claimed,
            state,
            status=outcome.status,
            problem=outcome.problem,
            tried=state != DROPPED,
            asked=outcome.retry_after,
        )


class _Warnings(_Line):
    """What goes to the shop itself: whatever the order's shopper wants, and by night too."""

    def _made(self, claimed: Claimed) -> Sending | str | datetime:
        now = self._tools.clock()
        with self._tools.database.reading() as session:
            setup = self._memory.setup_of_merchant(session, claimed.merchant_id)
            booking = get(session, merchant_id=claimed.merchant_id, booking_id=claimed.booking_id)
            return self._channel.prepare(session, now, News(claimed, setup, booking, None, setup.language))


def _report(claimed: Claimed, state: str | None, outcome: Outcome) -> None:
    facts = {
        "message": claimed.id,
        "merchant": claimed.merchant_id,
        "booking": claimed.booking_id,
        "kind": claimed.kind,
        "channel": claimed.channel,
        "tries": claimed.tries + 1,
        "status": outcome.status,
        "took_ms": outcome.took_ms,
    }
    if outcome.verdict is Verdict.GONE:
        log.error("gateway_disabled", alarm=True, problem=outcome.problem, **facts)
    elif state == SENT:
        log.info("message_sent", **facts)
    elif state == DROPPED:
        log.info("message_dropped", problem=outcome.problem, **facts)
    elif state == FAILED:
        log.warning("message_refused", problem=outcome.problem, **facts)
    elif state is None:
        log.warning("lease_lost", **facts)
    else:
        log.warning("message_waits", problem=outcome.problem, **facts)
