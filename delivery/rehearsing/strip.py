"""The coming days at a glance: what could still be had on each, and a warning where one would expect more."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, time

from delivery.asked import Asked, days_from
from delivery.centres_on_offer import opening_of
from delivery.options import Offer, PickupOption, ShippingOption, SlotOption
from delivery.rehearsing.reasons import (
    CLOSED,
    CLOSED_DAY,
    FULL,
    HOLIDAY,
    NO_VAN,
    NO_VAN_OUT,
    NOT_READY,
    OF_DAYS,
    PAST_CUT_OFF,
    MissingSlot,
)
from delivery.rules.estimate import Estimate, Origin, Step, estimate_from
from delivery.rules.services import Service
from delivery.rules.wallclock import local_day
from delivery.rules.workdays import Calendar, WeekCalendar

DAYS = 14


@dataclass(frozen=True, slots=True)
class StripDay:
    """One day. Windows are counted once each: `free`, `full` (vans as well), `closed` (or no van is out), or `gone` (too late, or
    it cannot leave in time).

    `services`: the dated options that cover the day; `centres`: where the parcel lies ready and the door opens that
    day (names). `warning`: the reasons (of `reasons.OF_DAYS`) why no delivery is left on a day on which one would
    expect it; empty for any other day.
    """

    day: date
    free: int
    full: int
    closed: int
    gone: int
    services: tuple[str, ...]
    centres: tuple[str, ...]
    warning: tuple[str, ...]


def strip(asked: Asked, offer: Offer, missing: Sequence[MissingSlot]) -> tuple[StripDay, ...]:
    """The coming DAYS days, the day of the moment itself first.

    A day is warned of when no window is free and no dated option covers it, though one would expect a delivery:
    * because a window of the destination's zones stands on that weekday, within the shop's horizon and with places in
      an ordinary week; or
    * because a service that goes there delivers on that weekday in an ordinary week, and an order at this moment would
      have come by then if there were no cut-offs, no public holidays and no closed days. After the day that it
      promises it is expected too, unless it works that day: then a later order still comes.
    Pick-up centres do not count: what waits there has not been delivered.
    """
    promised = [(asked.setup.services[option.service_id].service, option) for option in _dated(offer)]
    free = Counter(option.day for option in offer.options if isinstance(option, SlotOption))
    found = []
    for day in days_from(asked.today, DAYS):
        lost = [slot for slot in missing if slot.day == day]
        counted = Counter(slot.reason for slot in lost)
        services = tuple(option.title for _, option in promised if _covers(option, day))
        why = [] if free[day] or services else [*_of_windows(asked, lost), *_of_services(asked, day)]
        full, closed = counted[FULL] + counted[NO_VAN], counted[CLOSED] + counted[NO_VAN_OUT]
        gone = len(lost) - full - closed
        centres = tuple(_ready_on(asked, offer, day))
        warning = tuple(sorted(set(why), key=OF_DAYS.index))
        found.append(StripDay(day, free[day], full, closed, gone, services, centres, warning))
    return tuple(found)


def _dated(offer: Offer) -> Iterator[ShippingOption]:
    return (option for option in offer.options if isinstance(option, ShippingOption) and option.earliest_day)


def _covers(option: ShippingOption, day: date) -> bool:
    first, last = option.earliest_day, option.latest_day
    return first is not None and last is not None and first <= day <= last


def _ready_on(asked: Asked, offer: Offer, day: date) -> Iterator[str]:
    for option in offer.options:
        centre = asked.setup.centre(option.location.id) if isinstance(option, PickupOption) else None
        if centre is None or not isinstance(option, PickupOption):
            continue
        if any(
            local_day(max(opens, option.ready_by), centre.zone) <= day <= local_day(closes, centre.zone)
            for opens, closes in opening_of(centre, asked.now).intervals
            if closes >= option.ready_by and opens < option.pickup_by
        ):
            yield centre.name


def _of_windows(asked: Asked, lost: Sequence[MissingSlot]) -> Iterator[str]:
    for slot in lost:
        pattern = asked.setup.patterns[slot.pattern_id]
        if pattern.capacity:
            yield _of_window(asked, slot, asked.setup.origins.get(pattern.origin_id))


def _of_window(asked: Asked, slot: MissingSlot, origin: Origin | None) -> str:
    """A window that is closed or not ready on a day on which nobody works there has the day's reason."""
    if origin is None or slot.reason not in (CLOSED, NOT_READY):
        return slot.reason
    day_off = "" if origin.is_work_day(slot.day) else origin.closed_because(slot.day)
    if day_off in (HOLIDAY, CLOSED_DAY):
        return day_off
    if slot.reason == CLOSED:
        return CLOSED_DAY
    prepared = asked.preparation(origin.id)
    return PAST_CUT_OFF if prepared and _is_late(prepared.steps) else NOT_READY


def _of_services(asked: Asked, day: date) -> Iterator[str]:
    for priced in asked.setup.services.values():
        estimate = asked.estimate(priced, asked.destination)
        if estimate is None:
            continue
        because = _day_off(priced.service.delivers, day)
        expected = _undisturbed_day(asked, priced.service, estimate)
        if because == "weekday" or expected is None or day < expected:
            continue
        if because:
            yield because
        elif day < estimate.earliest_day:
            yield from _delays(estimate)


def _day_off(calendar: Calendar, day: date) -> str | None:
    if isinstance(calendar, WeekCalendar):
        return calendar.closed_because(day)
    return None if calendar.is_work_day(day) else CLOSED_DAY


def _undisturbed_day(asked: Asked, service: Service, estimate: Estimate) -> date | None:
    """The day the parcel would come if there were no cut-offs, no public holidays and no closed days."""
    origin = asked.setup.origins[estimate.origin_ids[0]]
    always = replace(
        origin, calendar=_ordinary(origin.calendar), usual_cut_off=time.max, cut_offs={}, cut_off_overrides={}
    )
    ordinary = replace(service, collects=_ordinary(service.collects), delivers=_ordinary(service.delivers))
    found = estimate_from(asked.now, always, ordinary, asked.destination, asked.question.basket.handling_days)
    return found.earliest_day if found else None


def _ordinary(calendar: Calendar) -> Calendar:
    return WeekCalendar(calendar.weekdays) if isinstance(calendar, WeekCalendar) else calendar


def _delays(estimate: Estimate) -> Iterator[str]:
    """What put the promise off, of what an ordinary day would not have."""
    if _is_late(estimate.steps):
        yield PAST_CUT_OFF
    closed = {str(step.facts.get("reason")) for step in estimate.steps if step.rule == "closed"}
    yield from (closed & {HOLIDAY, CLOSED_DAY}) or ([] if _is_late(estimate.steps) else [NOT_READY])


def _is_late(steps: Sequence[Step]) -> bool:
    return any(step.rule == "cut_off" and not step.facts.get("met") for step in steps)
