"""What a merchant configures. Each row's `id` is the merchant's own short name."""

from sqlalchemy import Boolean, CheckConstraint, Column, Float, Integer, String, Table, Time, false
from sqlalchemy.schema import SchemaItem

from delivery.store.tables.columns import facts, merchant_id, metadata, reference


def _settings_table(name: str, *items: SchemaItem) -> Table:
    return Table(
        name,
        metadata,
        merchant_id(primary_key=True),
        Column("id", String(64), primary_key=True),
        *items,
        Column("position", Integer, nullable=False, default=0),
    )


def _point() -> tuple[SchemaItem, ...]:
    return (
        Column("latitude", Float, nullable=False),
        Column("longitude", Float, nullable=False),
        CheckConstraint("latitude between -90 and 90", name="latitude"),
        CheckConstraint("longitude between -180 and 180", name="longitude"),
    )


origins = _settings_table(
    "origins",
    Column("name", String(200), nullable=False),
    facts("address"),
    Column("country", String(2), nullable=False),
    Column("subdivision", String(8)),
    *_point(),
    Column("time_zone", String(64), nullable=False),
    facts("weekdays"),
    Column("keeps_holidays", Boolean, nullable=False),
    facts("closed_days"),
    facts("open_days"),
    Column("usual_cut_off", Time, nullable=False),
    facts("cut_offs"),
    facts("cut_off_overrides"),
    Column("handling_days", Integer, nullable=False),
    facts("backlog"),
    CheckConstraint("handling_days >= 0", name="handling_days"),
)

zones = _settings_table(
    "zones",
    Column("name", String(200), nullable=False),
    Column("country", String(2), nullable=False),
    facts("postcodes"),
)

services = _settings_table(
    "services",
    Column("name", String(200), nullable=False),
    Column("time_zone", String(64), nullable=False),
    facts("collects"),
    facts("delivers"),
    facts("transits"),
    facts("fee"),
    facts("learning", server_default='{"mode": "off", "confidence": 90, "widest_days": null}'),
)
"""`collects` and `delivers` are calendars:
{"weekdays", "holidays": {"country", "subdivision"} or null, "closed_days", "open_days"}."""

slot_patterns = _settings_table(
    "slot_patterns",
    reference("zone_id"),
    reference("origin_id"),
    Column("weekday", Integer, nullable=False),
    Column("start_time", Time, nullable=False),
    Column("end_time", Time, nullable=False),
    Column("time_zone", String(64), nullable=False),
    Column("capacity", Integer, nullable=False),
    facts("fee"),
    Column("lead_minutes", Integer, nullable=False),
    facts("exceptions"),
    Column("kept_by", String(8), nullable=False, server_default="count"),
    CheckConstraint("weekday between 1 and 7", name="weekday"),
    CheckConstraint("capacity >= 0", name="capacity"),
)
"""`kept_by`: "count", as many as `capacity` says; or "vans", as long as one of the origin's vans can come by."""

centres = _settings_table(
    "centres",
    Column("name", String(200), nullable=False),
    facts("address"),
    Column("country", String(2), nullable=False),
    Column("subdivision", String(8)),
    *_point(),
    Column("time_zone", String(64), nullable=False),
    Column("opening_hours", String(1000), nullable=False),
    facts("exceptions"),
    facts("fee"),
    Column("preparation_minutes", Integer, nullable=False),
    Column("same_day", Boolean, nullable=False),
    Column("keep_days", Integer, nullable=False),
    Column("arrival_time", Time, nullable=False),
    reference("origin_id", nullable=True),
    reference("service_id", nullable=True),
    Column("shelf_capacity", Integer),
    Column("minutes_per_order", Integer, nullable=False, server_default="0"),
    Column("people", Integer, nullable=False, server_default="1"),
    Column("unknown_stock", String(16), nullable=False, server_default="offer"),
    Column("longer_days", Integer, nullable=False, server_default="3"),
    Column("asks_signature", Boolean, nullable=False, server_default=false()),
    CheckConstraint("keep_days >= 0", name="keep_days"),
    CheckConstraint("preparation_minutes >= 0", name="preparation_minutes"),
)
"""`minutes_per_order` and `people`: what an order that waits there delays the next one by. `unknown_stock`: what becomes of a sku
that nobody counted there: it is offered from the shelf, or brought from an origin. `longer_days`: how much longer a parcel is
kept when its shopper asks."""

vans = _settings_table(
    "vans",
    Column("name", String(200), nullable=False),
    reference("origin_id"),
    Column("number", Integer, nullable=False),
    facts("weekdays"),
    facts("days_off"),
    Column("shift_start", Time, nullable=False),
    Column("shift_end", Time, nullable=False),
    Column("comes_back", Boolean, nullable=False),
    Column("most_parcels", Integer),
    Column("most_kg", Integer),
    CheckConstraint("number >= 1", name="number"),
)
"""`number` vans of one kind, which start at their origin. `comes_back`: the shift ends there."""

stock = Table(
    "stock",
    metadata,
    merchant_id(primary_key=True),
    Column("place_id", String(64), primary_key=True),
    Column("sku", String(100), primary_key=True),
    Column("quantity", Integer, nullable=False),
    CheckConstraint("quantity >= 0", name="quantity"),
)
"""`place_id` is an origin or a centre. A sku without a row counts as there."""
