"""Endpoints of each kind: what may be added, how secrets are renewed, and that nothing is lost with one that is removed."""

from datetime import time, timedelta

import pytest

from delivery import endpoints
from delivery.endpoints import SECRET_OVERLAP, Endpoint, StillWaiting
from delivery.leases import claim_due
from delivery.problems import InvalidInput
from delivery.signing import Signer
from delivery.store.engine import Database
from plugin.fulfilment.means import Means
from tests.outbox import SIGNER, START, add_endpoint, add_message, column, state
from web.config import Config

LAMPS, BOOKS = "mr_lamps", "mr_books"
URL = "https://warehouse.example/bookings"

pytestmark = pytest.mark.usefixtures("merchants")


def add(database: Database, url: str, kind: str, send_at: time | None = None) -> Endpoint:
    return database.write(lambda session: endpoints.add(session, START, LAMPS, url, SIGNER, kind, send_at))[0]


def find(database: Database, endpoint_id: str, merchant_id: str = LAMPS) -> Endpoint | None:
    with database.reading() as session:
        return endpoints.find(session, merchant_id, endpoint_id)


def test_each_kind_is_kept_as_it_was_added(database: Database) -> None:
    added = [
        add(database, URL, "webhook"),
        add(database, "mailto: Piet@Shop.Example ", "mail"),
        add(database, "mailto:jan@shop.example", "daily_list", time(16, 30)),
    ]
    assert [find(database, endpoint.id) for endpoint in added] == added
    assert [endpoint.url for endpoint in added] == [URL, "mailto:piet@shop.example", "mailto:jan@shop.example"]
    assert added[2].send_at == time(16, 30)


@pytest.mark.parametrize(
    ("kind", "url", "send_at", "pointer"),
    [
        ("fax", URL, None, "/kind"),
        ("webhook", "mailto:a@b.example", None, "/url"),
        ("mail", URL, None, "/url"),
        ("mail", "mailto:", None, "/url"),
        ("mail", "mailto:a@b.example,c@d.example", None, "/url"),
        ("mail", "mailto:a@b.example?cc=c@d.example", None, "/url"),
        ("mail", "mailto:a@b.example\r\nBcc: c@d.example", None, "/url"),
        ("mail", "mailto:a@b.example", time(9), "/send_at"),
        ("webhook", URL, time(9), "/send_at"),
        ("daily_list", "mailto:a@b.example", None, "/send_at"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(
    sqlite_database: Database, kind: str, url: str, send_at: time | None, pointer: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        add(sqlite_database, url, kind, send_at)
    assert [fault.pointer for fault in refused.value.faults] == [pointer]


def test_a_renewed_secret_signs_at_once_and_the_old_one_for_a_day_more(database: Database) -> None:
    endpoint_id, old = add_endpoint(database, LAMPS, URL)
    new = database.write(lambda session: endpoints.renew_secret(session, START, LAMPS, endpoint_id, SIGNER))
    message = add_message(database, LAMPS, endpoint_id)
    [claimed] = database.write(lambda session: claim_due(session, START, limit=1))
    assert claimed.id == message
    just_before = START + SECRET_OVERLAP - timedelta(seconds=1)
    assert Means(Config(), SIGNER, just_before).secrets_of(claimed) == (new, old)
    assert Means(Config(), SIGNER, START + SECRET_OVERLAP).secrets_of(claimed) == (new,)
    found = find(database, endpoint_id)
    assert found is not None
    assert found.old_secret_until == START + SECRET_OVERLAP
    with database.reading() as session:
        assert endpoints.secret_of(session, LAMPS, endpoint_id, SIGNER) == new


def test_an_endpoint_with_something_waiting_is_removed_only_when_told_so(database: Database) -> None:
    endpoint_id, _secret = add_endpoint(database, LAMPS, URL)
    kept = [add_message(database, LAMPS, endpoint_id, f"bk_{each}", state=each) for each in ("waiting", "parked")]
    done = add_message(database, LAMPS, endpoint_id, "bk_3", state="passed_on")
    with pytest.raises(StillWaiting) as refused:
        database.write(lambda session: endpoints.remove(session, LAMPS, endpoint_id))
    assert refused.value.count == 2
    assert find(database, endpoint_id)
    assert database.write(lambda session: endpoints.remove(session, LAMPS, endpoint_id, even_waiting=True))
    assert find(database, endpoint_id) is None
    assert [(state(database, each), column(database, each, "endpoint_id")) for each in kept] == [("waiting", None)] * 2
    assert column(database, done, "endpoint_id") == endpoint_id


def test_it_hides_other_merchants(database: Database) -> None:
    endpoint_id, secret = add_endpoint(database, LAMPS, URL)
    assert find(database, endpoint_id, BOOKS) is None
    assert not database.write(lambda session: endpoints.remove(session, BOOKS, endpoint_id))
    assert database.write(lambda session: endpoints.renew_secret(session, START, BOOKS, endpoint_id, SIGNER)) is None
    with database.reading() as session:
        assert endpoints.secret_of(session, LAMPS, endpoint_id, Signer(["a key for tests, long enough"])) == secret
