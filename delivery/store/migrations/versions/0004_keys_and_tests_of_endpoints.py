"""Publishable keys are kept to be shown again, so that they can be renewed; endpoints know how their last test went."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("keys", sa.Column("readable", sa.String(length=64), nullable=True))
    op.add_column("endpoints", sa.Column("tested_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("endpoints", sa.Column("tested_status", sa.Integer(), nullable=True))
    op.add_column("endpoints", sa.Column("tested_problem", sa.String(length=300), nullable=True))


def downgrade() -> None:
    op.drop_column("endpoints", "tested_problem")
    op.drop_column("endpoints", "tested_status")
    op.drop_column("endpoints", "tested_at")
    op.drop_column("keys", "readable")
