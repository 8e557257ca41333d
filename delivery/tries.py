"""How a handover went, and when it is tried again. Pure: values in, values out."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

GAPS = (
    timedelta(0),
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
"""The wait before each try: ten tries over 75 hours and 35 minutes (the schedule of Standard Webhooks 1.0)."""

JITTER = 0.1
"""A wait grows by up to this share, so that what failed together does not come back together. It never shrinks."""

LONGEST_ASKED_WAIT = timedelta(hours=24)
LONGEST_PAUSE = timedelta(hours=1)
USUAL_PAUSE = timedelta(seconds=30)


class Verdict(Enum):
    """What one try came to."""

    PASSED_ON = "passed_on"
    FAILED = "failed"
    GONE = "gone"
    """The receiver wants nothing more, ever (410)."""
    HOPELESS = "hopeless"
    """Trying again would come to the same, such as for a mailbox that is not there: a person must look."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One try: its verdict, the HTTP status if there was one, and a plain sentence if it failed.

    `retry_after` is the wait the receiver asked for. `overloaded` says that the whole endpoint should get a rest.
    """

    verdict: Verdict
    took_ms: int
    status: int | None = None
    problem: str | None = None
    retry_after: timedelta | None = None
    overloaded: bool = False


def next_try(now: datetime, tries: int, asked: timedelta | None, chance: Callable[[], float]) -> datetime | None:
    """When to try again after `tries` failures, never before the receiver asked for; None when the schedule is through.

    A receiver that asks for more than LONGEST_ASKED_WAIT gets that.
    """
    if tries >= len(GAPS):
        return None
    wait = max(GAPS[tries], min(asked or timedelta(0), LONGEST_ASKED_WAIT))
    return now + wait * (1 + JITTER * chance())


def pause(asked: timedelta | None) -> timedelta:
    """How long an overloaded endpoint is left alone by all its other messages."""
    return min(max(asked or timedelta(0), USUAL_PAUSE), LONGEST_PAUSE)
