"""The shelf of a pick-up centre: how many parcels may lie there at once, counted like the places of a window.

A parcel counts from the moment it is chosen until it is collected, goes back or is cancelled: what lies there tomorrow is
what was chosen today. So one counter without a day of its own is enough for each centre.
"""

from collections.abc import Mapping
from datetime import date

from delivery.counters import Place, PlaceKey
from delivery.rules.pickup import Centre

SHELF = "shelf"
"""The kind of counter that a parcel for a centre counts in."""

EVERY_DAY = date(9999, 12, 31)
"""Stands for the day: no horizon reaches it."""


def shelf_of(centre: Centre) -> Place | None:
    """The shelf as the settings stand now; None for a centre without a limit."""
    return None if centre.shelf_capacity is None else Place(SHELF, centre.id, EVERY_DAY, centre.shelf_capacity)


def is_full(centre: Centre, taken: Mapping[tuple[str, str, date], int], own: PlaceKey | None) -> bool:
    """Whether nobody but the one who holds a place there (`own`) can have a parcel sent there."""
    shelf = shelf_of(centre)
    if shelf is None:
        return False
    return taken.get(shelf.key, 0) - (shelf.key == own) >= shelf.capacity
