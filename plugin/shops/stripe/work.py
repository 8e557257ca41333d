"""Everything that the worker does about Stripe: every minute, and what was heard as soon as it was heard."""

from collections.abc import Callable

from delivery import stripe_events, stripe_proposals
from plugin.shops.stripe.ending import Ender
from plugin.shops.stripe.hearing import Hearing
from plugin.shops.stripe.settling import Settler
from plugin.tools import Tools

BATCH = 200


class StripeWork:
    """Any number of processes may do this at once."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._ender = Ender(tools)
        self._hearing = Hearing(tools)
        self._settler = Settler(tools)

    def anything_due(self) -> bool:
        """Whether something was heard, or money waits to be moved. Reads only."""
        return self._hearing.anything_due() or self._settler.anything_due()

    def do_due(self, stopping: Callable[[], bool] = lambda: False) -> None:
        """Do what was heard, then move what was approved."""
        self._hearing.hear_due(stopping)
        self._settler.settle_due(stopping)

    def see_to_all(self, stopping: Callable[[], bool] = lambda: False) -> None:
        """Ask for what was missed, end what nobody may pay any more, propose what is to be settled; and what is due besides."""
        self._hearing.ask_for_missed(stopping)
        self.do_due(stopping)
        self._ender.end_overdue(stopping)
        now = self._tools.clock()
        self._tools.database.write(lambda session: stripe_proposals.propose(session, now, BATCH))
        self._tools.database.write(lambda session: stripe_events.forget(session, now))
        self._settler.settle_due(stopping)
