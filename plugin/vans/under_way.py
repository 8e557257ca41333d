"""POST /plugin/vans/<origin>/<day>/<van>/started and …/late: a van has left, and it is later than planned; and what its page says
of that (templates/vans/started.html)."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import Blueprint, Response, request

from delivery.booking_rows import Booking
from delivery.fleets import Fleet, instant
from delivery.rules.rounds import MOST_LATE
from delivery.rules.wallclock import local_day
from delivery.setups import Setup
from delivery.store.engine import Session
from delivery.texts.catalogues import say, say_number
from delivery.texts.sentences import N_
from delivery.van_arrivals import Told, expected, late, start
from delivery.van_plans import fleet_of
from delivery.van_reports import VanSeen, read_vans
from plugin.pages.frame import locale, see_other, tell
from plugin.pages.visitors import by, shop
from plugin.vans.days import PATH, day_in
from web.service import now, service


@dataclass(frozen=True, slots=True)
class Expected:
    """An order still to come: when the van is there, as likely earlier as later, and between which times as good as certainly."""

    booking: Booking
    at: datetime
    start: datetime
    end: datetime
    is_late: bool

    @property
    def called(self) -> str:
        """The order's number, with its part."""
        return f"{self.booking.order} {self.booking.part}".strip()


@dataclass(frozen=True, slots=True)
class UnderWay:
    """A van on its day. `left_at` is None before it left; `may_leave`, whether it can be said to have; `late_minutes` is what was
    said last. `once` is the mark of its form."""

    left_at: datetime | None
    may_leave: bool
    late_minutes: int | None
    done: int
    orders: int
    to_come: tuple[Expected, ...]
    once: str


def add_to(blueprint: Blueprint) -> None:
    """Put the routes on the blueprint."""

    @blueprint.post("/<string:origin>/<string:day>/<string:van>/started")
    def started(origin: str, day: str, van: str) -> Response:
        """It has left: everybody who waits for it hears when it comes."""
        on_day, setup = day_in(day), shop()
        fleet = fleet_of(setup, origin, on_day, van)

        def work(session: Session) -> Told:
            return start(session, now(), setup, fleet, on_day, van, by().who)

        _say(service().database.write(work) if _is_today(fleet, on_day) else None, _first)
        return see_other(f"{PATH}/{origin}/{on_day.isoformat()}")

    @blueprint.post("/<string:origin>/<string:day>/<string:van>/late")
    def is_late(origin: str, day: str, van: str) -> Response:
        """It is so many minutes later than planned: who was told what no longer holds hears anew."""
        on_day, setup = day_in(day), shop()
        fleet = fleet_of(setup, origin, on_day, van)
        typed, once = request.form.get("minutes", "").strip(), request.form.get("once", "")[:40]
        if not typed.isdecimal() or int(typed) > MOST_LATE:
            tell(say(locale(), N_("Nothing was said: a van is late by 0 to {most} whole minutes."), most=MOST_LATE))
            return see_other(f"{PATH}/{origin}/{on_day.isoformat()}")
