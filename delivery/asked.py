"""Everything one offer is made from, read once: whoever makes options looks nowhere else."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cached_property, lru_cache
from typing import cast

from sqlalchemy import BindParameter, bindparam, select

from delivery.booking_states import DELIVERY_FAILED, PACKED
from delivery.holds import Hold, taken, taken_and_held
from delivery.learnt_services import area_of, with_experience
from delivery.memory import Memory
from delivery.periods import Period, Reached, period_at
from delivery.questions import Question
from delivery.rules.estimate import Estimate, Origin, Preparation, Step, best_estimate, prepare
from delivery.rules.parcels import Stock, can_serve
from delivery.rules.places import Destination, Point, distance_or_inf_m
from delivery.rules.prices import Fee, Money
from delivery.rules.wallclock import local_day
from delivery.rules.workdays import NoWorkDay
from delivery.setups import PricedService, Setup
from delivery.shelves import EVERY_DAY
from delivery.store.engine import Session
from delivery.store.prepared import Prepared
from delivery.store.tables import stock
from delivery.van_days import VAN, VanDay
from delivery.van_horizon import coming_van_days
from delivery.van_stops import OwnStop, number_of, of_booking

NOTHING: Mapping[str, int] = {}


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an option stands where it stands, kept with the choice: who sends it, by when, and the steps.

    `order_before` is the instant from which the promise can no longer be made; None when it does not say.
    """

    origin_id: str | None
    service_id: str | None
    ship_by: date | None
    steps: tuple[Step, ...]
    order_before: datetime | None


@dataclass(frozen=True)
class Asked:
    """A question at a moment, with what the shop has set and what is left."""

    now: datetime
    setup: Setup
    question: Question
    point: Point | None
    stock: Mapping[str, Stock]
    taken: Mapping[tuple[str, str, date], int]
    own: Hold | None
    vans: Mapping[tuple[str, date], VanDay] = field(default_factory=dict)
    """The routes of the coming days, by origin and day, where vans keep windows and it is known where to go."""

    @cached_property
    def today(self) -> date:
        return local_day(self.now, self.setup.time_zone)

    @cached_property
    def destination(self) -> Destination:
        """The destination with its coordinates, if they are known."""
        there = self.question.destination
        return Destination(there.country, there.postal_code, there.city, there.lines, self.point)

    @cached_property
    def origins(self) -> list[tuple[Origin, Stock]]:
        return [(origin, self.stock.get(origin.id, NOTHING)) for origin in self.setup.origins.values()]

    def estimate(
        self, priced: PricedService, destination: Destination, *, without: str | None = None
    ) -> Estimate | None:
        """What a service promises to this destination, from other origins than `without`. Places that it reaches equally fast
        share one estimate."""
        learnt = self.setup.learnt.get(priced.service.id)
        where = None if learnt is None else area_of(destination.country, destination.normal_postal_code)
        reached = _reached(self.setup, priced, destination)
        key = priced.service.id, reached, self.question.basket.handling_days, without, where
        known = self.period.estimates
        if key in known:
            return cast(Estimate | None, known[key])
        basket, rule = self.question.basket, self.setup.origin_rule
        origins = [pair for pair in self.origins if pair[0].id != without] if without else self.origins
        estimate = best_estimate(self.now, origins, priced.service, destination, basket, rule)
        if learnt is not None and estimate is not None:
            estimate = with_experience(learnt, estimate, destination)
        return cast(Estimate | None, known.keep(key, estimate))

    @cached_property
    def period(self) -> Period:
        """Shared with other shoppers, unless somebody counts what is in the basket."""
        return Period(self.now, self.now) if self.stock else period_at(self.setup, self.now)

    def preparation(self, origin_id: str) -> Preparation | None:
        """When this origin has the basket packed; None when it lacks goods, never opens or is not known."""
        key, known = (origin_id, self.question.basket.handling_days), self.period.preparations
        found = known[key] if key in known else known.keep(key, self._prepare(origin_id))
        return cast(Preparation | None, found)

    def _prepare(self, origin_id: str) -> Preparation | None:
        origin = self.setup.origins.get(origin_id)
        if origin is None or not can_serve(self.stock.get(origin_id, NOTHING), self.question.basket):
            return None
        try:
            return prepare(self.now, origin, self.question.basket.handling_days)
        except NoWorkDay:
            return None

    def price(self, fee: Fee) -> Money:
        """What an option with this fee costs for the basket. Windows share fees, so each is worked out once."""
        price = self._prices.get(id(fee))
        if price is None:
            price = fee.of(self.question.basket.weight_g, self.question.basket.value)
            self._prices[id(fee)] = price
        return price

    @cached_property
    def _prices(self) -> dict[int, Money]:
        """By identity: the fees are those of the setup, which outlives this value."""
        return {}


