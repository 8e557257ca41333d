"""Delivery dates are learnt from what happened: the past that a merchant brings along, and what was learnt of each service."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

_NOT_YET = '{"mode": "off", "confidence": 90, "widest_days": null}'


def upgrade() -> None:
    op.add_column("services", sa.Column("learning", sa.JSON(), server_default=_NOT_YET, nullable=False))
    op.create_table(
        "past_parcels",
        sa.Column("merchant_id", sa.String(length=32), nullable=False),
        sa.Column("service_id", sa.String(length=64), nullable=False),
        sa.Column("order_number", sa.String(length=100), nullable=False),
        sa.Column("ordered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("counted_from", sa.Date(), nullable=False),
        sa.Column("dispatched_day", sa.Date(), nullable=True),
        sa.Column("delivered_day", sa.Date(), nullable=True),
        sa.Column("origin", sa.String(length=64), nullable=False),
        sa.Column("region", sa.String(length=20), nullable=False),
        sa.Column("area", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchants.id"], name=op.f("fk_past_parcels_merchant_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("merchant_id", "service_id", "order_number", name=op.f("pk_past_parcels")),
    )
    op.create_index("ix_past_parcels_ordered_at", "past_parcels", ["merchant_id", "service_id", "ordered_at"])
    op.create_table(
        "experiences",
        sa.Column("merchant_id", sa.String(length=32), nullable=False),
        sa.Column("service_id", sa.String(length=64), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("learnt_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("parcels", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchants.id"], name=op.f("fk_experiences_merchant_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("merchant_id", "service_id", name=op.f("pk_experiences")),
    )


def downgrade() -> None:
    op.drop_table("experiences")
    op.drop_table("past_parcels")
    op.drop_column("services", "learning")
