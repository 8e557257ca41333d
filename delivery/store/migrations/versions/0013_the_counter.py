"""Pick-up centres have a counter: parcels, who took what, codes; how long a parcel waits, and work that waits."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

_HAS_CODE = sa.text("code_hash is not null")
_LIES_THERE = sa.text("state = 'ready_for_pickup'")
_WHICH_CENTRE = """
    UPDATE bookings SET centre_id = option -> 'location' ->> 'id' WHERE type = 'pickup' AND option IS NOT NULL
"""

_WHAT_WAITS = """
    INSERT INTO counters (merchant_id, day, kind, ref, held, booked)
    SELECT merchant_id, '9999-12-31', 'work', centre_id, 0, count(*) FROM bookings
    WHERE type = 'pickup' AND service_id IS NULL AND state = 'confirmed' AND centre_id IS NOT NULL
    GROUP BY merchant_id, centre_id
"""


def upgrade() -> None:
    for table, columns in _new_columns().items():
        for column in columns:
            op.add_column(table, column)
    op.execute(_WHICH_CENTRE)
    op.execute(_WHAT_WAITS)
    op.create_index("ix_bookings_centre", "bookings", ["merchant_id", "centre_id", "state"])
    op.create_index(
        "uq_bookings_code_hash",
        "bookings",
        ["merchant_id", "code_hash"],
        unique=True,
        sqlite_where=_HAS_CODE,
        postgresql_where=_HAS_CODE,
    )
    op.create_index(
        "ix_bookings_kept_until", "bookings", ["kept_until"], sqlite_where=_LIES_THERE, postgresql_where=_LIES_THERE
    )
    _make_parcels()
    _make_collections()
    _make_code_tries()


def downgrade() -> None:
    op.execute("DELETE FROM counters WHERE kind = 'work'")
    for table in ("code_tries", "collections", "parcels"):
        op.drop_table(table)
    for index in ("ix_bookings_kept_until", "uq_bookings_code_hash", "ix_bookings_centre"):
        op.drop_index(index, table_name="bookings")
    for table, columns in _new_columns().items():
        for column in reversed(columns):
            op.drop_column(table, column.name)


def _new_columns() -> dict[str, list[sa.Column[object]]]:
    return {
        "bookings": [
            sa.Column("centre_id", sa.String(length=64), nullable=True),
            sa.Column("stock_place", sa.String(length=64), nullable=True),
            sa.Column("code_version", sa.Integer(), server_default="1", nullable=False),
            sa.Column("code_hash", sa.String(length=64), nullable=True),
            sa.Column("ready_at", sa.DateTime(timezone=True), nullable=True),
            sa.Column("kept_until", sa.DateTime(timezone=True), nullable=True),
            sa.Column("kept_longer_at", sa.DateTime(timezone=True), nullable=True),
            sa.Column("going_back_at", sa.DateTime(timezone=True), nullable=True),
        ],
        "centres": [
            sa.Column("minutes_per_order", sa.Integer(), server_default="0", nullable=False),
            sa.Column("people", sa.Integer(), server_default="1", nullable=False),
            sa.Column("unknown_stock", sa.String(length=16), server_default="offer", nullable=False),
            sa.Column("longer_days", sa.Integer(), server_default="3", nullable=False),
            sa.Column("asks_signature", sa.Boolean(), server_default=sa.false(), nullable=False),
        ],
        "merchants": [
            sa.Column("centres_order", sa.String(length=16), server_default="distance", nullable=False),
            sa.Column("gateway", sa.JSON(), nullable=True),
        ],
    }


def _merchant(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["merchant_id"], ["merchants.id"], name=op.f(f"fk_{table}_merchant_id"), ondelete="CASCADE"
    )


def _make_parcels() -> None:
    op.create_table(
        "parcels",
        sa.Column("merchant_id", sa.String(length=32), nullable=False),
        sa.Column("booking_id", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("shelf", sa.String(length=40), server_default="", nullable=False),
        sa.Column("came_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("went_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("number between 1 and 99", name=op.f("ck_parcels_number")),
        sa.CheckConstraint(
            "state in ('expected', 'here', 'collected', 'refused', 'gone_back')", name=op.f("ck_parcels_state")
        ),
        _merchant("parcels"),
        sa.PrimaryKeyConstraint("merchant_id", "booking_id", "number", name=op.f("pk_parcels")),
    )


def _make_collections() -> None:
    op.create_table(
        "collections",
        sa.Column("merchant_id", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("booking_id", sa.String(length=40), nullable=False),
        sa.Column("centre_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("parcels", sa.JSON(), nullable=False),
        sa.Column("shown", sa.String(length=16), nullable=False),
        sa.Column("verified", sa.Boolean(), nullable=False),
        sa.Column("who", sa.String(length=200), nullable=False),
        sa.Column("words", sa.String(length=300), nullable=False),
        sa.Column("signature", sa.Text(), nullable=True),
        sa.Column("staff", sa.String(length=254), nullable=False),
        sa.Column("offline", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("conflict", sa.String(length=30), nullable=True),
        sa.Column("conflict_seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind in ('collected', 'refused', 'taken_in')", name=op.f("ck_collections_kind")),
        sa.CheckConstraint("shown in ('code', 'id', 'nothing')", name=op.f("ck_collections_shown")),
        _merchant("collections"),
        sa.PrimaryKeyConstraint("merchant_id", "id", name=op.f("pk_collections")),
    )
    op.create_index("ix_collections_booking", "collections", ["merchant_id", "booking_id", "at"])
    op.create_index("ix_collections_centre", "collections", ["merchant_id", "centre_id", "at"])


def _make_code_tries() -> None:
    op.create_table(
        "code_tries",
        sa.Column("merchant_id", sa.String(length=32), nullable=False),
        sa.Column("centre_id", sa.String(length=64), nullable=False),
        sa.Column("who", sa.String(length=64), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        _merchant("code_tries"),
        sa.PrimaryKeyConstraint("merchant_id", "centre_id", "who", name=op.f("pk_code_tries")),
    )
