"""Pick-up centres on offer: the nearest, with their hours and the moment the parcel lies ready."""

from collections.abc import Callable, Iterator
from functools import lru_cache, partial
from typing import NamedTuple, cast

from delivery.asked import Asked, Reason
from delivery.centre_hours import Opening, lies_until, opening_of, why_unreadable
from delivery.options import Location, PickupOption
from delivery.questions import Mint, OptionBody, option_body
from delivery.ready_times import ready_of
from delivery.rules.pickup import Centre, CentresOrder
from delivery.rules.places import Point, PointIndex
from delivery.shelves import is_full
from delivery.texts.offers import pickup_title

__all__ = [
    "centre_on_offer",
    "centres_on_offer",
    "location_of",
    "nearest_shown",
    "opening_of",
    "why_unreadable",
]

MINUTE = "%Y-%m-%dT%H:%MZ"


class Shown(NamedTuple):
    """A centre on offer: what its option's id will say, the option waiting for that id, and why."""

    body: OptionBody
    option_with: Callable[[str], PickupOption]
    reason: Reason


def centres_on_offer(asked: Asked, mint: Mint) -> Iterator[tuple[PickupOption, Reason]]:
    """The nearest centres that can have the parcel ready, nearest first; in the shop's order where no coordinates are
    known; or those of them first where it lies ready first, if the shop wants that. A centre that never opens, cannot be
    supplied or has a full shelf is left out."""
    found = (_shown_unless_full(asked, centre, metres) for centre, metres in nearest_shown(asked))
    made = ((shown.option_with(mint(shown.body)), shown.reason) for shown in found if shown is not None)
    if asked.setup.centres_order is CentresOrder.DISTANCE:
        return made
    return iter(sorted(made, key=lambda pair: pair[0].ready_by))


def centre_on_offer(asked: Asked, centre: Centre, mint: Mint) -> tuple[PickupOption, Reason] | None:
    """The same for one centre, wherever it lies."""
    shown = _shown_unless_full(asked, centre, None)
    return None if shown is None else (shown.option_with(mint(shown.body)), shown.reason)


def _shown_unless_full(asked: Asked, centre: Centre, metres: int | None) -> Shown | None:
    is_here_full = is_full(centre, asked.taken, asked.own.place if asked.own else None)
    return None if is_here_full else _shown(asked, centre, metres)


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
    ready = ready_of(asked, centre, opening.intervals)
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
        pickup_by=lies_until(centre, asked.now, ready_by),
        wait_for_message=reason.service_id is None,
    )
    return Shown(option_body("pickup", centre.id, ready_by.strftime(MINUTE), "", price.amount), option_with, reason)


def _location(asked: Asked, centre: Centre, metres: int | None, opening: Opening) -> Location:
    """One value for all who see the centre from the same distance on the same day."""
    key, made = (centre.id, metres, opening), asked.setup.made
    return cast(Location, made.get(key) or made.keep(key, location_of(centre, metres, opening)))
