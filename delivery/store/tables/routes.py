"""Vans of a merchant's own: the routes of each day, whose stops they are, and who fitted into none."""

from sqlalchemy import Boolean, Column, Date, Float, Index, Integer, LargeBinary, String, Table

from delivery.store.tables.columns import Instant, facts, merchant_id, metadata

van_days = Table(
    "van_days",
    metadata,
    merchant_id(primary_key=True),
    Column("origin_id", String(64), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("planned_version", Integer, nullable=False),
    Column("planned_at", Instant),
    Column("planned_settings", Integer, nullable=False),
    Column("basis", String(32), nullable=False),
)
"""One row per day that has stops, the lock of that day's routes: whoever changes one takes it first and writes `version` + 1.
`planned_version` and `planned_settings`: the version, and that of the
settings, at which the whole day was last planned anew. `basis`: a fingerprint of the vans and of how they
drive, for which the routes were worked out."""

van_routes = Table(
    "van_routes",
    metadata,
    merchant_id(primary_key=True),
    Column("origin_id", String(64), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("van", String(80), primary_key=True),
    Column("stops", LargeBinary, nullable=False),
)
"""The route of a van on a day: its stops in order, as columns of numbers (delivery/van_days.py reads and writes them)."""

van_stops = Table(
    "van_stops",
    metadata,
    merchant_id(primary_key=True),
    Column("hold_id", String(40), primary_key=True),
    Column("origin_id", String(64), nullable=False),
    Column("day", Date, nullable=False),
    Column("number", Integer, nullable=False),
    Column("is_gone", Boolean, nullable=False),
    Index("ix_van_stops_day", "merchant_id", "origin_id", "day", "is_gone"),
)
"""Which stop of a day's routes belongs to which hold, and so to which booking. `is_gone`: its place was given back; whoever next
writes the day's routes takes it out of them."""

van_refusals = Table(
    "van_refusals",
    metadata,
    merchant_id(primary_key=True),
    Column("origin_id", String(64), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("checkout", String(100), primary_key=True),
    Column("at", Instant, nullable=False),
    Column("latitude", Float, nullable=False),
    Column("longitude", Float, nullable=False),
    Column("parcels", Integer, nullable=False),
    Column("grams", Integer, nullable=False),
    facts("windows"),
    Column("reason", String(16), nullable=False),
)
"""A checkout to which windows of a day were closed because no van could come by: `windows` are ids of slot patterns."""

travel_times = Table(
    "travel_times",
    metadata,
    merchant_id(primary_key=True),
    Column("from_cell", String(20), primary_key=True),
    Column("to_cell", String(20), primary_key=True),
    Column("seconds", Integer, nullable=False),
    Column("fetched_at", Instant, nullable=False),
)
"""Driving times that a map server or a matrix told, between places rounded to cells (delivery/travel_times.py)."""
