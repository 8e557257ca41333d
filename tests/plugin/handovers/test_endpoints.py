"""The pages of places to send to: adding each kind, switching off and on, removing, secrets; for whom, and in the log."""

from datetime import time

import pytest

from delivery import audit, endpoints
from delivery.accounts import Role
from delivery.endpoints import Endpoint
from tests.plugin.desk import Desk, another_desk
from tests.plugin.handovers.places import URL, add_place, add_to, secret_of


def places(desk: Desk) -> list[Endpoint]:
    with desk.door.database.reading() as session:
        return endpoints.list_all(session, desk.merchant_id)


def entries(desk: Desk) -> list[audit.Entry]:
    with desk.door.database.reading() as session:
        return audit.entries(session, desk.merchant_id, area="endpoints").entries


def test_a_webhook_is_added_and_its_secret_is_shown_at_once(desk: Desk) -> None:
    response = desk.post("/plugin/handovers/add/webhook", {"url": URL})
    [added] = places(desk)
    assert response.status_code == 200
    assert secret_of(desk, added.id) in response.text
    assert response.headers["Cache-Control"] == "no-store"
    assert (added.kind, added.url) == ("webhook", URL)
    [entry] = entries(desk)
    assert (entry.action, entry.item, entry.who) == ("added", added.id, desk.account.email)
    assert "whsec_" not in repr(entry)
    assert secret_of(desk, added.id) not in desk.get(f"/plugin/handovers/{added.id}").text


def test_mails_and_daily_lists_are_added(desk: Desk) -> None:
    mail = desk.post("/plugin/handovers/add/mail", {"url": "piet@shop.test"})
    desk.door.clock.forward(seconds=1)
    daily = desk.post("/plugin/handovers/add/daily_list", {"url": "piet@shop.test", "send_at": "17:30"})
    added = places(desk)
    assert [response.status_code for response in (mail, daily)] == [303, 303]
    assert [(each.kind, each.url, each.send_at) for each in added] == [
        ("mail", "mailto:piet@shop.test", None),
        ("daily_list", "mailto:piet@shop.test", time(17, 30)),
    ]
    page = desk.get(daily.headers["Location"]).text
    assert "Added. It gets what is ordered or changed from now on." in page
    assert "piet@shop.test" in page
    assert "Every day at 17:30" in page
    assert "No mail can be sent yet" in page


