"""The page of the mails to shoppers: which go, in which words, how they look, and one to try."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import update
from werkzeug.datastructures import MultiDict

from delivery.accounts import Role
from delivery.messages import USUALLY_SENT
from delivery.settings import items
from delivery.store.tables import bookings
from delivery.texts.catalogues import languages
from tests.plugin.desk import Desk, another_desk, seated
from tests.plugin.html_forms import form_of
from tests.plugin.notify.mail_server import Mailbox, mail_server
from tests.telling import rows

PATH = "/plugin/settings/messages"
PREVIEW = PATH + "/preview"


def kept(desk: Desk) -> dict[str, Any]:
    with desk.door.database.reading() as session:
        return items.item(session, desk.merchant_id, "messages")


def form(desk: Desk) -> MultiDict[str, str]:
    return form_of(desk.get(PATH).text, "seen")


@pytest.fixture
def mailbox(plain_desk: Desk) -> Iterator[Mailbox]:
    """A mail server that the service knows."""
    with mail_server() as opened:
        service = plain_desk.door.service
        ours = opened.config
        config = replace(service.config, smtp_url=ours.smtp_url, mail_from=ours.mail_from)
        plain_desk.client.application.extensions["stoep"] = replace(service, config=config)
        yield opened


def test_nothing_goes_at_first_and_what_is_usual_is_chosen(plain_desk: Desk) -> None:
    found = form(plain_desk)
    on = {name.removesuffix("-sent") for name in found if name.endswith("-sent")}
    assert "enabled" not in found
    assert on == USUALLY_SENT
    assert not on & {"packed", "delivered", "returned"}


def test_our_words_stand_where_own_words_may_be_written(plain_desk: Desk) -> None:
    page = plain_desk.get(PATH).text
    assert 'placeholder="Your order {order} is ready to collect"' in page
    assert 'placeholder="Je bestelling {order} ligt klaar"' in page


def test_switches_and_own_words_are_kept(desk: Desk) -> None:
    sent = form(desk)
    sent["enabled"], sent["packed-sent"] = "on", "on"
    del sent["cancelled-sent"]
    sent["confirmed-nl-subject"] = "Joepie, {order}"
    sent["confirmed-nl-text"] = "Dag {name},\r\n\r\n{plan}"
    assert desk.post(PATH, sent).status_code == 303
    found = kept(desk)
    assert (found["enabled"], found["packed"]["sent"], found["cancelled"]["sent"]) == (True, True, False)
    assert found["confirmed"]["nl"] == {"subject": "Joepie, {order}", "text": "Dag {name},\n\n{plan}", "short": None}
    assert found["confirmed"]["en"] is None
    again = form(desk)
    assert again["confirmed-nl-text"] == "Dag {name},\n\n{plan}"
    assert desk.post(PATH, again).status_code == 303
    assert kept(desk) == found


@pytest.mark.parametrize("path", [PATH, PREVIEW])
def test_a_fact_that_is_none_is_a_fault_at_its_field_and_nothing_typed_is_lost(plain_desk: Desk, path: str) -> None:
    before = kept(plain_desk)
    sent = form(plain_desk)
    sent["packed-en-text"], sent["packed-nl-subject"], sent["kind"] = "Hello {nmae}", "Los }", "confirmed"
    page = plain_desk.post(path, sent)
    assert page.status_code == 422
    assert 'id="packed-en-text-fault"' in page.text
    assert "{nmae} is not known here. You can use: {name} {order}" in page.text
    assert 'id="packed-nl-subject-fault"' in page.text
    again = form_of(page.text, "seen")
    assert (again["packed-en-text"], again["packed-nl-subject"], again["seen"]) == (
        "Hello {nmae}",
        "Los }",
        sent["seen"],
    )
    assert kept(plain_desk) == before


@pytest.mark.parametrize(("name", "length"), [("confirmed-en-subject", 151), ("confirmed-en-text", 2001)])
def test_words_that_are_too_long_are_refused(plain_desk: Desk, name: str, length: int) -> None:
    sent = form(plain_desk)
    sent[name] = "a" * length
    page = plain_desk.post(PATH, sent)
    assert page.status_code == 422
    assert f'id="{name}-fault"' in page.text


def test_somebody_elses_edit_is_noticed(plain_desk: Desk) -> None:
    mine, theirs = form(plain_desk), form(plain_desk)
    theirs["enabled"] = "on"
    assert plain_desk.post(PATH, theirs).status_code == 303
    mine["packed-sent"] = "on"
    page = plain_desk.post(PATH, mine)
    assert page.status_code == 409
    assert "Send mails to shoppers" in page.text
    assert kept(plain_desk)["packed"]["sent"] is False


def test_a_preview_is_of_the_newest_order_in_each_language_and_saves_nothing(desk: Desk) -> None:
    hold = desk.door.take()
    assert desk.door.order(hold["choice"]).status_code == 201
    before = kept(desk)
    sent = form(desk)
    sent["kind"], sent["confirmed-en-subject"] = "confirmed", "<Hooray> {order} for {name}"
    page = desk.post(PREVIEW, sent)
    assert page.status_code == 200
    assert "With order 1001, as it was placed." in page.text
    assert "&lt;Hooray&gt; 1001 for A. Jansen" in page.text
    assert "Je bestelling 1001 is bevestigd" in page.text
    assert "We bring it to you on" in page.text
    assert "We brengen hem op" in page.text
    assert page.text.count("/d/") == 2 * len(languages())
    again = form_of(page.text, "seen")
    assert again["confirmed-en-subject"] == "<Hooray> {order} for {name}"
    assert again["seen"] == sent["seen"]
    assert kept(desk) == before
    assert desk.post(PATH, again).status_code == 303


def test_a_preview_without_an_order_says_that_it_is_made_up(plain_desk: Desk) -> None:
    for kind in ("confirmed", "ready_for_pickup"):
        page = plain_desk.post(PREVIEW, form(plain_desk) | {"kind": kind})
        assert page.status_code == 200
        assert "With a made-up order" in page.text
    assert "It is kept for you until" in page.text


def test_a_preview_of_a_pick_up_is_not_of_an_order_for_the_door(plain_desk: Desk) -> None:
    plain_desk.door.order(plain_desk.door.take()["choice"])
    page = plain_desk.post(PREVIEW, form(plain_desk) | {"kind": "ready_for_pickup"})
    assert "With a made-up order" in page.text
    plain_desk.door.order(plain_desk.door.take("pickup", checkout="checkout-2")["choice"], "1002")
    page = plain_desk.post(PREVIEW, form(plain_desk) | {"kind": "ready_for_pickup"})
    assert "With order 1002" in page.text


def test_only_the_shops_languages_are_shown(plain_desk: Desk) -> None:
    texts = form_of(plain_desk.get("/plugin/settings/texts").text, "seen")
    texts.setlist("languages", ["nl"])
    assert plain_desk.post("/plugin/settings/texts", texts).status_code == 303
    page = plain_desk.post(PREVIEW, form(plain_desk) | {"kind": "packed"}).text
    assert 'id="preview-nl"' in page
    assert 'id="preview-en"' not in page


def test_a_test_goes_to_the_visitor_and_says_what_the_server_said(plain_desk: Desk, mailbox: Mailbox) -> None:
    sent = form(plain_desk)
    sent["test"], sent["packed-nl-subject"] = "packed nl", "Ingepakt: {order}"
    page = plain_desk.post(PREVIEW, sent)
    assert page.status_code == 200
    assert f"Sent to {plain_desk.account.email}: the mail server took it." in page.text
    [got] = mailbox.got
    assert got.to == [plain_desk.account.email]
    assert got.message["Subject"] == "Test: Ingepakt: TEST"
    mailbox.rcpt.append("550 no such user")
    page = plain_desk.post(PREVIEW, sent).text
    assert f"It was not sent to {plain_desk.account.email}." in page
    assert "The mail server does not take mail for this address. (550)" in page


def test_without_a_mail_server_the_page_says_so(plain_desk: Desk) -> None:
    assert "No mail can be sent yet" in plain_desk.get(PATH).text
    page = plain_desk.post(PREVIEW, form(plain_desk) | {"test": "packed en"}).text
    assert "No mail server has been set up, so no mail can be sent." in page


@pytest.mark.parametrize("asked", [{}, {"kind": "nonsense"}, {"test": "packed xx"}, {"test": "packed  "}])
def test_what_is_no_kind_is_refused(plain_desk: Desk, asked: dict[str, str]) -> None:
    assert plain_desk.post(PREVIEW, form(plain_desk) | asked).status_code == 400


def test_a_name_that_was_erased_is_not_shown(plain_desk: Desk) -> None:
    plain_desk.door.order(plain_desk.door.take()["choice"])
    with plain_desk.door.database.engine.begin() as session:
        gone = update(bookings).where(bookings.c.merchant_id == plain_desk.merchant_id)
        session.execute(gone.values(erased_at=plain_desk.door.clock()))
    assert "With a made-up order" in plain_desk.post(PREVIEW, form(plain_desk) | {"kind": "confirmed"}).text


def test_who_only_works_at_the_counter_may_not_look(plain_desk: Desk) -> None:
    counter = plain_desk.as_role(Role.COUNTER)
    assert counter.get(PATH).status_code == 403
    assert counter.post(PREVIEW, {"kind": "packed"}).status_code == 403


def test_it_hides_other_merchants(desk: Desk) -> None:
    desk.door.order(desk.door.take()["choice"])
    other = another_desk(desk)
    page = other.post(PREVIEW, form(other) | {"kind": "confirmed"})
    assert "With a made-up order" in page.text
    assert "Jansen" not in page.text
    sent = form(other)
    sent["enabled"] = "on"
    assert other.post(PATH, sent).status_code == 303
    assert kept(desk)["enabled"] is False


def test_in_dutch(plain_desk: Desk) -> None:
    page = plain_desk.get(PATH, headers={"Accept-Language": "nl"}).text
    assert "Mails naar klanten sturen" in page
    assert seated(plain_desk.door, plain_desk.merchant_id).get(PATH).status_code == 200


def test_the_health_page_says_that_mails_wait_when_there_is_no_mail_server(desk: Desk) -> None:
    waits = "Mails to your shoppers wait; after two days they are dropped."
    sent = form(desk)
    sent["enabled"] = "on"
    assert desk.post(PATH, sent).status_code == 303
    assert waits not in desk.get("/plugin/health").text
    assert desk.door.order(desk.door.take()["choice"]).status_code == 201
    assert waits in desk.get("/plugin/health").text
    assert waits not in another_desk(desk).get("/plugin/health").text


def test_an_order_through_the_door_is_written_to_the_outbox_and_its_story(desk: Desk) -> None:
    sent = form(desk)
    sent["enabled"] = "on"
    desk.post(PATH, sent)
    booking = desk.door.order(desk.door.take()["choice"]).get_json()["booking"]
    event = {"type": "dispatched", "at": desk.door.clock().isoformat()}
    for _ in range(2):
        assert desk.door.server("POST", f"/bookings/{booking}/events", json=event).status_code == 200
    page = desk.get(f"/plugin/deliveries/{booking}").text
    assert page.count("A mail to the shopper waits: It is on its way") == 1
    assert page.count("A mail to the shopper waits: The order is confirmed") == 1


def test_an_order_whose_delivery_is_chosen_later_is_told_of_then_and_once(desk: Desk) -> None:
    sent = form(desk)
    sent["enabled"] = "on"
    desk.post(PATH, sent)
    booking = desk.door.order(None).get_json()["booking"]
    assert [row.kind for row in rows(desk.door.database)] == ["choose"]
    for number in (0, 1):
        choice = {"choice": desk.door.take(number=number, checkout=f"booking:{booking}")["choice"]}
        assert desk.door.server("POST", f"/bookings/{booking}/changes", json=choice).status_code == 201
    assert sorted(row.kind for row in rows(desk.door.database)) == ["change_made", "choose", "confirmed"]