def _reached(setup: Setup, priced: PricedService, destination: Destination) -> Reached:
    metres = {origin.id: distance_or_inf_m(origin.point, destination.point) for origin in setup.origins.values()}
    return priced.service.transit_to(destination), tuple(sorted(metres, key=metres.__getitem__))


@lru_cache(maxsize=200)
def _stock_of_skus(number: int) -> Prepared:
    """The counts of so many skus: a statement for each number, because a prepared one takes no list."""
    wanted: list[BindParameter[str]] = [bindparam(f"sku_{position}") for position in range(number)]
    columns = select(stock.c.place_id, stock.c.sku, stock.c.quantity)
    return Prepared(columns.where(stock.c.merchant_id == bindparam("merchant_id"), stock.c.sku.in_(wanted)))


def ask(session: Session, now: datetime, memory: Memory, setup: Setup, question: Question) -> Asked:
    """Read what the question needs: places taken, work that waits at centres and, where the shop counts it, stock; the
    checkout's own live hold."""
    sold, own = _places(session, now, setup, question.checkout)
    if setup.counts_at_centres:
        shelves = taken(session, now, merchant_id=setup.merchant_id, first_day=EVERY_DAY, last_day=EVERY_DAY)
        sold = {**sold, **shelves}
    point = memory.point_of(session, question.destination)
    vans = _vans(session, now, setup, question, own) if point is not None and setup.has_van_windows else {}
    return Asked(now, setup, question, point, _stock_of(session, setup, question), sold, own, vans)


def _vans(
    session: Session, now: datetime, setup: Setup, question: Question, own: Hold | None
) -> Mapping[tuple[str, date], VanDay]:
    """Without what this checkout itself holds, or the booking that is to be changed has: it does not stand in its own way, and
    nobody is in one's street for oneself."""
    today = local_day(now, setup.time_zone)
    days = coming_van_days(session, now, setup.merchant_id, setup.fleets, today, setup.horizon_days)
    stop = _own_stop(session, setup.merchant_id, question, own)
    known = None if stop is None else days.get((stop.origin_id, stop.day))
    if stop is None or known is None:
        return days
    key, number = (stop.origin_id, stop.day), frozenset({stop.number})
    if stop.state in (PACKED, DELIVERY_FAILED):
        # It is kept until fulfilment has answered.
        return {**days, key: known.with_held(known.held | number)}
    return {**days, key: replace(known, gone=known.gone | number)}


def _own_stop(session: Session, merchant_id: str, question: Question, own: Hold | None) -> OwnStop | None:
    if question.booking_id is not None:
        return of_booking(session, merchant_id, question.booking_id)
    if own is None or own.place is None or own.place.kind != VAN:
        return None
    number = number_of(session, merchant_id, own.id)
    return None if number is None else OwnStop(str(own.option["origin_id"]), own.place.day, number)


def _places(
    session: Session, now: datetime, setup: Setup, checkout: str | None
) -> tuple[Mapping[tuple[str, str, date], int], Hold | None]:
    """What is taken of the windows in the shop's horizon, and what this checkout itself holds."""
    today = local_day(now, setup.time_zone)
    last_day = today + timedelta(days=setup.horizon_days)
    whose = {"merchant_id": setup.merchant_id}
    if checkout is None:
        sold = taken(session, now, **whose, first_day=today, last_day=last_day) if setup.patterns else {}
        return sold, None
    return taken_and_held(session, now, **whose, checkout=checkout, first_day=today, last_day=last_day)


def _stock_of(session: Session, setup: Setup, question: Question) -> dict[str, dict[str, int]]:
    if not setup.tracks_stock:
        return {}
    skus = {line.sku for line in question.basket.lines}
    asked = {f"sku_{position}": sku for position, sku in enumerate(skus)} | {"merchant_id": setup.merchant_id}
    found: dict[str, dict[str, int]] = {}
    for place_id, sku, quantity in _stock_of_skus(len(skus)).rows(session, asked):
        found.setdefault(place_id, {})[sku] = quantity
    return found


def days_from(first_day: date, days: int) -> Iterator[date]:
    """`days` days, the first included."""
    return (first_day + timedelta(days=ahead) for ahead in range(days))
