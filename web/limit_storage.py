"""Where limits are counted when one process serves: in memory, without a thread.

The storage that comes with `limits` starts a timer thread every ten milliseconds it is used, which took longer than the
rest of an offer's way through HTTP.
"""

from collections.abc import Callable
from datetime import datetime
from threading import Lock

from limits.storage import Storage

MOST_KEYS = 100_000


class InProcess(Storage):
    """A counter and its end for each key. When too many have gathered, those that have ended are dropped."""

    STORAGE_SCHEME = ["stoep-memory"]

    def __init__(self, clock: Callable[[], datetime]) -> None:
        super().__init__()
        self._clock = clock
        self._counts: dict[str, tuple[int, float]] = {}
        self._lock = Lock()

    @property
    def base_exceptions(self) -> type[Exception]:
        return ValueError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        now = self._clock().timestamp()
        with self._lock:
            count, ends_at = self._counts.get(key, (0, 0.0))
            if ends_at <= now:
                count, ends_at = 0, now + expiry
                self._drop_ended(now)
            self._counts[key] = count + amount, ends_at
        return count + amount

    def _drop_ended(self, now: float) -> None:
        if len(self._counts) >= MOST_KEYS:
            self._counts = {key: kept for key, kept in self._counts.items() if kept[1] > now}

    def get(self, key: str) -> int:
        count, ends_at = self._counts.get(key, (0, 0.0))
        return count if ends_at > self._clock().timestamp() else 0

    def get_expiry(self, key: str) -> float:
        return self._counts.get(key, (0, self._clock().timestamp()))[1]

    def check(self) -> bool:
        return True

    def reset(self) -> int:
        dropped = len(self._counts)
        self._counts = {}
        return dropped

    def clear(self, key: str) -> None:
        self._counts.pop(key, None)
