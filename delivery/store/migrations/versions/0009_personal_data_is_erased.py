"""Bookings know when the person was erased from them; what is still to be erased or forgotten has an index."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

TO_ERASE = sa.text("erased_at is null")
ENDED = sa.text("state in ('released', 'expired', 'replaced')")


def upgrade() -> None:
    op.add_column("bookings", sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_bookings_to_erase",
        "bookings",
        ["merchant_id", "updated_at"],
        sqlite_where=TO_ERASE,
        postgresql_where=TO_ERASE,
    )
    op.create_index("ix_holds_ended", "holds", ["expires_at"], sqlite_where=ENDED, postgresql_where=ENDED)


def downgrade() -> None:
    op.drop_index("ix_holds_ended", "holds", sqlite_where=ENDED, postgresql_where=ENDED)
    op.drop_index("ix_bookings_to_erase", "bookings", sqlite_where=TO_ERASE, postgresql_where=TO_ERASE)
    op.drop_column("bookings", "erased_at")
