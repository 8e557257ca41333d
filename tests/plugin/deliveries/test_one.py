"""One delivery's page: head, story, and what can be done about it: cancel, send the link to choose, send again."""

import re
from html import unescape
from typing import Any
from urllib.parse import unquote

import pytest
from sqlalchemy import select, update

from delivery.accounts import Role
from delivery.endpoints import add
from delivery.progress import Event, report
from delivery.store.tables import bookings as booking_rows
from delivery.store.tables import handovers as rows
from tests.plugin.deliveries.test_list import PATH, sell
from tests.plugin.desk import Desk, another_desk


def state_of(desk: Desk, booking: str) -> str:
    with desk.door.database.reading() as session:
        return session.execute(
            select(booking_rows.c.state).where(
                booking_rows.c.merchant_id == desk.merchant_id, booking_rows.c.id == booking
            )
        ).scalar_one()


def messages(desk: Desk, booking: str) -> list[Any]:
    with desk.door.database.reading() as session:
        found = session.execute(
            select(rows).where(rows.c.merchant_id == desk.merchant_id, rows.c.booking_id == booking)
        )
        return list(found.all())


def park(desk: Desk, message: str) -> None:
    desk.door.database.write(
        lambda session: session.execute(
            update(rows)
            .where(rows.c.merchant_id == desk.merchant_id, rows.c.id == message)
            .values(state="parked", tries=10)
        )
    )


def with_endpoint(desk: Desk) -> None:
    desk.door.database.write(
        lambda session: add(
            session, desk.door.clock(), desk.merchant_id, "https://warehouse.test/hook", desk.door.service.signer
        )
    )


def story(html: str) -> list[str]:
    return [unescape(said) for said in re.findall(r"<strong>([^<]+)</strong>", html.split('class="story"')[1])]


def test_the_page_says_who_gets_what_when_and_why(desk: Desk) -> None:
    booking = sell(desk, "1001", "Zoë Smit", notes="Ring twice")
    html = desk.get(f"{PATH}/{booking}").text
    assert "<h1>Order 1001</h1>" in html
    for said in ("To be packed", "Zoë Smit", "Prinsengracht 263", "1016 GV Amsterdam", "1 × LAMP-1", "Ring twice"):
        assert said in html
    assert f'href="{desk.door.service.links.page(booking, 1)}"' in html
    told = story(html)
    assert told[0] == "The shopper asked how it can be delivered"
    assert told[1].startswith("Promised: Home window, ")
    assert told[2].startswith("Kept for the shopper until")
    assert told[3:] == ["Ordered: 1001", "To see to by hand: New order"]
    assert "To NL 1016GV" in html
    assert "Basket: 1 × LAMP-1" in html


def test_a_pick_up_shows_the_centre(desk: Desk) -> None:
    booking = sell(desk, "1001", kind="pickup")
    html = desk.get(f"{PATH}/{booking}").text
    assert "Ready by" in html
    assert "<address>" in html.split('id="promise"')[1].split("</section>")[0]


def test_the_story_goes_on_with_what_fulfilment_reports(desk: Desk) -> None:
    booking = sell(desk, "1001")
    facts = {"carrier": "Post", "tracking_url": "https://post.test/1"}
    event = Event("dispatched", desk.door.clock(), facts=facts)
    whose = {"merchant_id": desk.merchant_id, "booking_id": booking}
    desk.door.database.write(lambda session: report(session, desk.door.clock(), **whose, event=event))
    html = desk.get(f"{PATH}/{booking}").text
    assert "Sent" in story(html)
    assert '<a href="https://post.test/1" rel="noreferrer">' in html
    assert "Cancel this order" not in html


def test_cancelling_asks_first_then_frees_the_place_and_tells_fulfilment(desk: Desk) -> None:
    booking = sell(desk, "1001")
    asked = desk.get(f"{PATH}/{booking}/cancel")
    assert "Cancel order 1001?" in asked.text
    desk.door.clock.forward(minutes=1)
    assert state_of(desk, booking) == "confirmed"
    answer = desk.post(f"{PATH}/{booking}/cancel")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{PATH}/{booking}")
    html = desk.get(f"{PATH}/{booking}").text
    assert "The order was cancelled." in html
    assert state_of(desk, booking) == "cancelled"
    assert story(html)[-2:] == ["Cancelled", "To see to by hand: Order cancelled"]
    assert f"{booking}/cancel" not in html


def test_what_has_left_cannot_be_cancelled(desk: Desk) -> None:
    booking = sell(desk, "1001")
    event = Event("delivered", desk.door.clock())
    whose = {"merchant_id": desk.merchant_id, "booking_id": booking}
    desk.door.database.write(lambda session: report(session, desk.door.clock(), **whose, event=event))
    desk.post(f"{PATH}/{booking}/cancel")
    assert "It can no longer be cancelled" in desk.get(f"{PATH}/{booking}").text
    assert state_of(desk, booking) == "delivered"


