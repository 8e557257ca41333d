"""Rows that belong to no merchant: reference places, the operator's signing keys, the workers."""

from sqlalchemy import Column, Float, Integer, String, Table

from delivery.store.tables.columns import Instant, metadata

places = Table(
    "places",
    metadata,
    Column("country", String(2), primary_key=True),
    Column("postal_code", String(20), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("latitude", Float, nullable=False),
    Column("longitude", Float, nullable=False),
)
"""Postcodes with coordinates (GeoNames). `postal_code` is normalised for comparing."""

signing_keys = Table(
    "signing_keys",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("secret", String(100), nullable=False),
    Column("created_at", Instant, nullable=False),
)
"""Made once when the operator gives none. The newest signs; all verify."""

workers = Table(
    "workers",
    metadata,
    Column("id", String(100), primary_key=True),
    Column("seen_at", Instant, nullable=False),
)
"""Each worker process says now and then that it is alive."""
