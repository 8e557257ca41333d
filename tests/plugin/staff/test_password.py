"""A new password: the link, what may be one, and that a stranger learns nothing."""

import re

import pytest

from delivery import invitations
from delivery.store.engine import Database
from tests.plugin.desk import Desk, another_desk, seated
from tests.plugin.staff.mailed import mailing_door, next_mail
from tests.plugin.staff.people import PASSWORD, browser, with_password

NEW = "another lamp at the window"
LINK = re.compile(r"http://127\.0\.0\.1:8000(/plugin/password/\S+)")


def link_of(desk: Desk) -> str:
    """The path of a link for the desk's person."""
    door = desk.door
    token = invitations.make_token(door.service.signer, door.clock(), desk.account, invitations.INVITATION)
    return f"/plugin/password/{token}"


def test_who_was_invited_sets_a_password_and_logs_in_with_it(desk: Desk) -> None:
    one, link = browser(desk.door), link_of(desk)
    page = one.get(link)
    assert desk.account.email in page.text
    answer = one.send(link, password=PASSWORD)
    assert answer.location == "/plugin/login"
    assert "Your password is set." in one.get("/plugin/login").text
    assert not one.is_in()
    assert one.log_in(desk.account.email).status_code == 303
    assert one.is_in()


def test_a_link_works_once_and_for_a_week(desk: Desk) -> None:
    one, link = browser(desk.door), link_of(desk)
    desk.door.clock.forward(days=6, hours=23)
    assert one.get(link).status_code == 200
    desk.door.clock.forward(hours=1)
    assert one.get(link).status_code == 410
    link = link_of(desk)
    one.send(link, password=PASSWORD)
    for again in (one.get(link), one.send(link, page="/plugin/login", password=NEW), one.get(link + "x")):
        assert again.status_code == 410
        assert "This link does not work any more." in again.text
    assert browser(desk.door).log_in(desk.account.email).status_code == 303


@pytest.mark.parametrize(
    ("password", "words"),
    [("too short", "at least 12"), ("x" * 201, "at most 200"), ("P1@shop.test ", "too easy to guess")],
)
def test_what_cannot_be_a_password_is_said_beside_the_field(plain_desk: Desk, password: str, words: str) -> None:
    answer = browser(plain_desk.door).send(link_of(plain_desk), password=password)
    assert answer.status_code == 422
    assert words in answer.text
    assert 'aria-describedby="password-help password-fault"' in answer.text
    assert password not in answer.text


def test_setting_a_password_ends_every_other_login(desk: Desk) -> None:
    known = with_password(desk)
    assert desk.get("/plugin/account").status_code == 303
    here, there = browser(desk.door), browser(desk.door)
    for one in (here, there):
        one.log_in(known.email)
    wrong = here.send("/plugin/account/password", page="/plugin/account", old="not this one", password=NEW)
    assert wrong.status_code == 422
    assert "This is not your password." in wrong.text
    right = here.send("/plugin/account/password", page="/plugin/account", old=PASSWORD, password=NEW)
    assert right.location == "/plugin/account"
    assert here.is_in()
    assert not there.is_in()
    assert there.log_in(known.email).status_code == 422
    assert there.log_in(known.email, NEW).status_code == 303


def test_a_link_for_a_new_password_is_mailed_and_a_stranger_learns_nothing(database: Database) -> None:
    with mailing_door(database) as (door, mailbox):
        known = with_password(seated(door, "sh_demo"))
        one = browser(door)
        stranger = one.send("/plugin/password", email="nobody@shop.test")
        asked = one.send("/plugin/password", email=known.email.upper())
        assert asked.text.replace(known.email.upper(), "…") == stranger.text.replace("nobody@shop.test", "…")
        to, text = next_mail(mailbox)
        assert to == known.email
        assert mailbox.got == []
        link = LINK.search(text)
        assert link
        door.clock.forward(minutes=59)
        assert one.send(link[1], password=NEW).location == "/plugin/login"
        assert one.log_in(known.email, NEW).status_code == 303
        one.send("/plugin/password", page="/plugin/account", email=known.email)
        late = LINK.search(next_mail(mailbox)[1])
        assert late
        door.clock.forward(hours=1)
        assert one.get(late[1]).status_code == 410


def test_the_mail_speaks_the_persons_language(sqlite_database: Database) -> None:
    with mailing_door(sqlite_database) as (door, mailbox):
        desk = seated(door, "sh_demo")
        browser(door).send("/plugin/password", email=desk.account.email)
        assert "De link werkt één keer" in next_mail(mailbox)[1]
        desk.post("/plugin/account", {"name": "Ann", "language": "en"})
        browser(door).send("/plugin/password", email=desk.account.email)
        assert "The link works once" in next_mail(mailbox)[1]


def test_mails_are_limited_for_each_address(sqlite_database: Database) -> None:
    with mailing_door(sqlite_database) as (door, _mailbox):
        answers = [browser(door, f"10.0.0.{n}").send("/plugin/password", email="a@shop.test") for n in range(11)]
        assert [answer.status_code for answer in answers] == [200] * 10 + [429]
        assert "Try again in 15 minutes." in answers[-1].text


def test_without_a_mail_server_the_page_says_whom_to_ask(plain_desk: Desk) -> None:
    page = browser(plain_desk.door).get("/plugin/password")
    assert "Ask who runs this service" in page.text
    assert "<form" not in page.text


def test_a_form_that_is_not_ours_sets_no_password(plain_desk: Desk) -> None:
    one = browser(plain_desk.door)
    assert one.client.post(link_of(plain_desk), data={"password": PASSWORD}).status_code == 400
    assert one.log_in(plain_desk.account.email).status_code == 422


def test_it_hides_other_merchants(plain_desk: Desk) -> None:
    """A link is good for the person it was made for, whoever is logged in."""
    other = another_desk(plain_desk)
    assert other.account.email in plain_desk.get(link_of(other)).text
    plain_desk.post(link_of(other), {"password": PASSWORD})
    assert browser(plain_desk.door).log_in(plain_desk.account.email).status_code == 422
    assert browser(plain_desk.door).log_in(other.account.email).status_code == 303
