"""What was learnt of a merchant's services, as offers read it; and what it makes of an estimate."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from math import ceil

from sqlalchemy import bindparam, select

from delivery.learning import OFF, Learning
from delivery.rules.delivery_clock import DeliveryClock, clock_of
from delivery.rules.estimate import Estimate, Service, Step
from delivery.rules.experience import VERSION, Experience
from delivery.rules.learnt import Lane, Learnt
from delivery.rules.places import Destination
from delivery.store.engine import Session
from delivery.store.tables import experiences

REGION_LETTERS, AREA_LETTERS = 1, 2
_OF_MERCHANT = select(experiences.c.service_id, experiences.c.facts).where(
    experiences.c.merchant_id == bindparam("merchant_id")
)


@dataclass(frozen=True, slots=True, eq=False)
class LearntService:
    """What was learnt of one service, the clock of its delivery days, and what the merchant wants of it."""

    learnt: Learnt
    clock: DeliveryClock
    learning: Learning


def load_learnt(
    session: Session, merchant_id: str, services: Mapping[str, tuple[Service, Learning]]
) -> dict[str, LearntService]:
    """Of the services whose dates are learnt, those of which anything is known."""
    if all(learning.mode == OFF for _, learning in services.values()):
        return {}
    found = {}
    for service_id, facts in session.execute(_OF_MERCHANT, {"merchant_id": merchant_id}):
        service, learning = services.get(service_id, (None, Learning()))
        if service is None or learning.mode == OFF or facts["version"] != VERSION:
            continue
        clock = clock_of(service.delivers)
        experience = Experience.from_facts(clock, facts)
        found[service_id] = LearntService(experience.sum_up(learning.level), clock, learning)
    return found


@lru_cache(maxsize=20_000)
def lane_to(origin_id: str, country: str, postal_code: str | None) -> Lane:
    """From an origin to a place. The region is the first letter of its postcode with the country, the area the first two."""
    region = _name(country + (postal_code or "")[:REGION_LETTERS])
    return Lane(origin_id, origin_id, region, area_of(country, postal_code))


def area_of(country: str, postal_code: str | None) -> str:
    """The area of a normal postcode; the country alone where none is known."""
    return _name(country + (postal_code or "")[:AREA_LETTERS])


def lane_of(estimate: Estimate, destination: Destination) -> Lane:
    """The lane of an estimate that one origin sends."""
    return lane_to(estimate.origin_ids[0], destination.country, destination.normal_postal_code)


def _name(text: str) -> str:
    """Without the signs that keep the names of groups apart."""
    return text.replace("/", " ").replace(">", " ")


def with_experience(known: LearntService, estimate: Estimate, destination: Destination) -> Estimate:
    """The estimate with the days that were learnt, and a step that says why. The calendar decides which days are possible: it
    stays on delivery days after dispatch. An estimate in several parcels stays as it is."""
    if len(estimate.origin_ids) > 1:
        return estimate
    learnt, clock, lane = known.learnt, known.clock, lane_of(estimate, destination)
    sent, own_first = estimate.dispatch_day.toordinal(), estimate.earliest_day.toordinal()
    left_at, usual = clock.at_end_of(sent), learnt.usual(lane)
    own_late = clock.at_end_of(estimate.latest_day.toordinal()) - left_at
    own_early = clock.at_end_of(own_first) - left_at
    late = learnt.trusted(own_late, usual * learnt.late(lane.region))
    early = learnt.trusted(own_early, usual * learnt.early(lane.region))
    if known.learning.widest_days is not None:
        early = max(early, late - known.learning.widest_days)
    latest_day = clock.day_within(sent, late)
    step = _step(known, lane, latest_day, ceil(clock.at_end_of(latest_day) - left_at))
    return Estimate(
        earliest_day=date.fromordinal(min(latest_day, clock.day_within(sent, early))),
        latest_day=date.fromordinal(latest_day),
        order_before=estimate.order_before,
        dispatch_day=estimate.dispatch_day,
        origin_ids=estimate.origin_ids,
        service_id=estimate.service_id,
        steps=(*estimate.steps, step),
    )


def _step(known: LearntService, lane: Lane, latest_day: int, days: int) -> Step:
    longer, of = known.learnt.longer_than(lane.region, days)
    facts = {"confidence": known.learning.confidence, "days": days, "longer": longer, "of": of}
    return Step("experience", date.fromordinal(latest_day), facts)
