"""The origin's side of a promise: when an order is packed, and the first reasons why. Steps are told in `estimate`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import islice

from delivery.rules.origins import Origin
from delivery.rules.wallclock import local_day
from delivery.rules.workdays import add_work_days, day_after, next_work_day

MOST_CLOSED_STEPS = 14


@dataclass(frozen=True, slots=True)
class Step:
    """One reason of an estimate: a stable rule name, the day it ends on, and its facts (plain JSON values)."""

    rule: str
    day: date
    facts: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Preparation:
    """What the origin's side of a promise comes to: the day the parcel can leave, until when to order for it, why, and
    the day work starts."""

    ready_day: date
    order_before: datetime
    steps: tuple[Step, ...]
    start_day: date


def prepare(now: datetime, origin: Origin, handling_days: int) -> Preparation:
    """The day on which an order placed `now` is packed at `origin`: cut-off, closures, backlog, handling.

    At the cut-off itself is too late. `order_before` is the first coming cut-off instant after which ready_day is
    later. The larger of `handling_days` and the origin's own counts. Raises NoWorkDay when the origin never opens.
    Steps: "cut_off", "closed" (for skipped days), "backlog", "handling".
    """
    order_day = local_day(now, origin.zone)
    start_day = _start_day(now, origin, order_day)
    handling_days = max(handling_days, origin.handling_days)
    backlog_days = origin.backlog.days
    begin_day = add_work_days(origin, start_day, backlog_days)
    ready_day = add_work_days(origin, begin_day, handling_days)
    steps = [_cut_off_step(origin, order_day, start_day), *_closed_steps(origin, order_day, ready_day)]
    if backlog_days:
        facts = {"days": backlog_days, "orders_waiting": origin.backlog.orders_waiting}
        steps.append(Step("backlog", begin_day, facts))
    steps.append(Step("handling", ready_day, {"days": handling_days}))
    return Preparation(ready_day, origin.cut_off_at(start_day), tuple(steps), start_day)


def _start_day(now: datetime, origin: Origin, order_day: date) -> date:
    """The work day on which an order placed `now` is begun."""
    if origin.is_work_day(order_day) and now < origin.cut_off_at(order_day):
        return order_day
    return next_work_day(origin, day_after(order_day))


def _cut_off_step(origin: Origin, order_day: date, start_day: date) -> Step:
    judged_day = order_day if origin.is_work_day(order_day) else start_day
    facts: dict[str, str | int] = {
        "origin_id": origin.id,
        "origin": origin.name,
        "cut_off": _clock(origin.cut_off_time(judged_day)),
        "time_zone": origin.zone.key,
        "order_day": order_day.isoformat(),
        "met": int(judged_day == start_day),
    }
    return Step("cut_off", start_day, facts)


def _clock(at: time) -> str:
    return at.isoformat("seconds" if at.second else "minutes")


def _closed_steps(origin: Origin, order_day: date, ready_day: date) -> list[Step]:
    ahead = range((ready_day - order_day).days)
    days = (order_day + timedelta(days=n) for n in ahead)
    closed = (day for day in days if not origin.is_work_day(day))
    return [Step("closed", day, {"reason": origin.closed_because(day)}) for day in islice(closed, MOST_CLOSED_STEPS)]
