"""When a place is not kept any more, nobody can pay for it: its session or intent is ended at Stripe, by the worker."""

from collections.abc import Callable
from datetime import datetime

import structlog

from delivery import stripe_accounts, stripe_events, stripe_sessions
from delivery.problems import InvalidToken
from delivery.stripe_accounts import StripeAccount
from delivery.stripe_sessions import CHECKOUT_SESSION, EXPIRED, FAILED, OPEN, PAYMENT_INTENT, StripeSession
from plugin.shops.stripe import checkout_sessions, payment_intents
from plugin.shops.stripe.client import calling
from plugin.tools import Tools

AT_ONCE = 50
"""So many in one round: Stripe may be slow, and other work waits behind it."""
KINDS = {CHECKOUT_SESSION: checkout_sessions.KIND, PAYMENT_INTENT: payment_intents.KIND}
TOLD = {CHECKOUT_SESSION: "checkout.session.completed", PAYMENT_INTENT: "payment_intent.succeeded"}
"""What Stripe would have told of one that was paid."""
ENDED_WORDS = ("expired", "canceled")
"""Stripe's for one that cannot be paid any more."""

log = structlog.get_logger(__name__)


class Ender:
    """Ends what is overdue. Any number of processes may do this at once: each takes one in hand before Stripe is asked."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def end_overdue(self, stopping: Callable[[], bool] = lambda: False) -> int:
        """How many were ended. What was paid meanwhile is looked at as if Stripe had told it, should its webhook never come; what
        Stripe does not answer is tried again."""
        now = self._tools.clock()
        with self._tools.database.reading() as session:
            found = stripe_sessions.overdue(session, now, AT_ONCE)
        return sum(not stopping() and self._end(now, one) for one in found)

    def _end(self, now: datetime, one: StripeSession) -> bool:
        if not self._tools.database.write(lambda session: stripe_sessions.claim(session, now, one)):
            return False
        with self._tools.database.reading() as session:
            account = stripe_accounts.find(session, one.merchant_id)
        state = FAILED if account is None else self._ask(one, account)
        if state is None:
            return False
        whose = {"merchant_id": one.merchant_id, "object_id": one.id}
        if state == OPEN:
            told = {"event_id": f"looked_{one.tries}_{one.id}", "event_type": TOLD[one.kind]}
            self._tools.database.write(
                lambda session: stripe_events.keep(session, now, **whose, **told, created_at=now)
            )
            return False
        self._tools.database.write(lambda session: stripe_sessions.ended(session, now, **whose, state=state))
        log.info("stripe_payment_ended", merchant=one.merchant_id, payment=one.id, state=state)
        return True

    def _ask(self, one: StripeSession, account: StripeAccount) -> str | None:
        """EXPIRED, FAILED, or OPEN for what somebody paid; None as long as that is not known."""
        import stripe

        try:
            with calling(self._tools.config.stripe_api, account.api_key(self._tools.signer)) as client:
                word = KINDS[one.kind].end(client, one.id)
        except stripe.InvalidRequestError as error:
            # Of an account that was connected before, or gone for good: nobody can pay what is not there.
            if error.code == "resource_missing":
                return FAILED
            self._trouble(one, type(error).__name__)
        except (stripe.StripeError, InvalidToken) as error:
            self._trouble(one, type(error).__name__)
        else:
            return EXPIRED if word in ENDED_WORDS else OPEN
        return None

    def _trouble(self, one: StripeSession, problem: str) -> None:
        log.warning("stripe_payment_not_ended", merchant=one.merchant_id, payment=one.id, problem=problem)
        self._tools.database.write(lambda session: stripe_sessions.trouble(session, one, problem))
