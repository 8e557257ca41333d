"""Whether vans are out when windows that they keep are, and whether it is known where postcodes lie."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import exists, select

from delivery.rules.slots import VANS, Slot, SlotPattern, slot_on
from delivery.setups import Setup
from delivery.store.engine import Session
from delivery.store.tables import places


def kept_by_vans(setup: Setup) -> list[SlotPattern]:
    """The home windows that vans keep."""
    return [pattern for pattern in setup.patterns.values() if pattern.kept_by == VANS]


def without_vans(setup: Setup, days: Iterable[date]) -> list[Slot]:
    """The slots of these days that vans are to keep while none of their origin is out, earliest first."""
    patterns = kept_by_vans(setup)
    slots = (slot for day in days for pattern in patterns if (slot := slot_on(pattern, day)) is not None)
    return sorted(
        (slot for slot in slots if slot.capacity and not is_a_van_out(setup, slot)), key=lambda slot: slot.start
    )


def is_a_van_out(setup: Setup, slot: Slot) -> bool:
    """Whether one of its origin is, at some time between its start and its end."""
    fleet = setup.fleets.get(slot.origin_id)
    if fleet is None:
        return False
    opens, closes = slot.start.timestamp(), slot.end.timestamp()
    return any(shift.starts < closes and shift.ends > opens for shift in fleet.shifts_on(slot.day))


def countries_without_places(session: Session, setup: Setup) -> list[str]:
    """The countries that vans drive in, of which no postcode is known."""
    countries = sorted({pattern.zone.country for pattern in kept_by_vans(setup)})
    return [country for country in countries if not _knows(session, country)]


def _knows(session: Session, country: str) -> bool:
    return bool(session.scalar(select(exists().where(places.c.country == country))))
