"""Logging in and out: password, code, where it leads, limits, and what a stranger can learn."""

from datetime import timedelta

import pytest

from delivery import totp
from delivery.accounts import Account, Role
from delivery.store.engine import Database
from tests.doors import Door, open_door
from tests.plugin.desk import Desk, another_desk
from tests.plugin.staff.people import PASSWORD, Browser, browser, hidden, with_password


@pytest.fixture
def known(desk: Desk) -> Account:
    return with_password(desk)


def with_code(desk: Desk, known: Account) -> str:
    """Switch the code on for this person; the secret."""
    signer, now = desk.door.service.signer, desk.door.clock()
    proposal = totp.propose(signer, known)
    code = totp.code_at(proposal.secret, now)
    desk.door.database.write(lambda session: totp.switch_on(session, now, signer, known, proposal, code))
    return proposal.secret


def test_the_right_password_lets_in_and_leads_to_the_days_work(desk: Desk, known: Account) -> None:
    one = browser(desk.door)
    assert one.get("/plugin/account").location == "/plugin/login?next=%2Fplugin%2Faccount"
    answer = one.log_in(f" {known.email.upper()} ")
    assert (answer.status_code, answer.location) == (303, "/plugin/to-send")
    assert one.is_in()
    assert one.get("/plugin/login").location == "/plugin/to-send"
    assert one.send("/plugin/logout", page="/plugin/account").location == "/plugin/login"
    assert not one.is_in()


def test_the_bare_address_leads_to_the_login(plain_door: Door) -> None:
    assert plain_door.client.get("/plugin").location == "/plugin/login"


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(desk: Desk, known: Account) -> None:
    pages = {
        browser(desk.door).log_in(email, password).text.replace(email, "…").partition("csrf_token")[2][120:]
        for email, password in ((known.email, "not this one, no"), ("nobody@shop.test", PASSWORD))
    }
    assert len(pages) == 1
    assert "The e-mail address or the password is not right." in pages.pop()


def test_the_login_is_a_cookie_of_its_own_that_scripts_and_other_sites_cannot_use(desk: Desk, known: Account) -> None:
    one = browser(desk.door)
    one.get("/plugin/login")
    before = one.client.get_cookie("stoep")
    cookie = one.log_in(known.email).headers["Set-Cookie"]
    assert before is not None
    assert before.value not in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_under_https_the_cookie_never_travels_in_the_clear(sqlite_database: Database) -> None:
    url = sqlite_database.url.render_as_string(hide_password=False)
    door = open_door(sqlite_database, url, public_url="https://delivery.example")
    assert "Secure" in door.client.get("/plugin/login").headers["Set-Cookie"]
    door.service.database.close()


@pytest.mark.parametrize(
    ("wanted", "led"),
    [
        ("/plugin/settings/origins?at=2026-11-24", "/plugin/settings/origins?at=2026-11-24"),
        ("/plugin/account", "/plugin/account"),
        ("https://evil.example/plugin/x", "/plugin/to-send"),
        ("//evil.example/plugin/x", "/plugin/to-send"),
        ("/plugin/..//evil.example", "/plugin/to-send"),
        ("/plugin/\\evil.example", "/plugin/to-send"),
        ("/plugin/x\r\nSet-Cookie: a=b", "/plugin/to-send"),
        ("/d/token", "/plugin/to-send"),
        ("/plugin/logout", "/plugin/to-send"),
    ],
)
def test_the_login_leads_only_to_pages_of_ours(plain_desk: Desk, wanted: str, led: str) -> None:
    known = with_password(plain_desk)
    assert browser(plain_desk.door).log_in(known.email, next=wanted).location == led


def test_a_shop_without_anything_begins_with_the_guide(plain_desk: Desk) -> None:
    known = with_password(another_desk(plain_desk))
    assert browser(plain_desk.door).log_in(known.email).location == "/plugin/guide"


def test_a_form_that_is_not_ours_logs_nobody_in_or_out(desk: Desk, known: Account) -> None:
    one = browser(desk.door)
    answer = one.client.post("/plugin/login", data={"email": known.email, "password": PASSWORD})
    assert answer.status_code == 400
    assert not one.is_in()
    one.log_in(known.email)
    assert one.client.post("/plugin/logout").status_code == 400
    assert one.is_in()


def test_with_the_code_switched_on_the_password_alone_lets_nobody_in(desk: Desk, known: Account) -> None:
    secret, clock = with_code(desk, known), desk.door.clock
    one = browser(desk.door)
    asked = one.log_in(known.email, next="/plugin/account")
    assert "Your code" in asked.text
    assert not one.is_in()
    clock.forward(seconds=30)
    fields = {"login": hidden(asked, "login"), "next": "/plugin/account"}
    wrong = one.send("/plugin/login", code="000000", **fields)
    assert wrong.status_code == 422
    assert "This code is not right" in wrong.text
    code = totp.code_at(secret, clock())
    right = one.send("/plugin/login", code=f"{code[:3]} {code[3:]}", **fields)
    assert right.location == "/plugin/account"
    assert one.is_in()


