"""What came of sending one message once, whatever the channel."""

from dataclasses import dataclass
from datetime import timedelta
from enum import Enum


class Verdict(Enum):
    """What came of sending a message."""

    SENT = "sent"
    LATER = "later"
    """Not now, or not with what has been set: try again later."""
    REFUSED = "refused"
    """This message, or its address, will never be taken: a person must look."""
    GONE = "gone"
    """The receiver wants no messages any more, ever (HTTP 410)."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How it went, the SMTP code or HTTP status if there was one, and a plain sentence (a msgid) if it was not sent.

    `retry_after` is the wait that the receiver asked for. `is_away` says that it was not reached, or has too much to do:
    its other messages had better wait too.
    """

    verdict: Verdict
    took_ms: int
    status: int | None = None
    problem: str | None = None
    retry_after: timedelta | None = None
    is_away: bool = False
