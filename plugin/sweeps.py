"""What is put in order by itself, every minute, by every worker: each sweep may run twice, or in two places at once."""

from collections.abc import Callable, Mapping
from datetime import datetime

import structlog

from delivery.store.engine import Database, Session

Sweep = Callable[[Session, datetime], object]

SWEEPS: Mapping[str, Sweep] = {}
"""By the name that the log uses."""

log = structlog.get_logger(__name__)


def sweep_all(database: Database, now: datetime, sweeps: Mapping[str, Sweep] = SWEEPS) -> None:
    """Run each sweep in a transaction of its own; one that fails is logged and does not stop the others."""
    for name, sweep in sweeps.items():
        try:
            done = database.write(lambda session, sweep=sweep: sweep(session, now))  # type: ignore[misc]
        except Exception:
            log.exception("sweep_failed", sweep=name)
        else:
            if done:
                log.info("swept", sweep=name, done=done)
