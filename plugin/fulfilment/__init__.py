"""One file per kind of fulfilment. To add one: a file with such a `hand_over`, and its line in KINDS."""

from collections.abc import Mapping
from typing import Protocol

from delivery.endpoint_kinds import DAILY_LIST, MAIL, WEBHOOK
from delivery.leases import Claimed
from delivery.tries import Outcome
from plugin.fulfilment import daily_list, mail, webhook
from plugin.fulfilment.means import Means


class HandOver(Protocol):
    """Sends one message, or the list that it heads, once, and says how it went. Raises nothing that was to be expected."""

    def __call__(self, claimed: Claimed, means: Means) -> Outcome: ...


KINDS: Mapping[str, HandOver] = {
    WEBHOOK: webhook.hand_over,
    MAIL: mail.hand_over,
    DAILY_LIST: daily_list.hand_over,
}
"""By the `kind` of an endpoint."""
