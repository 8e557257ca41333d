"""Orders that came without a choice of delivery: until when one can be made, and who made it."""

from sqlalchemy import CheckConstraint, Column, Index, String, Table, text

from delivery.store.tables.columns import Instant, merchant_id, metadata

open_choices = Table(
    "open_choices",
    metadata,
    merchant_id(primary_key=True),
    Column("booking_id", String(40), primary_key=True),
    Column("came_at", Instant, nullable=False),
    Column("opened_at", Instant),
    Column("choose_until", Instant),
    Column("next_at", Instant),
    Column("default_failed_at", Instant),
    Column("chosen_at", Instant),
    Column("chosen_by", String(16)),
    Column("chosen_by_name", String(254)),
    CheckConstraint("chosen_by in ('shopper', 'staff', 'default')", name="chosen_by"),
    Index("ix_open_choices_came_at", "came_at", "merchant_id"),
    Index(
        "ix_open_choices_next_at",
        "next_at",
        sqlite_where=text("next_at is not null"),
        postgresql_where=text("next_at is not null"),
    ),
)
"""One row for each order that came without a choice, and stays. `opened_at` and `choose_until` are there from its payment on.
`next_at`: when something is to be done about it, a reminder or the shop's safe default; None when nothing is left to do.
`default_failed_at`: when the default could not be taken for the first time. `chosen_by` is None as long as nobody chose here;
`chosen_by_name` is the member of staff."""
