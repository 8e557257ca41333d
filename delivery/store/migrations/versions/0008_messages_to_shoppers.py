"""Messages to shoppers: one row for each kind, occasion, booking and channel."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "messages",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("merchant_id", sa.String(length=32), nullable=False),
        sa.Column("booking_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("occasion", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_status", sa.Integer(), nullable=True),
        sa.Column("last_problem", sa.String(length=300), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state in ('waiting', 'sent', 'failed', 'dropped')", name=op.f("ck_messages_state")),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchants.id"], name=op.f("fk_messages_merchant_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
        sa.UniqueConstraint(
            "merchant_id",
            "booking_id",
            "kind",
            "channel",
            "occasion",
            name=op.f("uq_messages_merchant_id_booking_id_kind_channel_occasion"),
        ),
    )
    waiting, unsent = sa.text("state = 'waiting'"), sa.text("state <> 'sent'")
    op.create_index("ix_messages_due", "messages", ["next_try_at"], sqlite_where=waiting, postgresql_where=waiting)
    op.create_index(
        "ix_messages_unsent", "messages", ["created_at", "state"], sqlite_where=unsent, postgresql_where=unsent
    )


def downgrade() -> None:
    op.drop_table("messages")
