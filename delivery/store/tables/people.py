"""Merchants and their keys."""

from sqlalchemy import Boolean, CheckConstraint, Column, Integer, String, Table

from delivery.store.tables.columns import Instant, facts, merchant_id, metadata

merchants = Table(
    "merchants",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("country", String(2), nullable=False),
    Column("language", String(35), nullable=False),
    Column("currency", String(3), nullable=False),
    Column("time_zone", String(64), nullable=False),
    facts("allowed_origins"),
    Column("origin_rule", String(16), nullable=False),
    Column("preselected_service", String(64)),
    Column("horizon_days", Integer, nullable=False),
    Column("hold_minutes", Integer, nullable=False),
    Column("hold_limit_minutes", Integer, nullable=False),
    Column("payment_minutes", Integer, nullable=False),
    Column("few_left", Integer, nullable=False),
    Column("centres_shown", Integer, nullable=False),
    Column("tracks_stock", Boolean, nullable=False),
    Column("settings_version", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    CheckConstraint("horizon_days between 1 and 90", name="horizon_days"),
    CheckConstraint("hold_minutes between 1 and 120", name="hold_minutes"),
)

keys = Table(
    "keys",
    metadata,
    Column("hash", String(64), primary_key=True),
    merchant_id(),
    Column("kind", String(16), nullable=False),
    Column("hint", String(8), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant),
    CheckConstraint("kind in ('publishable', 'secret')", name="kind"),
)
