"""An offer written straight to JSON; a test holds it against its schema."""

from datetime import date
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from delivery.option_facts import at, option_json, steps_facts
from delivery.options import Held, Offer
from delivery.rules.estimate import Estimate
from delivery.rules.wallclock import local_day, zone_named
from delivery.texts.offers import order_zone
from web.service import now


def offer_json(offer: Offer) -> bytes:
    """The body of an offer."""
    return orjson.dumps(offer_facts(offer))


def offer_facts(offer: Offer) -> dict[str, Any]:
    """The offer in the words of the public interface, for orjson to write."""
    zone = zone_named(offer.time_zone)
    return {
        "offer": offer.id,
        "expires_at": at(offer.expires_at, zone),
        "time_zone": offer.time_zone,
        "estimate": offer.estimate and estimate_facts(offer.estimate, offer.time_zone, offer.locale),
        "options": [option_json(option) for option in offer.options],
        "preselected": offer.preselected,
        "held": offer.held and held_facts(offer.held, zone),
        "problems": list(offer.problems),
    }


def estimate_facts(estimate: Estimate, time_zone: str, locale: str) -> dict[str, Any]:
    """Days, the moment to order before with its origin's offset, and the reasons."""
    zone = zone_named(order_zone(estimate, time_zone))
    return _estimate_facts(estimate, zone, locale, local_day(now(), zone))


# The same estimate is said to one shopper after another.
@lru_cache(maxsize=4096)
def _estimate_facts(estimate: Estimate, zone: ZoneInfo, locale: str, today: date) -> dict[str, Any]:
    return {
        "earliest_day": estimate.earliest_day.isoformat(),
        "latest_day": estimate.latest_day.isoformat(),
        "order_before": at(estimate.order_before, zone),
        "confidence": _confidence(estimate),
        "steps": steps_facts(estimate.steps, locale, today),
    }


def _confidence(estimate: Estimate) -> float | None:
    """The share of promises that is kept of a date that was learnt; None for one by rule."""
    learnt = [step.facts["confidence"] for step in estimate.steps if step.rule == "experience"]
    return float(learnt[0]) / 100 if learnt else None


def held_facts(held: Held, zone: ZoneInfo) -> dict[str, Any]:
    """The live hold of the checkout."""
    return {
        "hold": held.id,
        "option": held.option_id,
        "expires_at": at(held.expires_at, zone),
        "extendable_until": at(held.extendable_until, zone),
        "choice": held.choice,
    }
