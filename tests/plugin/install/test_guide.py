"""The first-run guide: from nothing to a shop that delivers, in four screens."""

from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from delivery.accounts import Role
from delivery.keys import KeyKind, issue_key
from delivery.settings import items
from tests.doors import AMSTERDAM, BASKET, Door
from tests.plugin.desk import Desk, another_desk
from tests.plugin.html_forms import form_of

SCREENS = ("shop", "origin", "sending", "collecting")
ORIGIN = {
    "name": "Magazijn",
    "address-lines": "De Molen 46",
    "address-postal_code": "1016 GV",
    "address-city": "Amsterdam",
}


@pytest.fixture
def new_desk(desk: Desk) -> Desk:
    """The owner of a shop that has set nothing."""
    return another_desk(desk)


@pytest.fixture
def plain_new_desk(plain_desk: Desk) -> Desk:
    return another_desk(plain_desk)


def settings(desk: Desk, area: str) -> dict[str, Any]:
    with desk.door.database.reading() as session:
        return items.items(session, desk.merchant_id, area)


def screen(desk: Desk, name: str) -> MultiDict[str, str]:
    """The form of a screen, as the page sends it when nothing is typed."""
    page = desk.get(f"/plugin/guide/{name}")
    assert page.status_code == 200
    return form_of(page.text, "seen")


def send(desk: Desk, which: str, /, **typed: Any) -> Any:
    form = screen(desk, which)
    for field, value in typed.items():
        form.setlist(field, value if isinstance(value, list) else [value])
    form.pop("csrf_token")
    return desk.post(f"/plugin/guide/{which}", form)


def walk(desk: Desk) -> None:
    """What most people do: little typed, the rest as it is proposed."""
    assert send(desk, "shop", name="Lamps").location == "/plugin/guide/origin"
    assert send(desk, "origin", **ORIGIN).location == "/plugin/guide/sending"
    sent = send(desk, "sending", own_courier="on", **{"courier-postcodes": "1011-1109"})
    assert sent.location == "/plugin/guide/collecting", sent.text
    assert send(desk, "collecting", can_collect="on").location == "/plugin/install"


def offer(desk: Desk) -> list[dict[str, Any]]:
    """What a shopper in Amsterdam is offered."""
    door: Door = desk.door
    now, signer = door.clock(), door.service.signer
    shop = door.database.write(lambda session: issue_key(session, now, signer, desk.merchant_id, KeyKind.PUBLISHABLE))
    question = {"shop": shop, "destination": AMSTERDAM, "basket": BASKET, "locale": "nl-NL", "checkout": "c-1"}
    answer = door.page(
        "POST", "/offers", origin=None, json=question, headers={"Authorization": f"Bearer {door.secret}"}
    )
    assert answer.status_code == 200, answer.text
    return answer.get_json()["options"]  # type: ignore[no-any-return]


def test_four_screens_make_a_shop_that_delivers(new_desk: Desk) -> None:
    walk(new_desk)
    kinds = {option["type"] for option in offer(new_desk)}
    assert kinds == {"shipping", "local_delivery", "pickup"}


def test_what_the_guide_made_is_ordinary_settings(new_desk: Desk) -> None:
    walk(new_desk)
    [origin] = settings(new_desk, "origins").values()
    assert (origin["name"], origin["usual_cut_off"], origin["weekdays"]) == ("Magazijn", "17:00", [1, 2, 3, 4, 5])
    assert (origin["latitude"], origin["time_zone"], origin["keeps_holidays"]) != (None, None, None)
    [service] = settings(new_desk, "services").values()
    assert service["fee"]["amount"] == 500
    assert service["transits"][0] | {"fee": None} == {"zone": "nl", "least_days": 1, "most_days": 2, "fee": None}
    assert set(settings(new_desk, "zones")) == {"nl", "own-courier"}
    assert len(settings(new_desk, "windows")) == 5
    [centre] = settings(new_desk, "centres").values()
    assert centre["opening_hours"] == "Mo,Tu,We,Th,Fr 09:00-17:00; PH off"
    assert centre["latitude"] == origin["latitude"]
    for area in ("origins", "services", "zones", "windows", "centres"):
        for item in settings(new_desk, area):
            assert new_desk.get(f"/plugin/settings/{area}/{item}").status_code == 200


