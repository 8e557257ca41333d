"""Deliveries are searched: what a booking is looked for by gets columns and indexes of its own. A hold says when it was
last kept longer.

Rows that are there are folded here in a simpler way than the service folds new ones: a country's habit of writing its
own letters before a postcode is not known here. The next change of a booking mends it.
"""

import unicodedata
from datetime import date
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

BATCH = 1000
INDEXES = {
    "ix_bookings_search_order": ["merchant_id", "search_order", "created_at", "id"],
    "ix_bookings_search_postal_code": ["merchant_id", "search_postal_code", "created_at", "id"],
    "ix_bookings_listed": [
        *("merchant_id", "created_at", "id", "state", "type", "ship_by"),
        *("earliest_day", "latest_day", "origin_id", "service_id", "search_name"),
    ],
}


def upgrade() -> None:
    for column in _columns():
        op.add_column("bookings", column)
    _fill()
    for name, columns in INDEXES.items():
        op.create_index(name, "bookings", columns)
    unfinished = sa.text("state <> 'passed_on'")
    op.create_index(
        "ix_handovers_unfinished",
        "handovers",
        ["merchant_id", "state", "booking_id"],
        sqlite_where=unfinished,
        postgresql_where=unfinished,
    )
    op.add_column("holds", sa.Column("extended_at", sa.DateTime(timezone=True), nullable=True))


def _columns() -> list[sa.Column[Any]]:
    return [
        sa.Column("search_order", _searched(100), nullable=True),
        sa.Column("search_name", _searched(200), nullable=True),
        sa.Column("search_postal_code", _searched(40), nullable=True),
        sa.Column("earliest_day", sa.Date(), nullable=True),
        sa.Column("latest_day", sa.Date(), nullable=True),
    ]


def _searched(length: int) -> sa.types.TypeEngine[str]:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def _fill() -> None:
    names = ("id", "order_number", "recipient", "address", "option")
    bookings = sa.table(
        "bookings",
        sa.column("id", sa.String),
        sa.column("order_number", sa.String),
        *(sa.column(name, sa.JSON) for name in names[2:]),
        *(sa.column(column.name, column.type) for column in _columns()),
    )
    connection, last = op.get_bind(), ""
    change = sa.update(bookings).where(bookings.c.id == sa.bindparam("b"))
    while True:
        some = sa.select(*(bookings.c[name] for name in names)).where(bookings.c.id > last)
        rows = connection.execute(some.order_by(bookings.c.id).limit(BATCH)).all()
        if not rows:
            return
        connection.execute(change, [{"b": row.id} | _facts(row) for row in rows])
        last = rows[-1].id


def _facts(row: sa.Row[Any]) -> dict[str, Any]:
    option = row.option or {}
    code = _folded(row.address.get("postal_code") or "").upper().removeprefix(f"{row.address['country']}-")
    return {
        "search_order": _folded(row.order_number)[:100],
        "search_name": _folded(row.recipient.get("name") or "")[:200],
        "search_postal_code": code.replace(" ", "").replace("-", "")[:40] or None,
        "earliest_day": _day(option.get("earliest_day")),
        "latest_day": _day(option.get("latest_day")),
    }


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text)
    return " ".join("".join(sign for sign in plain if not unicodedata.combining(sign)).casefold().split())


def _day(said: str | None) -> date | None:
    return date.fromisoformat(said) if said else None


def downgrade() -> None:
    op.drop_column("holds", "extended_at")
    op.drop_index("ix_handovers_unfinished", table_name="handovers")
    for name in INDEXES:
        op.drop_index(name, table_name="bookings")
    for column in _columns():
        op.drop_column("bookings", column.name)