def test_an_order_without_a_choice_has_a_link_to_send(desk: Desk) -> None:
    booking = sell(desk, "1001", kind=None)
    html = desk.get(f"{PATH}/{booking}").text
    link = desk.door.service.links.choose(booking, 1)
    assert f'value="{link}"' in html
    [mail] = re.findall(r'href="(mailto:[^"]+subject[^"]+)"', html)
    assert link in unquote(unescape(mail))
    assert "Kies de bezorging van je bestelling 1001" in unquote(unescape(mail))
    assert 'id="choose"' not in desk.get(f"{PATH}/{sell(desk, '1002')}").text


def test_a_parked_message_is_sent_again_or_marked_as_seen_to(desk: Desk) -> None:
    with_endpoint(desk)
    booking = sell(desk, "1001")
    [message] = messages(desk, booking)
    park(desk, message.id)
    html = desk.get(f"{PATH}/{booking}").text
    assert "https://warehouse.test/hook" in html
    assert "Parked" in html
    desk.post(f"{PATH}/{booking}/handovers/{message.id}", {"deed": "retry"})
    assert [(row.state, row.tries) for row in messages(desk, booking)] == [("waiting", 0)]
    assert "It is being sent again." in desk.get(f"{PATH}/{booking}").text
    desk.post(f"{PATH}/{booking}/handovers/{message.id}", {"deed": "by_hand"})
    assert [row.state for row in messages(desk, booking)] == ["passed_on"]
    html = desk.get(f"{PATH}/{booking}").text
    assert "Marked as seen to." in html
    assert "Not passed on yet" not in html
    desk.post(f"{PATH}/{booking}/handovers/{message.id}", {"deed": "retry"})
    assert "There was nothing left to do" in desk.get(f"{PATH}/{booking}").text


def test_the_counter_reads_but_changes_nothing(desk: Desk) -> None:
    booking = sell(desk, "1001")
    [message] = messages(desk, booking)
    counter = desk.as_role(Role.COUNTER)
    html = counter.get(f"{PATH}/{booking}").text
    assert "<h1>Order 1001</h1>" in html
    assert "Cancel this order" not in html
    assert "I have seen to it" not in html
    assert counter.get(f"{PATH}/{booking}/cancel").status_code == 403
    assert counter.post(f"{PATH}/{booking}/cancel").status_code == 403
    assert counter.post(f"{PATH}/{booking}/handovers/{message.id}", {"deed": "by_hand"}).status_code == 403
    assert state_of(desk, booking) == "confirmed"
    assert [row.state for row in messages(desk, booking)] == ["waiting"]


@pytest.mark.parametrize("deed", ["cancel", "handovers/msg_1"])
def test_a_form_from_elsewhere_is_refused(plain_desk: Desk, deed: str) -> None:
    booking = sell(plain_desk, "1001")
    assert plain_desk.client.post(f"{PATH}/{booking}/{deed}").status_code == 400
    assert state_of(plain_desk, booking) == "confirmed"


def test_what_people_wrote_is_text_and_no_markup(plain_desk: Desk) -> None:
    booking = sell(plain_desk, "<b>1</b>", "<img src=x>", notes="<script>alert(1)</script>", kind=None)
    for path in (PATH, f"{PATH}/{booking}", f"{PATH}/{booking}/cancel"):
        html = plain_desk.get(path).text
        assert "<img src=x>" not in html
        assert "<script>alert" not in html
        assert "<b>1</b>" not in html


def test_a_booking_that_is_not_there_has_a_page_that_says_so(plain_desk: Desk) -> None:
    for path in ("/bk_nobody", "/bk_nobody/cancel"):
        assert plain_desk.get(PATH + path).status_code == 404
    assert plain_desk.post(f"{PATH}/bk_nobody/cancel").status_code == 404


def test_it_hides_other_merchants(desk: Desk) -> None:
    booking = sell(desk, "1001")
    [message] = messages(desk, booking)
    other = another_desk(desk)
    assert other.get(f"{PATH}/{booking}").status_code == 404
    assert other.get(f"{PATH}/{booking}/cancel").status_code == 404
    assert other.post(f"{PATH}/{booking}/cancel").status_code == 404
    other.post(f"{PATH}/{booking}/handovers/{message.id}", {"deed": "by_hand"})
    assert state_of(desk, booking) == "confirmed"
    assert [row.state for row in messages(desk, booking)] == ["waiting"]
