"""What is put in order by itself, every minute, by every worker: each sweep may run twice, or in two places at once."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import structlog

from delivery import (
    holds,
    idempotency,
    messages,
    payments,
    promises,
    retention,
    stripe_sessions,
    travel_times,
    waiting,
    workers,
)
from delivery.links import PageLinks
from delivery.memory import Memory
from delivery.store.engine import Database, Session
from plugin.tools import Tools

BATCH = 200
"""Rows of one transaction: short enough that shoppers do not notice."""

MOST_BATCHES = 100

KEYS_ARE_KEPT = timedelta(hours=24)
"""How long an Idempotency-Key answers; the same order sent again finds its booking for ever."""

Sweep = Callable[[Session, datetime], int]

log = structlog.get_logger(__name__)


def _drop_late_messages(session: Session, now: datetime) -> int:
    dropped = messages.drop_late(session, now, BATCH)
    for one in dropped:
        log.warning("message_too_late", message=one.id, merchant=one.merchant_id, booking=one.booking_id, kind=one.kind)
    return len(dropped)


SWEEPS: Mapping[str, Sweep] = {
    "expired_holds": lambda session, now: holds.expire(session, now, BATCH),
    "unpaid_bookings": lambda session, now: payments.release_unpaid(session, now, BATCH),
    "workers": lambda session, now: workers.forget(session, now - workers.IS_FORGOTTEN_AFTER),
    "personal_data": lambda session, now: retention.erase_due(session, now, BATCH),
    "asked_to_be_erased": lambda session, now: retention.erase_asked(session, now, BATCH),
    "past_routes": lambda session, now: retention.forget_van_days(session, now, BATCH),
    "ended_holds": lambda session, now: retention.forget_holds(session, now, BATCH),
    "travel_times": lambda session, now: travel_times.forget_old(session, now, BATCH),
    "late_messages": _drop_late_messages,
    "ended_stripe_sessions": lambda session, now: stripe_sessions.forget(session, now, BATCH),
    "idempotency_keys": lambda session, now: idempotency.forget(session, now - KEYS_ARE_KEPT),
}
"""By the name that the log uses. Each does a batch and says how many; a full one is followed by another."""


def sweeps_with(tools: Tools) -> Mapping[str, Sweep]:
    """All sweeps: those above, and those that read settings and tell fulfilment."""
    memory, links = Memory(tools.signer), PageLinks(tools.config.public_url, tools.signer)
    return {
        **SWEEPS,
        "uncollected": lambda session, now: waiting.send_back(session, now, links, BATCH),
        "promises": lambda session, now: promises.watch(session, now, memory, links, BATCH),
    }


def sweep_all(database: Database, now: datetime, sweeps: Mapping[str, Sweep] = SWEEPS) -> None:
    """Run each sweep in a transaction of its own; one that fails is logged and does not stop the others."""
    for name, sweep in sweeps.items():
        try:
            done = _sweep(database, now, sweep)
        except Exception:
            log.exception("sweep_failed", sweep=name)
        else:
            if done:
                log.info("swept", sweep=name, done=done)


def _sweep(database: Database, now: datetime, sweep: Sweep) -> int:
    done = 0
    for _ in range(MOST_BATCHES):
        batch = database.write(lambda session: sweep(session, now))
        done += batch
        if batch < BATCH:
            break
    return done
