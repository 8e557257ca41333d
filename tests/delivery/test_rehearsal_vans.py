"""Windows that vans keep, rehearsed: each is on offer or has one reason, as any other window."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, update

from delivery.options import SlotOption
from delivery.rehearsal import Rehearsal
from delivery.settings import items
from delivery.settings.rows import ONLY
from delivery.store.engine import Database
from delivery.store.tables import places, slot_patterns
from plugin.commands.demo_merchant.seed import MERCHANT_ID
from tests.delivery.settings.builders import ANNA
from tests.delivery.test_rehearsal import AMSTERDAM, SEEDED, TUESDAY, WIRE, asked, demo, seen, sell_out
from tests.vans import ORIGIN

__all__ = ["demo"]
VAN = {"name": "Bus", "origin_id": ORIGIN, "weekdays": [2, 3, 4], "shift_start": "09:00", "shift_end": "18:00"}


def with_a_van(database: Database, **driving: Any) -> None:
    """Windows from the shop in Amsterdam are kept by a van that is out on Tuesday, Wednesday and Thursday from nine to six."""

    def work(session: Any) -> None:
        own = slot_patterns.c.merchant_id == MERCHANT_ID, slot_patterns.c.origin_id == ORIGIN
        session.execute(update(slot_patterns).where(*own).values(kept_by="vans"))
        items.add(session, SEEDED, ANNA, MERCHANT_ID, "vans", VAN)
        items.save(session, SEEDED, ANNA, MERCHANT_ID, "driving", ONLY, driving)

    database.write(work)


def stands(found: Rehearsal) -> dict[tuple[str, str], str]:
    """By weekday and start, how the windows of the coming Wednesday to Saturday stand; checks that each stands there once."""
    told = Counter((slot.pattern_id, slot.day) for slot in found.slots)
    told.update((option.pattern_id, option.day) for option in found.offer.options if isinstance(option, SlotOption))
    assert set(told.values()) == {1}
    first = TUESDAY.date() + timedelta(days=1)
    said = {(o.day, o.pattern_id): "offered" for o in found.offer.options if isinstance(o, SlotOption)}
    said |= {(slot.day, slot.pattern_id): slot.reason for slot in found.slots}
    near = {(on, name): why for (on, name), why in said.items() if first <= on < first + timedelta(days=4)}
    return {(f"{on:%a}", name.rsplit("-", 1)[1]): why for (on, name), why in near.items()}


@pytest.mark.parametrize(
    ("driving", "of_wednesday"),
    [({}, "offered"), ({"kmh": 3, "stop_minutes": 240, "minutes_per_parcel": 120}, "no_van")],
)
def test_each_window_is_on_offer_or_has_one_reason(demo: Database, driving: Any, of_wednesday: str) -> None:
    with_a_van(demo, **driving)
    sell_out(demo, "amsterdam-3-14", TUESDAY.date() + timedelta(days=1))
    found = stands(seen(demo, TUESDAY, asked(AMSTERDAM, WIRE)))
    assert found["Wed", "14"] == of_wednesday, "its places count only for who lives nobody knows where"
    assert found["Wed", "18"] == "no_van_out", "it is back at six"
    assert found["Wed", "08"] == of_wednesday, "it leaves at nine, in the middle"
    assert {why for (on, _), why in found.items() if on in ("Fri", "Sat")} == {"no_van_out"}


def test_where_nobody_knows_where_it_goes_places_count(demo: Database) -> None:
    with_a_van(demo)
    demo.write(lambda session: session.execute(delete(places)))
    sell_out(demo, "amsterdam-3-14", TUESDAY.date() + timedelta(days=1))
    found = stands(seen(demo, TUESDAY, asked(AMSTERDAM, WIRE)))
    assert (found["Wed", "14"], found["Wed", "16"]) == ("full", "offered")


def test_vans_that_never_come_keep_nothing(demo: Database) -> None:
    with_a_van(demo)
    demo.write(lambda session: items.save(session, SEEDED, ANNA, MERCHANT_ID, "vans", "bus", {"weekdays": []}))
    found = stands(seen(demo, TUESDAY, asked(AMSTERDAM, WIRE)))
    assert set(found.values()) == {"no_van_out"}
