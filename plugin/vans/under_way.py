"""POST /plugin/vans/<origin>/<day>/<van>/started and …/late: a van has left; it is later than planned."""

from collections.abc import Callable
from datetime import date

from flask import Blueprint, Response, request

from delivery.fleets import Fleet
from delivery.problems import VansNotFound
from delivery.rules.rounds import MOST_LATE
from delivery.setups import Setup
from delivery.store.engine import Session
from delivery.texts.catalogues import say, say_number
from delivery.texts.sentences import N_
from delivery.van_arrivals import Told, late, start
from delivery.van_plans import fleet_of
from delivery.van_weeks import day_named
from plugin.pages.frame import locale, see_other, tell
from plugin.pages.visitors import by, shop
from plugin.vans.days import PATH
from plugin.vans.one_day import Fault, shown
from plugin.vans.ways import is_today
from web.service import now, service


def add_to(blueprint: Blueprint) -> None:
    """Put the routes on the blueprint."""

    @blueprint.post("/<string:origin>/<string:day>/<string:van>/started")
    def started(origin: str, day: str, van: str) -> Response:
        """It has left: everybody who waits for it hears when it comes."""
        on_day, setup = day_named(day), shop()
        fleet = _fleet_of(setup, origin, on_day, van)
        if not is_today(now(), fleet, on_day):
            words = say(locale(), N_("A van leaves on its own day only."))
            return shown(origin, on_day, Fault("", "", words), 409)

        def work(session: Session) -> Told:
            return start(session, now(), setup, fleet, on_day, van, by().who)

        return _done(service().database.write(work), _first, origin, on_day)

    @blueprint.post("/<string:origin>/<string:day>/<string:van>/late")
    def is_late(origin: str, day: str, van: str) -> Response:
        """It is so many minutes later than planned: who was told what no longer holds hears anew."""
        on_day, setup = day_named(day), shop()
        fleet = _fleet_of(setup, origin, on_day, van)
        typed, once = request.form.get("minutes", "").strip(), request.form.get("once", "")[:40]
        if not (typed.isascii() and typed.isdecimal()) or int(typed) > MOST_LATE:
            words = say(locale(), N_("A van is late by a whole number of minutes, from 0 to {most}."), most=MOST_LATE)
            return shown(origin, on_day, Fault("", typed, words), 422)

        def work(session: Session) -> Told | None:
            minutes = int(typed)
            return late(session, now(), setup, fleet, on_day, van, minutes=minutes, once=once, by=by().who)

        told = service().database.write(work)
        if told is None:
            words = say(locale(), N_("The van is not on its way, or nobody waits for it any more."))
            return shown(origin, on_day, Fault("", typed, words), 409)
        return _done(told, _anew, origin, on_day)


def _fleet_of(setup: Setup, origin: str, day: date, van: str) -> Fleet:
    """Raises VansNotFound, also for a van that is not out on that day."""
    fleet = fleet_of(setup, origin)
    if not any(shift.van == van for shift in fleet.shifts_on(day)):
        raise VansNotFound("No such van is out on that day.")
    return fleet


def _done(told: Told, words: Callable[[Told], str], origin: str, day: date) -> Response:
    service().hasten()
    tell(words(told))
    return see_other(f"{PATH}/{origin}/{day.isoformat()}")


def _first(told: Told) -> str:
    if not told.first:
        return say(locale(), N_("Nothing is new: the van had left before, or nobody waits for it."))
    return say_number(
        locale(), "{number} shopper now sees when it comes.", "{number} shoppers now see when it comes.", told.first
    )


def _anew(told: Told) -> str:
    if not told.anew:
        return say(locale(), N_("The new times stand on the shoppers' pages; nobody needs to hear of it."))
    return say_number(
        locale(), "{number} shopper hears of another time.", "{number} shoppers hear of another time.", told.anew
    )
