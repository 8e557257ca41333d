"""What shoppers say: scores by service, window, centre and promise; bad ones first, and whom to call."""

import re

from delivery import answers
from delivery.accounts import Role
from delivery.answers import Given
from delivery.booking_rows import get
from tests.plugin.desk import Desk, another_desk
from tests.rules.human_dates import at
from tests.watching import ordered, report

PATH = "/plugin/answers"


def answered(desk: Desk, number: str, given: Given, kind: str = "local_delivery", when: str | None = None) -> str:
    desk.door.clock.now = at("Tue 2026-11-24 10:00")
    booking = ordered(desk.door, kind, number)
    desk.door.clock.now = at(when or "Tue 2026-11-24 15:00")
    report(desk.door, booking, "collected" if kind == "pickup" else "delivered")
    setup = desk.door.service.memory

    def give(session: object) -> bool:
        shop = setup.setup_of_merchant(session, desk.merchant_id)  # type: ignore[arg-type]
        return answers.give(session, desk.door.clock(), shop, booking, given)  # type: ignore[arg-type]

    desk.door.database.write(give)
    return booking


def test_before_anybody_answered_the_page_says_so(plain_desk: Desk) -> None:
    html = plain_desk.get(PATH).text
    assert "Nobody has answered" in html
    assert "<table" not in html


def test_scores_stand_by_service_window_centre_and_promise(desk: Desk) -> None:
    answered(desk, "1", Given(5))
    answered(desk, "2", Given(2), when="Tue 2026-11-24 21:00")
    answered(desk, "3", Given(4), "pickup")
    html = desk.get(PATH).text
    assert "3.7" in html
    rows = re.findall(r'<th scope="row">([^<]+)</th><td class="number" data-label="Average">([^<]+)</td>', html)
    found = dict(rows)
    assert found["Home window"] == "3.5"
    assert found["14:00"] == "3.5"
    assert found["Promise kept"] == "4.5"
    assert found["Promise not kept"] == "2.0"
    assert len([name for name in found if "Pakketpost" in name]) == 1
    assert len(found) == 6


def test_bad_ones_stand_first_with_the_contact_of_who_asked_to_be_called(desk: Desk) -> None:
    answered(desk, "1001", Given(1, ("careful",), "All <broken>", wants_call=True))
    answered(desk, "1002", Given(5, words="Thanks"))
    answered(desk, "1003", Given(2))
    html = desk.get(PATH).text
    assert re.findall(r"Order (\d+)", html)[:2] in (["1001", "1003"], ["1003", "1001"])
    assert "All &lt;broken&gt;" in html
    assert html.count("a.jansen@example.org") == 1
    assert "1 – Very bad" in html


def test_a_period_that_cannot_be_is_refused_beside_its_field(plain_desk: Desk) -> None:
    answer = plain_desk.get(PATH + "?from=soon")
    assert answer.status_code == 422
    assert 'id="from-fault"' in answer.text


def test_a_period_is_asked_for(plain_desk: Desk) -> None:
    answered(plain_desk, "1", Given(5))
    assert "Nobody has answered" in plain_desk.get(PATH + "?from=2026-11-01&until=2026-11-23").text
    assert "Order 1" in plain_desk.get(PATH + "?from=2026-11-24&until=2026-11-24").text


def test_the_story_of_a_delivery_has_its_answer(plain_desk: Desk) -> None:
    booking = answered(plain_desk, "1", Given(2, ("on_time",), "Too late", wants_call=True))
    with plain_desk.door.database.reading() as session:
        assert get(session, merchant_id=plain_desk.merchant_id, booking_id=booking).kept
    html = plain_desk.get(f"/plugin/deliveries/{booking}").text
    assert "The shopper gave it 2 of 5" in html
    assert "Too late" in html
    assert "Asked to be called" in html


def test_it_is_there_in_dutch(plain_desk: Desk) -> None:
    answered(plain_desk, "1", Given(2))
    assert "Wat klanten zeggen" in plain_desk.get(PATH, headers={"Accept-Language": "nl"}).text


def test_who_packs_does_not_see_it(plain_desk: Desk) -> None:
    assert plain_desk.as_role(Role.COUNTER).get(PATH).status_code == 403


def test_it_hides_other_merchants(desk: Desk) -> None:
    answered(desk, "1", Given(1, words="Secret"))
    html = another_desk(desk).get(PATH).text
    assert "Secret" not in html
    assert "Nobody has answered" in html
