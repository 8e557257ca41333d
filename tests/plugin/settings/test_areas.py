"""The areas of the settings, as forms."""

from typing import Any

import pytest

from delivery.accounts import Role
from delivery.settings import items
from delivery.settings.areas import AREAS
from tests.plugin.desk import Desk, another_desk
from tests.plugin.html_forms import form_of

SINGLE = [area.name for area in AREAS.values() if area.single]
MANY = [area.name for area in AREAS.values() if not area.single]


def known(desk: Desk) -> dict[str, dict[str, Any]]:
    with desk.door.database.reading() as session:
        return items.everything(session, desk.merchant_id)


def paths(desk: Desk) -> list[tuple[str, str, str]]:
    """Area, item and address of every form; of the windows a few."""
    found = []
    for area, of_area in known(desk).items():
        for item in list(of_area)[:8]:
            found.append((area, item, f"/plugin/settings/{area}" + (f"/{item}" if item else "")))
    return found


def test_the_overview_leads_to_every_area(plain_desk: Desk) -> None:
    page = plain_desk.get("/plugin/settings").text
    assert all(f'href="/plugin/settings/{area}"' in page for area in AREAS)


@pytest.mark.parametrize("area", AREAS)
def test_every_area_has_a_page(plain_desk: Desk, area: str) -> None:
    assert plain_desk.get(f"/plugin/settings/{area}").status_code == 200


@pytest.mark.parametrize("area", MANY)
def test_an_empty_form_can_be_opened(plain_desk: Desk, area: str) -> None:
    assert plain_desk.get(f"/plugin/settings/{area}/add").status_code == 200


def test_a_form_sent_back_as_it_came_changes_nothing(desk: Desk) -> None:
    before = known(desk)
    for area, _, path in paths(desk):
        answer = desk.post(path, form_of(desk.get(path).text, "seen"))
        assert answer.status_code == 303, (area, path, answer.text)
    assert known(desk) == before


def test_a_change_is_kept_and_told(desk: Desk) -> None:
    path = "/plugin/settings/origins/houten"
    form = form_of(desk.get(path).text, "seen")
    form["usual_cut_off"] = "16:30"
    form["cut_offs-3"] = "12:00"
    form.setlist("closed_days", ["2026-12-24", ""])
    answer = desk.post(path, form)
    assert answer.status_code == 303
    origin = known(desk)["origins"]["houten"]
    assert (origin["usual_cut_off"], origin["cut_offs"]["3"], origin["closed_days"]) == (
        "16:30",
        "12:00",
        ["2026-12-24"],
    )
    assert "Saved." in desk.get(answer.location).text


def test_a_fault_stands_beside_its_field_and_nothing_typed_is_lost(plain_desk: Desk) -> None:
    path = "/plugin/settings/services/standard"
    before = known(plain_desk)
    form = form_of(plain_desk.get(path).text, "seen")
    form["name"], form["fee-amount"], form["transits-1-most_days"] = "Another name", "a lot", "0"
    page = plain_desk.post(path, form)
    assert page.status_code == 422
    again = form_of(page.text, "seen")
    assert (again["name"], again["fee-amount"], again["seen"]) == ("Another name", "a lot", form["seen"])
    assert 'id="fee-amount-fault"' in page.text
    assert 'id="transits-1-most_days-fault"' in page.text
    assert known(plain_desk) == before


def test_opening_hours_are_typed_by_weekday(plain_desk: Desk) -> None:
    path = "/plugin/settings/centres/boekhandel-ceintuur"
    form = form_of(plain_desk.get(path).text, "seen")
    assert (form["opening_hours-how"], form["opening_hours-1"]) == ("week", "09:00-12:30, 13:30-21:00")
    form["opening_hours-1"], form["opening_hours-7"] = "", "12 - 17"
    assert plain_desk.post(path, form).status_code == 303
    hours = known(plain_desk)["centres"]["boekhandel-ceintuur"]["opening_hours"]
    assert hours == "Mo off; Tu-Fr 09:00-12:30,13:30-21:00; Sa 09:00-18:00; Su 12:00-17:00; PH off"
    form["opening_hours-2"] = "whenever"
    page = plain_desk.post(path, form)
    assert page.status_code == 409
    form["seen"] = form_of(page.text, "seen")["seen"]
    page = plain_desk.post(path, form)
    assert page.status_code == 422
    assert 'id="opening_hours-fault"' in page.text
    assert form_of(page.text, "seen")["opening_hours-2"] == "whenever"


