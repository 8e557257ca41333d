"""What was learnt of each service, told to the merchant: by region, by month, and what another confidence would show."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from delivery.learning import Learning
from delivery.rules.delivery_clock import clock_of
from delivery.rules.experience import VERSION, Experience
from delivery.rules.learnt import Lane, Learnt
from delivery.setups import PricedService, Setup
from delivery.store.engine import Session
from delivery.store.tables import experiences

INSTEAD = (80, 85, 90, 95, 98)
"""Confidences that are compared, in percent."""


@dataclass(frozen=True, slots=True)
class RegionLearnt:
    """One region of destinations: its parcels lately, older ones for less, and in delivery days after the day of dispatch what is
    usual and what is promised."""

    name: str
    parcels: float
    usual_days: float
    promised_days: float


@dataclass(frozen=True, slots=True)
class MonthLearnt:
    """What arrived in a month, "2026-11": how many, days promised on average, and the share kept at the level next to the
    merchant's."""

    month: str
    parcels: int
    promised_days: float
    kept: float


@dataclass(frozen=True, slots=True)
class ServiceLearnt:
    """What was learnt of a service. `instead`: by confidence, how many days more shoppers would be shown on average.
    `reliability`: by level, the share that was really kept; both of 1. `late_out` and `on_the_way`: usual delivery days."""

    service_id: str
    name: str
    learning: Learning
    parcels: int
    late_out: float
    on_the_way: float
    load: float
    regions: tuple[RegionLearnt, ...]
    instead: Mapping[int, float]
    reliability: tuple[tuple[float, float], ...]
    months: tuple[MonthLearnt, ...]


def learnt_of(session: Session, setup: Setup) -> list[ServiceLearnt]:
    """Each of the merchant's services of which anything is known, in the merchant's order."""
    mine = experiences.c.merchant_id == setup.merchant_id
    rows = session.execute(select(experiences.c.service_id, experiences.c.facts).where(mine))
    known = {service_id: facts for service_id, facts in rows if facts["version"] == VERSION}
    return [_learnt(priced, known[name]) for name, priced in setup.services.items() if name in known]


def _learnt(priced: PricedService, facts: Mapping[str, Any]) -> ServiceLearnt:
    experience = Experience.from_facts(clock_of(priced.service.delivers), facts)
    learning = priced.learning
    learnt = experience.sum_up(learning.level)
    regions = _regions(learnt)
    return ServiceLearnt(
        service_id=priced.service.id,
        name=priced.service.name,
        learning=learning,
        parcels=round(learnt.parcels),
        late_out=learnt.usual_handling(_ANYWHERE).time,
        on_the_way=learnt.usual_transit(_ANYWHERE).time,
        load=learnt.load,
        regions=regions,
        instead={percent: _more(experience, learnt, percent) for percent in INSTEAD},
        reliability=tuple(experience.record.reliability()),
        months=_months(experience, learning),
    )


_ANYWHERE = Lane("", "", "")


def _regions(learnt: Learnt) -> tuple[RegionLearnt, ...]:
    names = [key[1:] for key in learnt.transit if key.startswith(">")]
    found = [_region(learnt, name) for name in names]
    return tuple(sorted(found, key=lambda region: (-region.parcels, region.name)))


def _region(learnt: Learnt, name: str) -> RegionLearnt:
    lane = Lane("", "", name)
    usual = learnt.usual(lane)
    return RegionLearnt(name, learnt.transit[f">{name}"].parcels, usual, usual * learnt.late(name))


def _more(experience: Experience, learnt: Learnt, percent: int) -> float:
    """The days that another confidence would add, on average over the parcels of the regions."""
    other = experience.sum_up(percent / 100)
    now, then = _regions(learnt), {region.name: region.promised_days for region in _regions(other)}
    parcels = sum(region.parcels for region in now)
    more = sum(region.parcels * (then[region.name] - region.promised_days) for region in now)
    return more / parcels if parcels else 0.0


def _months(experience: Experience, learning: Learning) -> tuple[MonthLearnt, ...]:
    return tuple(
        MonthLearnt(name, month.parcels, month.promised_days / month.parcels, month.kept_at(learning.level))
        for name, month in sorted(experience.record.months.items())
        if month.parcels
    )
