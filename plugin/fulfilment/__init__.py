"""One file per kind of fulfilment. To add one: a file with such a `send`, and its line in KINDS."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from delivery.leases import Claimed
from delivery.tries import Outcome
from plugin.fulfilment import webhook


class Send(Protocol):
    """Sends one message once, signed with `secret`, and says how it went. Raises nothing that was to be expected."""

    def __call__(self, claimed: Claimed, secret: str, now: datetime, allow_private: bool) -> Outcome: ...


KINDS: Mapping[str, Send] = {
    "webhook": webhook.send,
}
"""By the `kind` of an endpoint."""
