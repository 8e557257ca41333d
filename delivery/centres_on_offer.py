"""Pick-up centres on offer: the nearest, with their hours and the moment the parcel lies ready."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache, partial
from typing import NamedTuple, cast
from zoneinfo import ZoneInfo

from delivery.asked import Asked, Reason, days_from
from delivery.keeping import Hours, counted
from delivery.options import DayHours, Location, PickupOption, Window
from delivery.questions import Mint, OptionBody, option_body
from delivery.rules.estimate import Origin
from delivery.rules.keeping import kept_until
from delivery.rules.opening import BadOpeningHours, Interval, open_intervals
from delivery.rules.pickup import Centre, ready_after_arrival, ready_after_work
from delivery.rules.places import Destination, Point, PointIndex
from delivery.rules.wallclock import instant_of, local_day
from delivery.shelves import is_full
from delivery.texts.offers import pickup_title

DAYS_SHOWN = 7
MINUTE = "%Y-%m-%dT%H:%MZ"
DAYS_AHEAD = 45
"""How far opening hours are looked up: the longest wait for a parcel and its keep days."""

Ready = tuple[datetime, Reason]


@dataclass(frozen=True, slots=True, eq=False)
class Opening:
    """When one centre is open from one day on: UTC intervals, and the hours of the coming week."""

    intervals: tuple[Interval, ...]
    week: tuple[DayHours, ...]


class Shown(NamedTuple):
    """A centre on offer: what its option's id will say, the option waiting for that id, and why."""

    body: OptionBody
    option_with: Callable[[str], PickupOption]
    reason: Reason


def centres_on_offer(asked: Asked, mint: Mint) -> Iterator[tuple[PickupOption, Reason]]:
    """The nearest centres that can have the parcel ready, nearest first; in the shop's order where no coordinates are
    known. A centre that never opens, cannot be supplied or has a full shelf is left out."""
    for centre, metres in nearest_shown(asked):
        shown = None if _is_full(asked, centre) else _shown(asked, centre, metres)
        if shown is not None:
            yield shown.option_with(mint(shown.body)), shown.reason


def centre_on_offer(asked: Asked, centre: Centre, mint: Mint) -> tuple[PickupOption, Reason] | None:
    """The same for one centre, wherever it lies."""
    shown = None if _is_full(asked, centre) else _shown(asked, centre, None)
    return None if shown is None else (shown.option_with(mint(shown.body)), shown.reason)


def _is_full(asked: Asked, centre: Centre) -> bool:
    return is_full(centre, asked.taken, asked.own.place if asked.own else None)


def opening_of(centre: Centre, now: datetime) -> Opening:
    """The centre's opening from today on, remembered for the day."""
    return _opening(_hours(centre), local_day(now, centre.zone))


def why_unreadable(centre: Centre, now: datetime) -> str | None:
    """What cannot be read in the centre's hours or their exceptions; None when all of it can."""
    try:
        _read(_hours(centre), local_day(now, centre.zone))
    except BadOpeningHours as error:
        return str(error)
    return None


def location_of(centre: Centre, metres: int | None, opening: Opening) -> Location:
    """The centre as a shopper sees it."""
    return Location(
        id=centre.id,
        name=centre.name,
        address=centre.address,
        latitude=centre.point.latitude,
        longitude=centre.point.longitude,
        distance_m=metres,
        opening_hours=opening.week,
    )


def _hours(centre: Centre) -> Hours:
    exceptions = tuple(sorted(centre.exceptions.items())) if centre.exceptions else ()
    return centre.opening_hours, centre.zone, centre.country, centre.subdivision, exceptions


@lru_cache(maxsize=20_000)
def _opening(hours: Hours, today: date) -> Opening:
    zone = hours[1]
    try:
        found = _read(hours, today)
    except BadOpeningHours:
        # One centre with hours that cannot be read must not take the whole offer away: it counts as never open.
        found = []
    intervals = tuple((opens.astimezone(UTC), closes.astimezone(UTC)) for opens, closes in found)
    return Opening(intervals, tuple(_hours_of(day, found, zone) for day in days_from(today, DAYS_SHOWN)))


def _read(hours: Hours, today: date) -> list[Interval]:
    text, zone, country, subdivision, exceptions = hours
    start = instant_of(today, time(0), zone)
    end = instant_of(today + timedelta(days=DAYS_AHEAD), time(0), zone)
    return open_intervals(text, start, end, zone, country, subdivision, dict(exceptions))


@lru_cache(maxsize=50_000)
def _open_after(hours: Hours, today: date, arrives_at: datetime) -> datetime | None:
    return ready_after_arrival(_opening(hours, today).intervals, arrives_at)


@lru_cache(maxsize=50_000)
def _kept_until(hours: Hours, today: date, ready_by: datetime, keep_days: int) -> datetime:
    known = _opening(hours, today).intervals
    return kept_until(known, ready_by, keep_days, hours[1]) or counted(hours, ready_by, keep_days)


