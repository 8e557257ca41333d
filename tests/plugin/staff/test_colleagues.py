"""Staff pages, for owners: invite, give a role, help, remove. There is always an owner."""

import re

import pytest

from delivery import accounts, totp
from delivery.accounts import Account, Role
from delivery.store.engine import Database
from tests.plugin.desk import Desk, another_desk, seated
from tests.plugin.staff.mailed import mailing_door, next_mail
from tests.plugin.staff.people import PASSWORD, browser, with_password

BOB = {"email": "Bob@Shop.test", "name": "Bob", "role": "counter"}


def colleague(desk: Desk, email: str = "bob@shop.test") -> Account:
    with desk.door.database.reading() as session:
        found = accounts.by_email(session, email)
    assert found is not None
    return found


def test_without_a_mail_server_the_link_is_shown_to_pass_on(desk: Desk) -> None:
    answer = desk.post("/plugin/staff", BOB)
    link = re.search(r"http://127\.0\.0\.1:8000(/plugin/password/\S+?)<", answer.text)
    assert answer.status_code == 200
    assert link
    one = browser(desk.door)
    assert "bob@shop.test" in one.get(link[1]).text
    assert one.send(link[1], password=PASSWORD).location == "/plugin/login"
    assert one.log_in("bob@shop.test").location == "/plugin/to-send"
    listed = desk.get("/plugin/staff").text
    assert "bob@shop.test" in listed
    assert "Counter only" in listed


def test_with_a_mail_server_the_link_is_mailed_and_not_shown(database: Database) -> None:
    with mailing_door(database) as (door, mailbox):
        desk = seated(door, "sh_demo")
        answer = desk.post("/plugin/staff", BOB)
        assert answer.location == "/plugin/staff"
        assert "An invitation was mailed to bob@shop.test." in desk.get("/plugin/staff").text
        to, text = next_mail(mailbox)
        assert to == "bob@shop.test"
        assert "/plugin/password/" in text
        again = desk.post(f"/plugin/staff/{colleague(desk).id}/invite")
        assert again.location == "/plugin/staff"
        assert next_mail(mailbox)[0] == "bob@shop.test"


def test_when_the_mail_is_refused_the_link_is_shown_and_why(sqlite_database: Database) -> None:
    with mailing_door(sqlite_database) as (door, mailbox):
        mailbox.rcpt.append("550 nobody here")
        answer = seated(door, "sh_demo").post("/plugin/staff", BOB)
        assert answer.status_code == 200
        assert "The mail server does not take mail for this address." in answer.text
        assert "/plugin/password/" in answer.text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"email": "bob"}, "This is not an e-mail address"),
        ({"email": "bob@shop.test\nBcc: eve@shop.test"}, "This is not an e-mail address"),
        ({"name": " "}, "Give a name"),
        ({"email": "P1@shop.test"}, "Somebody already logs in with this e-mail address."),
    ],
)
def test_what_is_wrong_stands_beside_the_field_and_nothing_typed_is_lost(
    plain_desk: Desk, change: dict[str, str], words: str
) -> None:
    answer = plain_desk.post("/plugin/staff", BOB | change)
    assert answer.status_code == 422
    assert words in answer.text
    assert 'id="role-counter" name="role" type="radio" value="counter" checked' in answer.text


def test_taken_addresses_cannot_be_looked_through(plain_desk: Desk) -> None:
    taken = BOB | {"email": plain_desk.account.email}
    for number in range(12):
        assert plain_desk.post("/plugin/staff", BOB | {"email": f"b{number}@shop.test"}).status_code == 200
    assert [plain_desk.post("/plugin/staff", taken).status_code for _ in range(11)] == [422] * 10 + [429]
    assert plain_desk.post("/plugin/staff", BOB).status_code == 429


def test_a_role_counts_from_the_next_click_on(desk: Desk) -> None:
    other = desk.as_role(Role.COUNTER)
    assert other.get("/plugin/audit").status_code == 403
    for role, audit, staff in (("configure", 200, 403), ("owner", 200, 200), ("counter", 403, 403)):
        assert desk.post(f"/plugin/staff/{other.account.id}/role", {"role": role}).status_code == 303
        assert [other.get(path).status_code for path in ("/plugin/audit", "/plugin/staff")] == [audit, staff]
    assert desk.post(f"/plugin/staff/{other.account.id}/role", {"role": "queen"}).status_code == 404


def test_only_owners_look_after_staff(desk: Desk) -> None:
    target = desk.account.id
    for role in (Role.CONFIGURE, Role.COUNTER):
        other = desk.as_role(role)
        assert [other.get(path).status_code for path in ("/plugin/staff", f"/plugin/staff/{target}")] == [403, 403]
        assert other.post("/plugin/staff", BOB).status_code == 403
        for action in ("role", "invite", "code-off", "remove"):
            assert other.post(f"/plugin/staff/{target}/{action}", {"role": "counter"}).status_code == 403
    assert colleague(desk, desk.account.email).role is Role.OWNER


def test_the_last_owner_stays_and_the_page_says_why(desk: Desk) -> None:
    for action, form in (("role", {"role": "counter"}), ("remove", {})):
        answer = desk.post(f"/plugin/staff/{desk.account.id}/{action}", form)
        assert answer.status_code == 409
        assert "A shop needs at least one owner." in answer.text
    desk.as_role(Role.OWNER)
    assert desk.post(f"/plugin/staff/{desk.account.id}/role", {"role": "counter"}).location == "/plugin/account"
    assert desk.get("/plugin/staff").status_code == 403


def test_an_owner_helps_who_lost_the_phone(desk: Desk) -> None:
    other = desk.as_role(Role.COUNTER)
    known, signer, now = with_password(other), desk.door.service.signer, desk.door.clock()
    proposal = totp.propose(signer, known)
    code = totp.code_at(proposal.secret, now)
    desk.door.database.write(lambda session: totp.switch_on(session, now, signer, known, proposal, code))
    assert "Your code" in browser(desk.door).log_in(known.email).text
    assert "Switch it off" in desk.get(f"/plugin/staff/{known.id}").text
    assert desk.post(f"/plugin/staff/{known.id}/code-off").status_code == 303
    assert browser(desk.door).log_in(known.email).status_code == 303


def test_who_has_a_password_is_not_invited_again(plain_desk: Desk) -> None:
    other = plain_desk.as_role(Role.COUNTER)
    with_password(other)
    assert "/plugin/password/" not in plain_desk.post(f"/plugin/staff/{other.account.id}/invite").text


def test_a_form_that_is_not_ours_changes_nothing(plain_desk: Desk) -> None:
    other = plain_desk.as_role(Role.COUNTER)
    assert plain_desk.client.post("/plugin/staff", data=BOB).status_code == 400
    for action in ("role", "invite", "code-off", "remove"):
        path = f"/plugin/staff/{other.account.id}/{action}"
        assert plain_desk.client.post(path, data={"role": "owner"}).status_code == 400
    assert colleague(plain_desk, other.account.email).role is Role.COUNTER


def test_it_hides_other_merchants(desk: Desk) -> None:
    other = another_desk(desk)
    assert other.account.email not in desk.get("/plugin/staff").text
    path = f"/plugin/staff/{other.account.id}"
    assert desk.get(path).status_code == 404
    for action in ("role", "invite", "code-off", "remove"):
        assert desk.post(f"{path}/{action}", {"role": "counter"}).status_code == 404
    assert colleague(desk, other.account.email).role is Role.OWNER
