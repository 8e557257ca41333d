"""What a request needs of the process around it: database, memory, keys, clock."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from flask import current_app, g

from delivery.links import PageLinks
from delivery.memory import Memory
from delivery.signing import Signer
from delivery.store.engine import Database
from web.config import Config

NAME = "stoep"


@dataclass(frozen=True, slots=True)
class Service:
    """Made once by create_app, kept in `app.extensions`."""

    config: Config
    database: Database
    memory: Memory
    signer: Signer
    links: PageLinks
    clock: Callable[[], datetime]
    hasten: Callable[[], None]


def service() -> Service:
    """The service of the application that handles this request."""
    return cast(Service, current_app.extensions[NAME])


def now() -> datetime:
    """The moment of this request, read once."""
    if "now" not in g:
        g.now = service().clock()
    return cast(datetime, g.now)
