"""The worker's ear for Stripe: does the events that the door kept, and asks for those that never came.

Stripe is asked between two short transactions. What it says is written only if nobody wrote the same row meanwhile, and
together with the mark that the event is done: so an event counts once, however often it is taken in hand.
"""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

import structlog

from delivery import stripe_accounts, stripe_events, stripe_outcomes, stripe_settlements
from delivery.links import PageLinks
from delivery.memory import Memory
from delivery.problems import ChoiceGone, ChoiceStale, ChoiceUsed, InvalidToken
from delivery.store.engine import Session
from delivery.stripe_accounts import StripeAccount
from delivery.stripe_events import Asking, Event
from delivery.stripe_outcomes import DESPITE, Crossed, Seen
from delivery.stripe_sessions import PAID, PAYMENT_INTENT, StripeSession, find
from plugin.shops.stripe.client import calling
from plugin.shops.stripe.ending import TOLD
from plugin.shops.stripe.outcomes import read_intent, read_session, session_of
from plugin.shops.stripe.refusals import key_problem
from plugin.shops.stripe.webhooks import keep
from plugin.tools import Tools

if TYPE_CHECKING:
    from stripe import StripeClient

CROSSINGS = 5
"""How often one event is read anew because somebody else was at work on the same payment."""
PAGE, MOST_MISSED = 100, 2000
AT_ONCE = 20

log = structlog.get_logger("stoep.stripe")


class _NotNow(Exception):
    """The key does not do: it is asked when there is another one."""


