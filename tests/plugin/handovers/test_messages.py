"""The log of messages, what can be done about each, and the health page."""

import re
from datetime import timedelta

import pytest

from delivery import handovers, leases, workers
from delivery.tries import Outcome, Verdict
from tests.outbox import column, state
from tests.plugin.desk import Desk, another_desk
from tests.plugin.handovers.places import add_place, add_to


def sent(desk: Desk, outcome: Outcome) -> None:
    """One due message is claimed, and this came of it."""
    now, database = desk.door.clock(), desk.door.database
    [claimed] = database.write(lambda session: leases.claim_due(session, now, limit=1))
    database.write(lambda session: leases.record(session, now, claimed, outcome, lambda: 0))


def shown(text: str) -> str:
    """A page without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def test_each_try_is_shown_with_its_answer(desk: Desk) -> None:
    endpoint_id = add_place(desk)
    add_to(desk, endpoint_id)
    sent(desk, Outcome(Verdict.FAILED, 120, 500, "It answered 500."))
    desk.door.clock.forward(minutes=1)
    sent(desk, Outcome(Verdict.FAILED, 15000, None, "It did not answer in time."))
    desk.door.clock.forward(minutes=10)
    sent(desk, Outcome(Verdict.PASSED_ON, 33, 204))
    said = shown(desk.get(f"/plugin/handovers/{endpoint_id}").text)
    for words in (
        "It answered 500. 120 ms",
        "It did not answer in time. 15000 ms",
        "Accepted (204) 33 ms",
        "Passed on",
    ):
        assert words in said


def test_the_log_is_filtered_by_state(desk: Desk) -> None:
    endpoint_id = add_place(desk)
    parked, waiting = add_to(desk, endpoint_id, "parked"), add_to(desk, endpoint_id, booking="bk_2")
    for wanted, hidden, asked in ((parked, waiting, "parked"), (waiting, parked, "waiting")):
        text = desk.get(f"/plugin/handovers/{endpoint_id}?state={asked}").text
        assert wanted in text
        assert hidden not in text
    both = desk.get(f"/plugin/handovers/{endpoint_id}?state=nonsense").text
    assert parked in both
    assert waiting in both


def test_a_message_behind_another_says_that_it_waits_for_it(desk: Desk) -> None:
    endpoint_id = add_place(desk)
    add_to(desk, endpoint_id, "parked")
    add_to(desk, endpoint_id, sequence=2)
    text = desk.get(f"/plugin/handovers/{endpoint_id}").text
    assert text.count("Waits for the message before it.") == 1
    assert text.count("Send again now") == 1


def test_nothing_is_sent_again_to_a_place_that_is_off(plain_desk: Desk) -> None:
    endpoint_id = add_place(plain_desk)
    add_to(plain_desk, endpoint_id, "parked")
    plain_desk.post(f"/plugin/handovers/{endpoint_id}/switch")
    for path in (f"/plugin/handovers/{endpoint_id}", "/plugin/health"):
        assert "Send again now" not in plain_desk.get(path).text
        assert "I saw to it by hand" in plain_desk.get(path).text


def test_long_logs_come_in_pages(plain_desk: Desk) -> None:
    endpoint_id = add_place(plain_desk)
    ids = {add_to(plain_desk, endpoint_id, "parked", f"bk_{number}") for number in range(60)}
    first = plain_desk.get(f"/plugin/handovers/{endpoint_id}?state=parked").text
    older = re.search(r'href="([^"]+before=[^"]+)#log"', first)
    assert older
    second = plain_desk.get(older[1].replace("&amp;", "&")).text
    found = [set(re.findall(r"messages/(msg_\d+)/retry", text)) for text in (first, second)]
    assert (len(found[0]), found[0] | found[1], found[0] & found[1]) == (50, ids, set())
    assert plain_desk.get(f"/plugin/handovers/{endpoint_id}?before=nonsense").status_code == 422


@pytest.mark.parametrize("before", ["waiting", "refused", "parked"])
def test_a_message_is_sent_again_or_seen_to_by_hand(desk: Desk, before: str) -> None:
    endpoint_id = add_place(desk)
    again, by_hand = add_to(desk, endpoint_id, before), add_to(desk, endpoint_id, before, "bk_2")
    here = f"/plugin/handovers/{endpoint_id}"
    response = desk.post(f"/plugin/handovers/messages/{again}/retry", {"back": here})
    assert (response.status_code, response.headers["Location"]) == (303, here)
    assert "It is sent again now." in desk.get(here).text
    desk.post(f"/plugin/handovers/messages/{by_hand}/by-hand", {"back": here})
    database = desk.door.database
    assert (state(database, again), state(database, by_hand)) == ("waiting", "passed_on")
    assert column(database, again, "next_try_at") == desk.door.clock()


@pytest.mark.parametrize("back", ["https://evil.example", "//evil.example", "/plugin/handovers/\r\nX: y", ""])
def test_the_way_back_leads_to_a_page_of_ours(plain_desk: Desk, back: str) -> None:
    message = add_to(plain_desk, add_place(plain_desk), "parked")
    response = plain_desk.post(f"/plugin/handovers/messages/{message}/retry", {"back": back})
    assert response.headers["Location"] == "/plugin/handovers"


def test_everything_parked_is_sent_again_from_the_health_page(desk: Desk) -> None:
    endpoint_id = add_place(desk)
    parked = [add_to(desk, endpoint_id, "parked", f"bk_{number}") for number in range(3)]
    text = desk.get("/plugin/health").text
    assert all(message in text for message in parked)
    assert desk.post("/plugin/handovers/retry-parked").headers["Location"] == "/plugin/health"
    assert "3 messages are sent again." in desk.get("/plugin/health").text
    assert {state(desk.door.database, message) for message in parked} == {"waiting"}


def test_health_says_in_plain_words_what_is_wrong(desk: Desk) -> None:
    endpoint_id = add_place(desk, "mail", "mailto:piet@shop.test")
    add_to(desk, endpoint_id)
    desk.door.clock.forward(minutes=6)
    text = shown(desk.get("/plugin/health").text)
    assert "The part that sends your orders is not running" in text
    assert "The oldest message that was not passed on is from" in text
    assert "No mail can be sent yet" in text
    assert text.count("Look here") == 3


def test_health_is_fine_when_all_is_well(desk: Desk) -> None:
    now = desk.door.clock()
    desk.door.database.write(lambda session: workers.say_alive(session, now, "one"))
    desk.door.take()
    text = shown(desk.get("/plugin/health").text)
    assert "The part that sends your orders is running." in text
    assert "Nothing that is due waits." in text
    assert "Look here" not in text
    assert "Places kept 1 " in text
    desk.door.clock.now = now + timedelta(hours=1)
    text = shown(desk.get("/plugin/health").text)
    assert re.search(r"Last heard of: [^:]* 10:00", text)
    assert "Places kept 0 " in text


def test_it_hides_other_merchants(desk: Desk) -> None:
    message = add_to(desk, add_place(desk), "parked")
    other = another_desk(desk)
    for path in (f"/plugin/handovers/messages/{message}/retry", f"/plugin/handovers/messages/{message}/by-hand"):
        other.post(path)
        assert "There was nothing left to do about it." in other.get("/plugin/handovers").text
    other.post("/plugin/handovers/retry-parked")
    assert "0 messages are sent again." in other.get("/plugin/health").text
    assert state(desk.door.database, message) == "parked"
    with desk.door.database.reading() as session:
        assert handovers.state_of(session, other.merchant_id, "bk_1") == {"state": "waiting", "tries": 0}