def test_every_screen_may_be_skipped_and_one_can_go_back(plain_new_desk: Desk) -> None:
    assert plain_new_desk.get("/plugin/guide").location == "/plugin/guide/shop"
    before = plain_new_desk.door.rows()
    for number, name in enumerate(SCREENS):
        page = plain_new_desk.get(f"/plugin/guide/{name}").text
        onward = f"/plugin/guide/{SCREENS[number + 1]}" if number < 3 else "/plugin/install"
        assert f'<a href="{onward}">Skip this step</a>' in page
        assert number == 0 or f'<a class="button" href="/plugin/guide/{SCREENS[number - 1]}">Back</a>' in page
        assert 'aria-current="step"' in page
    assert plain_new_desk.door.rows() == before


def test_going_back_shows_what_was_saved_and_changes_it_in_place(new_desk: Desk) -> None:
    walk(new_desk)
    form = screen(new_desk, "origin")
    assert (form["name"], form["address-city"], form["usual_cut_off"]) == ("Magazijn", "Amsterdam", "17:00")
    send(new_desk, "origin", usual_cut_off="15:30")
    [origin] = settings(new_desk, "origins").values()
    assert (origin["usual_cut_off"], origin["name"]) == ("15:30", "Magazijn")
    send(new_desk, "sending", **{"carrier-amount": "3,95"})
    [service] = settings(new_desk, "services").values()
    assert (service["fee"]["amount"], service["name"]) == (395, "Parcel post")
    assert len(settings(new_desk, "windows")) == 5


def test_a_second_walk_adds_nothing(new_desk: Desk) -> None:
    walk(new_desk)
    before = {area: settings(new_desk, area) for area in ("origins", "services", "zones", "windows", "centres")}
    for name in SCREENS:
        assert send(new_desk, name).status_code == 303
    assert {area: settings(new_desk, area) for area in before} == before


def test_the_country_brings_its_currency_language_and_time_zone(new_desk: Desk) -> None:
    send(new_desk, "shop", country="JP", currency="", language="", time_zone="")
    shop = settings(new_desk, "shop")[""]
    assert (shop["currency"], shop["language"], shop["time_zone"]) == ("JPY", "ja-JP", "Asia/Tokyo")
    assert screen(new_desk, "sending")["carrier-amount"] == "5"


def test_what_is_not_usual_in_the_country_is_shown_and_kept(plain_new_desk: Desk) -> None:
    send(plain_new_desk, "shop", country="BE", currency="", language="fr-BE", time_zone="")
    form = screen(plain_new_desk, "shop")
    assert (form["language"], form["currency"], form["time_zone"]) == ("fr-BE", "", "")
    send(plain_new_desk, "shop")
    assert settings(plain_new_desk, "shop")[""]["language"] == "fr-BE"


def test_a_mistake_is_told_beside_its_field_and_nothing_typed_is_lost(plain_new_desk: Desk) -> None:
    page = send(plain_new_desk, "origin", **ORIGIN | {"address-postal_code": "12", "usual_cut_off": "late"})
    assert page.status_code == 422
    assert 'id="address-postal_code-fault"' in page.text
    assert 'id="usual_cut_off-fault"' in page.text
    typed = form_of(page.text, "seen")
    assert (typed["address-city"], typed["usual_cut_off"], typed["address-postal_code"]) == ("Amsterdam", "late", "12")
    assert settings(plain_new_desk, "origins") == {}