class Hearing:
    """Does what is due. Any number of processes may do this at once."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._memory = Memory(tools.signer)
        self._links = PageLinks(tools.config.public_url, tools.signer)

    def anything_due(self) -> bool:
        """Whether an event waits. Reads only."""
        with self._tools.database.reading() as session:
            return stripe_events.anything_due(session, self._tools.clock())

    def hear_due(self, stopping: Callable[[], bool] = lambda: False) -> int:
        """Do one event after another until none is due, Stripe is away, or we are to stop; how many."""
        heard = 0
        while not stopping() and self.anything_due():
            now = self._tools.clock()
            event = self._tools.database.write(lambda session, at=now: stripe_events.claim(session, at))  # type: ignore[misc]
            if event is None:
                break
            heard += 1
            if not self._hear(event):
                break
        return heard

    def ask_for_missed(self, stopping: Callable[[], bool] = lambda: False) -> int:
        """Ask each account once an hour for what Stripe could not deliver; how many events that brought.

        At most AT_ONCE accounts, and none after one at which Stripe was away: other work waits.
        """
        brought, failed = 0, []
        for _ in range(AT_ONCE):
            if stopping():
                break
            now = self._tools.clock()
            asking = self._tools.database.write(lambda session, at=now: stripe_events.ask_next(session, at))  # type: ignore[misc]
            if asking is None:
                break
            try:
                brought += self._ask(asking)
            except _NotNow:
                failed.append(asking)
            except Exception as error:
                log.warning("stripe_events_not_listed", merchant=asking.merchant_id, error=type(error).__name__)
                failed.append(asking)
                break
        for one in failed:
            self._tools.database.write(lambda session, one=one: stripe_events.not_asked(session, one))  # type: ignore[misc]
        return brought

    def _ask(self, asking: Asking) -> int:
        account = self._account(asking.merchant_id)
        if account is None or account.problem is not None:
            raise _NotNow
        asked = {
            "delivery_success": False,
            "types": sorted(stripe_events.TYPES),
            "created": {"gte": int(asking.since.timestamp())},
            "limit": PAGE,
        }
        with calling(self._tools.config.stripe_api, account.api_key(self._tools.signer)) as client:
            missed = []
            for event in client.v1.events.list(asked).auto_paging_iter():  # type: ignore[arg-type]
                missed.append(event.to_dict())
                if len(missed) >= MOST_MISSED:
                    break
        now, whose = self._tools.clock(), asking.merchant_id

        def work(session: Session) -> int:
            _look_daily(session, now, whose)
            return sum(keep(session, now, whose, event) for event in missed)

        new = self._tools.database.write(work)
        if new:
            log.warning("stripe_events_missed", merchant=whose, events=new)
        return new

    def _hear(self, event: Event) -> bool:
        """Whether the next one may be tried at once."""
        import stripe

        facts = {"merchant": event.merchant_id, "told": event.id, "type": event.type, "object": event.object_id}
        try:
            self._see_to(event)
        except (stripe.AuthenticationError, stripe.PermissionError) as error:
            self._refused(event, error)
        except stripe.InvalidRequestError as error:
            # It is not there, or not the account's: nothing will change that.
            log.warning("stripe_event_in_vain", code=error.code, **facts)
            self._in_vain(event, error.code or "invalid_request")
        except (stripe.StripeError, Crossed) as error:
            log.warning("stripe_event_later", error=type(error).__name__, **facts)
            self._later(event, type(error).__name__)
            return isinstance(error, Crossed)
        except Exception:
            # A fault of ours must not keep an event in limbo: it counts as a try.
            log.exception("stripe_event_broke", **facts)
            self._later(event, "A fault on our side.")
        else:
            log.info("stripe_event_done", **facts)
        return True

    def _see_to(self, event: Event) -> None:
        account = self._account(event.merchant_id)
        if account is None:
            self._in_vain(event, "The account is not connected any more.")
            return
        try:
            key = account.api_key(self._tools.signer)
        except InvalidToken:
            self._later(event, "Its key cannot be read with the signing keys in use.")
            return
        with calling(self._tools.config.stripe_api, key) as client:
            for _ in range(CROSSINGS):
                before, seen = self._read(client, event)
                try:
                    self._write(event, seen, before)
                except Crossed:
                    continue
                return
        raise Crossed

    def _read(self, client: "StripeClient", event: Event) -> tuple[StripeSession | None, Seen]:
        """Our row before Stripe was asked, and what Stripe says now."""
        whose, object_id = event.merchant_id, event.object_id
        with self._tools.database.reading() as session:
            known = find(session, whose, object_id) or stripe_outcomes.of_intent(session, whose, object_id)
        if known is not None:
            object_id = known.id
        elif object_id.startswith("pi_"):
            object_id = session_of(client, object_id) or object_id
            with self._tools.database.reading() as session:
                known = find(session, whose, object_id)
        is_intent = known.kind == PAYMENT_INTENT if known else object_id.startswith("pi_")
        return known, (read_intent if is_intent else read_session)(client, object_id)

    def _write(self, event: Event, seen: Seen, before: StripeSession | None) -> None:
        for despite in DESPITE:
            try:
                self._tools.database.write(lambda session, how=despite: self._follow(session, event, seen, before, how))  # type: ignore[misc]
            except (ChoiceGone, ChoiceStale, ChoiceUsed) as problem:
                log.warning(
                    "stripe_paid_in_vain", alarm=True, payment=seen.id, problem=problem.code, merchant=event.merchant_id
                )
                if despite == DESPITE[-1]:
                    raise
            else:
                return

    def _follow(
        self, session: Session, event: Event, seen: Seen, before: StripeSession | None, despite: str | None
    ) -> None:
        now = self._tools.clock()
        if not stripe_events.done(session, now, event):
            return
        setup = self._memory.setup_of_merchant(session, event.merchant_id)
        stripe_outcomes.settle(session, now, self._tools.signer, setup, self._links, seen, before, despite)
        if seen.link is not None and seen.state == PAID:
            stripe_settlements.link_paid(session, now, event.merchant_id, seen.link)

    def _account(self, merchant_id: str) -> StripeAccount | None:
        with self._tools.database.reading() as session:
            return stripe_accounts.find(session, merchant_id)

    def _refused(self, event: Event, error: Exception) -> None:
        """The key does not do: the install page says it, and the event waits for another one."""
        problem, now = key_problem(error), self._tools.clock()

        def work(session: Session) -> None:
            stripe_accounts.refused(session, event.merchant_id, problem)
            stripe_events.later(session, now, event, problem or type(error).__name__)

        log.warning("stripe_key_refused", alarm=True, merchant=event.merchant_id, problem=problem)
        self._tools.database.write(work)

    def _later(self, event: Event, why: str) -> None:
        now = self._tools.clock()
        self._tools.database.write(lambda session: stripe_events.later(session, now, event, why))

    def _in_vain(self, event: Event, why: str) -> None:
        now = self._tools.clock()
        self._tools.database.write(lambda session: stripe_events.done(session, now, event, why))


def _look_daily(session: Session, now: datetime, merchant_id: str) -> None:
    """Once a day at what is still under way, as if Stripe had told of it: a shop's webhooks may never have been set up."""
    for one in stripe_outcomes.unpaid(session, merchant_id):
        stripe_events.keep(
            session,
            now,
            merchant_id=merchant_id,
            event_id=f"looked_{now:%Y%m%d}_{one.id}",
            event_type=TOLD[one.kind],
            object_id=one.id,
            created_at=now,
        )
