"""/plugin/vans/<origin>/<day>: a day's vans on a map, as time lines and in words, what was sold and refused; and more time at a
door."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from flask import Blueprint, Response, request

from delivery.booking_rows import get_locked
from delivery.longer_stops import MOST_MINUTES, Longer, longer
from delivery.options import Window
from delivery.problems import NoTimeAtDoor, WrongState
from delivery.refused_stops import RefusedDay, refused_on
from delivery.store.engine import Session
from delivery.texts.catalogues import say, say_number
from delivery.texts.promises import share_said
from delivery.texts.sentences import N_, said
from delivery.texts.vans import reason_said
from delivery.van_arrivals import refresh
from delivery.van_plans import DayPlan, fleet_of, plan_of
from delivery.van_weeks import day_named, windows_of
from plugin.pages.frame import locale, page, see_other, tell
from plugin.pages.visitors import shop
from plugin.vans.days import PATH
from plugin.vans.maps import kind_of, map_of
from plugin.vans.said import told_at_the_door, where_to
from plugin.vans.timelines import timeline_of
from plugin.vans.ways import ways_of
from web.service import now, service


@dataclass(frozen=True, slots=True)
class WindowRow:
    """A window of the day: how many stops it has with and without an order, how many were sold by number because their address
    is nowhere on the map, and how often it was closed to a shopper."""

    window: Window
    sold: int
    held: int
    unplaced: int
    refused: int


@dataclass(frozen=True, slots=True)
class Fault:
    """Why more time was not granted, and what was asked."""

    booking_id: str
    minutes: str
    words: str


def add_to(blueprint: Blueprint) -> None:
    """Put the routes on the blueprint."""

    @blueprint.get("/<string:origin>/<string:day>")
    def one_day(origin: str, day: str) -> Response:
        """The whole day."""
        return shown(origin, day_named(day))

    @blueprint.post("/<string:origin>/<string:day>/longer")
    def longer_at_a_door(origin: str, day: str) -> Response:
        """More time at the door of one stop, if its van can."""
        on_day, typed = day_named(day), request.form.get("minutes", "").strip()
        booking_id = request.form.get("booking", "")
        if not typed.isdecimal() or int(typed) > MOST_MINUTES:
            words = say(locale(), N_("A whole number of minutes, from 0 to {most}."), most=MOST_MINUTES)
            return shown(origin, on_day, Fault(booking_id, typed, words), 422)
        try:
            granted = service().database.write(lambda session: _longer(session, booking_id, int(typed)))
        except NoTimeAtDoor as problem:
            return shown(origin, on_day, Fault(booking_id, typed, _why_not(problem)), 409)
        except WrongState as problem:
            return shown(origin, on_day, Fault(booking_id, typed, said(locale(), problem.detail)), 409)
        tell(_granted(granted))
        return see_other(f"{PATH}/{origin}/{on_day.isoformat()}")


def _longer(session: Session, booking_id: str, minutes: int) -> Longer:
    setup = shop()
    booking = get_locked(session, merchant_id=setup.merchant_id, booking_id=booking_id)
    granted = longer(session, now(), setup, booking, minutes)
    refresh(session, now(), setup, booking)
    return granted


def _granted(granted: Longer) -> str:
    kept = say_number(
        locale(),
        "{number} minute more than usual is kept at that door.",
        "{number} minutes more than usual are kept at that door.",
        granted.minutes,
    )
    moved = say(locale(), N_("It now stands at another place in the day's routes."))
    return f"{kept} {moved}" if granted.has_moved else kept


def _why_not(problem: NoTimeAtDoor) -> str:
    why = said(locale(), problem.detail)
    if not problem.reason or problem.reason == "no_stop":
        return why
    most = say_number(
        locale(),
        "{number} minute more than usual can be kept.",
        "{number} minutes more than usual can be kept.",
        problem.most_minutes,
    )
    return f"{why} {most}"


def shown(origin: str, day: date, fault: Fault | None = None, status: int = 200) -> Response:
    """The whole day, with what did not work."""
    setup, language = shop(), locale()
    fleet = fleet_of(setup, origin)
    with service().database.reading() as session:
        plan = plan_of(session, setup, origin, day)
        refused = refused_on(session, setup, fleet, day)
        ways = ways_of(session, now(), setup, fleet, day)
    kinds = {van.id: kind_of(n) for n, van in enumerate(plan.vans)}
    alone = [van for van in plan.vans if van.id == request.args.get("van") and van.stops]
    return page(
        "vans/one_day.html",
        status,
        plan=plan,
        kinds=kinds,
        map=map_of(
            [(kinds[van.id], van) for van in alone or plan.vans],
            plan.time_zone,
            language,
            [(fleet.plane.place(one.point), reason_said(one.reason, language)) for one in refused.who_left],
        ),
        alone=alone[0] if alone else None,
        timeline=timeline_of(plan.vans, plan.time_zone, language),
        windows=_windows(plan, refused, windows_of(setup, origin, day)),
        refused=refused,
        ways=ways,
        reason=lambda name: reason_said(name, language),
        share=lambda number: share_said(number, language),
        where_to=where_to,
        told_at_the_door=told_at_the_door,
        usual_longer=fleet.driving.longer_minutes,
        most_minutes=MOST_MINUTES,
        fault=fault,
        before=day - timedelta(days=1),
        after=day + timedelta(days=1),
    )


def _windows(plan: DayPlan, refused: RefusedDay, on_offer: tuple[Window, ...]) -> list[WindowRow]:
    sold = Counter(planned.window for planned in plan.stops if not planned.visit.is_held)
    held = Counter(planned.window for planned in plan.stops if planned.visit.is_held)
    unplaced = Counter(visit.window for visit in plan.unplaced if visit.window)
    every = {*on_offer, *sold, *held, *unplaced, *refused.by_window}
    return [
        WindowRow(window, sold[window], held[window], unplaced[window], refused.by_window.get(window, 0))
        for window in sorted(every, key=lambda window: (window.start, window.end))
    ]
