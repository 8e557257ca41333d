"""Merchants whose checkout is Stripe's: account, payments, events, money later; and when keys were last used."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.add_column("keys", sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "stripe_accounts",
        sa.Column("merchant_id", sa.String(length=32), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("key_hint", sa.String(length=8), nullable=False),
        sa.Column("mode", sa.String(length=8), nullable=False),
        sa.Column("webhook_secret", sa.Text(), nullable=True),
        sa.Column("old_webhook_secret", sa.Text(), nullable=True),
        sa.Column("old_webhook_secret_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tax_behavior", sa.String(length=16), server_default="inclusive", nullable=False),
        sa.Column("settles_alone", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("connected_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("problem", sa.String(length=300), nullable=True),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("mode in ('test', 'live')", name=op.f("ck_stripe_accounts_mode")),
        sa.CheckConstraint(
            "tax_behavior in ('inclusive', 'exclusive', 'unspecified')",
            name=op.f("ck_stripe_accounts_tax_behavior"),
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchants.id"], name=op.f("fk_stripe_accounts_merchant_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("merchant_id", name=op.f("pk_stripe_accounts")),
    )
    op.create_table(
        "stripe_sessions",
        sa.Column("merchant_id", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=255), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("checkout", sa.String(length=100), nullable=False),
        sa.Column("hold_id", sa.String(length=40), nullable=True),
        sa.Column("booking_id", sa.String(length=40), nullable=True),
        sa.Column("locale", sa.String(length=35), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("fee_amount", sa.Integer(), server_default="0", nullable=False),
        sa.Column("paid_amount", sa.Integer(), server_default="0", nullable=False),
        sa.Column("refunded_amount", sa.Integer(), server_default="0", nullable=False),
        sa.Column("payment_intent", sa.String(length=255), nullable=True),
        sa.Column("disputed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("problem", sa.String(length=300), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_look_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind in ('checkout_session', 'payment_intent')", name=op.f("ck_stripe_sessions_kind")),
        sa.CheckConstraint(
            "state in ('open', 'unpaid', 'paid', 'failed', 'expired')",
            name=op.f("ck_stripe_sessions_state"),
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchants.id"], name=op.f("fk_stripe_sessions_merchant_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("merchant_id", "id", name=op.f("pk_stripe_sessions")),
    )
    op.create_index("ix_stripe_sessions_booking", "stripe_sessions", ["merchant_id", "booking_id"])
    op.create_index("ix_stripe_sessions_checkout", "stripe_sessions", ["merchant_id", "checkout"])
    op.create_index(
        "ix_stripe_sessions_ended",
        "stripe_sessions",
        ["ended_at"],
        sqlite_where=sa.text("state in ('failed', 'expired')"),
        postgresql_where=sa.text("state in ('failed', 'expired')"),
    )
    op.create_index("ix_stripe_sessions_intent", "stripe_sessions", ["merchant_id", "payment_intent"])
    op.create_index(
        "ix_stripe_sessions_open",
        "stripe_sessions",
        ["next_look_at"],
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "stripe_events",
        sa.Column("merchant_id", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=255), nullable=False),
        sa.Column("type", sa.String(length=100), nullable=False),
        sa.Column("object_id", sa.String(length=255), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("problem", sa.String(length=300), nullable=True),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchants.id"], name=op.f("fk_stripe_events_merchant_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("merchant_id", "id", name=op.f("pk_stripe_events")),
    )
    op.create_index(
        "ix_stripe_events_due",
        "stripe_events",
        ["next_try_at"],
        sqlite_where=sa.text("done_at is null"),
        postgresql_where=sa.text("done_at is null"),
    )
    op.create_index("ix_stripe_events_received_at", "stripe_events", ["received_at"])
    op.create_table(
        "stripe_settlements",
        sa.Column("merchant_id", sa.String(length=32), nullable=False),
        sa.Column("settlement_id", sa.String(length=40), nullable=False),
        sa.Column("booking_id", sa.String(length=40), nullable=False),
        sa.Column("session_id", sa.String(length=255), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("idempotency_key", sa.String(length=255), nullable=False),
        sa.Column("approved_by", sa.String(length=254), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stripe_id", sa.String(length=255), nullable=True),
        sa.Column("url", sa.String(length=2000), nullable=True),
        sa.Column("problem", sa.String(length=300), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("amount > 0", name=op.f("ck_stripe_settlements_amount")),
        sa.CheckConstraint("kind in ('refund', 'payment_link')", name=op.f("ck_stripe_settlements_kind")),
        sa.CheckConstraint(
            "state in ('proposed', 'approved', 'sent', 'done', 'failed', 'declined')",
            name=op.f("ck_stripe_settlements_state"),
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchants.id"], name=op.f("fk_stripe_settlements_merchant_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("merchant_id", "settlement_id", name=op.f("pk_stripe_settlements")),
        sa.UniqueConstraint(
            "merchant_id", "idempotency_key", name=op.f("uq_stripe_settlements_merchant_id_idempotency_key")
        ),
    )
    op.create_index("ix_stripe_settlements_booking", "stripe_settlements", ["merchant_id", "booking_id"])
    op.create_index(
        "ix_stripe_settlements_due",
        "stripe_settlements",
        ["next_try_at"],
        sqlite_where=sa.text("state in ('approved', 'sent')"),
        postgresql_where=sa.text("state in ('approved', 'sent')"),
    )
    op.create_index(
        "ix_settlements_open",
        "settlements",
        ["merchant_id"],
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )


def downgrade() -> None:
    op.drop_index("ix_settlements_open", "settlements")
    op.drop_table("stripe_settlements")
    op.drop_table("stripe_events")
    op.drop_table("stripe_sessions")
    op.drop_table("stripe_accounts")
    op.drop_column("keys", "last_used_at")
