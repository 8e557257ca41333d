"""The people of a merchant: roles, always an owner, links that work once, and the log of what was changed."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from time import thread_time

import pytest
from argon2 import DEFAULT_MEMORY_COST, DEFAULT_TIME_COST, PasswordHasher, Type, extract_parameters

from delivery import accounts, audit, invitations, logins, passwords, totp
from delivery.accounts import Account, Role
from delivery.audit import OPERATOR
from delivery.problems import EmailTaken, InvalidInput, LastOwner, LinkOver, LoginRefused, StaffNotFound
from delivery.signing import Signer
from delivery.store.engine import Database, Session

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
SIGNER = Signer(["a key of sixteen or more"])
PASSWORD = "a lamp beside the door"


def add(database: Database, merchant_id: str, email: str = "ann@lamps.example", role: Role = Role.OWNER) -> Account:
    return database.write(
        lambda session: accounts.add(session, NOW, merchant_id, OPERATOR, email=email, name="Ann", role=role)
    )


def with_password(database: Database, known: Account, password: str = PASSWORD) -> Account:
    kept = passwords.hash_password(password)
    return database.write(lambda session: invitations.set_password(session, NOW, known, known.by, kept))


def version(database: Database, known: Account) -> Account | None:
    with database.reading() as session:
        return accounts.account_of(session, known.id, known.session_version)


def test_a_role_covers_itself_and_those_below() -> None:
    assert [[role.covers(other) for other in Role] for role in Role] == [
        [True, True, True],
        [False, True, True],
        [False, False, True],
    ]


def test_an_address_is_kept_trimmed_and_small_and_belongs_to_one_person(
    database: Database, merchants: tuple[str, str]
) -> None:
    lamps, books = merchants
    assert add(database, lamps, "  Ann@Lamps.Example ").email == "ann@lamps.example"
    with database.reading() as session:
        found = accounts.by_email(session, "ANN@lamps.example")
    assert found is not None
    assert found.merchant_id == lamps
    for merchant_id in merchants:
        with pytest.raises(EmailTaken):
            add(database, merchant_id, "ANN@lamps.example")
    with database.reading() as session:
        assert accounts.list_all(session, books) == []


@pytest.mark.parametrize("text", ["", "ann", "ann@lamps", "a b@lamps.example", "a@b@lamps.example", "a@lamps..example"])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        accounts.email_address(text)
    assert refused.value.faults[0].pointer == "/email"


@pytest.mark.parametrize("text", ["ann@lamps.example\nBcc: x@y.example", "Ann <ann@lamps.example>", "a@" + "x" * 260])
def test_an_address_brings_nothing_else_into_a_mail(text: str) -> None:
    with pytest.raises(InvalidInput):
        accounts.email_address(text)


def test_the_last_owner_is_neither_removed_nor_demoted(database: Database, merchants: tuple[str, str]) -> None:
    lamps, _ = merchants
    ann = add(database, lamps)
    bob = add(database, lamps, "bob@lamps.example", Role.COUNTER)
    for refused in (
        lambda session: accounts.remove(session, NOW, lamps, OPERATOR, ann.id),
        lambda session: accounts.change_role(session, NOW, lamps, OPERATOR, ann.id, Role.CONFIGURE),
    ):
        with pytest.raises(LastOwner):
            database.write(refused)
    database.write(lambda session: accounts.change_role(session, NOW, lamps, OPERATOR, bob.id, Role.OWNER))
    database.write(lambda session: accounts.remove(session, NOW, lamps, OPERATOR, ann.id))
    assert version(database, ann) is None


def test_two_owners_who_demote_each_other_at_once_leave_one(database: Database, merchants: tuple[str, str]) -> None:
    lamps, _ = merchants
    people = [add(database, lamps), add(database, lamps, "bob@lamps.example")]
    for _ in range(8):
        together = Barrier(2)

        def demote(other: Account, together: Barrier = together) -> bool:
            together.wait()
            try:
                database.write(
                    lambda session: accounts.change_role(session, NOW, lamps, OPERATOR, other.id, Role.COUNTER)
                )
            except LastOwner:
                return False
            return True

        with ThreadPoolExecutor(2) as threads:
            assert sorted(threads.map(demote, people)) == [False, True]
        for one in people:
            database.write(
                lambda session, one=one: accounts.change_role(session, NOW, lamps, OPERATOR, one.id, Role.OWNER)
            )


def test_it_hides_other_merchants(database: Database, merchants: tuple[str, str]) -> None:
    lamps, books = merchants
    ann = add(database, lamps)
    add(database, lamps, "bob@lamps.example")
    for refused in (
        lambda session: accounts.get(session, books, ann.id),
        lambda session: accounts.remove(session, NOW, books, OPERATOR, ann.id),
        lambda session: accounts.change_role(session, NOW, books, OPERATOR, ann.id, Role.COUNTER),
    ):
        with pytest.raises(StaffNotFound):
            database.write(refused)
    with database.reading() as session:
        assert audit.entries(session, books).entries == []


@pytest.mark.parametrize("password", ["short", "x" * 201, " ann@LAMPS.example ", "The Lamp and Light Shop"])
def test_a_password_that_is_too_short_or_too_easy_is_refused(password: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        passwords.check_password(password, "ann@lamps.example", "the lamp and light shop")
    assert refused.value.faults[0].pointer == "/password"


def test_any_sentence_is_a_password_however_it_was_typed() -> None:
    passwords.check_password(PASSWORD, "ann@lamps.example", "Lamps")
    kept = passwords.hash_password("een caf\u00e9 aan zee")
    assert passwords.is_password(kept, "een cafe\u0301 aan zee")
    assert not passwords.is_password(kept, "een cafe aan zee")
    assert not passwords.is_password(None, "een cafe aan zee")


def test_a_link_sets_the_password_once_and_ends_every_login(database: Database, merchants: tuple[str, str]) -> None:
    ann = add(database, merchants[0])
    token = invitations.make_token(SIGNER, NOW, ann, invitations.INVITATION)

    def opened(session: Session, now: datetime = NOW) -> Account:
        return invitations.open_token(session, now, SIGNER, token)

    with database.reading() as session:
        assert opened(session, NOW + timedelta(days=6, hours=23)) == ann
        with pytest.raises(LinkOver):
            opened(session, NOW + timedelta(days=7))
    new = with_password(database, ann)
    assert version(database, ann) is None
    assert version(database, new) == new
    with database.reading() as session, pytest.raises(LinkOver):
        opened(session)
    with pytest.raises(LinkOver):
        with_password(database, ann, "of a slower browser tab")


@pytest.mark.parametrize("token", ["", "nonsense", SIGNER.seal("login-code", {"s": "st_1", "v": 1, "exp": 9**11})])
def test_a_forged_link_sets_nothing(sqlite_database: Database, token: str) -> None:
    with sqlite_database.reading() as session, pytest.raises(LinkOver):
        invitations.open_token(session, NOW, SIGNER, token)


def test_a_login_is_checked_and_an_unknown_address_is_refused_alike(
    database: Database, merchants: tuple[str, str]
) -> None:
    ann = with_password(database, add(database, merchants[0]))
    add(database, merchants[0], "bob@lamps.example")
    with database.reading() as session:
        known = logins.find(session, " ANN@lamps.example")
        invited, nobody = logins.find(session, "bob@lamps.example"), logins.find(session, "no@lamps.example")
    verified = logins.verify(known, PASSWORD)
    assert verified.account == ann
    database.write(lambda session: logins.note_login(session, NOW, verified.account))
    said = set()
    for who, password in ((known, "another sentence"), (invited, PASSWORD), (nobody, PASSWORD)):
        with pytest.raises(LoginRefused) as refused:
            logins.verify(who, password)
        said.add(str(refused.value))
    assert len(said) == 1
    with database.reading() as session:
        found = accounts.by_email(session, ann.email)
    assert found is not None
    assert found.last_login_at == NOW


def test_whoever_typed_the_password_has_five_minutes_for_the_code(
    database: Database, merchants: tuple[str, str]
) -> None:
    ann = add(database, merchants[0])
    token = logins.ask_for_code(SIGNER, NOW, ann)
    with database.reading() as session:
        assert logins.asked_for_code(session, NOW + timedelta(minutes=4), SIGNER, token) == ann
        for late, what in ((NOW + timedelta(minutes=5), token), (NOW, "x"), (NOW, token + "x")):
            with pytest.raises(LoginRefused):
                logins.asked_for_code(session, late, SIGNER, what)


def test_the_log_holds_what_was_changed_newest_first_and_no_secrets(
    database: Database, merchants: tuple[str, str]
) -> None:
    lamps, _ = merchants
    ann = with_password(database, add(database, lamps))
    database.write(lambda session: accounts.describe(session, NOW, ann, "Ann Light", "nl"))
    proposal = totp.propose(SIGNER, ann)
    secret = {"kind": "webhook", "secrets": [{"secret": "whsec_1", "url": "https://a.example"}], "secret": None}
    database.write(lambda session: audit.record(session, NOW, lamps, OPERATOR, "origins", "o1", "added", None, secret))
    with database.reading() as session:
        page = audit.entries(session, lamps, count=2)
        rest = audit.entries(session, lamps, count=2, older_than=page.older)
        assert (audit.areas(session, lamps), audit.people(session, lamps)) == (
            ["origins", "staff"],
            ["ann@lamps.example", "operator"],
        )
        assert [entry.item for entry in audit.entries(session, lamps, area="origins").entries] == ["o1"]
        assert len(audit.entries(session, lamps, who="operator").entries) == 2
    assert [entry.after for entry in page.entries + rest.entries] == [
        {"kind": "webhook", "secrets": [{"secret": "•••", "url": "https://a.example"}], "secret": None},
        {"name": "Ann Light", "language": "nl"},
        {"password": "•••"},
        {"email": "ann@lamps.example", "name": "Ann", "role": "owner"},
    ]
    assert rest.older is None
    assert proposal.secret not in str(page) + str(rest)


def test_a_change_that_changes_nothing_is_not_logged(database: Database, merchants: tuple[str, str]) -> None:
    lamps, _ = merchants
    database.write(lambda s: audit.record(s, NOW, lamps, OPERATOR, "shop", "", "changed", {"name": "A"}, {"name": "A"}))
    with database.reading() as session:
        assert audit.entries(session, lamps).entries == []


def test_a_password_is_kept_as_dearly_as_the_library_advises(dear_passwords: PasswordHasher) -> None:
    kept = extract_parameters(passwords.hash_password(PASSWORD))
    assert (kept.type, kept.memory_cost, kept.time_cost) == (Type.ID, DEFAULT_MEMORY_COST, DEFAULT_TIME_COST)
    assert dear_passwords.time_cost * dear_passwords.memory_cost >= 3 * 64 * 1024


@pytest.mark.usefixtures("dear_passwords")
def test_an_unknown_address_takes_as_long_as_a_wrong_password(database: Database, merchants: tuple[str, str]) -> None:
    """By the work done, not the clock on the wall: other tests run beside this one."""
    ann = with_password(database, add(database, merchants[0]))
    with database.reading() as session:
        known = logins.find(session, ann.email)

    def work(who: logins.Known | None) -> float:
        began = thread_time()
        with pytest.raises(LoginRefused):
            logins.verify(who, "not this one, no")
        return thread_time() - began

    work(None)
    somebody, nobody = (min(work(who) for _ in range(4)) for who in (known, None))
    assert 0.5 < nobody / somebody < 2


def test_a_hash_of_older_parameters_is_made_anew(database: Database, merchants: tuple[str, str]) -> None:
    ann = add(database, merchants[0])
    old = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(PASSWORD)
    ann = database.write(lambda session: invitations.set_password(session, NOW, ann, ann.by, old))
    with database.reading() as session:
        verified = logins.verify(logins.find(session, ann.email), PASSWORD)
    new = verified.new_hash
    assert new is not None
    database.write(lambda session: logins.keep_hash(session, ann, new))
    with database.reading() as session:
        again = logins.verify(logins.find(session, ann.email), PASSWORD)
    assert again.new_hash is None
    assert version(database, ann) is not None
