"""The carrier's days on offer: one option for each service that goes there, or one without a date."""

from collections.abc import Iterator

from delivery.asked import Asked, Reason
from delivery.options import ShippingOption
from delivery.questions import Mint, option_body
from delivery.rules.estimate import Estimate
from delivery.setups import PricedService
from delivery.texts.offers import shipping_title

Offered = tuple[ShippingOption, Reason, Estimate | None]


def dates_on_offer(asked: Asked, mint: Mint) -> Iterator[Offered]:
    """Options by service, in the merchant's order. A country in no zone of the shop gets one option without a date; a
    place that the zones of its country leave out gets none."""
    known_country = False
    for priced in asked.setup.services.values():
        known_country = known_country or _knows_country(priced, asked.destination.country)
        estimate = asked.estimate(priced, asked.destination)
        if estimate is not None:
            yield _dated(asked, priced, estimate, mint)
    if not known_country:
        yield from _dateless(asked, mint)


def _knows_country(priced: PricedService, country: str) -> bool:
    return any(transit.zone.country == country for transit in priced.service.transits)


def _dated(asked: Asked, priced: PricedService, estimate: Estimate, mint: Mint) -> Offered:
    price = asked.price(priced.fee_to(asked.destination))
    first, last = estimate.earliest_day, estimate.latest_day
    option = ShippingOption(
        id=mint(option_body("shipping", priced.service.id, first.isoformat(), last.isoformat(), price.amount)),
        title=shipping_title(priced.service.name, asked.question.locale),
        fee=price,
        time_zone=priced.service.destination_zone.key,
        service_id=priced.service.id,
        earliest_day=first,
        latest_day=last,
    )
    reason = Reason(
        estimate.origin_ids[0], priced.service.id, estimate.dispatch_day, estimate.steps, estimate.order_before
    )
    return option, reason, estimate


def _dateless(asked: Asked, mint: Mint) -> Iterator[Offered]:
    for priced in list(asked.setup.services.values())[:1]:
        price = asked.price(priced.fee_to(asked.destination))
        option = ShippingOption(
            id=mint(option_body("shipping", priced.service.id, "", "", price.amount)),
            title=shipping_title(priced.service.name, asked.question.locale),
            fee=price,
            time_zone=asked.setup.time_zone.key,
            service_id=priced.service.id,
            earliest_day=None,
            latest_day=None,
        )
        origin_id = next(iter(asked.setup.origins), None)
        yield option, Reason(origin_id, priced.service.id, None, (), None), None
