"""The kinds of column, so that a table reads like a list of facts."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, Column, DateTime, ForeignKey, MetaData, String, TypeDecorator
from sqlalchemy.engine import Dialect

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Instant(TypeDecorator[datetime]):
    """An aware UTC instant. Naive values are refused; SQLite, which keeps no offset, gives it back as UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value.isoformat()} has no offset")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def merchant_id(*, primary_key: bool = False) -> Column[str]:
    """Whose row it is."""
    return Column(
        "merchant_id",
        String(32),
        ForeignKey("merchants.id", ondelete="CASCADE"),
        primary_key=primary_key,
        nullable=False,
    )


def facts(name: str, *, nullable: bool = False, server_default: str | None = None) -> Column[Any]:
    """A small JSON value that is read and written whole."""
    return Column(name, JSON(none_as_null=True), nullable=nullable, server_default=server_default)


def reference(name: str, *, nullable: bool = False) -> Column[str]:
    """The id of something in the merchant's settings, or of a row of ours: short text."""
    return Column(name, String(64), nullable=nullable)


def searched(name: str, length: int) -> Column[str]:
    """Text that is searched by its beginning: compared byte by byte on both databases, so that an index helps."""
    return Column(name, String(length).with_variant(String(length, collation="C"), "postgresql"))
