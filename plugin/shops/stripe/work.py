"""Everything that the worker does about Stripe, every minute."""

from collections.abc import Callable

from plugin.shops.stripe.ending import Ender
from plugin.tools import Tools


class StripeWork:
    """Any number of processes may do this at once."""

    def __init__(self, tools: Tools) -> None:
        self._ender = Ender(tools)

    def see_to_all(self, stopping: Callable[[], bool] = lambda: False) -> None:
        """End what nobody may pay any more."""
        self._ender.end_overdue(stopping)
