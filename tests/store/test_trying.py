"""A change can be looked at without making it."""

import pytest
from sqlalchemy import func, select, update

from delivery.store.engine import Again, Busy, Database, Session
from delivery.store.tables import merchants as table
from tests.databases import LAMPS

COUNTRY = select(table.c.country).where(table.c.id == LAMPS)


def change(session: Session) -> str:
    session.execute(update(table).where(table.c.id == LAMPS).values(country="BE"))
    return session.execute(COUNTRY).scalar_one()


def test_what_is_tried_is_seen_and_then_gone(database: Database, merchants: tuple[str, str]) -> None:
    assert database.trying(change) == "BE"
    with database.reading() as session:
        assert session.execute(COUNTRY).scalar_one() == "NL"


def test_what_fails_is_gone_too_and_the_next_can_write(database: Database, merchants: tuple[str, str]) -> None:
    def fail(session: Session) -> None:
        change(session)
        raise LookupError("no such thing")

    with pytest.raises(LookupError):
        database.trying(fail)
    assert database.write(change) == "BE"
    count = select(func.count()).select_from(table).where(table.c.id == LAMPS, table.c.country == "BE")
    with database.reading() as session:
        assert session.execute(count).scalar_one() == 1


def test_it_starts_again_when_transactions_cross_and_gives_up_in_the_end(database: Database) -> None:
    tries = []

    def cross(_session: Session) -> None:
        tries.append(1)
        raise Again("crossed")

    with pytest.raises(Busy):
        database.trying(cross)
    assert len(tries) > 1
