"""What comes after the order: what the shopper wants at the door and hears, what changes cost, how it went."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    for column in _bookings():
        op.add_column("bookings", column)
    op.create_index(
        "ix_bookings_arrived_at",
        "bookings",
        ["merchant_id", "arrived_at", "kept", "broken_by", "type", "service_id", "zone_id"],
    )
    op.create_index(
        "ix_bookings_look_at",
        "bookings",
        ["look_at"],
        sqlite_where=sa.text("look_at is not null"),
        postgresql_where=sa.text("look_at is not null"),
    )
    for column in _changes():
        op.add_column("changes", column)
    op.add_column("merchants", sa.Column("afterwards", sa.JSON(), server_default="{}", nullable=False))
    _make_settlements()
    _make_answers()


def _bookings() -> list[sa.Column[object]]:
    return [
        sa.Column("instructions", sa.JSON(), server_default="{}", nullable=False),
        sa.Column("preferences", sa.JSON(), server_default="{}", nullable=False),
        sa.Column("expected", sa.JSON(), nullable=True),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("kept", sa.Boolean(), nullable=True),
        sa.Column("broken_by", sa.String(length=16), nullable=True),
        sa.Column("zone_id", sa.String(length=64), nullable=True),
        sa.Column("look_at", sa.DateTime(timezone=True), nullable=True),
    ]


def _changes() -> list[sa.Column[object]]:
    return [
        sa.Column("difference", sa.Integer(), server_default="0", nullable=False),
        sa.Column("made_by", sa.String(length=16), server_default="shop", nullable=False),
    ]


def _make_settlements() -> None:
    op.create_table(
        "settlements",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("merchant_id", sa.String(length=32), nullable=False),
        sa.Column("booking_id", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("ref", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("amount > 0", name=op.f("ck_settlements_amount")),
        sa.CheckConstraint("kind in ('payment_due', 'refund_due')", name=op.f("ck_settlements_kind")),
        sa.CheckConstraint("state in ('open', 'settled', 'void')", name=op.f("ck_settlements_state")),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchants.id"], name=op.f("fk_settlements_merchant_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settlements")),
        sa.UniqueConstraint(
            "merchant_id", "booking_id", "reason", "ref", name=op.f("uq_settlements_merchant_id_booking_id_reason_ref")
        ),
    )


def _make_answers() -> None:
    op.create_table(
        "answers",
        sa.Column("merchant_id", sa.String(length=32), nullable=False),
        sa.Column("booking_id", sa.String(length=40), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("wants_call", sa.Boolean(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("score between 1 and 5", name=op.f("ck_answers_score")),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchants.id"], name=op.f("fk_answers_merchant_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("merchant_id", "booking_id", name=op.f("pk_answers")),
    )
    op.create_index("ix_answers_given_at", "answers", ["merchant_id", "given_at"])


def downgrade() -> None:
    op.drop_index("ix_answers_given_at", table_name="answers")
    op.drop_table("answers")
    op.drop_table("settlements")
    op.drop_column("merchants", "afterwards")
    for column in _changes():
        op.drop_column("changes", column.name)
    op.drop_index("ix_bookings_look_at", table_name="bookings")
    op.drop_index("ix_bookings_arrived_at", table_name="bookings")
    for column in _bookings():
        op.drop_column("bookings", column.name)
