"""Work lists: what has to leave is found by an index, however many orders have left before."""

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_index("ix_bookings_to_send", "bookings", ["merchant_id", "state", "ship_by", "origin_id", "id"])


def downgrade() -> None:
    op.drop_index("ix_bookings_to_send", table_name="bookings")
