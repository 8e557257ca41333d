"""Orders without a choice have a deadline, and who chose for them is kept; a shop is warned of many of them once a day.

Those that are open now get their deadline when they are first looked at.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

_LEFT = sa.text("next_at is not null")
_THOSE_THERE = """
    INSERT INTO open_choices (merchant_id, booking_id, came_at, next_at)
    SELECT merchant_id, id, created_at, created_at FROM bookings WHERE state = 'choice_open'
"""


def upgrade() -> None:
    op.create_table(
        "open_choices",
        sa.Column("merchant_id", sa.String(length=32), nullable=False),
        sa.Column("booking_id", sa.String(length=40), nullable=False),
        sa.Column("came_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("choose_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("default_failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("chosen_by", sa.String(length=16), nullable=True),
        sa.Column("chosen_by_name", sa.String(length=254), nullable=True),
        sa.CheckConstraint("chosen_by in ('shopper', 'staff', 'default')", name=op.f("ck_open_choices_chosen_by")),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchants.id"], name=op.f("fk_open_choices_merchant_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("merchant_id", "booking_id", name=op.f("pk_open_choices")),
    )
    op.create_index("ix_open_choices_came_at", "open_choices", ["came_at", "merchant_id"])
    op.create_index("ix_open_choices_next_at", "open_choices", ["next_at"], sqlite_where=_LEFT, postgresql_where=_LEFT)
    op.execute(_THOSE_THERE)
    op.add_column("merchants", sa.Column("open_share_told_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("merchants", "open_share_told_at")
    op.drop_index("ix_open_choices_next_at", table_name="open_choices", sqlite_where=_LEFT, postgresql_where=_LEFT)
    op.drop_index("ix_open_choices_came_at", table_name="open_choices")
    op.drop_table("open_choices")
