"""One's own account: name, language, and the code of an app."""

import re

import pytest
from sqlalchemy import select

from delivery import totp
from delivery.accounts import Role
from delivery.store.tables import staff
from tests.plugin.desk import Desk, another_desk
from tests.plugin.staff.people import PASSWORD, Browser, browser, hidden, with_password


def secret_in(text: str) -> str:
    found = re.search(r"<code>([A-Z2-7 ]+)</code>", text)
    assert found
    return found[1].replace(" ", "")


def logged_in(desk: Desk) -> Browser:
    one = browser(desk.door)
    one.log_in(with_password(desk).email)
    return one


@pytest.mark.parametrize("role", Role)
def test_everybody_changes_their_name_and_language(plain_desk: Desk, role: Role) -> None:
    desk = plain_desk.as_role(role)
    assert desk.post("/plugin/account", {"name": " Ann  Light ", "language": "nl"}).location == "/plugin/account"
    page = desk.get("/plugin/account").text
    assert 'value="Ann Light"' in page
    assert "Je wachtwoord van nu" in page
    desk.post("/plugin/account", {"name": "Ann", "language": ""})
    assert "Your password now" in desk.get("/plugin/account").text


def test_a_name_is_needed_and_what_was_typed_stays(plain_desk: Desk) -> None:
    answer = plain_desk.post("/plugin/account", {"name": "x" * 201, "language": "nl"})
    assert answer.status_code == 422
    assert "Give a name of at most 200 characters." in answer.text
    assert "x" * 201 in answer.text


def test_a_code_is_asked_for_once_the_app_has_proved_itself(desk: Desk) -> None:
    one, clock = logged_in(desk), desk.door.clock
    page = one.get("/plugin/account/code")
    assert "<svg" in page.text
    assert "style=" not in page.text
    secret, proposal = secret_in(page.text), hidden(page, "proposal")
    wrong = one.send("/plugin/account/code", proposal=proposal, code="12345")
    assert wrong.status_code == 422
    assert secret_in(wrong.text) == secret
    assert "Switch it off" not in one.get("/plugin/account").text
    right = one.send("/plugin/account/code", proposal=proposal, code=totp.code_at(secret, clock()))
    assert right.location == "/plugin/account"
    assert "From now on we ask for a code at each login." in one.get("/plugin/account").text
    other = browser(desk.door)
    assert "Your code" in other.log_in(desk.account.email).text
    with desk.door.database.reading() as session:
        row = session.execute(
            select(staff).where(staff.c.merchant_id == desk.merchant_id, staff.c.email == desk.account.email)
        ).one()
    assert secret not in row.totp_secret


def test_the_code_is_switched_off_by_who_knows_the_password(desk: Desk) -> None:
    one = logged_in(desk)
    page = one.get("/plugin/account/code")
    code = totp.code_at(secret_in(page.text), desk.door.clock())
    one.send("/plugin/account/code", proposal=hidden(page, "proposal"), code=code)
    wrong = one.send("/plugin/account/code/off", page="/plugin/account/code", old="not this one")
    assert wrong.status_code == 422
    right = one.send("/plugin/account/code/off", page="/plugin/account/code", old=PASSWORD)
    assert right.location == "/plugin/account"
    assert browser(desk.door).log_in(desk.account.email).status_code == 303


def test_the_secret_in_use_is_never_shown_nor_replaced(plain_desk: Desk) -> None:
    one, clock = logged_in(plain_desk), plain_desk.door.clock
    page = one.get("/plugin/account/code")
    secret, proposal = secret_in(page.text), hidden(page, "proposal")
    one.send("/plugin/account/code", proposal=proposal, code=totp.code_at(secret, clock()))
    assert "<svg" not in one.get("/plugin/account/code").text
    clock.forward(minutes=1)
    again = one.send("/plugin/account/code", proposal=proposal, code=totp.code_at(secret, clock()))
    assert again.location == "/plugin/account/code"


def test_guessing_ones_own_password_is_limited(plain_desk: Desk) -> None:
    one = logged_in(plain_desk)
    answers = [
        one.send("/plugin/account/password", page="/plugin/account", old="wrong", password=PASSWORD).status_code
        for _ in range(11)
    ]
    assert answers == [422] * 10 + [429]


def test_a_form_that_is_not_ours_changes_nothing(plain_desk: Desk) -> None:
    for path in ("/plugin/account", "/plugin/account/password", "/plugin/account/code", "/plugin/account/code/off"):
        assert plain_desk.client.post(path, data={"name": "Eve", "old": PASSWORD}).status_code == 400
    assert "Eve" not in plain_desk.get("/plugin/account").text


def test_it_hides_other_merchants(plain_desk: Desk) -> None:
    """Another's proposal is worth nothing here."""
    other = another_desk(plain_desk)
    page = other.get("/plugin/account/code")
    code = totp.code_at(secret_in(page.text), plain_desk.door.clock())
    answer = plain_desk.post("/plugin/account/code", {"proposal": hidden(page, "proposal"), "code": code})
    assert answer.location == "/plugin/account/code"
    assert "Switch it off" not in plain_desk.get("/plugin/account").text
