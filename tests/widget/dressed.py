"""A merchant with words, looks and languages of its own."""

from typing import Any

from sqlalchemy import update

from delivery.store.tables import merchants
from tests.doors import Door

LOOKS = {"light": {"accent": "#7a1f5c"}, "dark": {"accent": "#f0a6d8"}, "radius": 4, "font": "serif"}
TEXTS = {
    "nl": {"shipping": "Met de post", "local_delivery": None, "pickup": "Kom langs", "note": "Wij rijden op <stroom>."},
    "en": {"shipping": "By post", "note": "We drive on electricity."},
}


def dress(door: Door, **columns: Any) -> None:
    """Set columns of the merchant's own row, as its settings page does."""
    with door.database.reading() as session:
        merchant_id = door.service.memory.setup_of(session, door.clock(), door.shop, "publishable").merchant_id
    newer = {"settings_version": merchants.c.settings_version + 1}
    door.database.write(
        lambda session: session.execute(update(merchants).where(merchants.c.id == merchant_id).values(columns | newer))
    )
