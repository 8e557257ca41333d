"""/plugin/vans/<origin>/<day>/plan.json and plan.csv: the plan of a day, for a navigator or a spreadsheet."""

import orjson
from flask import Blueprint, Response

from delivery.accounts import Role
from delivery.van_descriptions import COLUMNS, describe_plan, lines_of
from delivery.van_plans import DayPlan, plan_of
from delivery.van_weeks import day_named
from plugin.pages.cells import BYTE_ORDER_MARK, line
from plugin.pages.visitors import needs, shop
from web.service import service


def add_to(blueprint: Blueprint) -> None:
    """Put the routes on the blueprint."""

    @blueprint.get("/<string:origin>/<string:day>/plan.json")
    @needs(Role.CONFIGURE)
    def plan_as_json(origin: str, day: str) -> Response:
        """The same as GET /v1/vans/<origin>/<day>."""
        found = _plan(origin, day)
        return _file(found, orjson.dumps(describe_plan(found)), "application/json", "json")

    @blueprint.get("/<string:origin>/<string:day>/plan.csv")
    @needs(Role.CONFIGURE)
    def plan_as_sheet(origin: str, day: str) -> Response:
        """A line for each stop, in the order of each van."""
        found = _plan(origin, day)
        text = BYTE_ORDER_MARK + line(COLUMNS) + "".join(map(line, lines_of(found)))
        return _file(found, text, "text/csv; charset=utf-8", "csv")


def _plan(origin: str, day: str) -> DayPlan:
    on_day = day_named(day)
    with service().database.reading() as session:
        return plan_of(session, shop(), origin, on_day)


def _file(plan: DayPlan, body: bytes | str, content_type: str, ending: str) -> Response:
    name = f"vans-{plan.origin_id}-{plan.day.isoformat()}.{ending}"
    return Response(body, content_type=content_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})
