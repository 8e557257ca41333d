"""The estimate on a product page: one piece, to a country or a postcode, before anybody fills a basket."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from delivery.asked import Asked, ask
from delivery.memory import Memory
from delivery.questions import Question
from delivery.rules.estimate import Estimate, Origin
from delivery.rules.parcels import Basket, Line
from delivery.rules.places import Destination
from delivery.rules.wallclock import instant_of, local_day
from delivery.setups import PricedService, Setup
from delivery.store.engine import Session
from delivery.texts.formats import minor_digits
from delivery.texts.offers import estimate_text, order_zone

ANY_SKU = "-"
"""For a page that names no product: nobody counts it, so it is there."""


@dataclass(frozen=True, slots=True)
class ProductEstimate:
    """The estimate, its sentence, its JSON-LD, and how many seconds all of it stays true."""

    estimate: Estimate | None
    time_zone: str
    text: str
    json_ld: Mapping[str, Any] | None
    seconds_true: int


def estimate_for(
    session: Session,
    now: datetime,
    memory: Memory,
    setup: Setup,
    destination: Destination,
    line: Line,
    locale: str,
) -> ProductEstimate:
    """What the first service that goes there promises for this line alone; None where no date is known."""
    basket = Basket((line,), setup.currency)
    asked = ask(session, now, memory, setup, Question(setup.merchant_id, destination, basket, locale))
    found = ((priced, asked.estimate(priced, asked.destination)) for priced in setup.services.values())
    first = next(((priced, estimate) for priced, estimate in found if estimate is not None), None)
    if first is None:
        return ProductEstimate(None, setup.time_zone.key, "", None, 0)
    priced, estimate = first
    zone = order_zone(estimate, setup.time_zone.key)
    return ProductEstimate(
        estimate=estimate,
        time_zone=priced.service.destination_zone.key,
        text=estimate_text(estimate, zone, locale, asked.today),
        json_ld=_json_ld(asked, priced, estimate),
        seconds_true=_seconds_true(now, setup, estimate),
    )


def _seconds_true(now: datetime, setup: Setup, estimate: Estimate) -> int:
    """Until the next cut-off, and not past midnight: the sentence says "today"."""
    tomorrow = local_day(now, setup.time_zone) + timedelta(days=1)
    ends_at = min(estimate.order_before, instant_of(tomorrow, time(0), setup.time_zone))
    return max(0, int((ends_at - now).total_seconds()))


def _json_ld(asked: Asked, priced: PricedService, estimate: Estimate) -> dict[str, Any] | None:
    """schema.org OfferShippingDetails for the country: day ranges only, because the page is read without an address."""
    country = asked.destination.country
    transit = priced.service.transit_to(Destination(country))
    origin = asked.setup.origins.get(estimate.origin_ids[0])
    if transit is None or origin is None:
        return None
    handling = max(origin.handling_days, asked.question.basket.handling_days) + origin.backlog.days
    return {
        "@context": "https://schema.org",
        "@type": "OfferShippingDetails",
        "shippingDestination": {"@type": "DefinedRegion", "addressCountry": country},
        "shippingRate": {
            "@type": "MonetaryAmount",
            "value": decimal(asked.price(priced.fee_to(Destination(country))).amount, asked.setup.currency),
            "currency": asked.setup.currency,
        },
        "deliveryTime": {
            "@type": "ShippingDeliveryTime",
            "handlingTime": _days(handling, handling + 1),
            "transitTime": _days(*transit),
            "cutoffTime": _cut_off(asked.now, origin),
        },
    }


def _days(least: int, most: int) -> dict[str, Any]:
    return {"@type": "QuantitativeValue", "minValue": least, "maxValue": most, "unitCode": "DAY"}


def _cut_off(now: datetime, origin: Origin) -> str:
    """The usual cut-off with the offset the origin has today."""
    moment = instant_of(local_day(now, origin.zone), origin.usual_cut_off, origin.zone).astimezone(origin.zone)
    return moment.isoformat().partition("T")[2]


def decimal(amount: int, currency: str) -> str:
    """Minor units as a plain decimal number: 395 EUR is "3.95"."""
    digits = minor_digits(currency)
    return f"{amount / 10**digits:.{digits}f}"
