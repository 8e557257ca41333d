"""`stoep staff`, and the owners that other commands make: links instead of mails."""

import json

import pytest

from delivery import accounts, audit, invitations, logins, passwords, totp
from delivery.accounts import Account
from delivery.problems import LinkOver, LoginRefused
from delivery.signing_keys import load_signer
from delivery.store.engine import Database
from plugin.commands.demo_merchant.seed import MERCHANT_ID
from tests.plugin.test_commands import NOW, stoep

URL = "https://delivery.example"


@pytest.fixture
def shop(database: Database) -> str:
    """The address of a database with a merchant whose owner is ann@lamps.example."""
    url = database.url.render_as_string(hide_password=False)
    run = stoep(url, "merchants", "add", "--name", "Lamps", "--owner-email", "Ann@Lamps.example", STOEP_PUBLIC_URL=URL)
    assert run.exit_code == 0, run.stderr
    token = run.stdout.split(f"{URL}/plugin/password/")[1].strip()
    assert opened(database, token).email == "ann@lamps.example"
    return url


def opened(database: Database, token: str) -> Account:
    signer = load_signer(database, NOW, ())
    with database.reading() as session:
        return invitations.open_token(session, NOW, signer, token)


def person(database: Database, email: str = "ann@lamps.example") -> Account | None:
    with database.reading() as session:
        return accounts.by_email(session, email)


def test_somebody_is_added_listed_and_removed(shop: str, database: Database) -> None:
    ann = person(database)
    assert ann is not None
    assert (ann.name, ann.role, ann.has_password) == ("Lamps", "owner", False)
    facts = ["--email", "bob@lamps.example", "--name", "Bob", "--role", "counter"]
    added = stoep(shop, "staff", "add", ann.merchant_id, *facts, STOEP_PUBLIC_URL=URL)
    assert added.stdout.startswith(f"{URL}/plugin/password/")
    assert opened(database, added.stdout.strip().rsplit("/", 1)[1]).role == "counter"
    listed = stoep(shop, "staff", "list", COLUMNS="200").stdout
    assert "bob@lamps.example" in listed
    assert "never" in listed
    assert stoep(shop, "staff", "remove", "BOB@lamps.example").exit_code == 0
    assert person(database, "bob@lamps.example") is None
    with database.reading() as session:
        log = audit.entries(session, ann.merchant_id, area="staff").entries
    assert [(entry.who, entry.action) for entry in log] == [
        ("operator", "removed"),
        ("operator", "added"),
        ("operator", "added"),
    ]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("add sh_none --email a@lamps.example --name A", "no merchant 'sh_none'"),
        ("reset nobody@lamps.example", "nobody logs in with"),
        ("remove nobody@lamps.example", "nobody logs in with"),
        ("switch-off-code nobody@lamps.example", "nobody logs in with"),
        ("remove ann@lamps.example", "at least one owner"),
    ],
)
def test_what_cannot_be_done_is_said_plainly(shop: str, arguments: str, words: str) -> None:
    run = stoep(shop, "staff", *arguments.split())
    assert run.exit_code == 1
    assert words in run.stderr


def test_an_address_that_logs_in_already_or_is_none_is_refused(shop: str) -> None:
    for email, words in (("ann@lamps.example", "already logs in"), ("ann", "not an e-mail address")):
        run = stoep(shop, "merchants", "add", "--name", "Other", "--owner-email", email)
        assert run.exit_code == 1
        assert words in run.stderr
    assert "Other" not in stoep(shop, "merchants", "list").stdout


def test_a_reset_link_works_once(shop: str, database: Database) -> None:
    token = stoep(shop, "staff", "reset", "ann@lamps.example").stdout.strip().rsplit("/", 1)[1]
    known = opened(database, token)
    database.write(lambda session: invitations.set_password(session, NOW, known, known.by, "hash"))
    with pytest.raises(LinkOver):
        opened(database, token)


def test_the_operator_helps_who_lost_their_phone(shop: str, database: Database) -> None:
    ann, signer = person(database), load_signer(database, NOW, ())
    assert ann is not None
    proposal = totp.propose(signer, ann)
    code = totp.code_at(proposal.secret, NOW)
    database.write(lambda session: totp.switch_on(session, NOW, signer, ann, proposal, code))
    assert "on" in stoep(shop, "staff", "list", COLUMNS="200").stdout.split()
    assert stoep(shop, "staff", "switch-off-code", "ann@lamps.example").exit_code == 0
    after = person(database)
    assert after is not None
    assert not after.has_totp


def test_what_the_operator_changes_is_in_the_log(shop: str, database: Database) -> None:
    ann = person(database)
    assert ann is not None
    stoep(shop, "merchants", "allow-origin", ann.merchant_id, "https://lamps.example")
    stoep(shop, "merchants", "add-endpoint", ann.merchant_id, "https://lamps.example/hooks")
    with database.reading() as session:
        entries = audit.entries(session, ann.merchant_id).entries
    assert [(entry.area, entry.after) for entry in entries[:2]] == [
        ("endpoints", {"kind": "webhook", "url": "https://lamps.example/hooks", "send_at": None, "enabled": True}),
        ("install", {"allowed_origins": ["https://lamps.example"]}),
    ]
    assert {entry.who for entry in entries} == {"operator"}


def test_the_demos_owner_logs_in_with_the_newest_password_only(sqlite_url: str) -> None:
    first, second = (json.loads(stoep(sqlite_url, "demo", "--seed-only", "--json").stdout)["login"] for _ in range(2))
    database = Database(sqlite_url)
    with database.reading() as session:
        known = logins.find(session, second["email"])
    database.close()
    verified = logins.verify(known, second["password"])
    assert (verified.account.merchant_id, verified.account.role) == (MERCHANT_ID, "owner")
    passwords.check_password(second["password"], second["email"], "Schemer & Wol")
    with pytest.raises(LoginRefused):
        logins.verify(known, first["password"])
