"""Telling shoppers: which message about which booking, and what became of it."""

from sqlalchemy import CheckConstraint, Column, Index, Integer, String, Table, UniqueConstraint, text

from delivery.store.tables.columns import Instant, merchant_id, metadata

messages = Table(
    "messages",
    metadata,
    Column("id", String(40), primary_key=True),
    merchant_id(),
    Column("booking_id", String(40), nullable=False),
    Column("kind", String(30), nullable=False),
    Column("channel", String(16), nullable=False),
    Column("occasion", String(40), nullable=False, default=""),
    Column("state", String(16), nullable=False),
    Column("tries", Integer, nullable=False, default=0),
    Column("next_try_at", Instant, nullable=False),
    Column("claimed_until", Instant),
    Column("last_status", Integer),
    Column("last_problem", String(300)),
    Column("created_at", Instant, nullable=False),
    Column("sent_at", Instant),
    UniqueConstraint("merchant_id", "booking_id", "kind", "channel", "occasion"),
    CheckConstraint("state in ('waiting', 'sent', 'failed', 'dropped')", name="state"),
    Index(
        "ix_messages_due",
        "next_try_at",
        sqlite_where=text("state = 'waiting'"),
        postgresql_where=text("state = 'waiting'"),
    ),
    Index(
        "ix_messages_unsent",
        "created_at",
        "state",
        sqlite_where=text("state <> 'sent'"),
        postgresql_where=text("state <> 'sent'"),
    ),
)
"""Each kind once for a booking, channel and occasion, by the unique constraint; `occasion` is empty for what happens once. `id`
names the mail over all tries. No address and no words are kept here: both are taken from the booking, its changes and the
settings when it is sent. `created_at` is when it is news, which may lie ahead."""
