"""GET /plugin/collections.csv: the same report, a line for each week and centre, for a spreadsheet."""

from collections.abc import Iterator

from flask import Blueprint, Response

from delivery.collection_reports import Report, report
from delivery.problems import InvalidInput
from plugin.pages.cells import BYTE_ORDER_MARK, line
from plugin.pages.frame import see_other
from plugin.pages.visitors import shop
from plugin.promises import period
from plugin.promises.collected import asked, asked_centre, centre_name
from web.service import now, service

COLUMNS = (
    *("week", "centre", "centre_name", "ready", "collected", "in_a_day", "had_a_day", "went_back"),
    *("kept", "broken", "parcels", "median_hours"),
)


def add_to(blueprint: Blueprint) -> None:
    """Put the route on the blueprint."""

    @blueprint.get("/collections.csv")
    def collections_sheet() -> Response:
        """The period and centre that the address names; a period that cannot be leads back to the form."""
        try:
            first, last = period.period()
        except InvalidInput:
            return see_other("/plugin/collections", **asked())
        centre = asked_centre()
        with service().database.reading() as session:
            found = report(session, now(), shop(), first, last, centre.id if centre else None)
        name = f"collections-{first.isoformat()}-{last.isoformat()}.csv"
        return Response(
            BYTE_ORDER_MARK + line(COLUMNS) + "".join(_lines(found)),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )


def _lines(found: Report) -> Iterator[str]:
    for week, centre, tally in found.lines:
        numbers = [tally.ready, tally.collected, tally.in_a_day, tally.had_a_day, tally.went_back]
        numbers += [tally.kept, tally.broken, tally.parcels]
        hours = "" if tally.median_hours is None else f"{tally.median_hours:.1f}"
        yield line([week.isoformat(), centre, centre_name(centre), *numbers, hours])
