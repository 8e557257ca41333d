"""What is declared is told: each setting stands in the documents."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from marshmallow import Schema, fields

from delivery.settings.areas import AREAS
from delivery.settings.collections import ByDay

PAGE = (Path(__file__).parents[3] / "docs" / "settings.md").read_text(encoding="utf-8")


def settings_in(schema: Schema) -> Iterator[str]:
    """The names of a schema's settings, those in groups, rows and values by day included."""
    for name, field in schema.fields.items():
        yield name
        inner = field.value_field if isinstance(field, ByDay) else field
        if isinstance(inner, fields.Nested):
            yield from settings_in(inner.schema)


@pytest.mark.parametrize("area", AREAS)
def test_every_setting_is_in_the_documents(area: str) -> None:
    assert f"`{area}`" in PAGE
    missing = [name for name in settings_in(AREAS[area].schema) if f"`{name}`" not in PAGE and f'"{name}"' not in PAGE]
    assert missing == []


@pytest.mark.parametrize("area", AREAS)
def test_what_must_be_given_is_little(area: str) -> None:
    """Everything else has a usual value."""
    needed = {name for name, field in AREAS[area].schema.fields.items() if field.required}
    assert needed == {
        "shop": {"name", "country", "language", "currency", "time_zone"},
        "origins": {"name", "address"},
        "zones": {"name", "country"},
        "services": {"name", "fee"},
        "windows": {"zone_id", "origin_id", "weekday", "start_time", "end_time", "capacity", "fee"},
        "vans": {"name", "origin_id"},
        "centres": {"name", "address", "opening_hours"},
    }.get(area, set())
