"""Handing over: where to, what, and how each try went."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Index,
    Integer,
    String,
    Table,
    Text,
    Time,
    UniqueConstraint,
    text,
)

from delivery.store.tables.columns import Instant, merchant_id, metadata, reference

endpoints = Table(
    "endpoints",
    metadata,
    merchant_id(primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("url", String(2000), nullable=False),
    Column("secret", Text, nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("disabled_reason", String(200)),
    Column("created_at", Instant, nullable=False),
    Column("send_at", Time),
    Column("old_secret", Text),
    Column("old_secret_until", Instant),
    Column("tested_at", Instant),
    Column("tested_status", Integer),
    Column("tested_problem", String(300)),
)
"""`secret` and `old_secret` are encrypted (Fernet): they must be read again to sign. `send_at` is the wall-clock time of a daily
list in the merchant's zone. `tested_…`: how the last test handover went; no problem means that it was accepted."""

handovers = Table(
    "handovers",
    metadata,
    Column("id", String(40), primary_key=True),
    merchant_id(),
    Column("booking_id", String(40), nullable=False),
    reference("endpoint_id", nullable=True),
    Column("sequence", Integer, nullable=False),
    Column("type", String(40), nullable=False),
    Column("body", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("tries", Integer, nullable=False, default=0),
    Column("next_try_at", Instant, nullable=False),
    Column("claimed_until", Instant),
    Column("last_status", Integer),
    Column("last_problem", String(300)),
    Column("created_at", Instant, nullable=False),
    Column("passed_on_at", Instant),
    UniqueConstraint("merchant_id", "booking_id", "endpoint_id", "sequence"),
    Index("ix_handovers_endpoint", "merchant_id", "endpoint_id", "created_at"),
    CheckConstraint("state in ('waiting', 'passed_on', 'refused', 'parked')", name="state"),
    Index(
        "ix_handovers_due",
        "next_try_at",
        sqlite_where=text("state = 'waiting'"),
        postgresql_where=text("state = 'waiting'"),
    ),
    Index(
        "ix_handovers_unfinished",
        "merchant_id",
        "state",
        "booking_id",
        sqlite_where=text("state <> 'passed_on'"),
        postgresql_where=text("state <> 'passed_on'"),
    ),
)
"""The outbox. `id` is the webhook-id, the same over all tries. Without endpoint: sent by the merchant by hand."""

handover_tries = Table(
    "handover_tries",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    merchant_id(),
    Column("handover_id", String(40), nullable=False),
    Column("at", Instant, nullable=False),
    Column("status", Integer),
    Column("problem", String(300)),
    Column("took_ms", Integer, nullable=False),
    Index("ix_handover_tries_handover", "merchant_id", "handover_id"),
)
