"""A piece of code to copy, and what goes into one."""

from dataclasses import dataclass
from typing import NamedTuple


class Snippet(NamedTuple):
    """A piece of code: what it is for (a message), and itself."""

    title: str
    code: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What goes into the pieces. `postal_code` is an example of the shop's country."""

    service_url: str
    shop: str
    country: str
    postal_code: str
    currency: str
    language: str