@pytest.mark.parametrize(
    ("kind", "form", "field", "says"),
    [
        ("webhook", {"url": "ftp://a.example"}, "url", "must begin with https://"),
        ("webhook", {"url": "http://127.0.0.1:8000/x"}, "url", "leads to a private network"),
        ("webhook", {"url": "http://localhost/x"}, "url", "leads to a private network"),
        ("webhook", {"url": "http://[::ffff:10.0.0.1]/x"}, "url", "leads to a private network"),
        ("webhook", {"url": "http://169.254.169.254/latest"}, "url", "leads to a private network"),
        ("mail", {"url": "piet"}, "url", "This is not an e-mail address"),
        ("daily_list", {"url": "piet@shop.test", "send_at": ""}, "send_at", "needs the time"),
        ("daily_list", {"url": "piet@shop.test", "send_at": "late"}, "send_at", "needs the time"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(
    plain_desk: Desk, kind: str, form: dict[str, str], field: str, says: str
) -> None:
    response = plain_desk.post(f"/plugin/handovers/add/{kind}", form)
    assert response.status_code == 422
    assert f'id="{field}-fault"' in response.text
    assert says in response.text
    assert all(f'value="{value}"' in response.text for value in form.values())
    assert places(plain_desk) == []


def test_a_kind_that_is_none_is_not_found(plain_desk: Desk) -> None:
    assert plain_desk.get("/plugin/handovers/add/fax").status_code == 404
    assert plain_desk.post("/plugin/handovers/add/fax", {"url": URL}).status_code in {404, 422}


def test_switching_off_keeps_what_waits_and_switching_on_sends_it(desk: Desk) -> None:
    endpoint_id = add_place(desk)
    refused = add_to(desk, endpoint_id, "refused")
    desk.post(f"/plugin/handovers/{endpoint_id}/switch")
    [place] = places(desk)
    assert (place.enabled, place.disabled_reason) == (False, "You switched it off.")
    assert "You switched it off." in desk.get(f"/plugin/handovers/{endpoint_id}").text
    desk.post(f"/plugin/handovers/{endpoint_id}/switch")
    assert places(desk)[0].enabled
    assert refused in desk.get(f"/plugin/handovers/{endpoint_id}?state=waiting").text
    assert [entry.after and entry.after["enabled"] for entry in entries(desk)] == [True, False]


def test_what_still_waits_is_said_before_a_place_is_removed(desk: Desk) -> None:
    endpoint_id = add_place(desk)
    message = add_to(desk, endpoint_id)
    response = desk.post(f"/plugin/handovers/{endpoint_id}/remove")
    assert response.status_code == 409
    assert "1 message was not passed on yet" in response.text
    assert len(places(desk)) == 1
    assert desk.post(f"/plugin/handovers/{endpoint_id}/remove", {"even_waiting": "on"}).status_code == 303
    assert places(desk) == []
    assert message in desk.get("/plugin/handovers/by-hand").text
    assert "1 message waits for you yourself" in desk.get("/plugin/handovers").text
    assert [entry.action for entry in entries(desk)] == ["removed"]


def test_owners_see_the_secret_again_and_renew_it(desk: Desk) -> None:
    endpoint_id = add_place(desk)
    old = secret_of(desk, endpoint_id)
    assert old in desk.post(f"/plugin/handovers/{endpoint_id}/secret").text
    renewed = desk.post(f"/plugin/handovers/{endpoint_id}/renew")
    assert secret_of(desk, endpoint_id) in renewed.text
    assert old not in renewed.text
    assert "signed with the old secret as well" in renewed.text
    assert "signed with the old secret as well" in desk.get(f"/plugin/handovers/{endpoint_id}").text
    [entry] = entries(desk)
    assert (entry.action, "whsec_" in repr(entry)) == ("changed", False)


def test_only_owners_get_at_secrets_and_the_counter_gets_at_nothing(plain_desk: Desk) -> None:
    endpoint_id = add_place(plain_desk)
    configure, counter = plain_desk.as_role(Role.CONFIGURE), plain_desk.as_role(Role.COUNTER)
    old = secret_of(plain_desk, endpoint_id)
    for path in ("secret", "renew"):
        response = configure.post(f"/plugin/handovers/{endpoint_id}/{path}")
        assert (response.status_code, old in response.text) == (403, False)
    assert "Show the secret" not in configure.get(f"/plugin/handovers/{endpoint_id}").text
    assert secret_of(plain_desk, endpoint_id) == old
    for path in ("/plugin/handovers", f"/plugin/handovers/{endpoint_id}", "/plugin/health"):
        assert counter.get(path).status_code == 403


def test_it_hides_other_merchants(desk: Desk) -> None:
    endpoint_id = add_place(desk)
    message = add_to(desk, endpoint_id, "parked")
    other = another_desk(desk)
    before = places(desk), secret_of(desk, endpoint_id)
    for path in ("switch", "remove", "secret", "renew"):
        assert other.post(f"/plugin/handovers/{endpoint_id}/{path}", {"even_waiting": "on"}).status_code == 404
    assert other.get(f"/plugin/handovers/{endpoint_id}").status_code == 404
    for path in ("/plugin/handovers", "/plugin/handovers/by-hand", "/plugin/health"):
        text = other.get(path).text
        assert endpoint_id not in text
        assert message not in text
    assert (places(desk), secret_of(desk, endpoint_id)) == before


def test_it_is_there_in_dutch(plain_desk: Desk) -> None:
    add_place(plain_desk)
    assert "Doorgeven" in plain_desk.get("/plugin/handovers", headers={"Accept-Language": "nl"}).text


def test_the_log_of_changes_says_it_in_words(plain_desk: Desk) -> None:
    plain_desk.post("/plugin/handovers/add/daily_list", {"url": "piet@shop.test", "send_at": "17:30"})
    endpoint_id = add_place(plain_desk)
    plain_desk.post(f"/plugin/handovers/{endpoint_id}/renew")
    text = plain_desk.get("/plugin/audit").text
    for words in ("A daily list by mail", "Every day at", "17:30", "mailto:piet@shop.test", "Secret renewed"):
        assert words in text
    assert secret_of(plain_desk, endpoint_id) not in text
