"""The week of home windows."""

from typing import Any

from werkzeug.datastructures import MultiDict

from delivery.settings import items
from tests.plugin.desk import Desk, another_desk
from tests.plugin.html_forms import form_of


def windows(desk: Desk) -> dict[str, dict[str, Any]]:
    with desk.door.database.reading() as session:
        return items.items(session, desk.merchant_id, "windows")


def fill(form: MultiDict[str, str], **texts: str) -> None:
    for name, text in texts.items():
        form[name] = text


def test_every_window_is_in_the_picture_and_in_the_list(plain_desk: Desk) -> None:
    page = plain_desk.get("/plugin/settings/windows").text
    assert all(page.count(f'href="/plugin/settings/windows/{name}"') == 2 for name in windows(plain_desk))


def test_a_window_is_added_for_several_weekdays_at_once(desk: Desk) -> None:
    form = form_of(desk.get("/plugin/settings/windows/add").text, "seen")
    form.setlist("weekday", ["1", "3"])
    fill(form, zone_id="utrecht", origin_id="houten", start_time="20:00", end_time="22:00", capacity="4")
    form["fee-amount"] = "6,95"
    assert desk.post("/plugin/settings/windows/add", form).status_code == 303
    made = [windows(desk)[f"utrecht-{weekday}-2000"] for weekday in (1, 3)]
    assert [(one["weekday"], one["capacity"], one["fee"]["amount"]) for one in made] == [(1, 4, 695), (3, 4, 695)]


def test_when_one_of_them_is_wrong_none_is_added(desk: Desk) -> None:
    before = windows(desk)
    form = form_of(desk.get("/plugin/settings/windows/add").text, "seen")
    form.setlist("weekday", ["1", "9"])
    fill(form, zone_id="utrecht", origin_id="houten", start_time="20:00", end_time="22:00", capacity="4")
    form["fee-amount"] = "6,95"
    page = desk.post("/plugin/settings/windows/add", form)
    assert page.status_code == 422
    assert form_of(page.text, "seen")["start_time"] == "20:00"
    assert windows(desk) == before


def test_without_a_weekday_the_form_asks_for_one(plain_desk: Desk) -> None:
    form = form_of(plain_desk.get("/plugin/settings/windows/add").text, "seen")
    page = plain_desk.post("/plugin/settings/windows/add", form)
    assert page.status_code == 422
    assert 'id="weekday-fault"' in page.text


def test_what_was_drawn_stands_in_the_form(plain_desk: Desk) -> None:
    page = plain_desk.get("/plugin/settings/windows/add?zone_id=utrecht&weekday=6&start_time=09:15&end_time=11:00&x=y")
    form = form_of(page.text, "seen")
    assert [form[name] for name in ("zone_id", "weekday", "start_time", "end_time")] == [
        "utrecht",
        "6",
        "09:15",
        "11:00",
    ]


def test_a_change_counts_on_other_weekdays_when_asked(desk: Desk) -> None:
    path = "/plugin/settings/windows/amsterdam-1-08"
    before = windows(desk)
    form = form_of(desk.get(path).text, "seen")
    form["capacity"] = "20"
    form.setlist("also", ["amsterdam-2-08", "utrecht-2-08"])
    assert desk.post(path, form).status_code == 303
    after = windows(desk)
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"amsterdam-1-08", "amsterdam-2-08"}
    assert {after[name]["capacity"] for name in changed} == {20}
    assert after["amsterdam-2-08"]["weekday"] == 2


def test_a_window_over_midnight_can_be_drawn(plain_desk: Desk) -> None:
    path = "/plugin/settings/windows/amsterdam-1-18"
    form = form_of(plain_desk.get(path).text, "seen")
    form["start_time"], form["end_time"] = "22:30", "01:00"
    assert plain_desk.post(path, form).status_code == 303
    assert "22:30–01:00" in plain_desk.get("/plugin/settings/windows").text


def test_it_hides_other_merchants(desk: Desk) -> None:
    other, before = another_desk(desk), windows(desk)
    form = form_of(desk.get("/plugin/settings/windows/amsterdam-1-08").text, "seen")
    assert "amsterdam" not in other.get("/plugin/settings/windows").text.lower()
    assert other.post("/plugin/settings/windows/amsterdam-1-08", form).status_code == 404
    assert windows(desk) == before
