"""Each of the nearest pick-up centres that is not on offer, and why."""

from delivery.asked import Asked
from delivery.centres_on_offer import nearest_shown, opening_of, why_unreadable
from delivery.options import Offer, PickupOption
from delivery.ready_times import brought, lies_there
from delivery.rehearsing.reasons import (
    HOURS_UNREADABLE,
    NEVER_OPENS,
    NOT_COUNTED,
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
    """Why nothing comes there; None when something does, but too late for its hours. What the centre lacks itself is said
    where nothing is brought."""
    lacks = _lacks(asked, centre)
    if lacks is None or brought(asked, centre):
        return None
    priced = asked.setup.services.get(centre.service_id or "")
    if priced is None or centre.origin_id is not None:
        return lacks
    return why_no_date(asked, priced, Destination(centre.country, centre.postal_code, point=centre.point))


def _lacks(asked: Asked, centre: Centre) -> tuple[str, Facts] | None:
    """Why it has not the goods itself; None when it has."""
    if centre.origin_id is None:
        return NOT_SUPPLIED, {}
    origin = asked.setup.origins.get(centre.origin_id)
    if origin is not None and not lies_there(asked, centre):
        return NOT_COUNTED, {"origin": origin.name}
    return origin_lacks(asked, centre.origin_id)
