"""When an order arrives: the earliest and latest day, and why.

The reasons are steps: a stable rule name, the day it ends on, and its facts (times "HH:MM", days ISO 8601).

* `stock`: an origin was passed over, as it lacks some of the goods. The order day. `origin_id`, `origin`.
* `cut_off`: the day work starts. `origin_id`, `origin`, `cut_off`, `time_zone`, `order_day`, `met` (1: in time; 0: too
  late, work starts on a later day). An order on a closed day is judged by the cut-off of the day work starts, and
  meets it. * `closed`: one for each closed day from the order to the packed parcel, 14 at most; its day is the closed
  one. `reason`: `weekday`, `holiday`, `closed_day`, or `closed` when the calendar does not say. * `backlog`: the day
  waiting work is done; only where it shifts anything. `days`, `orders_waiting`. * `handling`: the day the parcel is
  packed. `days` (0: on the day work starts). * `collection`: the day the carrier takes the parcel. `ready_day`, and
  the `days` it waited. * `transit`: the latest day. `least` and `most`, in delivery days of the carrier. *
  `experience`: the latest day, learnt from earlier parcels; after all the others. `confidence`, `days`, `longer`, `of`. *
  `delivery_day`: the latest day. `earliest`, `latest`. * `parcels`: the latest day of all; the last step, and only
  with two parcels or more. `count`.

With several parcels each other step also says which one it belongs to: `parcel`, from 1.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import partial

from delivery.rules.origins import Backlog, Origin, OriginRule
from delivery.rules.parcels import Basket, Parcel, Stock, can_serve, split_basket
from delivery.rules.places import Destination, distance_or_inf_m
from delivery.rules.preparation import Preparation, Step, prepare
from delivery.rules.services import Service, Transit
from delivery.rules.wallclock import aware, local_day
from delivery.rules.workdays import LONGEST_CLOSURE_DAYS, NoWorkDay, add_work_days, day_after, next_work_day

__all__ = [
    "Backlog",
    "Estimate",
    "Origin",
    "OriginRule",
    "Preparation",
    "Service",
    "Step",
    "Transit",
    "best_estimate",
    "days_after_dispatch",
    "estimate_from",
    "prepare",
]


@dataclass(frozen=True, slots=True)
class Estimate:
    """Earliest and latest delivery day, in the destination's zone.

    `order_before`: the instant until which exactly this estimate holds. `dispatch_day`: the (first) parcel's ship-by
    day. `origin_ids` as many as there are parcels.
    """

    earliest_day: date
    latest_day: date
    order_before: datetime
    dispatch_day: date
    origin_ids: tuple[str, ...]
    service_id: str
    steps: tuple[Step, ...]

    def __hash__(self) -> int:
        """Of what tells estimates apart; steps hold facts that have no hash."""
        return hash((self.earliest_day, self.latest_day, self.order_before, self.origin_ids, self.service_id))

    def __post_init__(self) -> None:
        if not self.dispatch_day <= self.earliest_day <= self.latest_day:
            raise ValueError("dispatch comes first, then the earliest day, then the latest")
        if not self.origin_ids:
            raise ValueError("an estimate needs an origin")
        aware(self.order_before)


def estimate_from(
    now: datetime, origin: Origin, service: Service, destination: Destination, handling_days: int
) -> Estimate | None:
    """One origin, one service. None: the service does not go there, or a calendar never opens.

    `order_before` passes over cut-offs that leave the dispatch day as it is. Adds steps "collection", "transit" and
    "delivery_day".
    """
    now = aware(now).astimezone(UTC)
    transit = service.transit_to(destination)
    if transit is None:
        return None
    least, most = transit
    try:
        prepared = prepare(now, origin, handling_days)
        dispatch_day = _dispatch_day(origin, service, prepared.ready_day)
        earliest_day, latest_day = _under_way(service, dispatch_day, transit)
    except NoWorkDay:
        return None
    waited_days = (dispatch_day - prepared.ready_day).days
    span = {"earliest": earliest_day.isoformat(), "latest": latest_day.isoformat()}
    steps = (
        *prepared.steps,
        Step("collection", dispatch_day, {"ready_day": prepared.ready_day.isoformat(), "days": waited_days}),
        Step("transit", latest_day, {"least": least, "most": most}),
        Step("delivery_day", latest_day, span),
    )
    order_before = _order_before(origin, prepared, dispatch_day)
    return Estimate(earliest_day, latest_day, order_before, dispatch_day, (origin.id,), service.id, steps)


def days_after_dispatch(service: Service, dispatch_day: date, destination: Destination) -> tuple[date, date] | None:
    """The earliest and latest day of a parcel that has left. None: the service does not go there, or never delivers."""
    transit = service.transit_to(destination)
    try:
        return transit and _under_way(service, dispatch_day, transit)
    except NoWorkDay:
        return None


def _under_way(service: Service, dispatch_day: date, transit: tuple[int, int]) -> tuple[date, date]:
    least, most = transit
    return add_work_days(service.delivers, dispatch_day, least), add_work_days(service.delivers, dispatch_day, most)


def _dispatch_day(origin: Origin, service: Service, ready_day: date) -> date:
    """The first day from `ready_day` on which the carrier collects and the origin is open."""
    day = ready_day
    for _ in range(LONGEST_CLOSURE_DAYS + 1):
        if service.collects.is_work_day(day) and origin.is_work_day(day):
            return day
        day = day_after(day)
    raise NoWorkDay(f"{service.id} collects nothing at {origin.id} within {LONGEST_CLOSURE_DAYS} days of {ready_day}")


def _order_before(origin: Origin, prepared: Preparation, dispatch_day: date) -> datetime:
    """The last cut-off of which the parcel still leaves on `dispatch_day`: each work day that it waits after it is
    packed lets the order come one work day later."""
    start_day, ready_day = prepared.start_day, prepared.ready_day
    while ready_day < dispatch_day:
        ready_day = next_work_day(origin, day_after(ready_day))
        start_day = next_work_day(origin, day_after(start_day))
    return origin.cut_off_at(start_day)


def best_estimate(
    now: datetime,
    origins: Sequence[tuple[Origin, Stock]],
    service: Service,
    destination: Destination,
    basket: Basket,
    rule: OriginRule = OriginRule.EARLIEST,
) -> Estimate | None:
    """Of the origins that have the whole basket, the one that promises earliest (latest_day, then earliest_day), among
    equals the nearest; or with OriginRule.NEAREST the nearest. When none has it all: two or more parcels, one honest
    range: from the last parcel's earliest day to the latest latest day; steps of each, a step "parcels" (count);
    order_before the first of theirs. None: no origin can, or the service does not go there (the caller offers
    "dateless")."""
    able = [origin for origin, stock in origins if can_serve(stock, basket)]
    found = _ranked(now, able, service, destination, basket.handling_days, rule)
    if not found:
        return _in_parcels(now, origins, service, destination, basket, rule)
    best = found[0][1]
    passed_over = [origin for origin, _ in origins if origin not in able]
    if not passed_over:
        return best
    steps = [
        Step("stock", local_day(now, origin.zone), {"origin_id": origin.id, "origin": origin.name})
        for origin in passed_over
    ]
    return replace(best, steps=(*steps, *best.steps))


def _ranked(
    now: datetime,
    origins: Sequence[Origin],
    service: Service,
    destination: Destination,
    handling_days: int,
    rule: OriginRule,
) -> list[tuple[Origin, Estimate]]:
    """The origins that can promise anything, the preferred first; the order given decides among equals."""
    found = []
    for origin in origins:
        estimate = estimate_from(now, origin, service, destination, handling_days)
        if estimate is not None:
            found.append((origin, estimate))
    if len(found) > 1:
        found.sort(key=partial(_preference, destination=destination, rule=rule))
    return found


def _preference(found: tuple[Origin, Estimate], destination: Destination, rule: OriginRule) -> tuple[date, date, float]:
    origin, estimate = found
    metres = distance_or_inf_m(origin.point, destination.point)
    if rule is OriginRule.NEAREST:
        return date.min, date.min, metres
    return estimate.latest_day, estimate.earliest_day, metres


def _in_parcels(
    now: datetime,
    origins: Sequence[tuple[Origin, Stock]],
    service: Service,
    destination: Destination,
    basket: Basket,
    rule: OriginRule,
) -> Estimate | None:
    """One estimate for a basket that no single origin has; as few of the preferred origins as together have it."""
    ranked = _ranked(now, [origin for origin, _ in origins], service, destination, basket.handling_days, rule)
    by_id = {origin.id: origin for origin, _ in ranked}
    stock_of = {origin.id: stock for origin, stock in origins}
    parcels = _fewest_parcels(basket, [(origin_id, stock_of[origin_id]) for origin_id in by_id])
    if parcels is None:
        return None
    estimates = [
        estimate_from(now, by_id[parcel.origin_id], service, destination, parcel.basket.handling_days)
        for parcel in parcels
    ]
    return _together([estimate for estimate in estimates if estimate is not None], ranked)


def _fewest_parcels(basket: Basket, ranked: Sequence[tuple[str, Stock]]) -> tuple[Parcel, ...] | None:
    for count in range(1, len(ranked) + 1):
        parcels = split_basket(basket, ranked[:count])
        if parcels is not None:
            return parcels
    return None


def _together(estimates: Sequence[Estimate], ranked: Sequence[tuple[Origin, Estimate]]) -> Estimate:
    """The range of all parcels. Any ranked origin's cut-off may change who sends what, so the first of all of them
    ends it."""
    latest_day = max(estimate.latest_day for estimate in estimates)
    steps = [
        Step(step.rule, step.day, {**step.facts, "parcel": number})
        for number, estimate in enumerate(estimates, 1)
        for step in estimate.steps
    ]
    return Estimate(
        earliest_day=max(estimate.earliest_day for estimate in estimates),
        latest_day=latest_day,
        order_before=min(
            *(estimate.order_before for estimate in estimates), *(estimate.order_before for _, estimate in ranked)
        ),
        dispatch_day=min(estimate.dispatch_day for estimate in estimates),
        origin_ids=tuple(origin_id for estimate in estimates for origin_id in estimate.origin_ids),
        service_id=estimates[0].service_id,
        steps=(*steps, Step("parcels", latest_day, {"count": len(estimates)})),
    )