def test_a_code_works_once(desk: Desk, known: Account) -> None:
    secret, clock = with_code(desk, known), desk.door.clock
    answers = []
    for seconds in (0, 60, 0, -30, 30):
        clock.forward(seconds=seconds)
        one = browser(desk.door)
        login = hidden(one.log_in(known.email), "login")
        answers.append(one.send("/plugin/login", login=login, code=totp.code_at(secret, clock())).status_code)
    assert answers == [422, 303, 422, 422, 422]


def test_codes_of_the_step_before_and_after_count_and_others_do_not(plain_desk: Desk) -> None:
    known = with_password(plain_desk)
    secret, clock = with_code(plain_desk, known), plain_desk.door.clock
    answers = []
    for away in (-2, 2, -1, 1):
        clock.forward(minutes=4)
        one = browser(plain_desk.door)
        login = hidden(one.log_in(known.email), "login")
        code = totp.code_at(secret, clock() + away * timedelta(seconds=30))
        answers.append(one.send("/plugin/login", login=login, code=code).status_code)
    assert answers == [422, 422, 303, 303]


def test_who_takes_too_long_for_the_code_begins_again(plain_desk: Desk) -> None:
    known = with_password(plain_desk)
    secret, clock = with_code(plain_desk, known), plain_desk.door.clock
    one = browser(plain_desk.door)
    login = hidden(one.log_in(known.email), "login")
    clock.forward(minutes=5)
    late = one.send("/plugin/login", login=login, code=totp.code_at(secret, clock()))
    assert late.status_code == 422
    assert "That took too long" in late.text
    assert not one.is_in()


def test_ten_wrong_passwords_shut_the_door_for_that_address_also_for_the_right_one(desk: Desk, known: Account) -> None:
    for number in range(10):
        assert browser(desk.door, f"10.0.0.{number}").log_in(known.email, "not this one, no").status_code == 422
    one = browser(desk.door, "10.0.1.1")
    shut = one.log_in(known.email)
    assert (shut.status_code, shut.headers["Retry-After"]) == (429, "900")
    assert "Try again in 15 minutes." in shut.text
    assert not one.is_in()
    desk.door.clock.forward(minutes=14, seconds=30)
    assert "Try again in 1 minute." in one.log_in(known.email).text
    desk.door.clock.forward(seconds=31)
    assert one.log_in(known.email).status_code == 303


def test_thirty_wrong_passwords_from_one_place_shut_it_out(plain_door: Door) -> None:
    one = browser(plain_door)
    answers = [one.log_in(f"p{number}@shop.test").status_code for number in range(31)]
    assert answers == [422] * 30 + [429]
    assert browser(plain_door, "10.0.0.1").log_in("p1@shop.test").status_code == 422


def test_who_logs_in_rightly_is_not_counted(plain_desk: Desk) -> None:
    known = with_password(plain_desk)
    for _ in range(12):
        assert browser(plain_desk.door).log_in(known.email).status_code == 303


def test_ten_wrong_codes_are_enough(plain_desk: Desk) -> None:
    known = with_password(plain_desk)
    secret, clock = with_code(plain_desk, known), plain_desk.door.clock
    clock.forward(minutes=1)
    one = browser(plain_desk.door)
    login = hidden(one.log_in(known.email), "login")
    answers = [one.send("/plugin/login", login=login, code="000000").status_code for _ in range(10)]
    assert answers == [422] * 10
    assert one.send("/plugin/login", login=login, code=totp.code_at(secret, clock())).status_code == 429


def test_a_login_ends_when_the_person_is_removed(desk: Desk) -> None:
    other = desk.as_role(Role.COUNTER)
    assert other.get("/plugin/account").status_code == 200
    assert desk.post(f"/plugin/staff/{other.account.id}/remove").status_code == 303
    assert other.get("/plugin/account").location.startswith("/plugin/login")


def test_the_login_speaks_dutch(plain_door: Door) -> None:
    page = plain_door.client.get("/plugin/login", headers={"Accept-Language": "nl"})
    assert "Wachtwoord vergeten?" in page.text
    assert 'lang="nl"' in page.text


def test_it_hides_other_merchants(desk: Desk) -> None:
    """A login is good for the pages of its own shop: the staff of another is not there."""
    theirs = with_password(another_desk(desk))
    one: Browser = browser(desk.door)
    one.log_in(theirs.email)
    assert desk.account.email not in one.get("/plugin/staff").text
    assert one.get(f"/plugin/staff/{desk.account.id}").status_code == 404
