"""When an order would lie ready at a pick-up centre: made there from its own stock after the work that waits, or brought."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from delivery.asked import NOTHING, Asked, Reason
from delivery.centre_hours import open_after
from delivery.rules.estimate import Estimate, Origin
from delivery.rules.opening import Interval
from delivery.rules.parcels import knows_all
from delivery.rules.pickup import Centre, UnknownStock, ready_after_queue, waiting_step, work_minutes
from delivery.rules.places import Destination
from delivery.rules.preparation import Preparation, Step
from delivery.rules.wallclock import instant_of, local_day
from delivery.work import orders_waiting

Ready = tuple[datetime, Reason]


def ready_of(asked: Asked, centre: Centre, opened: Sequence[Interval]) -> Ready | None:
    """When the basket lies ready there, and why: from its own stock when that has it, else by the service that brings what is
    lacking. None when neither can. `opened`: when the centre is, from today on."""
    if lies_there(asked, centre):
        ready = _from_own_stock(asked, centre, opened)
        if ready is not None:
            return ready
    return _by_carrier(asked, centre)


def lies_there(asked: Asked, centre: Centre) -> bool:
    """Whether the centre has stock of its own to look at for this basket. What nobody counted there lies there or not, as the
    merchant says; a shop that does not look at stock has everything everywhere."""
    if centre.origin_id is None:
        return False
    if centre.unknown_stock is UnknownStock.OFFER or not asked.setup.tracks_stock:
        return True
    return knows_all(asked.stock.get(centre.origin_id, NOTHING), asked.question.basket)


def brought(asked: Asked, centre: Centre) -> Estimate | None:
    """What the centre's service promises to it. Goods come from other origins than the centre itself; with its own first among
    the reasons, as the one that was passed over."""
    priced = asked.setup.services.get(centre.service_id or "")
    if priced is None:
        return None
    there = Destination(centre.country, centre.postal_code, point=centre.point)
    return asked.estimate(priced, there, without=centre.origin_id)


def _from_own_stock(asked: Asked, centre: Centre, opened: Sequence[Interval]) -> Ready | None:
    """Work starts when what waits there is done, or when the goods are there, and goes on while the centre is open."""
    origin = asked.setup.origins.get(centre.origin_id or "")
    prepared = asked.preparation(origin.id) if origin else None
    if origin is None or prepared is None:
        return None
    waiting = orders_waiting(asked.taken, centre.id)
    queue = work_minutes(waiting, centre.minutes_per_order, centre.people)
    begins_at = _begins_at(asked, centre, origin, prepared)
    ready_by = ready_after_queue(opened, asked.now, queue + _by_hand(origin), begins_at, centre.preparation_minutes)
    if ready_by is None:
        return None
    ready_day = local_day(ready_by, centre.zone)
    steps = (*prepared.steps, *waiting_step(ready_day, waiting, queue))
    return ready_by, Reason(origin.id, None, ready_day, steps, ready_by)


def _begins_at(asked: Asked, centre: Centre, origin: Origin, prepared: Preparation) -> datetime:
    if centre.same_day and not asked.question.basket.handling_days and not origin.handling_days:
        return asked.now
    first_day = max(prepared.ready_day, asked.today + timedelta(days=not centre.same_day))
    return max(asked.now, instant_of(first_day, time(0), centre.zone))


def _by_hand(origin: Origin) -> int:
    """Minutes of the work that a merchant entered for the origin, beside what is counted."""
    waiting = origin.backlog
    return round(waiting.orders_waiting * waiting.minutes_per_order / waiting.people)


def _by_carrier(asked: Asked, centre: Centre) -> Ready | None:
    """Parcels come on the latest day of the service's estimate, from the hour the centre names."""
    estimate = brought(asked, centre)
    if estimate is None:
        return None
    arrives_at = instant_of(estimate.latest_day, centre.arrival_time, centre.zone)
    ready_by = open_after(centre, asked.now, arrives_at)
    if ready_by is None:
        return None
    steps = (*_passed_over(asked, centre), *estimate.steps)
    return ready_by, Reason(
        estimate.origin_ids[0], centre.service_id, estimate.dispatch_day, steps, estimate.order_before
    )


def _passed_over(asked: Asked, centre: Centre) -> tuple[Step, ...]:
    origin = asked.setup.origins.get(centre.origin_id or "")
    if origin is None:
        return ()
    return (Step("stock", local_day(asked.now, origin.zone), {"origin_id": origin.id, "origin": origin.name}),)
