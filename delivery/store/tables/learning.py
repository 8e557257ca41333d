"""What is learnt from deliveries: those of before that a merchant brought along, and what was learnt from all."""

from sqlalchemy import Column, Date, Index, Integer, String, Table

from delivery.store.tables.columns import Instant, facts, merchant_id, metadata, reference

past_parcels = Table(
    "past_parcels",
    metadata,
    merchant_id(primary_key=True),
    Column("service_id", String(64), primary_key=True),
    Column("order_number", String(100), primary_key=True),
    Column("ordered_at", Instant, nullable=False),
    Column("counted_from", Date, nullable=False),
    Column("dispatched_day", Date),
    Column("delivered_day", Date),
    reference("origin"),
    Column("region", String(20), nullable=False),
    Column("area", String(20), nullable=False),
    Index("ix_past_parcels_ordered_at", "merchant_id", "service_id", "ordered_at"),
)
"""Deliveries of before, from a file: no person and no address, only from where to which area. `counted_from` is the day by which
the merchant's own rule would have sent it."""

experiences = Table(
    "experiences",
    metadata,
    merchant_id(primary_key=True),
    Column("service_id", String(64), primary_key=True),
    facts("facts"),
    Column("until", Instant, nullable=False),
    Column("learnt_at", Instant, nullable=False),
    Column("parcels", Integer, nullable=False),
)
"""What was learnt of each service, all that was reported before `until` included: to be had again from the rows at any time."""
