"""GET /plugin/promises.csv: the same report, a line for each week, way and zone, for a spreadsheet."""

from collections.abc import Iterator

from flask import Blueprint, Response

from delivery.problems import InvalidInput
from delivery.promise_reports import Report, report
from delivery.rules.outcomes import BROKEN_BY
from plugin.pages.cells import BYTE_ORDER_MARK, line
from plugin.pages.frame import locale, see_other
from plugin.pages.visitors import shop
from plugin.promises import period
from plugin.promises.kept import service_name, zone_name
from web.service import service

COLUMNS = ("week", "type", "service", "zone", "kept", "broken", *BROKEN_BY)


def add_to(blueprint: Blueprint) -> None:
    """Put the route on the blueprint."""

    @blueprint.get("/promises.csv")
    def promises_sheet() -> Response:
        """The period that the address names; one that cannot be leads back to the form."""
        try:
            first, last = period.period()
        except InvalidInput:
            return see_other("/plugin/promises", **period.asked())
        with service().database.reading() as session:
            found = report(session, shop(), first, last)
        name = f"promises-{first.isoformat()}-{last.isoformat()}.csv"
        return Response(
            BYTE_ORDER_MARK + line(COLUMNS) + "".join(_lines(found)),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )


def _lines(found: Report) -> Iterator[str]:
    for one in found.lines:
        tally, language = one.tally, locale()
        zone = zone_name(found, one.zone_id, language) if one.zone_id else ""
        broken = [tally.broken_by.get(name, 0) for name in BROKEN_BY]
        yield line([one.week.isoformat(), one.way.type, service_name(one.way), zone, tally.kept, tally.broken, *broken])
