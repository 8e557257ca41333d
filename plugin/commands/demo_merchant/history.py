"""The demo's past: eight weeks of orders that were collected at two of its centres, a few that lie there now.

Whatever lies there was ordered and reported as it would be, only earlier. The goods are of those that nobody counts, so that
the stock of the demo stays as it is.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert

from delivery import bookings, holds, progress
from delivery.booking_rows import Booking, as_row
from delivery.centre_hours import lies_until, opening_of
from delivery.centres_on_offer import MINUTE, location_of
from delivery.keeping import hours_of, opened
from delivery.links import PageLinks
from delivery.option_facts import snapshot
from delivery.options import PickupOption
from delivery.progress import Event
from delivery.questions import basket_fingerprint
from delivery.rules.keeping import opening_days
from delivery.rules.opening import Interval
from delivery.rules.outcomes import Promised, Reported, judge
from delivery.rules.parcels import Basket, Line
from delivery.rules.pickup import Centre, ready_after_work
from delivery.rules.prices import Money
from delivery.rules.wallclock import local_day
from delivery.setups import Setup
from delivery.store.engine import Session
from delivery.store.tables import bookings as bookings_table
from delivery.store.tables import events
from delivery.texts.offers import pickup_title

BEGINS = timedelta(weeks=8)
A_DAY_S_ORDERS = {"winkel-haarlemmerdijk": 2, "boekhandel-ceintuur": 1}
SKU = "THROW-WOOL"
_LINES = [{"sku": SKU, "quantity": 1, "weight_g": 400, "value": 1495}]
_BASKET = Basket((Line(SKU, 1, 400, 0, 1495),), "EUR")
_NAMES = (
    "Sanne Visser",
    "Daan Bakker",
    "Noor Smit",
    "Lotte Meijer",
    "Milan de Groot",
    "Yara Bos",
    "Sem Mulder",
    "Fatima Aydin",
)
_ADDRESS = {"country": "NL", "postal_code": "1015 CN", "city": "Amsterdam", "lines": ["Bloemgracht 12"]}
_DAYS_LATER, _SO_OFTEN = (0, 1, 2, 3, 4, 6), (46, 28, 12, 7, 4, 3)
_RUSH = {12: 2.0, 13: 2.0, 16: 3.0, 17: 6.0, 18: 3.0}
"""How much likelier than in another hour somebody comes."""
_PREPARED_MINUTES = 60
_A_QUARTER = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class _Past:
    """One order: when it came, was promised, was ready and was collected; None: it lies there still."""

    ordered_at: datetime
    ready_by: datetime
    ready_at: datetime
    collected_at: datetime | None


def seed_history(session: Session, now: datetime, setup: Setup, links: PageLinks) -> int:
    """Make the past of a demo that has none, up to `now`; how many orders that are."""
    chance = random.Random(20261122)
    number, ended = 0, []
    for centre in setup.centres:
        for past in _pasts(chance, now, centre, A_DAY_S_ORDERS.get(centre.id, 0)):
            number += 1
            order, name = f"D-{number:04}", chance.choice(_NAMES)
            if past.collected_at is None:
                _lies_there(session, setup, links, centre, past, order, name)
            else:
                ended.append(_collected(setup, centre, past, past.collected_at, order, name))
    _write(session, ended)
    return number


def _pasts(chance: random.Random, now: datetime, centre: Centre, each_day: int) -> Iterator[_Past]:
    parts = opened(hours_of(centre), now - BEGINS, now + timedelta(days=1))
    for open_day in opening_days(parts, centre.zone):
        for _ in range(each_day):
            ordered_at = open_day.opens_at + chance.random() * (open_day.closes_at - open_day.opens_at)
            ready_by = ready_after_work(parts, ordered_at, _PREPARED_MINUTES)
            if ready_by is None or ready_by >= now:
                continue
            # One in twelve is late.
            ready_at = ready_by + timedelta(minutes=chance.choice((*[-20, -15, -10, -5] * 2, *[-30] * 3, 45)))
            ready_at = max(ready_at, ordered_at + timedelta(minutes=5))
            if ready_at < now:
                yield _Past(ordered_at, ready_by, ready_at, _collected_at(chance, now, centre, parts, ready_at))


def _collected_at(
    chance: random.Random, now: datetime, centre: Centre, parts: Sequence[Interval], ready_at: datetime
) -> datetime | None:
    """Some hours or days later, mostly towards the evening; None when that is still to come."""
    later = chance.choices(_DAYS_LATER, _SO_OFTEN)[0]
    days = [day for day in opening_days(parts, centre.zone) if day.closes_at > ready_at + timedelta(minutes=20)]
    if later >= len(days):
        return None
    begins_at, ends_at = max(days[later].opens_at, ready_at), days[later].closes_at
    quarters = [begins_at + _A_QUARTER * n for n in range(1, max(2, int((ends_at - begins_at) / _A_QUARTER)))]
    weights = [_RUSH.get(quarter.astimezone(centre.zone).hour, 1.0) for quarter in quarters]
    found = chance.choices(quarters, weights)[0]
    return found if found < now else None


def _lies_there(
    session: Session, setup: Setup, links: PageLinks, centre: Centre, past: _Past, order: str, name: str
) -> None:
    """Ordered and reported, as the shop's server and the centre do it."""
    facts: dict[str, Any] = {"merchant_id": setup.merchant_id, "place": None}
    kept: dict[str, Any] = {"country": "NL", "postal_code": "1015CN", "basket": basket_fingerprint(_BASKET)}
    bounds: dict[str, Any] = {"minutes": setup.hold_minutes, "limit_minutes": setup.hold_limit_minutes}
    option = _option(centre, past, setup)
    hold = holds.take(session, past.ordered_at, checkout=f"demo {order}", option=option, **facts, **kept, **bounds)
    booking = bookings.confirm(
        session,
        past.ordered_at,
        order=order,
        part="",
        hold_id=hold.id,
        paid=True,
        payment_minutes=setup.payment_minutes,
        recipient={"name": name, "locale": setup.language},
        address=_ADDRESS,
        lines=_LINES,
        notes="",
        links=links,
        **facts,
        **kept,
    ).booking
    whose = {"merchant_id": setup.merchant_id, "booking_id": booking.id}
    progress.report(session, past.ready_at, **whose, event=Event("ready_for_pickup", past.ready_at))


