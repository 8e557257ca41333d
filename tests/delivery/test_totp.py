"""The code as a second key: switched on by proof, used once, also when two come at the same time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pyotp
import pytest

from delivery import accounts, audit, totp
from delivery.accounts import Account, Role
from delivery.audit import OPERATOR
from delivery.problems import CodeRefused
from delivery.signing import Signer
from delivery.store.engine import Database

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)
SIGNER = Signer(["a key of sixteen or more"])


@pytest.fixture
def ann(database: Database, merchants: tuple[str, str]) -> Account:
    facts = {"email": "ann@lamps.example", "name": "Ann", "role": Role.OWNER}
    return database.write(lambda session: accounts.add(session, NOW, merchants[0], OPERATOR, **facts))


def switch_on(database: Database, known: Account) -> str:
    proposal = totp.propose(SIGNER, known)
    code = totp.code_at(proposal.secret, NOW)
    database.write(lambda session: totp.switch_on(session, NOW, SIGNER, known, proposal, code))
    return proposal.secret


def take(database: Database, known: Account, code: str, now: datetime = LATER) -> bool:
    try:
        database.write(lambda session: totp.take_code(session, now, SIGNER, known, code))
    except CodeRefused:
        return False
    return True


def test_codes_are_those_of_every_app() -> None:
    """RFC 6238, appendix B: the last six digits, by SHA-1."""
    secret = pyotp.random_base32()
    assert totp.code_at(secret, NOW) == pyotp.TOTP(secret).at(NOW)
    known = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    assert totp.code_at(known, datetime(1970, 1, 1, 0, 0, 59, tzinfo=UTC)) == "287082"
    assert totp.code_at(known, datetime(2033, 5, 18, 3, 33, 20, tzinfo=UTC)) == "279037"


def test_a_secret_counts_when_its_code_was_shown(database: Database, ann: Account) -> None:
    proposal = totp.propose(SIGNER, ann)
    for code in ("", "000000", "１２３４５６", totp.code_at(proposal.secret, LATER)):
        with pytest.raises(CodeRefused):
            database.write(lambda s, code=code: totp.switch_on(s, NOW, SIGNER, ann, proposal, code))
    secret = switch_on(database, ann)
    with database.reading() as session:
        entries = audit.entries(session, ann.merchant_id).entries
    assert entries[0].after == {"second_factor": True}
    assert secret not in str(entries)


def test_a_code_is_used_up_and_so_are_those_before_it(database: Database, ann: Account) -> None:
    secret = switch_on(database, ann)
    step = timedelta(seconds=30)
    assert not take(database, ann, totp.code_at(secret, NOW), NOW)
    assert take(database, ann, totp.code_at(secret, LATER))
    assert not take(database, ann, totp.code_at(secret, LATER))
    assert not take(database, ann, totp.code_at(secret, LATER - step))
    assert take(database, ann, totp.code_at(secret, LATER + step))


def test_of_two_who_send_the_same_code_at_once_one_gets_in(database: Database, ann: Account) -> None:
    secret = switch_on(database, ann)
    for minutes in range(1, 6):
        now, together = LATER + timedelta(minutes=minutes), Barrier(2)
        code = totp.code_at(secret, now)

        def send(_number: int, code: str = code, now: datetime = now, together: Barrier = together) -> bool:
            together.wait()
            return take(database, ann, code, now)

        with ThreadPoolExecutor(2) as threads:
            assert sorted(threads.map(send, range(2))) == [False, True]


def test_a_proposal_is_for_one_person_and_of_our_making(database: Database, ann: Account) -> None:
    add = {"email": "bob@lamps.example", "name": "Bob", "role": Role.COUNTER}
    bob = database.write(lambda session: accounts.add(session, NOW, ann.merchant_id, OPERATOR, **add))
    proposal = totp.propose(SIGNER, ann)
    assert totp.proposed(SIGNER, ann, proposal.token).secret == proposal.secret
    for known, token in ((bob, proposal.token), (ann, "nonsense"), (ann, SIGNER.encrypt(ann.id))):
        with pytest.raises(CodeRefused):
            totp.proposed(SIGNER, known, token)


def test_without_a_code_switched_on_none_is_right(database: Database, ann: Account) -> None:
    assert not take(database, ann, "000000")
    switch_on(database, ann)
    database.write(lambda session: totp.switch_off(session, NOW, ann, OPERATOR))
    assert not take(database, ann, "000000")
