"""`stoep handovers`: an operator finds what did not reach fulfilment and sends it again. On both databases."""

import json
from pathlib import Path

import pytest
from sqlalchemy import select

from delivery.store.engine import Database
from delivery.store.tables import endpoints
from tests.outbox import add_endpoint, add_message, column, state
from tests.plugin.test_commands import NOW, stoep

LAMPS, BOOKS = "mr_lamps", "mr_books"
URL = "https://fulfilment.example/hooks"

pytestmark = pytest.mark.usefixtures("merchants")


def url_of(database: Database) -> str:
    return database.url.render_as_string(hide_password=False)


def test_what_was_not_passed_on_is_listed_whole_and_oldest_first(database: Database) -> None:
    endpoint, _ = add_endpoint(database, LAMPS, URL)
    parked = add_message(
        database, LAMPS, endpoint, state="parked", tries=10, last_status=500, last_problem="status 500"
    )
    refused = add_message(database, BOOKS, None, booking_id="bk_2", state="refused")
    gone = add_message(database, LAMPS, endpoint, booking_id="bk_3", state="passed_on")
    listed = stoep(url_of(database), "handovers", "list").stdout
    assert listed.index(parked) < listed.index(refused)
    for words in (LAMPS, BOOKS, endpoint, "status 500", "10"):
        assert words in listed
    assert gone not in listed


def test_one_state_is_listed_as_json_line_by_line(database: Database) -> None:
    endpoint, _ = add_endpoint(database, LAMPS, URL)
    parked = add_message(database, LAMPS, endpoint, state="parked", tries=10)
    add_message(database, LAMPS, endpoint, booking_id="bk_2")
    [line] = stoep(url_of(database), "handovers", "list", "--state", "parked", "--json").stdout.splitlines()
    facts = json.loads(line)
    assert (facts["id"], facts["merchant_id"], facts["endpoint_id"]) == (parked, LAMPS, endpoint)
    assert (facts["state"], facts["tries"]) == ("parked", 10)
    assert facts["created_at"] == "2026-11-23T09:00:00+00:00"
    assert "body" not in facts, "names and addresses do not belong in a terminal"


def test_nothing_to_list_is_said(sqlite_database: Database) -> None:
    assert stoep(url_of(sqlite_database), "handovers", "list").stdout == "everything was passed on\n"
    assert stoep(url_of(sqlite_database), "handovers", "list", "--state", "parked").stdout == "nothing is parked\n"
    assert stoep(url_of(sqlite_database), "handovers", "list", "--json").stdout == ""


def test_those_that_are_named_are_sent_again_at_once(database: Database) -> None:
    endpoint, _ = add_endpoint(database, LAMPS, URL)
    one, two, three = (
        add_message(database, LAMPS, endpoint, booking_id=f"bk_{n}", state="parked", tries=10) for n in range(3)
    )
    run = stoep(url_of(database), "handovers", "retry", one, two, one)
    assert (run.exit_code, run.stdout) == (0, "2 handovers will be sent again\n")
    assert [state(database, each) for each in (one, two, three)] == ["waiting", "waiting", "parked"]
    assert (column(database, one, "tries"), column(database, one, "next_try_at")) == (0, NOW)


def test_all_that_is_parked_is_sent_again_whoever_it_belongs_to(database: Database) -> None:
    lamps, books = (add_endpoint(database, merchant, URL)[0] for merchant in (LAMPS, BOOKS))
    one = add_message(database, LAMPS, lamps, state="parked")
    two = add_message(database, BOOKS, books, booking_id="bk_2", state="parked")
    refused = add_message(database, BOOKS, books, booking_id="bk_3", state="refused")
    assert stoep(url_of(database), "handovers", "retry", "--all-parked").stdout == "2 handovers will be sent again\n"
    assert [state(database, each) for each in (one, two, refused)] == ["waiting", "waiting", "refused"]
    assert stoep(url_of(database), "handovers", "retry", "--all-parked").stdout == "0 handovers will be sent again\n"


def test_when_one_cannot_be_sent_none_is(database: Database) -> None:
    endpoint, _ = add_endpoint(database, LAMPS, URL)
    parked = add_message(database, LAMPS, endpoint, state="parked")
    done = add_message(database, LAMPS, endpoint, booking_id="bk_2", state="passed_on")
    by_hand = add_message(database, LAMPS, None, booking_id="bk_3")
    for other, words in (
        (done, f"{done} was passed on already"),
        (by_hand, f"{by_hand} has no endpoint to be sent to"),
        ("msg_nobody", "there is no handover 'msg_nobody'; `stoep handovers list` names them"),
    ):
        run = stoep(url_of(database), "handovers", "retry", parked, other)
        assert run.exit_code == 1
        assert words in run.stderr
        assert state(database, parked) == "parked"


@pytest.mark.parametrize("arguments", [[], ["msg_1", "--all-parked"]])
def test_it_is_either_some_or_all(sqlite_database: Database, arguments: list[str]) -> None:
    run = stoep(url_of(sqlite_database), "handovers", "retry", *arguments)
    assert run.exit_code == 2
    assert "name the handovers, or give --all-parked" in run.stderr


def test_an_endpoint_is_enabled_and_gets_what_it_refused(database: Database) -> None:
    endpoint, _ = add_endpoint(database, LAMPS, URL)
    refused = add_message(database, LAMPS, endpoint, state="refused", tries=3)
    off = endpoints.update().where(endpoints.c.merchant_id == LAMPS).values(enabled=False, disabled_reason="410")
    database.write(lambda session: session.execute(off))
    run = stoep(url_of(database), "handovers", "enable", LAMPS, endpoint)
    assert (run.exit_code, run.stdout) == (0, f"{endpoint} is enabled; what it refused will be sent again\n")
    assert state(database, refused) == "waiting"
    with database.reading() as session:
        assert session.scalar(select(endpoints.c.enabled).where(endpoints.c.merchant_id == LAMPS))


def test_it_hides_other_merchants(database: Database) -> None:
    """One merchant's endpoint is not enabled in another's name."""
    theirs, _ = add_endpoint(database, BOOKS, URL)
    run = stoep(url_of(database), "handovers", "enable", LAMPS, theirs)
    assert run.exit_code == 1
    assert f"{LAMPS} has no endpoint '{theirs}'; it has: none" in run.stderr
    nobody = stoep(url_of(database), "handovers", "enable", "mr_nobody", theirs)
    assert "there is no merchant 'mr_nobody'" in nobody.stderr


@pytest.mark.parametrize("command", ["list", "retry --all-parked", "enable a b"])
def test_without_tables_it_says_what_to_do_first(tmp_path: Path, command: str) -> None:
    run = stoep(f"sqlite:///{tmp_path}/new.sqlite", "handovers", *command.split())
    assert run.exit_code == 1
    assert "run `stoep migrate` first" in run.stderr


@pytest.mark.parametrize("command", ["", "list", "retry", "enable"])
def test_every_command_explains_itself(sqlite_url: str, command: str) -> None:
    run = stoep(sqlite_url, "handovers", *command.split(), "--help")
    assert run.exit_code == 0
    assert len(run.stdout.splitlines()) > 4
