"""Every table, by room. All rows belong to a merchant but those of OPERATOR_TABLES."""

from delivery.store.tables.choosing import open_choices
from delivery.store.tables.columns import metadata
from delivery.store.tables.counter import code_tries, collections, parcels
from delivery.store.tables.handing import endpoints, handover_tries, handovers
from delivery.store.tables.learning import experiences, past_parcels
from delivery.store.tables.operator import places, signing_keys, workers
from delivery.store.tables.people import audit, keys, merchants, staff
from delivery.store.tables.routes import travel_times, van_days, van_refusals, van_routes, van_stops
from delivery.store.tables.selling import (
    answers,
    bookings,
    changes,
    counters,
    events,
    holds,
    idempotency,
    settlements,
)
from delivery.store.tables.settings import centres, origins, services, slot_patterns, stock, vans, zones
from delivery.store.tables.stripe import stripe_accounts, stripe_events, stripe_sessions, stripe_settlements
from delivery.store.tables.telling import messages

OPERATOR_TABLES = frozenset({"places", "signing_keys", "workers", "merchants", "alembic_version"})
"""Reference and operator rows. `merchants` is each merchant's own row: its `id` is the others' merchant_id."""

__all__ = [
    "OPERATOR_TABLES",
    "answers",
    "audit",
    "bookings",
    "centres",
    "changes",
    "code_tries",
    "collections",
    "counters",
    "endpoints",
    "events",
    "experiences",
    "handover_tries",
    "handovers",
    "holds",
    "idempotency",
    "keys",
    "merchants",
    "messages",
    "metadata",
    "open_choices",
    "origins",
    "parcels",
    "past_parcels",
    "places",
    "services",
    "settlements",
    "signing_keys",
    "slot_patterns",
    "staff",
    "stock",
    "stripe_accounts",
    "stripe_events",
    "stripe_sessions",
    "stripe_settlements",
    "travel_times",
    "van_days",
    "van_refusals",
    "van_routes",
    "van_stops",
    "vans",
    "workers",
    "zones",
]
