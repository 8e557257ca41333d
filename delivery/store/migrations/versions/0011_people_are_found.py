"""The bookings of one person are found by e-mail address and phone; a booking knows that its person asked to be erased.

Addresses and phones that are there are folded here as the service folds new ones.
"""

import re
import unicodedata
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

BATCH = 1000
ASKED = sa.text("erase_asked_at is not null and erased_at is null")


def upgrade() -> None:
    for column in _columns():
        op.add_column("bookings", column)
    _fill()
    op.create_index("ix_bookings_search_email", "bookings", ["merchant_id", "search_email"])
    op.create_index("ix_bookings_search_phone", "bookings", ["merchant_id", "search_phone"])
    op.create_index(
        "ix_bookings_erase_asked",
        "bookings",
        ["merchant_id", "id"],
        sqlite_where=ASKED,
        postgresql_where=ASKED,
    )


def _columns() -> list[sa.Column[Any]]:
    return [
        sa.Column("search_email", _searched(254), nullable=True),
        sa.Column("search_phone", _searched(6), nullable=True),
        sa.Column("erase_asked_at", sa.DateTime(timezone=True), nullable=True),
    ]


def _searched(length: int) -> sa.types.TypeEngine[str]:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def _fill() -> None:
    bookings = sa.table(
        "bookings",
        sa.column("id", sa.String),
        sa.column("recipient", sa.JSON),
        *(sa.column(column.name, column.type) for column in _columns()),
    )
    connection, last = op.get_bind(), ""
    change = sa.update(bookings).where(bookings.c.id == sa.bindparam("b"))
    while True:
        some = sa.select(bookings.c.id, bookings.c.recipient).where(bookings.c.id > last)
        rows = connection.execute(some.order_by(bookings.c.id).limit(BATCH)).all()
        if not rows:
            return
        connection.execute(change, [{"b": row.id} | _facts(row.recipient) for row in rows])
        last = rows[-1].id


def _facts(recipient: dict[str, Any]) -> dict[str, str | None]:
    email = unicodedata.normalize("NFKC", recipient.get("email") or "").strip().casefold()
    digits = re.sub(r"[^0-9]", "", unicodedata.normalize("NFKC", recipient.get("phone") or "").replace("(0)", ""))
    return {"search_email": email[:254] or None, "search_phone": digits[-6:] if len(digits) >= 6 else None}


def downgrade() -> None:
    op.drop_index("ix_bookings_erase_asked", table_name="bookings", sqlite_where=ASKED, postgresql_where=ASKED)
    op.drop_index("ix_bookings_search_phone", table_name="bookings")
    op.drop_index("ix_bookings_search_email", table_name="bookings")
    for column in reversed(_columns()):
        op.drop_column("bookings", column.name)
