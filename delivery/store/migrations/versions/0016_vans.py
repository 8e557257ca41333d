"""Merchants with vans of their own: the vans, how they drive, the routes of each day, and who fitted into none."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

_INSTANT = sa.DateTime(timezone=True)


def _merchant(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("merchant_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchants.id"], name=op.f(f"fk_{table}_merchant_id"), ondelete="CASCADE"
        ),
    ]


def upgrade() -> None:
    op.add_column("merchants", sa.Column("driving", sa.JSON(), server_default="{}", nullable=False))
    op.add_column("slot_patterns", sa.Column("kept_by", sa.String(length=8), server_default="count", nullable=False))
    op.create_table(
        "vans",
        *_merchant("vans"),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("origin_id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("weekdays", sa.JSON(), nullable=False),
        sa.Column("days_off", sa.JSON(), nullable=False),
        sa.Column("shift_start", sa.Time(), nullable=False),
        sa.Column("shift_end", sa.Time(), nullable=False),
        sa.Column("comes_back", sa.Boolean(), nullable=False),
        sa.Column("most_parcels", sa.Integer(), nullable=True),
        sa.Column("most_kg", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_vans_number")),
        sa.PrimaryKeyConstraint("merchant_id", "id", name=op.f("pk_vans")),
    )
    op.create_table(
        "van_days",
        *_merchant("van_days"),
        sa.Column("origin_id", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("planned_version", sa.Integer(), nullable=False),
        sa.Column("planned_at", _INSTANT, nullable=True),
        sa.Column("planned_settings", sa.Integer(), nullable=False),
        sa.Column("basis", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("merchant_id", "origin_id", "day", name=op.f("pk_van_days")),
    )
    op.create_table(
        "van_routes",
        *_merchant("van_routes"),
        sa.Column("origin_id", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("van", sa.String(length=80), nullable=False),
        sa.Column("stops", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("merchant_id", "origin_id", "day", "van", name=op.f("pk_van_routes")),
    )
    op.create_table(
        "van_stops",
        *_merchant("van_stops"),
        sa.Column("hold_id", sa.String(length=40), nullable=False),
        sa.Column("origin_id", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("is_gone", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("merchant_id", "hold_id", name=op.f("pk_van_stops")),
    )
    op.create_index("ix_van_stops_day", "van_stops", ["merchant_id", "origin_id", "day", "is_gone"])
    op.create_table(
        "van_refusals",
        *_merchant("van_refusals"),
        sa.Column("checkout", sa.String(length=100), nullable=False),
        sa.Column("origin_id", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("latitude", sa.Float(), nullable=False),
        sa.Column("longitude", sa.Float(), nullable=False),
        sa.Column("parcels", sa.Integer(), nullable=False),
        sa.Column("grams", sa.Integer(), nullable=False),
        sa.Column("windows", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("merchant_id", "origin_id", "day", "checkout", name=op.f("pk_van_refusals")),
    )
    op.create_table(
        "travel_times",
        *_merchant("travel_times"),
        sa.Column("from_cell", sa.String(length=20), nullable=False),
        sa.Column("to_cell", sa.String(length=20), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("fetched_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("merchant_id", "from_cell", "to_cell", name=op.f("pk_travel_times")),
    )


def downgrade() -> None:
    for table in ("travel_times", "van_refusals", "van_stops", "van_routes", "van_days", "vans"):
        op.drop_table(table)
    op.drop_column("slot_patterns", "kept_by")
    op.drop_column("merchants", "driving")
