"""An address as a page shows it."""

from collections.abc import Mapping
from typing import Any


def address_lines(address: Mapping[str, Any]) -> list[str]:
    """An address as it is written on a parcel: its lines, then postcode and town."""
    town = " ".join(address[name] for name in ("postal_code", "city") if address.get(name))
    return [line for line in (*(address.get("lines") or ()), town, address.get("region")) if line]