def test_two_who_edit_the_same_are_told_and_nothing_is_overwritten(desk: Desk) -> None:
    path = "/plugin/settings/centres/boekhandel-ceintuur"
    colleague = desk.as_role(Role.CONFIGURE)
    mine, theirs = form_of(desk.get(path).text, "seen"), form_of(colleague.get(path).text, "seen")
    theirs["keep_days"] = "5"
    mine["keep_days"] = "9"
    assert colleague.post(path, theirs).status_code == 303
    page = desk.post(path, mine)
    assert page.status_code == 409
    assert known(desk)["centres"]["boekhandel-ceintuur"]["keep_days"] == 5
    again = form_of(page.text, "seen")
    assert again["keep_days"] == "9"
    assert desk.post(path, again).status_code == 303
    assert known(desk)["centres"]["boekhandel-ceintuur"]["keep_days"] == 9


def test_an_item_is_added_moved_and_removed(desk: Desk) -> None:
    form = form_of(desk.get("/plugin/settings/zones/add").text, "seen")
    form["name"], form["country"], form["postcodes"] = "Rotterdam", "NL", "3011-3089\n31"
    assert desk.post("/plugin/settings/zones/add", form).status_code == 303
    assert known(desk)["zones"]["rotterdam"]["postcodes"] == ["3011-3089", "31"]
    assert desk.post("/plugin/settings/zones/rotterdam/move", {"to": "0"}).status_code == 303
    assert next(iter(known(desk)["zones"])) == "rotterdam"
    assert desk.post("/plugin/settings/zones/rotterdam/remove").status_code == 303
    assert "rotterdam" not in known(desk)["zones"]


def test_what_others_name_stays_and_the_page_says_who(plain_desk: Desk) -> None:
    page = plain_desk.post("/plugin/settings/zones/nl/remove")
    assert page.status_code == 409
    assert "Pakketpost" in page.text
    assert "nl" in known(plain_desk)["zones"]


def test_who_may_only_serve_at_the_counter_changes_nothing(plain_desk: Desk) -> None:
    counter, before = plain_desk.as_role(Role.COUNTER), known(plain_desk)
    for _, _, path in paths(plain_desk):
        assert counter.get(path).status_code == 403
        assert counter.post(path, {"name": "x"}).status_code == 403
    assert known(plain_desk) == before


def test_only_an_owner_says_how_long_people_are_kept(plain_desk: Desk) -> None:
    path, colleague = "/plugin/settings/retention", plain_desk.as_role(Role.CONFIGURE)
    form = form_of(plain_desk.get(path).text, "seen")
    assert colleague.get(path).status_code == 404
    assert colleague.post(path, form).status_code == 404
    assert path not in colleague.get("/plugin/settings").text
    form["retention_days"] = "30"
    assert plain_desk.post(path, form).status_code == 303
    assert known(plain_desk)["retention"][""]["retention_days"] == 30


def test_it_hides_other_merchants(desk: Desk) -> None:
    other, before = another_desk(desk), known(desk)
    for area in MANY:
        for item in list(before[area])[:2]:
            path = f"/plugin/settings/{area}/{item}"
            assert other.get(path).status_code == 404
            assert other.post(path, form_of(desk.get(path).text, "seen")).status_code == 404
            assert other.post(f"{path}/remove").status_code == 404
        page = other.get(f"/plugin/settings/{area}").text
        assert "There is none yet." in page
        assert not any(f'href="/plugin/settings/{area}/{item}"' in page for item in before[area])
    assert known(desk) == before
