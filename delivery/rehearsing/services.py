"""Each carrier's service that is not on offer, and why."""

from delivery.asked import Asked
from delivery.options import Offer, ShippingOption
from delivery.rehearsing.reasons import (
    DOES_NOT_GO_THERE,
    NO_ORIGIN,
    NO_STOCK,
    NO_WORK_DAY,
    Facts,
    MissingService,
)
from delivery.rules.estimate import estimate_from
from delivery.rules.places import Destination
from delivery.setups import PricedService


def missing_services(asked: Asked, offer: Offer) -> tuple[MissingService, ...]:
    """In the merchant's order."""
    offered = {option.service_id for option in offer.options if isinstance(option, ShippingOption)}
    return tuple(
        MissingService(priced.service.id, priced.service.name, *why_no_date(asked, priced, asked.destination))
        for priced in asked.setup.services.values()
        if priced.service.id not in offered
    )


def why_no_date(asked: Asked, priced: PricedService, there: Destination) -> tuple[str, Facts]:
    """Why a service has no estimate for a place. What is asked first is what a merchant would look at first."""
    if priced.service.transit_to(there) is None:
        return DOES_NOT_GO_THERE, {}
    if not asked.origins:
        return NO_ORIGIN, {"origin": ""}
    handling_days = asked.question.basket.handling_days
    days = (estimate_from(asked.now, origin, priced.service, there, handling_days) for origin, _ in asked.origins)
    names = ", ".join(origin.name for origin, _ in asked.origins)
    return (NO_STOCK if any(days) else NO_WORK_DAY), {"origin": names}