def _collected(setup: Setup, centre: Centre, past: _Past, at: datetime, order: str, name: str) -> Booking:
    """As it stands once it was collected `at` then; written at once with the others, so that the demo begins soon."""
    option = _option(centre, past, setup)
    reported = [Reported("ready_for_pickup", past.ready_at), Reported("collected", at)]
    found = judge(Promised(past.ready_by, at_centre=True), reported, at)
    assert found is not None
    return Booking(
        id=f"bk_demo_{order}",
        merchant_id=setup.merchant_id,
        order=order,
        part="",
        state="collected",
        type="pickup",
        hold_id=None,
        place=None,
        option=option,
        origin_id=option["origin_id"],
        service_id=option["service_id"],
        ship_by=local_day(past.ordered_at, centre.zone),
        fee_amount=centre.fee.amount,
        currency=setup.currency,
        recipient={"name": name, "locale": setup.language},
        address=_ADDRESS,
        lines=_LINES,
        notes="",
        paid_until=None,
        page_version=1,
        version=4,
        created_at=past.ordered_at,
        updated_at=at,
        arrived_at=past.ready_at,
        kept=found.kept,
        broken_by=found.broken_by,
        ready_at=past.ready_at,
        kept_until=lies_until(centre, past.ordered_at, past.ready_at),
    )


def _write(session: Session, ended: Sequence[Booking]) -> None:
    if not ended:
        return
    session.execute(insert(bookings_table), [as_row(booking) | {"look_at": None} for booking in ended])
    steps = (
        (booking, step, at)
        for booking in ended
        for step, at in (("ready_for_pickup", booking.ready_at), ("collected", booking.updated_at))
    )
    session.execute(
        insert(events),
        [
            {
                "id": f"ev_demo_{booking.order}_{step}",
                "merchant_id": booking.merchant_id,
                "booking_id": booking.id,
                "type": step,
                "at": at,
                "received_at": at,
                "detail": {},
            }
            for booking, step, at in steps
        ],
    )


def _option(centre: Centre, past: _Past, setup: Setup) -> dict[str, Any]:
    ready_by = past.ready_by.astimezone(UTC)
    option = PickupOption(
        id="",
        title=pickup_title(centre.name, setup.language),
        fee=Money(centre.fee.amount, setup.currency),
        time_zone=centre.zone.key,
        location=location_of(centre, None, opening_of(centre, past.ordered_at)),
        ready_by=ready_by,
        pickup_by=lies_until(centre, past.ordered_at, ready_by),
    )
    day = local_day(past.ordered_at, centre.zone)
    kept = {"id": "", "ref": centre.id, "first": ready_by.strftime(MINUTE), "last": "", "zone_id": None, "place": None}
    asked = {
        "locale": setup.language,
        "basket": [[SKU, 1]],
        "tax_rate": setup.tax_rate,
        "order_before": None,
        "steps": [],
    }
    return snapshot(option, centre.origin_id, centre.service_id, day) | kept | asked
