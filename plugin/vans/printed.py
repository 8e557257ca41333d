"""/plugin/vans/<origin>/<day>/paper: a page for each van to take along, with a map, a time line and every stop. With `van` in the
address, only that van's."""

from dataclasses import dataclass

from flask import Blueprint, Response, request

from delivery.van_plans import DayPlan, PlannedVan, plan_of
from delivery.van_weeks import day_named
from plugin.pages.frame import locale, page
from plugin.pages.visitors import shop
from plugin.vans.maps import Map, kind_of, map_of
from plugin.vans.said import told_at_the_door, where_to
from plugin.vans.timelines import Timeline, timeline_of_van
from web.service import service


@dataclass(frozen=True, slots=True)
class Paper:
    """What is printed for one van."""

    van: PlannedVan
    map: Map
    timeline: Timeline


def add_to(blueprint: Blueprint) -> None:
    """Put the route on the blueprint."""

    @blueprint.get("/<string:origin>/<string:day>/paper")
    def paper(origin: str, day: str) -> Response:
        """All vans that have something to do, or the one that is asked for."""
        on_day = day_named(day)
        with service().database.reading() as session:
            plan = plan_of(session, shop(), origin, on_day)
        wanted = request.args.get("van")
        vans = [plan.van(wanted)] if wanted else [van for van in plan.vans if van.stops]
        return page(
            "vans/paper.html",
            plan=plan,
            printed=[_paper(van, plan) for van in vans],
            where_to=where_to,
            told_at_the_door=told_at_the_door,
        )


def _paper(van: PlannedVan, plan: DayPlan) -> Paper:
    kind, zone, language = kind_of(0), plan.time_zone, locale()
    return Paper(van, map_of([(kind, van)], zone, language), timeline_of_van(van, kind, zone, language))
