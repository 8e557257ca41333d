"""How often somebody may try: for each e-mail address and for each network address, in a quarter of an hour."""

from collections.abc import Callable, Iterator
from datetime import datetime

from flask import request
from limits import RateLimitItem, parse
from limits.strategies import FixedWindowRateLimiter

from delivery.texts.catalogues import say_number
from plugin.pages.frame import locale
from web.limits import TooManyRequests, storage_of
from web.service import now, service

EACH_PERSON = parse("10/15 minutes")
EACH_ADDRESS = parse("30/15 minutes")

LOGIN, CODE, MAIL, INVITE = "login", "code", "mail", "invite"
"""What is counted apart from each other."""


class TooOften(Exception):
    """Tried too often; `seconds` says how long to wait."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"wait {seconds} seconds")
        self.seconds = seconds

    @property
    def problem(self) -> TooManyRequests:
        """With a sentence in the visitor's language."""
        return TooManyRequests(
            say_number(
                locale(),
                "That was tried too often. Try again in {number} minute.",
                "That was tried too often. Try again in {number} minutes.",
                -(-self.seconds // 60),
            )
        )


class Tries:
    """Counts before anything is looked at, so that a right password does not get past the limit either."""

    def __init__(self, storage: str, clock: Callable[[], datetime]) -> None:
        self._window = FixedWindowRateLimiter(storage_of(storage, clock))

    def count(self, kind: str, person: str) -> None:
        """One more try. Raises TooOften."""
        over = [
            self._window.get_window_stats(item, kind, who).reset_time
            for item, who in _counted(kind, person)
            if not self._window.hit(item, kind, who)
        ]
        if over:
            raise TooOften(max(1, round(max(over) - now().timestamp())))

    def give_back(self, kind: str, person: str) -> None:
        """What succeeded does not count."""
        for item, who in _counted(kind, person):
            self._window.hit(item, kind, who, cost=-1)


def _counted(kind: str, person: str) -> Iterator[tuple[RateLimitItem, str]]:
    """Who is counted, unreadably: the storage need not know who tried to log in."""
    tag = service().signer.tag
    yield EACH_ADDRESS, tag(f"{kind} from {request.remote_addr}".encode())
    yield EACH_PERSON, tag(f"{kind} of {person.strip().lower()}".encode(errors="replace"))
