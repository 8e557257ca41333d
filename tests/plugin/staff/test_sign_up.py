"""Signing up, where the operator allows it."""

import re

import pytest

from delivery import accounts
from delivery.store.engine import Database
from tests.doors import Door
from tests.plugin.desk import seated
from tests.plugin.staff.mailed import mailing_door, next_mail
from tests.plugin.staff.people import PASSWORD, browser
from tests.plugin.test_commands import stoep

SHOP = {"name": "The Tea Room", "country": "GB", "email": "Eve@Tea.example"}


def test_without_the_operators_word_there_is_no_such_page(plain_door: Door) -> None:
    assert plain_door.client.get("/plugin/sign-up").status_code == 404
    assert plain_door.client.post("/plugin/sign-up", data=SHOP).status_code == 404
    assert "/plugin/sign-up" not in plain_door.client.get("/plugin/login").text


def test_signing_up_needs_a_mail_server(sqlite_url: str) -> None:
    run = stoep(sqlite_url, "merchants", "list", STOEP_SIGN_UP="true")
    assert run.exit_code == 1
    assert "STOEP_SIGN_UP needs a mail server" in run.stderr


def test_a_shop_is_made_and_its_owner_gets_a_link(database: Database) -> None:
    with mailing_door(database, sign_up=True) as (door, mailbox):
        one = browser(door)
        assert "/plugin/sign-up" in one.get("/plugin/login").text
        answer = one.send("/plugin/sign-up", **SHOP)
        assert "Look at your mail" in answer.text
        to, text = next_mail(mailbox)
        assert to == "eve@tea.example"
        link = re.search(r"/plugin/password/\S+", text)
        assert link
        one.send(link[0], password=PASSWORD)
        assert one.log_in("eve@tea.example").location == "/plugin/guide"
        assert "The Tea Room" in one.get("/plugin/account").text
        with door.database.reading() as session:
            setup = door.service.memory.setup_of_merchant(session, _merchant_of(door, "eve@tea.example"))
        assert (setup.language, setup.currency, setup.time_zone.key) == ("en-GB", "GBP", "Europe/London")


def test_who_can_log_in_already_gets_the_same_answer_and_another_mail(database: Database) -> None:
    with mailing_door(database, sign_up=True) as (door, mailbox):
        known = seated(door, "sh_demo").account.email
        one, before = browser(door), door.rows()
        new = one.send("/plugin/sign-up", **SHOP)
        assert "/plugin/password/" in next_mail(mailbox)[1]
        made = door.rows()
        again = one.send("/plugin/sign-up", **SHOP | {"email": known})
        assert again.text.replace(known, "…") == new.text.replace(SHOP["email"], "…")
        to, text = next_mail(mailbox)
        assert to == known
        assert "http://127.0.0.1:8000/plugin/login" in text
        assert "/plugin/password/" not in text
        assert door.rows() == made
        assert made["merchants"] == before["merchants"] + 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": " "}, "name"),
        ({"country": "Holland"}, "country"),
        ({"country": ""}, "country"),
        ({"email": "x"}, "email"),
    ],
)
def test_what_is_wrong_stands_beside_the_field(sqlite_database: Database, change: dict[str, str], field: str) -> None:
    with mailing_door(sqlite_database, sign_up=True) as (door, _mailbox):
        before = door.rows()
        answer = browser(door).send("/plugin/sign-up", **SHOP | change)
        assert answer.status_code == 422
        assert f'id="{field}-fault"' in answer.text
        assert door.rows() == before


def test_signing_up_is_limited_and_guarded_against_forgery(sqlite_database: Database) -> None:
    with mailing_door(sqlite_database, sign_up=True) as (door, _mailbox):
        one = browser(door)
        assert one.client.post("/plugin/sign-up", data=SHOP).status_code == 400
        wrong = SHOP | {"name": " "}
        assert [one.send("/plugin/sign-up", **wrong).status_code for _ in range(11)] == [422] * 10 + [429]


def test_it_hides_other_merchants(sqlite_database: Database) -> None:
    with mailing_door(sqlite_database, sign_up=True) as (door, mailbox):
        browser(door).send("/plugin/sign-up", **SHOP)
        next_mail(mailbox)
        assert "tea.example" not in seated(door, "sh_demo").get("/plugin/staff").text


def _merchant_of(door: Door, email: str) -> str:
    with door.database.reading() as session:
        found = accounts.by_email(session, email)
    assert found is not None
    return found.merchant_id
