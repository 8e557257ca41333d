"""Bookings go by mail and as a daily list too; a secret is renewed with an overlap; the log of an endpoint is looked up."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("endpoints", sa.Column("send_at", sa.Time(), nullable=True))
    op.add_column("endpoints", sa.Column("old_secret", sa.Text(), nullable=True))
    op.add_column("endpoints", sa.Column("old_secret_until", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_handovers_endpoint", "handovers", ["merchant_id", "endpoint_id", "created_at"])


def downgrade() -> None:
    op.drop_index("ix_handovers_endpoint", table_name="handovers")
    op.drop_column("endpoints", "old_secret_until")
    op.drop_column("endpoints", "old_secret")
    op.drop_column("endpoints", "send_at")
