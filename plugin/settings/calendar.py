"""/plugin/settings/calendar: the closed days of the coming year, for all origins and home windows at once."""

from collections.abc import Sequence
from datetime import date

from flask import Blueprint, Response, request

from delivery.problems import EditedMeanwhile
from delivery.rules.wallclock import local_day
from delivery.settings.calendar import ClosedDay, closed_days, mark, set_closed_days
from delivery.texts.catalogues import reader, say
from plugin.pages.frame import locale, page, see_other, tell
from plugin.pages.visitors import by, shop, visitor
from plugin.settings.areas import area_words_of, everything
from web.service import now, service

PATH = "/plugin/settings/calendar"
EMPTY_ROWS = 2


def add_to(blueprint: Blueprint) -> None:
    """Put the routes on the blueprint, before those of all areas."""

    @blueprint.get("/settings/calendar")
    def calendar() -> Response:
        """Every holiday with its switches, and days of one's own."""
        return _shown()

    @blueprint.post("/settings/calendar")
    def save_calendar() -> Response:
        """Close and open the days as the switches say."""
        wanted, wrong = _typed()
        if wrong:
            return _shown(422, wrong=wrong)
        seen = request.form.get("seen", "")
        try:
            service().database.write(
                lambda session: set_closed_days(session, now(), by(), visitor().merchant_id, wanted, seen)
            )
        except EditedMeanwhile:
            return _shown(409, is_stale=True)
        tell(say(locale(), "Saved."))
        return see_other(PATH)


def _shown(status: int = 200, wrong: Sequence[str] = (), is_stale: bool = False) -> Response:
    known = everything()
    days = closed_days(known, _today(), reader(locale()).language)
    return page(
        "settings/calendar.html",
        status,
        area_words=area_words_of("calendar"),
        days=days,
        empty=range(len(days), len(days) + EMPTY_ROWS),
        has_windows=bool(known["windows"]),
        has_origins=bool(known["origins"]),
        seen=mark(known),
        wrong=wrong,
        is_stale=is_stale,
        today=_today(),
    )


def _today() -> date:
    return local_day(now(), shop().time_zone)


def _typed() -> tuple[dict[date, ClosedDay], list[str]]:
    """The days with what their switches say; and what was typed for a day but is none."""
    holidays = {one.day: one.holiday for one in closed_days(everything(), _today(), "en")}
    wanted, wrong = {}, []
    for number in request.form.getlist("row"):
        text = request.form.get(f"day-{number}", "").strip()
        if not text:
            continue
        try:
            day = date.fromisoformat(text)
        except ValueError:
            wrong.append(text)
            continue
        closed, at_home = f"origins-{number}" in request.form, f"courier-{number}" in request.form
        wanted[day] = ClosedDay(day, holidays.get(day), closed, at_home)
    return wanted, wrong
