"""The calendar of capacity, and the form for one window on one day."""

import re
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
import wcag_contrast_ratio
from sqlalchemy import select

from delivery.accounts import Role
from delivery.capacity import Counts, exception_on
from delivery.setups import load_setup
from delivery.store.tables import audit
from plugin.deliveries.weeks import heat
from tests.plugin.deliveries.test_list import sell
from tests.plugin.desk import Desk, another_desk
from tests.plugin.html_forms import form_of
from tests.vans import with_vans

PATH = "/plugin/capacity"
MONDAY = date(2026, 11, 23)


def plain(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def links(html: str) -> dict[str, str]:
    """What each cell says, by where it leads."""
    found = re.findall(r'<a class="heat[^"]*" href="([^"]+)">(.*?)</a>', html, re.DOTALL)
    return {path: plain(said) for path, said in found}


def sold_window(desk: Desk, number: str = "1001") -> str:
    """The address of the window that an order just took a place of."""
    booking = sell(desk, number)
    answer = desk.door.server("GET", f"/bookings/{booking}").get_json()
    assert answer["type"] == "local_delivery"
    return next(path for path, said in links(desk.get(PATH).text).items() if not said.startswith("0/"))


def parts(path: str) -> tuple[str, date]:
    window, day = path.removeprefix(PATH + "/").split("/")
    return window, date.fromisoformat(day)


def kept(desk: Desk, path: str) -> Any:
    with desk.door.database.reading() as session:
        return exception_on(session, desk.merchant_id, *parts(path))


def usual(desk: Desk, path: str) -> Any:
    with desk.door.database.reading() as session:
        return load_setup(session, desk.merchant_id).patterns[parts(path)[0]]


def save(desk: Desk, path: str, **typed: str) -> Any:
    form = form_of(desk.get(path).text, "seen")
    return desk.post(path, {**form.to_dict(), **{name.replace("__", "-"): text for name, text in typed.items()}})


def test_four_weeks_stand_there_with_what_is_sold(desk: Desk) -> None:
    path = sold_window(desk)
    html = desk.get(PATH).text
    assert "Monday 23 November – Sunday 20 December" in unescape(html)
    assert links(html)[path] == f"1/{usual(desk, path).capacity} sold"
    assert len(re.findall(r'<table class="stacked weeks">', html)) == 4 * 3
    assert f"1/{usual(desk, path).capacity} sold +1 kept" not in plain(html)
    desk.door.take(checkout="somebody else")
    assert links(desk.get(PATH).text)[path].endswith("+1 kept")
    desk.door.clock.forward(minutes=40)
    assert not links(desk.get(PATH).text)[path].endswith("kept")


def test_each_table_is_a_table_with_heads_and_a_caption(plain_desk: Desk) -> None:
    html = plain_desk.get(PATH).text
    for table in re.findall(r"<table.*?</table>", html, re.DOTALL):
        assert "<caption>" in table
        assert table.count('scope="col"') == 8
        assert table.count("<tr") == table.count('scope="row"') + 1
    ids = re.findall(r' id="([^"]+)"', html)
    assert len(ids) == len(set(ids))


def test_earlier_and_later_weeks_are_a_click_away(plain_desk: Desk) -> None:
    html = plain_desk.get(PATH).text
    assert f'href="{PATH}?from=2026-12-21"' in html
    assert f'href="{PATH}?from=2026-10-26"' in html
    assert "This week" not in html
    later = plain_desk.get(PATH + "?from=2026-12-21").text
    assert "Monday 21 December" in later
    assert "This week" in later
    assert "Monday 21 December" in plain_desk.get(PATH + "?from=2026-12-24").text


@pytest.mark.parametrize("said", ["", "soon", "9999-12-31", "0001-01-01", "2026-02-30"])
def test_weeks_that_nobody_plans_are_those_of_now(plain_desk: Desk, said: str) -> None:
    answer = plain_desk.get(PATH, query_string={"from": said})
    assert answer.status_code == 200
    assert "Monday 23 November" in answer.text


def test_another_capacity_is_kept_for_that_day_and_recorded(desk: Desk) -> None:
    path = sold_window(desk)
    answer = save(desk, path, capacity="5")
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"{PATH}?from={parts(path)[1] - timedelta(days=parts(path)[1].weekday())}"
    assert kept(desk, path) == {"capacity": 5, "fee": None}
    html = desk.get(PATH).text
    assert "Saved." in html
    assert links(html)[path] == "1/5 sold , not as usual that day"
    with desk.door.database.reading() as session:
        whose = session.scalars(
            select(audit.c.who).where(audit.c.merchant_id == desk.merchant_id, audit.c.area == "windows")
        )
        assert desk.account.by.who in set(whose)


def test_shoppers_see_the_new_capacity_at_once(desk: Desk) -> None:
    path = sold_window(desk)
    options = desk.door.offer("another checkout")["options"]
    before = sum(option["type"] == "local_delivery" for option in options)
    save(desk, path, deed="close")
    options = desk.door.offer("another checkout")["options"]
    assert sum(option["type"] == "local_delivery" for option in options) == before - 1
    assert "1/0 sold too many" in links(desk.get(PATH).text)[path]


def test_a_capacity_below_what_is_sold_is_kept_and_said(desk: Desk) -> None:
    path = sold_window(desk)
    sell(desk, "1002")
    save(desk, path, capacity="1")
    assert "1 more is sold than this. Nobody loses a place; nobody else gets one." in desk.get(PATH).text
    assert "1 more is sold than this." in desk.get(path).text


def test_a_fee_for_one_day_keeps_what_else_there_is_to_the_usual_fee(desk: Desk) -> None:
    path = sold_window(desk)
    save(desk, path, fee__amount="1,50")
    fee = kept(desk, path)["fee"]
    assert (fee["amount"], fee["free_from"]) == (150, usual(desk, path).fee.free_from)
    assert kept(desk, path)["capacity"] is None
    assert 'value="1.50"' in desk.get(path).text


def test_as_usual_again_takes_the_exception_away(desk: Desk) -> None:
    path = sold_window(desk)
    assert "As usual again" not in desk.get(path).text
    save(desk, path, deed="close")
    html = desk.get(path).text
    assert "As usual again" in html
    assert "Close on this day" not in html
    save(desk, path, deed="as_usual")
    assert kept(desk, path) == {}


@pytest.mark.parametrize(
    ("field", "text"), [("capacity", "-1"), ("capacity", "many"), ("capacity", "1.5"), ("fee-amount", "much")]
)
def test_what_cannot_be_stands_beside_its_field_and_nothing_typed_is_lost(
    plain_desk: Desk, field: str, text: str
) -> None:
    path = sold_window(plain_desk)
    answer = save(plain_desk, path, **{field.replace("-", "__"): text})
    assert answer.status_code == 422
    assert f'id="{field}-fault"' in answer.text
    assert f'value="{text}"' in answer.text
    assert kept(plain_desk, path) == {}


def test_two_people_notice_each_other(desk: Desk) -> None:
    path = sold_window(desk)
    form = form_of(desk.get(path).text, "seen").to_dict()
    save(desk.as_role(Role.CONFIGURE), path, capacity="5")
    answer = desk.post(path, form | {"capacity": "9"})
    assert answer.status_code == 409
    assert "Somebody else changed this while you were editing." in answer.text
    assert 'value="9"' in answer.text
    assert kept(desk, path)["capacity"] == 5
    again = desk.post(path, form_of(answer.text, "seen").to_dict())
    assert again.status_code == 303
    assert kept(desk, path)["capacity"] == 9


@pytest.mark.parametrize("tail", ["nobody/2026-11-24", "{window}/2026-11-99", "{window}/soon", "{window}/{other}"])
def test_a_window_that_is_not_there_has_a_page_that_says_so(plain_desk: Desk, tail: str) -> None:
    window, day = parts(sold_window(plain_desk))
    path = f"{PATH}/" + tail.format(window=window, other=day + timedelta(days=1))
    assert plain_desk.get(path).status_code == 404
    assert plain_desk.post(path, {"capacity": "1"}).status_code == 404


def test_it_is_there_in_dutch(plain_desk: Desk) -> None:
    path = sold_window(plain_desk)
    dutch = {"Accept-Language": "nl"}
    assert "hoe voller, hoe donkerder" in plain_desk.get(PATH, headers=dutch).text
    assert "Alleen op deze dag" in plain_desk.get(path, headers=dutch).text


def test_the_counter_may_not(plain_desk: Desk) -> None:
    path = sold_window(plain_desk)
    counter = plain_desk.as_role(Role.COUNTER)
    assert counter.get(PATH).status_code == 403
    assert counter.get(path).status_code == 403
    assert counter.post(path, {"capacity": "1"}).status_code == 403
    assert kept(plain_desk, path) == {}


def test_it_hides_other_merchants(desk: Desk) -> None:
    path = sold_window(desk)
    other = another_desk(desk)
    html = other.get(PATH).text
    assert links(html) == {}
    assert "You have no home windows yet." in html
    assert other.get(path).status_code == 404
    assert other.post(path, {"capacity": "0"}).status_code == 404
    assert kept(desk, path) == {}


@pytest.mark.parametrize(
    ("counts", "look"),
    [
        (Counts(12), "heat-0"),
        (Counts(12, 1), "heat-1"),
        (Counts(12, 2, 1), "heat-2"),
        (Counts(12, 6), "heat-3"),
        (Counts(12, 11), "heat-4"),
        (Counts(12, 11, 1), "heat-5"),
        (Counts(1, 3), "heat-5"),
        (Counts(0), "closed"),
        (Counts(0, 1), "heat-5"),
    ],
)
def test_the_fuller_the_darker(counts: Counts, look: str) -> None:
    assert heat(counts) == look


def test_every_shade_can_be_read_in_light_and_in_dark() -> None:
    from tests.test_docs import HOUSE

    frame = (HOUSE / "static/plugin/frame.css").read_text()
    tokens = {name: pair for name, *pair in re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)", frame)}
    shades = re.findall(r"--heat: (\d+)%", (HOUSE / "static/plugin/deliveries.css").read_text())
    assert len(shades) == 5
    for dark in (0, 1):
        text, accent, surface = (_rgb(tokens[name][dark]) for name in ("text", "accent", "surface"))
        for share in (int(shade) / 100 for shade in shades):
            ground = tuple(share * a + (1 - share) * b for a, b in zip(accent, surface, strict=True))
            assert wcag_contrast_ratio.rgb(text, ground) >= 4.5


def _rgb(colour: str) -> tuple[float, ...]:
    return tuple(int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))


def test_windows_that_vans_keep_count_no_places(plain_desk: Desk) -> None:
    assert "as long as one can come by" not in plain_desk.get("/plugin/capacity").text
    with_vans(plain_desk.door)
    page = plain_desk.get("/plugin/capacity").text
    assert "as long as one can come by" in page
    amsterdam = page.split('<section id="amsterdam"')[1].split("</section>")[0]
    utrecht = page.split('<section id="utrecht"')[1].split("</section>")[0]
    assert ("/12<span" in amsterdam, "/12<span" in utrecht) == (False, True)
    assert re.search(r'href="[^"]+/amsterdam-3-18/[\d-]+">vans<', amsterdam)
    found = re.search(r'href="([^"]+/amsterdam-3-18/[\d-]+)"', amsterdam)
    assert found
    assert "Vans keep this window." in plain_desk.get(found[1]).text
