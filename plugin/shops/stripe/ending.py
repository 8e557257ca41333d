"""When a place is not kept any more, nobody can pay for it: its session or intent is ended at Stripe, by the worker."""

from collections.abc import Callable
from datetime import datetime

import structlog

from delivery import stripe_accounts, stripe_sessions
from delivery.problems import InvalidToken
from delivery.stripe_accounts import StripeAccount
from delivery.stripe_sessions import CHECKOUT_SESSION, EXPIRED, FAILED, PAYMENT_INTENT, StripeSession
from plugin.shops.stripe import checkout_sessions, payment_intents
from plugin.shops.stripe.client import calling
from plugin.tools import Tools

AT_ONCE = 50
"""So many in one round: Stripe may be slow, and other work waits behind it."""
KINDS = {CHECKOUT_SESSION: checkout_sessions.KIND, PAYMENT_INTENT: payment_intents.KIND}
ENDED_WORDS = ("expired", "canceled")
"""Stripe's for one that cannot be paid any more."""

log = structlog.get_logger(__name__)


class Ender:
    """Ends what is overdue. Any number of processes may do this at once: each takes one in hand before Stripe is asked."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def end_overdue(self, stopping: Callable[[], bool] = lambda: False) -> int:
        """How many were ended. What was paid meanwhile is left to its webhook; what Stripe does not answer is tried again."""
        now = self._tools.clock()
        with self._tools.database.reading() as session:
            found = stripe_sessions.overdue(session, now, AT_ONCE)
        return sum(not stopping() and self._end(now, one) for one in found)

    def _end(self, now: datetime, one: StripeSession) -> bool:
        if not self._tools.database.write(lambda session: stripe_sessions.claim(session, now, one)):
            return False
        with self._tools.database.reading() as session:
            account = stripe_accounts.find(session, one.merchant_id)
        state = self._ask(one, account)
        if state is None:
            return False
        whose = {"merchant_id": one.merchant_id, "object_id": one.id}
        self._tools.database.write(lambda session: stripe_sessions.ended(session, now, **whose, state=state))
        log.info("stripe_payment_ended", merchant=one.merchant_id, payment=one.id, state=state)
        return True

    def _ask(self, one: StripeSession, account: StripeAccount | None) -> str | None:
        """The state it is in from now on; None as long as that is not known, or was told by a webhook."""
        import stripe

        if account is None:
            return FAILED
        try:
            with calling(self._tools.config.stripe_api, account.api_key(self._tools.signer)) as client:
                word = KINDS[one.kind].end(client, one.id)
        except stripe.InvalidRequestError as error:
            # Of an account that was connected before, or gone for good: nobody can pay what is not there.
            return FAILED if error.code == "resource_missing" else self._trouble(one, type(error).__name__)
        except (stripe.StripeError, InvalidToken) as error:
            return self._trouble(one, type(error).__name__)
        return EXPIRED if word in ENDED_WORDS else None

    def _trouble(self, one: StripeSession, problem: str) -> None:
        log.warning("stripe_payment_not_ended", merchant=one.merchant_id, payment=one.id, problem=problem)
        self._tools.database.write(lambda session: stripe_sessions.trouble(session, one, problem))
