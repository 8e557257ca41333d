"""Merchants, their keys, their staff, and who changed what."""

from sqlalchemy import Boolean, CheckConstraint, Column, Index, Integer, String, Table, Text, true

from delivery.store.tables.columns import Instant, facts, merchant_id, metadata, reference

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
    Column("centres_order", String(16), nullable=False, server_default="distance"),
    Column("tracks_stock", Boolean, nullable=False),
    Column("tax_rate", Integer, nullable=False, server_default="0"),
    Column("fees_include_tax", Boolean, nullable=False, server_default=true()),
    facts("languages", server_default="[]"),
    facts("texts", server_default="{}"),
    facts("looks", server_default="{}"),
    facts("contact", server_default="{}"),
    facts("messages", server_default="{}"),
    facts("afterwards", server_default="{}"),
    facts("driving", server_default="{}"),
    facts("gateway", nullable=True),
    Column("retention_days", Integer, nullable=False, server_default="90"),
    Column("platform", String(20), nullable=False, server_default="html"),
    Column("checkout_url", String(2000)),
    Column("settings_version", Integer, nullable=False),
    Column("open_share_told_at", Instant),
    Column("created_at", Instant, nullable=False),
    CheckConstraint("horizon_days between 1 and 90", name="horizon_days"),
    CheckConstraint("hold_minutes between 1 and 120", name="hold_minutes"),
)
"""`tax_rate` in hundredths of a percent. `languages` empty: all that there are words for. `open_share_told_at`: when it was last
warned that many orders come without a choice. `gateway`: where short messages are sent, its secret sealed; None for nowhere."""

keys = Table(
    "keys",
    metadata,
    Column("hash", String(64), primary_key=True),
    merchant_id(),
    Column("kind", String(16), nullable=False),
    Column("hint", String(8), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant),
    Column("readable", String(64)),
    Column("last_used_at", Instant),
    CheckConstraint("kind in ('publishable', 'secret')", name="kind"),
)
"""`readable` is a publishable key itself: it stands in public pages. Of a secret one only the hash is kept. `last_used_at`: when
the shop's server last called /v1 with it, to the hour."""

staff = Table(
    "staff",
    metadata,
    Column("id", String(40), primary_key=True),
    merchant_id(),
    Column("email", String(254), nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("role", String(16), nullable=False),
    Column("language", String(35)),
    Column("password", String(200)),
    Column("totp_secret", Text),
    Column("totp_used", Integer),
    Column("session_version", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("last_login_at", Instant),
    CheckConstraint("role in ('owner', 'configure', 'counter')", name="role"),
    Index("ix_staff_merchant", "merchant_id"),
)
"""`password` is an argon2 hash, None until the invitation was taken. `totp_secret` is encrypted; `totp_used` is the last
time step whose code was taken, so that none works twice. `session_version` grows when every login and link must end."""

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    merchant_id(),
    Column("at", Instant, nullable=False),
    reference("staff_id", nullable=True),
    Column("who", String(254), nullable=False),
    Column("area", String(40), nullable=False),
    Column("item", String(64), nullable=False),
    Column("action", String(16), nullable=False),
    facts("before", nullable=True),
    facts("after", nullable=True),
    CheckConstraint("action in ('added', 'changed', 'removed')", name="action"),
    Index("ix_audit_at", "merchant_id", "at"),
)
"""Every change of the settings. Only ever added to. `who` is kept as it was called then, or "operator"."""
