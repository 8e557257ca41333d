"""The page of the gateway: its address, its secret shown once, switching, and a text message to try it."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from werkzeug.datastructures import MultiDict

from delivery import audit, gateways
from delivery.accounts import Role
from delivery.gateways import Gateway
from tests.plugin.desk import Desk, another_desk
from tests.plugin.html_forms import form_of
from tests.plugin.receiver import Receiver, answer
from tests.telling import WITH_PHONE

PATH = "/plugin/settings/messages/gateway"
MESSAGES = "/plugin/settings/messages"
URL = "https://203.0.113.0.example/messages"


def kept(desk: Desk) -> Gateway | None:
    with desk.door.database.reading() as session:
        return gateways.find(session, desk.merchant_id)


def secret_in(page: str) -> str:
    return page.split('id="secret"')[1].split(">", 1)[1].split("<", 1)[0].strip()


@pytest.fixture
def receiver(plain_desk: Desk) -> Iterator[Receiver]:
    """A gateway inside, which this operator allows; its address is set, and its secret known."""
    service = plain_desk.door.service
    config = replace(service.config, allow_private_targets=True)
    plain_desk.client.application.extensions["stoep"] = replace(service, config=config)
    with Receiver(plain_desk.door.clock) as opened:
        opened.secrets = [secret_in(plain_desk.post(PATH, {"url": opened.url}).text)]
        yield opened


def test_the_secret_is_shown_once_and_the_address_can_be_changed(desk: Desk) -> None:
    assert "None is set up: no text message goes out." in desk.get(MESSAGES).text
    page = desk.post(PATH, {"url": URL})
    secret = secret_in(page.text)
    assert secret.startswith("whsec_")
    assert secret not in desk.get(PATH).text
    assert URL in desk.get(PATH).text
    assert desk.post(PATH, {"url": URL + "/2"}).status_code == 303
    found = kept(desk)
    assert found is not None
    assert (found.url, found.enabled) == (URL + "/2", True)
    assert found.secrets(desk.door.clock(), desk.door.service.signer) == (secret,)
    assert secret not in found.secret
    with desk.door.database.reading() as session:
        log = audit.entries(session, desk.merchant_id, area="gateway").entries
    assert [(entry.action, (entry.after or {}).get("url")) for entry in log] == [
        ("changed", URL + "/2"),
        ("added", URL),
    ]
    assert secret not in str(log)
    assert "Text messages" in desk.get("/plugin/audit").text


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("", "The address must begin with"),
        ("ftp://a.example", "The address must begin with"),
        ("https://me:secret@a.example", "does not belong in the address"),
        ("http://127.0.0.1:9/messages", "leads to a private network"),
        ("http://localhost/", "leads to a private network"),
        ("https://a.example/" + "x" * 2000, "at most 2000 characters"),
    ],
)
def test_an_address_that_cannot_be_is_refused(plain_desk: Desk, url: str, fault: str) -> None:
    page = plain_desk.post(PATH, {"url": url})
    assert page.status_code == 422
    assert fault in page.text
    assert kept(plain_desk) is None


def test_it_is_renewed_switched_and_removed(plain_desk: Desk) -> None:
    for path in ("/renew", "/switch", "/remove"):
        assert plain_desk.post(PATH + path, {}).status_code == 404
    first = secret_in(plain_desk.post(PATH, {"url": URL}).text)
    page = plain_desk.post(PATH + "/renew", {}).text
    assert "messages are signed with the old secret as well." in page
    found = kept(plain_desk)
    assert found is not None
    now, signer = plain_desk.door.clock(), plain_desk.door.service.signer
    assert found.secrets(now, signer) == (secret_in(page), first)
    assert plain_desk.as_role(Role.CONFIGURE).post(PATH + "/renew", {}).status_code == 403
    assert plain_desk.post(PATH + "/switch", {}).status_code == 303
    assert "It is off: text messages wait, and are dropped after two days." in plain_desk.get(PATH).text
    assert "It is off: text messages wait." in plain_desk.get(MESSAGES).text
    assert "It is off: text messages wait, and are dropped after two days." in plain_desk.get("/plugin/health").text
    assert plain_desk.post(PATH + "/switch", {}).status_code == 303
    assert kept(plain_desk) == found
    assert plain_desk.post(PATH + "/remove", {}).status_code == 303
    assert kept(plain_desk) is None


def test_a_text_message_to_try_goes_to_the_visitor_and_says_what_the_gateway_said(
    plain_desk: Desk, receiver: Receiver
) -> None:
    page = plain_desk.post(PATH + "/test", {"test_phone": "+31 6 1234 5678"})
    assert (page.status_code, "Sent to +31612345678: the gateway took it." in page.text) == (200, True)
    [got] = receiver.received
    assert (got.verified, got.data["data"]["test"], got.data["data"]["to"]) == (True, True, "+31612345678")
    receiver.script.append(answer(422))
    page = plain_desk.post(PATH + "/test", {"test_phone": "0612345678"})
    assert "The gateway refused the message. (422)" in page.text
    assert receiver.url in page.text
    page = plain_desk.post(PATH + "/test", {"test_phone": "12"})
    assert (page.status_code, "Please give a telephone number" in page.text) == (422, True)
    assert len(receiver.received) == 2


def test_own_words_are_seen_with_a_real_order_and_tried_before_they_are_kept(
    plain_desk: Desk, receiver: Receiver
) -> None:
    assert plain_desk.door.order(plain_desk.door.take()["choice"]).status_code == 201
    sent = MultiDict(form_of(plain_desk.get(MESSAGES).text, "seen"))
    sent["confirmed-en-short"] = "Hooray {order} – {name}\n{link}"
    sent["kind"] = "confirmed"
    page = plain_desk.post(MESSAGES + "/preview", sent).text
    assert "Hooray 1001 - A. Jansen" in page
    assert "je bestelling 1001 is bevestigd" in page
    assert ", 1 text message<" in page
    del sent["kind"]
    sent["test_short"], sent["test_phone"] = "confirmed en", "+31612345678"
    page = plain_desk.post(MESSAGES + "/preview", sent).text
    assert "Sent to +31612345678: the gateway took it." in page
    [got] = receiver.received
    link = got.data["data"]["link"]
    assert got.data["data"]["text"] == f"Hooray 1001 - A. Jansen\n{link}"
    sent["test_phone"] = ""
    assert "Please give a telephone number" in plain_desk.post(MESSAGES + "/preview", sent).text
    sent["confirmed-en-short"] = "x" * 401
    page = plain_desk.post(MESSAGES + "/preview", sent)
    assert (page.status_code, 'id="confirmed-en-short-fault"' in page.text) == (422, True)


def test_an_order_is_told_by_text_message_and_its_story_and_the_page_say_so(
    plain_desk: Desk, receiver: Receiver
) -> None:
    sent = MultiDict(form_of(plain_desk.get(MESSAGES).text, "seen"))
    sent["confirmed-by_phone"] = "on"
    assert plain_desk.post(MESSAGES, sent).status_code == 303
    choice = plain_desk.door.take()["choice"]
    booking = plain_desk.door.order(choice, recipient=WITH_PHONE).get_json()["booking"]
    assert (
        "A text message to the shopper waits: The order is confirmed"
        in plain_desk.get(f"/plugin/deliveries/{booking}").text
    )
    page = plain_desk.get(PATH).text
    assert "1 text message waits" in page
    assert "<li>The order is confirmed</li>" in page
    assert "The gateway takes them." in plain_desk.get("/plugin/health").text
    assert receiver.received == []


def test_it_hides_other_merchants(plain_desk: Desk) -> None:
    plain_desk.post(PATH, {"url": URL})
    other = another_desk(plain_desk)
    assert URL not in other.get(PATH).text
    assert other.post(PATH + "/switch", {}).status_code == 404
    assert other.post(PATH + "/remove", {}).status_code == 404
    found = kept(plain_desk)
    assert found is not None
    assert found.enabled


def test_who_only_works_at_the_counter_may_not_look(plain_desk: Desk) -> None:
    counter = plain_desk.as_role(Role.COUNTER)
    assert counter.get(PATH).status_code == 403
    assert counter.post(PATH, {"url": URL}).status_code == 403


def test_in_dutch(plain_desk: Desk) -> None:
    plain_desk.post(PATH, {"url": URL})
    page = plain_desk.get(PATH, headers={"Accept-Language": "nl"}).text
    for said in ("Sms-berichten", "Welke berichten ermee gaan", "Stuur mij een sms"):
        assert said in page
