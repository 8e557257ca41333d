"""The demo merchant with vans of its own: who asks for a home window in Amsterdam is visited from the shop at Haarlemmerdijk."""

from typing import Any

from sqlalchemy import update

from delivery.audit import OPERATOR
from delivery.rules.slots import VANS
from delivery.settings import items
from delivery.store.tables import slot_patterns
from plugin.commands.demo_merchant.seed import MERCHANT_ID
from tests.doors import Door

ORIGIN = "haarlemmerdijk"
VAN: dict[str, Any] = {"name": "Bus", "origin_id": ORIGIN, "weekdays": [1, 2, 3, 4, 5, 6], "shift_end": "20:00"}


def with_vans(door: Door, number: int = 1, driving: dict[str, Any] | None = None, **other: Any) -> str:
    """So many vans keep its windows from now on; the id of their kind."""
    now = door.clock()

    def work(session: Any) -> str:
        own = slot_patterns.c.merchant_id == MERCHANT_ID, slot_patterns.c.origin_id == ORIGIN
        session.execute(update(slot_patterns).where(*own).values(kept_by=VANS))
        if driving:
            items.save(session, now, OPERATOR, MERCHANT_ID, "driving", "", driving)
        # Saving this is what makes every process read the settings anew.
        return items.add(session, now, OPERATOR, MERCHANT_ID, "vans", VAN | {"number": number} | other)

    return door.database.write(work)
