"""Closed days of the whole shop at once."""

from typing import Any

from delivery.settings import items
from tests.plugin.desk import Desk, another_desk
from tests.plugin.html_forms import form_of

PATH = "/plugin/settings/calendar"


def known(desk: Desk) -> dict[str, dict[str, Any]]:
    with desk.door.database.reading() as session:
        return items.everything(session, desk.merchant_id)


def row_of(form: Any, day: str) -> str:
    return next(number for number in form.getlist("row") if form.get(f"day-{number}") == day)


def test_it_proposes_the_holidays_of_the_country(plain_desk: Desk) -> None:
    page = plain_desk.get(PATH).text
    assert "Christmas" in page
    assert "25 December" in page
    assert "27 April" in page


def test_sent_back_as_it_came_it_changes_nothing(desk: Desk) -> None:
    before = known(desk)
    assert desk.post(PATH, form_of(desk.get(PATH).text, "seen")).status_code == 303
    assert known(desk) == before


def test_a_holiday_can_be_worked_on(desk: Desk) -> None:
    form = form_of(desk.get(PATH).text, "seen")
    row = row_of(form, "2026-12-25")
    form.poplist(f"origins-{row}")
    form.poplist(f"courier-{row}")
    assert desk.post(PATH, form).status_code == 303
    after = known(desk)
    assert [origin["open_days"] for origin in after["origins"].values()] == [["2026-12-25"]] * 2
    fridays = [window for window in after["windows"].values() if window["weekday"] == 5]
    assert not any("2026-12-25" in window["exceptions"] for window in fridays)
    again = form_of(desk.get(PATH).text, "seen")
    again[f"origins-{row}"] = again[f"courier-{row}"] = "on"
    assert desk.post(PATH, again).status_code == 303
    back = known(desk)
    assert [origin["open_days"] for origin in back["origins"].values()] == [[], []]
    fridays = [window for window in back["windows"].values() if window["weekday"] == 5]
    assert all(window["exceptions"]["2026-12-25"]["capacity"] == 0 for window in fridays)


def test_a_day_of_ones_own_is_closed_and_opened_again(plain_desk: Desk) -> None:
    form = form_of(plain_desk.get(PATH).text, "seen")
    empty = row_of(form, "")
    form[f"day-{empty}"] = "2027-02-10"
    assert plain_desk.post(PATH, form).status_code == 303
    after = known(plain_desk)
    assert all("2027-02-10" in origin["closed_days"] for origin in after["origins"].values())
    wednesdays = [window for window in after["windows"].values() if window["weekday"] == 3]
    assert all(window["exceptions"]["2027-02-10"]["capacity"] == 0 for window in wednesdays)
    form = form_of(plain_desk.get(PATH).text, "seen")
    row = row_of(form, "2027-02-10")
    form.poplist(f"origins-{row}")
    form.poplist(f"courier-{row}")
    assert plain_desk.post(PATH, form).status_code == 303
    assert "2027-02-10" not in plain_desk.get(PATH).text


def test_somebody_elses_change_is_not_overwritten(plain_desk: Desk) -> None:
    form = form_of(plain_desk.get(PATH).text, "seen")
    origin = "/plugin/settings/origins/houten"
    theirs = form_of(plain_desk.get(origin).text, "seen")
    theirs.setlist("closed_days", ["2027-03-03"])
    assert plain_desk.post(origin, theirs).status_code == 303
    before = known(plain_desk)
    assert plain_desk.post(PATH, form).status_code == 409
    assert known(plain_desk) == before


def test_what_is_no_day_is_named(plain_desk: Desk) -> None:
    form = form_of(plain_desk.get(PATH).text, "seen")
    form[f"day-{row_of(form, '')}"] = "tomorrow"
    page = plain_desk.post(PATH, form)
    assert page.status_code == 422
    assert "“tomorrow” is not a day." in page.text


def test_it_hides_other_merchants(desk: Desk) -> None:
    other, before = another_desk(desk), known(desk)
    assert "Christmas" not in other.get(PATH).text
    assert other.post(PATH, form_of(desk.get(PATH).text, "seen")).status_code == 409
    assert known(desk) == before
