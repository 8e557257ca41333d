"""What was made for one shopper and will do for the next, up to a number of things."""

from typing import Any

MOST_THINGS = 10_000


class Remembered(dict[Any, Any]):
    """A dictionary that begins anew when it is full: simpler than forgetting the oldest, and as good for what is cheap to
    make again."""

    def keep(self, key: Any, value: Any) -> Any:
        """Remember a value, and give it back."""
        if len(self) >= MOST_THINGS:
            self.clear()
        self[key] = value
        return value
