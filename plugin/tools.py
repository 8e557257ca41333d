"""What the worker's rooms need."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from delivery.signing import Signer
from delivery.store.engine import Database
from web.config import Config


@dataclass(frozen=True, slots=True)
class Tools:
    """What handing over and telling need. `clock` gives an aware UTC instant."""

    database: Database
    clock: Callable[[], datetime]
    signer: Signer
    config: Config
