"""Collect codes: one for each parcel, never stored, found at the right counter, not to be guessed."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from delivery import change_rows, changes, codes, collect_codes
from delivery.bookings import Booking, cancel
from delivery.codes import LENGTH, SIGNS, code_of
from delivery.evidence import CODE, WRONG_CODE
from delivery.problems import CodeOfAnotherCentre, CodesLocked, CodeUnknown
from delivery.signing import Signer
from delivery.store.engine import Database
from delivery.store.tables import code_tries, metadata
from tests.collecting import collect, ordered, pickup, read, said, setup_of, write_to
from tests.databases import BOOKS, LAMPS
from tests.outbox import SIGNER_KEY
from tests.selling import LINKS, NOW, option

SIGNER = LINKS.signer
KIM = "kim@lamps.test"
both = pytest.mark.usefixtures("merchants")


def look(
    database: Database, text: str, centre: str = "jordaan", who: str = KIM, now: Any = NOW, signer: Signer = SIGNER
) -> collect_codes.Looked:
    setup = setup_of(database)
    return database.write(lambda s: collect_codes.found(s, now, signer, setup, centre, text, who))


def wrong(number: int = 0) -> str:
    return "3" * (LENGTH - 1) + SIGNS[number]


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("CDF-HJKM", "CDFHJKM"),
        (" cdf hjkm ", "CDFHJKM"),
        ("c d-f–h.jkm", "CDFHJKM"),
        ("0OQ8BG6", "DDD8866"),
        ("uvUVuvu", "VVVVVVV"),
        ("CDFHJK", None),
        ("CDFHJKMM", None),
        ("CDFHJKS", None),
        ("CDFHJK2", None),
        ("CDFHJK1", None),
        ("ÇDFHJKM", None),
        ("", None),
    ],
)
def test_however_a_code_is_typed_it_is_read_the_same(typed: str, code: str | None) -> None:
    assert codes.read(typed) == code


@given(st.text(max_size=12))
def test_what_is_read_is_a_code_or_nothing(typed: str) -> None:
    code = codes.read(typed)
    assert code is None or codes.read(codes.written(code)) == code


@both
def test_a_code_finds_its_parcel_and_no_other(database: Database) -> None:
    some = [ordered(database) for _ in range(20)]
    made = {code_of(SIGNER, booking): booking.id for booking in some}
    assert len(made) == len(some)
    assert all(len(code) == LENGTH and set(code) <= set(SIGNS) for code in made)
    for code, booking_id in made.items():
        assert look(database, codes.written(code).lower()).or_raise().id == booking_id


@both
def test_no_code_stands_in_the_database(database: Database) -> None:
    booking = ordered(database)
    code = code_of(SIGNER, booking)
    look(database, code)
    collect(database, said(booking, shown=CODE, code=code))
    with database.reading() as session:
        across = {"across_merchants": "a test looks at everything"}
        everything = [
            str(row)
            for table in metadata.sorted_tables
            for row in session.execute(select(table), execution_options=across)
        ]
    assert not [row for row in everything if code in row or codes.written(code) in row]
    assert booking.code_hash is not None
    assert any(booking.code_hash in row for row in everything)


@both
def test_a_code_for_another_centre_is_refused_by_name(database: Database) -> None:
    booking = ordered(database, centre="noord")
    with pytest.raises(CodeOfAnotherCentre) as problem:
        look(database, code_of(SIGNER, booking)).or_raise()
    assert problem.value.name == "Fietsenmaker Noord"
    stolen = collect(database, said(booking, shown=CODE, code=code_of(SIGNER, booking)))
    assert (stolen.kept.conflict, stolen.booking.state) == ("another_centre", "confirmed")


@both
def test_another_shop_finds_nothing_by_it(database: Database) -> None:
    booking = ordered(database)
    setup = setup_of(database, BOOKS)
    looked = database.write(
        lambda s: collect_codes.found(s, NOW, SIGNER, setup, "jordaan", code_of(SIGNER, booking), KIM)
    )
    assert isinstance(looked.problem, CodeUnknown)


@both
def test_few_wrong_codes_lock_one_login_at_one_centre_for_some_minutes_and_nobody_else(database: Database) -> None:
    booking = ordered(database)
    right = code_of(SIGNER, booking)
    look(database, "not a code at all")
    for number in range(collect_codes.MOST_TRIES):
        # A right one between them forgives nothing: who has one parcel must not guess others.
        assert look(database, right).booking is not None
        assert isinstance(look(database, wrong(number)).problem, CodeUnknown)
    locked = look(database, right).problem
    assert isinstance(locked, CodesLocked)
    assert locked.until == NOW + collect_codes.LOCKED
    assert look(database, right, who="sam@lamps.test").booking is not None
    assert not isinstance(look(database, wrong(), centre="noord").problem, CodesLocked)
    later = NOW + collect_codes.LOCKED
    assert look(database, right, now=later).booking is not None
    assert isinstance(look(database, wrong(), now=later).problem, CodeUnknown)
    assert look(database, right, now=later).booking is not None


@both
def test_wrong_codes_now_and_then_lock_nobody_out(database: Database) -> None:
    for number in range(3 * collect_codes.MOST_TRIES):
        now = NOW + number * timedelta(minutes=3)
        assert isinstance(look(database, wrong(), now=now).problem, CodeUnknown)
    with database.reading() as session:
        rows = session.execute(select(code_tries).where(code_tries.c.merchant_id == LAMPS)).all()
    assert len(rows) == 1
    look(database, wrong(), who="sam", now=now + timedelta(days=2))
    with database.reading() as session:
        rows = session.execute(select(code_tries).where(code_tries.c.merchant_id == LAMPS)).all()
    assert [row.who for row in rows] == ["sam"]


@both
def test_what_a_device_says_is_checked_again_and_a_wrong_code_opens_nothing(database: Database) -> None:
    booking = ordered(database)
    done = collect(database, said(booking, shown=CODE, code=wrong()))
    assert (done.kept.conflict, done.booking.state) == (WRONG_CODE, "confirmed")
    right = collect(database, said(booking, shown=CODE, code=code_of(SIGNER, booking)))
    assert (right.kept.conflict, right.kept.verified, right.booking.state) == (None, True, "collected")


@both
def test_guessing_at_one_parcel_is_counted_as_well(database: Database) -> None:
    booking = ordered(database)
    for number in range(collect_codes.MOST_TRIES):
        collect(database, said(booking, shown=CODE, code=wrong(number)), NOW)
    assert collect(database, said(booking, shown=CODE, code=code_of(SIGNER, booking)), NOW).kept.conflict == WRONG_CODE
    assert isinstance(look(database, code_of(SIGNER, booking)).problem, CodesLocked)


@both
def test_a_code_that_was_shown_while_the_line_was_down_is_checked_when_it_is_back(database: Database) -> None:
    right, other = ordered(database), ordered(database)
    done = collect(database, said(right, shown=CODE, code=code_of(SIGNER, right), offline=True))
    assert (done.kept.verified, done.kept.conflict, done.booking.state) == (True, None, "collected")
    # The parcel is gone all the same: that is known, and a person hears that the code was not its own.
    done = collect(database, said(other, shown=CODE, code=code_of(SIGNER, right), offline=True))
    assert (done.kept.verified, done.kept.conflict, done.booking.state) == (False, WRONG_CODE, "collected")
    assert done.kept.conflict_seen_at is None


@both
def test_another_centre_is_another_code_and_so_is_the_way_back(database: Database) -> None:
    booking = ordered(database)
    first = code_of(SIGNER, booking)
    there = redirect(database, booking, pickup("noord"))
    second = code_of(SIGNER, there)
    home = redirect(database, there, option(None))
    assert home.code_hash is None
    back = redirect(database, home, pickup("jordaan"))
    third = code_of(SIGNER, back)
    assert len({first, second, third}) == 3
    assert isinstance(look(database, first).problem, CodeUnknown)
    assert look(database, third).or_raise().id == booking.id
    same = redirect(database, back, dict(pickup("jordaan")) | {"title": "Later on"})
    assert code_of(SIGNER, same) == third


@both
def test_a_code_outlives_a_change_of_the_operators_keys(database: Database) -> None:
    booking = ordered(database)
    code = code_of(SIGNER, booking)
    rotated = Signer(["a newer key of the operator", SIGNER_KEY])
    newest = Signer(["a newer key of the operator"])
    assert code_of(rotated, read(database, booking)) == code
    assert look(database, code, signer=rotated).or_raise().id == booking.id
    # Without the old key its page shows another code, and that one is good.
    assert (other := code_of(newest, booking)) != code
    assert look(database, other, signer=newest).or_raise().id == booking.id
    assert isinstance(look(database, code, signer=newest).problem, CodeUnknown)


@both
def test_orders_from_before_there_were_codes_have_one(database: Database) -> None:
    booking = ordered(database)
    write_to(database, booking, code_hash=None)
    old = read(database, booking)
    assert look(database, code_of(SIGNER, old)).or_raise().id == booking.id


@both
def test_a_code_leads_to_what_became_of_its_parcel(database: Database) -> None:
    taken, gone = ordered(database), ordered(database)
    collect(database, said(taken))
    database.write(lambda s: cancel(s, NOW, merchant_id=LAMPS, booking_id=gone.id, links=LINKS))
    assert look(database, code_of(SIGNER, taken)).or_raise().state == "collected"
    assert look(database, code_of(SIGNER, gone)).or_raise().state == "cancelled"


@both
def test_of_two_codes_that_would_be_alike_the_later_one_is_another(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = ordered(database), ordered(database, centre="noord")
    real = codes._made
    taken = real(SIGNER, LAMPS, first.id, first.code_version)

    def alike(signer: Signer, merchant_id: str, booking_id: str, version: int) -> list[str]:
        return taken if (booking_id, version) == (second.id, 2) else real(signer, merchant_id, booking_id, version)

    monkeypatch.setattr(codes, "_made", alike)
    moved = redirect(database, second, pickup("jordaan"))
    assert moved.code_version == 3
    assert look(database, code_of(SIGNER, moved)).or_raise().id == second.id


def redirect(database: Database, booking: Booking, to: dict[str, Any]) -> Booking:
    facts = change_rows.of_choice(to, booking.hold_id, None)
    return database.write(
        lambda s: changes.carry_out(s, NOW, LINKS, booking, facts, kind=change_rows.REDIRECT, made_by="shop")
    ).booking