def test_coordinates_are_asked_for_only_where_the_postcode_is_not_known(plain_new_desk: Desk) -> None:
    assert "latitude" not in screen(plain_new_desk, "origin")
    page = send(plain_new_desk, "origin", **ORIGIN | {"address-postal_code": "9999 ZZ"})
    assert page.status_code == 422
    asked = form_of(page.text, "seen")
    assert "latitude" in asked
    asked.setlist("latitude", ["53.2"])
    asked.setlist("longitude", ["6,5"])
    asked.pop("csrf_token")
    assert plain_new_desk.post("/plugin/guide/origin", asked).status_code == 303
    assert screen(plain_new_desk, "origin")["latitude"] == "53.2"
    walked = send(plain_new_desk, "collecting", can_collect="on")
    assert walked.status_code == 303
    [centre] = settings(plain_new_desk, "centres").values()
    assert (centre["latitude"], centre["longitude"]) == (53.2, 6.5)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"carrier-name": ""}, "carrier-name"),
        ({"carrier-least_days": "3"}, "carrier-most_days"),
        ({"carrier-amount": "much"}, "carrier-amount"),
        ({"own_courier": "on", "courier-weekdays": [""]}, "courier-weekdays"),
        ({"own_courier": "on", "courier-times-0-end_time": "18:00"}, "courier-times-0-end_time"),
        ({"own_courier": "on", "courier-times-0-start_time": ""}, "courier-times-0-start_time"),
        ({"own_courier": "on", "courier-postcodes": "???"}, "courier-postcodes"),
        ({"own_courier": "on", "courier-capacity": "0"}, "courier-capacity"),
    ],
)
def test_mistakes_about_sending_stand_where_they_were_made(
    plain_new_desk: Desk, typed: dict[str, Any], field: str
) -> None:
    send(plain_new_desk, "origin", **ORIGIN)
    page = send(plain_new_desk, "sending", **typed)
    assert page.status_code == 422
    assert f'id="{field}-fault"' in page.text
    assert settings(plain_new_desk, "services") == settings(plain_new_desk, "windows") == {}


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"opens-3": ""}, "opens-3"),
        ({"closes-3": ""}, "closes-3"),
        ({f"{side}-{day}": "" for side in ("opens", "closes") for day in range(1, 8)}, "opens-1"),
        ({"preparation_minutes": "-1"}, "preparation_minutes"),
        ({"name": ""}, "name"),
    ],
)
def test_mistakes_about_collecting_stand_where_they_were_made(
    plain_new_desk: Desk, typed: dict[str, Any], field: str
) -> None:
    send(plain_new_desk, "origin", **ORIGIN)
    page = send(plain_new_desk, "collecting", can_collect="on", **typed)
    assert page.status_code == 422
    assert f'id="{field}-fault"' in page.text


def test_without_an_origin_a_courier_and_a_centre_have_nowhere_to_start(plain_new_desk: Desk) -> None:
    for name, switch in (("sending", "own_courier"), ("collecting", "can_collect")):
        assert switch not in screen(plain_new_desk, name)
        page = plain_new_desk.post(f"/plugin/guide/{name}", {switch: "on"})
        assert page.status_code == 422
        assert "First say where your goods leave from" in page.text


def test_two_people_do_not_overwrite_each_other_unseen(new_desk: Desk) -> None:
    walk(new_desk)
    mine = screen(new_desk, "origin")
    send(new_desk, "origin", name="Theirs")
    mine.setlist("name", ["Mine"])
    mine.pop("csrf_token")
    page = new_desk.post("/plugin/guide/origin", mine)
    assert page.status_code == 409
    assert "Somebody else changed this meanwhile" in page.text
    again = form_of(page.text, "seen")
    assert again["name"] == "Mine"
    again.pop("csrf_token")
    assert new_desk.post("/plugin/guide/origin", again).status_code == 303
    assert [origin["name"] for origin in settings(new_desk, "origins").values()] == ["Mine"]


@pytest.mark.parametrize("name", SCREENS)
def test_every_screen_is_there_in_dutch(plain_new_desk: Desk, name: str) -> None:
    page = plain_new_desk.get(f"/plugin/guide/{name}", headers={"Accept-Language": "nl"})
    assert page.headers["Content-Language"] == "nl-NL"
    assert "Opslaan en verder" in page.text


def test_an_unknown_screen_is_not_there(plain_new_desk: Desk) -> None:
    assert plain_new_desk.get("/plugin/guide/nonsense").status_code == 404
    assert plain_new_desk.post("/plugin/guide/nonsense").status_code == 404


def test_the_counter_may_not(plain_desk: Desk) -> None:
    counter = plain_desk.as_role(Role.COUNTER)
    assert counter.get("/plugin/guide/shop").status_code == 403
    assert counter.post("/plugin/guide/shop", {"name": "Mine"}).status_code == 403


def test_it_hides_other_merchants(desk: Desk) -> None:
    other = another_desk(desk)
    before = {area: settings(desk, area) for area in ("shop", "origins", "services", "zones", "windows", "centres")}
    walk(other)
    assert {area: settings(desk, area) for area in before} == before
    assert "Houten" not in other.get("/plugin/guide/origin").text
