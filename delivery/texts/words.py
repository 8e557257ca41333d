"""What something that can be set is called."""

from typing import NamedTuple


class Words(NamedTuple):
    """A label, and what one should know to fill it in."""

    label: str
    help: str = ""
