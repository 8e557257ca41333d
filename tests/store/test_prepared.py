"""Hot statements go by the driver, and still behave as if SQLAlchemy had sent them."""

import pytest
from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from delivery.store.engine import Database
from delivery.store.guard import ForgotMerchant
from delivery.store.prepared import Prepared
from delivery.store.tables import counters, holds
from tests.databases import LAMPS
from tests.selling import NOW, TUESDAY, option, slot, take

pytestmark = pytest.mark.usefixtures("merchants")
ONE = select(holds.c.day, holds.c.option, holds.c.client, holds.c.expires_at).where(
    holds.c.merchant_id == bindparam("m"), holds.c.checkout == bindparam("c")
)
COUNTER = Prepared(
    insert(counters).values(
        merchant_id=bindparam("m"), kind="slot", ref=bindparam("r"), day=bindparam("d"), held=bindparam("n"), booked=0
    )
)


def test_values_come_back_as_sqlalchemy_gives_them(database: Database) -> None:
    database.write(lambda s: take(s, "anna", slot()))
    with database.reading() as session:
        asked = {"m": LAMPS, "c": "anna"}
        expected = tuple(session.execute(ONE, asked).one())
        assert Prepared(ONE).first(session, asked) == expected
        assert Prepared(ONE).rows(session, asked) == [expected]
        assert expected[:3] == (TUESDAY, option(slot()), None)
        assert expected[3].utcoffset() is not None
        assert Prepared(ONE).first(session, {"m": LAMPS, "c": "nobody"}) is None


def test_it_says_how_many_rows_it_wrote(database: Database) -> None:
    row = {"m": LAMPS, "r": "a", "d": TUESDAY, "n": 1}
    emptied = Prepared(update(counters).where(counters.c.merchant_id == bindparam("m")).values(held=0))
    assert database.write(lambda s: COUNTER.changes(s, row)) == 1
    assert database.write(lambda s: emptied.changes(s, {"m": LAMPS})) == 1
    assert database.write(lambda s: emptied.changes(s, {"m": "mr_nobody"})) == 0


def test_what_it_wrote_is_undone_with_the_transaction(database: Database) -> None:
    def fail(session) -> None:
        COUNTER.changes(session, {"m": LAMPS, "r": "a", "d": TUESDAY, "n": 1})
        raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        database.write(fail)
    assert database.write(lambda s: COUNTER.changes(s, {"m": LAMPS, "r": "a", "d": TUESDAY, "n": 1})) == 1


@pytest.mark.parametrize("wrong", [{"m": "mr_nobody"}, {"n": -1}])
def test_errors_are_those_of_sqlalchemy(database: Database, wrong: dict[str, object]) -> None:
    with pytest.raises(IntegrityError):
        database.write(lambda s: COUNTER.changes(s, {"m": LAMPS, "r": "a", "d": TUESDAY, "n": 1} | wrong))


def test_an_instant_without_an_offset_is_refused(database: Database) -> None:
    late = Prepared(
        select(holds.c.id).where(holds.c.merchant_id == bindparam("m"), holds.c.expires_at < bindparam("at"))
    )
    with database.reading() as session, pytest.raises(ValueError, match="no offset"):
        late.rows(session, {"m": LAMPS, "at": NOW.replace(tzinfo=None)})


def test_it_refuses_what_forgets_the_merchant(database: Database) -> None:
    with database.reading() as session:
        with pytest.raises(ForgotMerchant):
            Prepared(select(holds.c.id)).rows(session, {})
        assert Prepared(select(holds.c.id).execution_options(across_merchants="a test")).rows(session, {}) == []


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_connection_that_was_lost_is_replaced(database: Database) -> None:
    asked = {"m": LAMPS, "c": "anna"}
    with database.reading() as session, database.reading() as other:
        own = session.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
        other.exec_driver_sql(f"SELECT pg_terminate_backend({own})")
        with pytest.raises(DBAPIError) as caught:
            Prepared(ONE).rows(session, asked)
    assert caught.value.connection_invalidated
    with database.reading() as session:
        assert Prepared(ONE).rows(session, asked) == []