def _hours_of(day: date, found: list[Interval], zone: ZoneInfo) -> DayHours:
    """The intervals that begin on this day; one that runs over midnight stands with the day it began on."""
    return DayHours(day, tuple(Window(opens, closes) for opens, closes in found if local_day(opens, zone) == day))


def nearest_shown(asked: Asked) -> Iterator[tuple[Centre, int | None]]:
    """The centres that are looked at for this destination, nearest first, with the metres to each where known."""
    centres, shown = asked.setup.centres, asked.setup.centres_shown
    if not centres:
        return
    if asked.point is None:
        here = [centre for centre in centres if centre.country == asked.destination.country]
        yield from ((centre, None) for centre in here[:shown])
        return
    for position, metres in _nearest_positions(asked.setup.centre_index, asked.point, shown):
        yield centres[position], round(metres)


# Coordinates come from postcodes, and the same postcodes come again.
@lru_cache(maxsize=4096)
def _nearest_positions(index: PointIndex, point: Point, limit: int) -> list[tuple[int, float]]:
    return index.nearest(point, limit)


def _ready(asked: Asked, centre: Centre, opening: Opening) -> Ready | None:
    if centre.origin_id is not None:
        ready = _ready_from_own_stock(asked, centre, opening)
        if ready is not None:
            return ready
    if centre.service_id is None:
        return None
    return _ready_by_carrier(asked, centre)


def _ready_from_own_stock(asked: Asked, centre: Centre, opening: Opening) -> Ready | None:
    """Work starts now, or when the goods are there, and goes on while the centre is open."""
    origin = asked.setup.origins.get(centre.origin_id or "")
    prepared = asked.preparation(origin.id) if origin else None
    if origin is None or prepared is None:
        return None
    begins_at = asked.now
    if not centre.same_day or asked.question.basket.handling_days or origin.handling_days:
        first_day = max(prepared.ready_day, asked.today + timedelta(days=not centre.same_day))
        begins_at = max(begins_at, instant_of(first_day, time(0), centre.zone))
    ready_by = ready_after_work(opening.intervals, begins_at, centre.preparation_minutes + _waiting_minutes(origin))
    if ready_by is None:
        return None
    return ready_by, Reason(origin.id, None, local_day(ready_by, centre.zone), prepared.steps, ready_by)


def _waiting_minutes(origin: Origin) -> int:
    waiting = origin.backlog
    return round(waiting.orders_waiting * waiting.minutes_per_order / waiting.people)


def _ready_by_carrier(asked: Asked, centre: Centre) -> Ready | None:
    """Parcels come on the latest day of the service's estimate, from the hour the centre names."""
    priced = asked.setup.services.get(centre.service_id or "")
    if priced is None:
        return None
    estimate = asked.estimate(priced, Destination(centre.country, centre.postal_code, point=centre.point))
    if estimate is None:
        return None
    arrives_at = instant_of(estimate.latest_day, centre.arrival_time, centre.zone)
    ready_by = _open_after(_hours(centre), local_day(asked.now, centre.zone), arrives_at)
    if ready_by is None:
        return None
    return ready_by, Reason(
        estimate.origin_ids[0], priced.service.id, estimate.dispatch_day, estimate.steps, estimate.order_before
    )


def _shown(asked: Asked, centre: Centre, metres: int | None) -> Shown | None:
    """The option but for its id; None when the centre cannot have the parcel ready. One that a carrier supplies is made
    once for all who see it so; what lies ready from a centre's own stock depends on the minute."""
    if centre.origin_id is not None:
        return _made(asked, centre, metres)
    handling_days = asked.question.basket.handling_days
    key = (centre.id, metres, asked.price(centre.fee).amount, handling_days, asked.question.locale)
    known = asked.period.centres
    return cast(Shown | None, known[key] if key in known else known.keep(key, _made(asked, centre, metres)))


def _made(asked: Asked, centre: Centre, metres: int | None) -> Shown | None:
    opening = opening_of(centre, asked.now)
    ready = _ready(asked, centre, opening)
    if ready is None:
        return None
    ready_by, reason = ready
    price = asked.price(centre.fee)
    option_with = partial(
        PickupOption,
        title=pickup_title(centre.name, asked.question.locale),
        fee=price,
        time_zone=centre.zone.key,
        location=_location(asked, centre, metres, opening),
        ready_by=ready_by,
        pickup_by=_kept_until(_hours(centre), local_day(asked.now, centre.zone), ready_by, centre.keep_days),
    )
    return Shown(option_body("pickup", centre.id, ready_by.strftime(MINUTE), "", price.amount), option_with, reason)


def _location(asked: Asked, centre: Centre, metres: int | None, opening: Opening) -> Location:
    """One value for all who see the centre from the same distance on the same day."""
    key, made = (centre.id, metres, opening), asked.setup.made
    return cast(Location, made.get(key) or made.keep(key, location_of(centre, metres, opening)))
