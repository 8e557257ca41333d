"""What driving comes to, on its page; and driving times from a file or a map server."""

import io
import re
from typing import Any

import pytest

from delivery import travel_times
from delivery.accounts import Role
from delivery.settings import items
from delivery.settings.rows import ONLY
from tests.delivery.settings.builders import ANNA, NOW
from tests.doors import AMSTERDAM
from tests.plugin.desk import Desk, another_desk
from tests.plugin.html_forms import form_of
from tests.plugin.travel.map_server import map_server
from tests.vans import with_vans

PAGE, TIMES = "/plugin/settings/driving", "/plugin/settings/driving/times"
MINUTES = re.compile(r"(\d+) minutes at (\d\d:\d\d)")


def seen(page: str) -> list[tuple[int, str]]:
    return [(int(minutes), at) for minutes, at in MINUTES.findall(page)]


def kept(desk: Desk) -> int:
    with desk.door.database.reading() as session:
        return travel_times.standing(session, desk.merchant_id)[0]


def upload(desk: Desk, text: str, **fields: str) -> Any:
    return desk.post(TIMES, fields | {"file": (io.BytesIO(text.encode()), "times.csv")})


def test_the_page_says_what_driving_comes_to_before_it_is_kept(plain_desk: Desk) -> None:
    with_vans(plain_desk.door)
    page = plain_desk.get(PAGE)
    before = seen(page.text)
    assert {at for _, at in before} == {"10:00", "17:00"}
    assert page.text.count("Winkel Haarlemmerdijk to ") == 1, "only origins whose windows vans keep"
    assert "A stop of one parcel takes 5 minutes, of three parcels 7; with more time at the door 15." in page.text
    form = form_of(page.text, "seen")
    form["kmh"], form["paces-0-from_time"], form["paces-0-until_time"], form["paces-0-kmh"] = (
        "60",
        "16:00",
        "20:00",
        "15",
    )
    form["edit"] = "on"
    after = seen(plain_desk.post(PAGE, form).text)
    assert [minutes for minutes, at in after if at == "10:00"] == pytest.approx([before[0][0] / 2], abs=1)
    assert [minutes for minutes, at in after if at == "17:00"] == pytest.approx([before[0][0] * 2], abs=1)
    form["kmh"] = "fast"
    page = plain_desk.post(PAGE, form)
    assert "this is what is kept now" in page.text
    assert seen(page.text) == before
    assert form_of(page.text, "seen")["kmh"] == "fast"


def test_where_no_postcode_is_known_there_is_no_drive(plain_desk: Desk) -> None:
    def forget(session: Any) -> None:
        items.save(session, NOW, ANNA, plain_desk.merchant_id, "zones", "amsterdam", {"postcodes": ["2999"]})
        items.save(session, NOW, ANNA, plain_desk.merchant_id, "zones", "utrecht", {"postcodes": ["2999"]})

    plain_desk.door.database.write(forget)
    page = plain_desk.get(PAGE).text
    assert "it is not known where the postcodes" in page
    assert seen(page) == []


def test_driving_times_are_brought_in_by_a_file_and_count_once_they_are_chosen(desk: Desk) -> None:
    with_vans(desk.door)
    wrong = upload(desk, "from,to,seconds\n1013,mars,5\n")
    assert wrong.status_code == 422
    assert "It is not known where “mars” lies." in wrong.text
    assert desk.post(TIMES, {}).status_code == 422
    far = re.findall(r"Haarlemmerdijk to (\d+)", desk.get(PAGE).text)[0]
    for text, fields, number in (
        (f'from,to,seconds\n52.3951 4.8832,{far},3600\n{far},"52.3951,4.8832",60\n', {}, 2),
        ("from,to,seconds\n1016,1017,600\n", {}, 3),
        (f"from,to,seconds\n52.3951 4.8832,{far},3600\n", {"replace": "on"}, 1),
    ):
        assert upload(desk, text, **fields).status_code == 303
        assert kept(desk) == number
    assert "They do not count" in desk.get(TIMES).text
    assert 60 not in dict(seen(desk.get(PAGE).text))
    form = form_of(desk.get(PAGE).text, "seen")
    form["source"] = "matrix"
    assert desk.post(PAGE, form).status_code == 303
    assert "They do not count" not in desk.get(TIMES).text
    assert dict(seen(desk.get(PAGE).text)) == {60: "17:00"}, "an hour, at either time of day"


def test_an_offer_takes_what_was_told(plain_desk: Desk) -> None:
    """A bridge is closed: ten hours by the file's word, and some minutes by the distance."""
    with_vans(plain_desk.door)
    canal = AMSTERDAM | {"latitude": 52.3752, "longitude": 4.8841}

    def windows() -> int:
        offer = plain_desk.door.offer(None, destination=canal)
        return sum(option["type"] == "local_delivery" for option in offer["options"])

    by_distance = windows()
    assert by_distance > 10
    ways = "52.3951 4.8832,52.375 4.884,36000\n52.375 4.884,52.3951 4.8832,36000\n"
    assert upload(plain_desk, "from,to,seconds\n" + ways).status_code == 303
    assert windows() == by_distance, "the distance is chosen"
    for source, number in (("matrix", 0), ("distance", by_distance)):
        form = form_of(plain_desk.get(PAGE).text, "seen")
        form["source"] = source
        assert plain_desk.post(PAGE, form).status_code == 303
        assert windows() == number


def test_a_map_server_can_be_tried(plain_desk: Desk) -> None:
    def chosen(url: str) -> None:
        driving = {"source": "osrm", "source_url": url}
        plain_desk.door.database.write(
            lambda session: items.save(session, NOW, ANNA, plain_desk.merchant_id, "driving", ONLY, driving)
        )

    assert plain_desk.post(f"{TIMES}/ask").status_code == 303, "there is none to ask"
    with map_server() as maps:
        chosen(maps.url)
        assert "Ask the map server now" in plain_desk.get(TIMES).text
        page = plain_desk.post(f"{TIMES}/ask").text
        assert "Its address is not a public one." in page
        assert maps.asked == []


def test_who_serves_at_the_counter_brings_nothing(plain_desk: Desk) -> None:
    counter = plain_desk.as_role(Role.COUNTER)
    assert [counter.get(TIMES).status_code, counter.post(f"{TIMES}/ask").status_code] == [403, 403]
    assert upload(counter, "from,to,seconds\n1016,1017,600\n").status_code == 403
    assert kept(plain_desk) == 0


def test_it_hides_other_merchants(desk: Desk) -> None:
    other = another_desk(desk)
    upload(desk, "from,to,seconds\n1016,1017,600\n")
    assert (kept(desk), kept(other)) == (1, 0)
    upload(other, "from,to,seconds\n52.1 5.1,52.2 5.2,600\n", replace="on")
    assert (kept(desk), kept(other)) == (1, 1)
