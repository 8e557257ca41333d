"""The counter of a pick-up centre: the parcels of an order, who took what, and codes that were tried."""

from sqlalchemy import Boolean, CheckConstraint, Column, Index, Integer, String, Table, Text

from delivery.store.tables.columns import Instant, facts, merchant_id, metadata, reference

parcels = Table(
    "parcels",
    metadata,
    merchant_id(primary_key=True),
    Column("booking_id", String(40), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("state", String(16), nullable=False),
    Column("shelf", String(40), nullable=False, server_default=""),
    Column("came_at", Instant),
    Column("went_at", Instant),
    CheckConstraint("state in ('expected', 'here', 'collected', 'refused', 'gone_back')", name="state"),
    CheckConstraint("number between 1 and 99", name="number"),
)
"""What an order consists of at the counter, numbered from 1. An order without rows is one parcel that nobody has seen yet.
`shelf` is where it lies, in the words of who put it there."""

collections = Table(
    "collections",
    metadata,
    merchant_id(primary_key=True),
    Column("id", String(40), primary_key=True),
    Column("booking_id", String(40), nullable=False),
    reference("centre_id"),
    Column("kind", String(16), nullable=False),
    facts("parcels"),
    Column("shown", String(16), nullable=False),
    Column("verified", Boolean, nullable=False),
    Column("who", String(200), nullable=False),
    Column("words", String(300), nullable=False),
    Column("signature", Text),
    Column("staff", String(254), nullable=False),
    Column("offline", Boolean, nullable=False),
    Column("at", Instant, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("conflict", String(30)),
    Column("conflict_seen_at", Instant),
    CheckConstraint("kind in ('collected', 'refused', 'taken_in')", name="kind"),
    CheckConstraint("shown in ('code', 'id', 'nothing')", name="shown"),
    Index("ix_collections_booking", "merchant_id", "booking_id", "at"),
    Index("ix_collections_centre", "merchant_id", "centre_id", "at"),
)
"""What happened at a counter, with its evidence. `id` is made by the device, so that what is sent twice is kept once. `kind`:
given out, refused by the shopper, or a return taken in; `parcels` their numbers. `shown`: the collect code, an ID that was looked
at (never copied), or nothing. `who` took it, `words` the reason or a remark, `staff` the login. `verified`: a code or an ID was
checked while the line was up. `conflict`: why it could not be so when it arrived; a person says that they saw it."""

code_tries = Table(
    "code_tries",
    metadata,
    merchant_id(primary_key=True),
    Column("centre_id", String(64), primary_key=True),
    Column("who", String(64), primary_key=True),
    Column("tries", Integer, nullable=False),
    Column("first_at", Instant, nullable=False),
    Column("locked_until", Instant),
)
"""Wrong codes lately, for each device at a counter: `who` is a login or a device, so that one that is locked out
locks nobody else out."""
