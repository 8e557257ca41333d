"""The `stoep` command as it is typed: what it prints, and how it ends."""

import json
import os
import socket
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select

from delivery.store.engine import Database
from delivery.store.migrate import is_current
from delivery.store.tables import merchants, metadata, places, slot_patterns
from plugin.commands import stoep as command_group

HOUSE = Path(__file__).parent.parent.parent
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def stoep(url: str, *arguments: str, **variables: str) -> Result:
    """Runs the command on a database, in this process, with no other variable of ours set."""
    ours = {name: None for name in os.environ if name.startswith("STOEP_")}
    environment = ours | {"STOEP_DATABASE_URL": url} | variables
    return CliRunner().invoke(command_group, arguments, obj={"clock": lambda: NOW}, env=environment)


@pytest.fixture
def new_url(tmp_path: Path) -> str:
    """The address of a SQLite file that is not there yet, in a folder that is not there either."""
    return f"sqlite:///{tmp_path}/var/new.sqlite"


def counted(url: str) -> dict[str, int]:
    database = Database(url)
    every = {"across_merchants": "a test counts everything"}
    with database.reading() as session:
        counts = {
            table.name: session.execute(select(func.count()).select_from(table), execution_options=every).scalar_one()
            for table in metadata.sorted_tables
        }
    database.close()
    return counts


def test_every_command_explains_itself() -> None:
    commands = ["demo", "merchants", "migrate", "places", "serve", "worker", "merchants add", "places import"]
    overview = stoep("sqlite://", "--help")
    for command in commands:
        assert command.split()[0] in overview.stdout
        explained = stoep("sqlite://", *command.split(), "--help")
        assert explained.exit_code == 0
        assert len(explained.stdout.splitlines()) > 4


def test_migrate_makes_the_tables_and_says_so(new_url: str) -> None:
    first, second = stoep(new_url, "migrate"), stoep(new_url, "migrate")
    assert "went from nothing to" in first.stdout
    assert "is up to date" in second.stdout
    database = Database(new_url)
    assert is_current(database)
    database.close()


def test_the_demo_seed_prints_one_line_of_json_and_nothing_else(new_url: str) -> None:
    """As it is typed, in a process of its own: also nothing of ours or of a library may be printed."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("STOEP_")}
    run = subprocess.run(
        [sys.executable, "-c", "from app import main; main()", "demo", "--seed-only", "--json"],
        env=clean | {"STOEP_DATABASE_URL": new_url, "PYTHONPATH": str(HOUSE)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (run.returncode, run.stderr) == (0, "")
    keys = json.loads(run.stdout)
    assert list(keys) == ["shop", "secret_key", "allowed_origin", "login"]
    assert keys["login"]["email"] == "owner@schemer-wol.example"
    assert len(keys["login"]["password"]) >= 12
    assert keys["shop"].startswith("pk_")
    assert keys["secret_key"].startswith("sk_")
    assert keys["allowed_origin"] == "http://127.0.0.1:8001"
    assert run.stdout.count("\n") == 1


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_seeding_again_issues_a_new_secret_key_and_leaves_the_rest(request: pytest.FixtureRequest, kind: str) -> None:
    url: str = request.getfixturevalue(f"{kind}_url")
    first = json.loads(stoep(url, "demo", "--seed-only", "--json").stdout)
    before = counted(url)
    second = json.loads(stoep(url, "demo", "--seed-only", "--json").stdout)
    assert second["secret_key"] != first["secret_key"]
    assert second["login"]["password"] != first["login"]["password"]
    new = {"secret_key": "", "login": ""}
    assert second | new == first | new
    assert counted(url) == before | {"keys": before["keys"] + 1, "audit": before["audit"] + 2}
    assert (before[merchants.name], before[slot_patterns.name], before[places.name]) == (1, 72, 61)


def test_json_without_seed_only_is_a_mistake(new_url: str) -> None:
    run = stoep(new_url, "demo", "--json")
    assert run.exit_code == 2
    assert "--json goes with --seed-only" in run.stderr


def test_a_taken_port_is_said_plainly(new_url: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        run = stoep(new_url, "demo", "--port-base", str(min(port, 65532)))
        assert run.exit_code == 1
        assert f"cannot listen on 127.0.0.1, port {port}" in run.stderr
        assert "--port-base" in run.stderr
        stoep(new_url, "migrate")
        assert f"port {port}" in stoep(new_url, "serve", "--port", str(port)).stderr


@pytest.mark.parametrize("command", ["serve", "worker", "merchants list", "merchants add --name X", "places import {}"])
def test_without_tables_a_command_says_what_to_do_first(new_url: str, command: str) -> None:
    run = stoep(new_url, *command.format(__file__).split())
    assert run.exit_code == 1
    assert "run `stoep migrate` first" in run.stderr
    assert "Traceback" not in run.stderr


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"STOEP_DATABASE_URL": "nonsense"}, "STOEP_DATABASE_URL"),
        ({"STOEP_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/x"}, "the database cannot be used"),
        ({"STOEP_LIMIT_PER_MINUTE": "many"}, "LIMIT_PER_MINUTE"),
    ],
)
def test_a_bad_configuration_is_named(new_url: str, variables: dict[str, str], words: str) -> None:
    run = stoep(new_url, "migrate", **variables)
    assert run.exit_code == 1
    assert words in run.stderr
    assert "Traceback" not in run.stderr


def test_a_merchant_is_added_listed_and_given_a_new_key(new_url: str) -> None:
    stoep(new_url, "migrate")
    added = stoep(new_url, "merchants", "add", "--name", "Lamps", "--origin", "https://lamps.example").stdout
    facts = dict(line.rsplit(None, 1) for line in added.splitlines())
    assert facts["merchant"] in stoep(new_url, "merchants", "list").stdout
    shown = stoep(new_url, "merchants", "show", facts["merchant"]).stdout
    assert facts["publishable key"] in shown
    renewed = stoep(new_url, "merchants", "renew", facts["merchant"]).stdout
    assert "sk_" in renewed
    assert facts["secret key"] not in renewed
    endpoint = stoep(new_url, "merchants", "add-endpoint", facts["merchant"], "https://fulfilment.example/hooks")
    assert "whsec_" in endpoint.stdout
    daily = ("--kind", "daily_list", "--send-at", "16:30")
    listed = stoep(new_url, "merchants", "add-endpoint", facts["merchant"], "piet@lamps.example", *daily)
    assert "ep_" in listed.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["add", "--name", "X", "--time-zone", "Mars"], "'Mars' is not an IANA time zone"),
        (["add", "--name", "X", "--origin", "lamps"], "'lamps' is not a web origin"),
        (["renew", "sh_nobody"], "there is no merchant 'sh_nobody'"),
        (["allow-origin", "sh_nobody", "https://x.example"], "there is no merchant"),
        (["add-endpoint", "sh_demo", "ftp://x.example"], "must begin with https://"),
        (["add-endpoint", "sh_demo", "piet", "--kind", "mail"], "This is not an e-mail address"),
        (["add-endpoint", "sh_demo", "piet@x.example", "--kind", "daily_list"], "needs the time at which it leaves"),
    ],
)
def test_a_mistake_with_a_merchant_is_said_plainly(sqlite_url: str, arguments: list[str], words: str) -> None:
    stoep(sqlite_url, "demo", "--seed-only")
    run = stoep(sqlite_url, "merchants", *arguments)
    assert run.exit_code == 1
    assert words in run.stderr
