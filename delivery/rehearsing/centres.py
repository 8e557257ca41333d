"""Each of the nearest pick-up centres that is not on offer, and why."""

from delivery.asked import Asked
from delivery.centres_on_offer import nearest_shown, opening_of, why_unreadable
from delivery.options import Offer, PickupOption
from delivery.rehearsing.reasons import (
    HOURS_UNREADABLE,
    NEVER_OPENS,
    NOT_OPEN_IN_TIME,
    NOT_SUPPLIED,
    SHELF_FULL,
    Facts,
    MissingCentre,
    origin_lacks,
)
from delivery.rehearsing.services import why_no_date
from delivery.rules.pickup import Centre
from delivery.rules.places import Destination
from delivery.shelves import is_full


def missing_centres(asked: Asked, offer: Offer) -> tuple[MissingCentre, ...]:
    """Nearest first. Centres further away than the shop shows are not looked at: nobody expects them."""
    offered = {option.location.id for option in offer.options if isinstance(option, PickupOption)}
    return tuple(
        MissingCentre(centre.id, centre.name, metres, *_why(asked, centre))
        for centre, metres in nearest_shown(asked)
        if centre.id not in offered
    )


def _why(asked: Asked, centre: Centre) -> tuple[str, Facts]:
    unreadable = why_unreadable(centre, asked.now)
    if unreadable is not None:
        return HOURS_UNREADABLE, {"said": unreadable}
    if not opening_of(centre, asked.now).intervals:
        return NEVER_OPENS, {}
    if is_full(centre, asked.taken, None):
        return SHELF_FULL, {"capacity": centre.shelf_capacity}
    return _unsupplied(asked, centre) or (NOT_OPEN_IN_TIME, {})


def _unsupplied(asked: Asked, centre: Centre) -> tuple[str, Facts] | None:
    """Why nothing comes there; None when something does, but too late for its hours."""
    priced = asked.setup.services.get(centre.service_id or "")
    if priced is not None:
        there = Destination(centre.country, centre.postal_code, point=centre.point)
        return None if asked.estimate(priced, there) else why_no_date(asked, priced, there)
    return (NOT_SUPPLIED, {}) if centre.origin_id is None else origin_lacks(asked, centre.origin_id)
