"""The worker as a process, its queue, and what the web process may expect of it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import structlog
from click.testing import CliRunner
from sqlalchemy import func, insert, select

from delivery import workers
from delivery.signing_keys import load_signer
from delivery.store.engine import Database, Session
from delivery.store.tables import idempotency
from plugin.commands import stoep
from plugin.queue import Hastener, Names, Queue, open_storage
from plugin.sweeps import sweep_all
from plugin.worker import Tools, hand_over_due
from tests import outbox
from tests.databases import add_two_merchants
from tests.driven import on_the_road
from tests.outbox import SIGNER, START, Clock, add_message, state
from tests.plugin.notify.mail_server import SENDER, Mailbox, mail_server
from tests.plugin.receiver import Receiver, hang, receiving
from tests.plugin.travel.map_server import map_server
from tests.plugin.travel.test_fetching import kept, with_server
from tests.telling import ordered, switch_on
from web.config import BadConfig, Config

LAMPS = "mr_lamps"


def real_clock() -> datetime:
    return datetime.now(UTC)


@contextmanager
def running_worker(url: str, **settings: str) -> Iterator[subprocess.Popen[bytes]]:
    environment = os.environ | {"STOEP_DATABASE_URL": url, "STOEP_ALLOW_PRIVATE_TARGETS": "true"} | settings
    command = [sys.executable, "-c", "import app; app.main()", "worker", "--workers", "2"]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE) as worker:
        try:
            assert worker.stderr is not None
            assert b"worker_started" in worker.stderr.readline()
            yield worker
        finally:
            worker.kill()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    name = "sqlite_url" if request.param == "sqlite" else "postgres_url"
    return str(request.getfixturevalue(name))


@pytest.fixture
def filled(url: str) -> Iterator[Database]:
    database = Database(url)
    database.write(add_two_merchants)
    yield database
    database.close()


def endpoint_at(database: Database, receiver: Receiver) -> str:
    signer = load_signer(database, real_clock())
    endpoint, secret = database.write(
        lambda session: outbox.endpoints.add(session, real_clock(), LAMPS, receiver.url, signer)
    )
    receiver.secrets.append(secret)
    return endpoint.id


def test_a_shopper_gets_a_mail_within_seconds(filled: Database, url: str) -> None:
    switch_on(filled)
    with mail_server() as mailbox, running_worker(url, **mail_settings(mailbox)):
        ordered(filled, now=real_clock())
        until = time.monotonic() + 10
        while not mailbox.got and time.monotonic() < until:
            time.sleep(0.05)
    assert [got.to for got in mailbox.got] == [["anna@home.test"]]


def mail_settings(mailbox: Mailbox) -> dict[str, str]:
    return {"STOEP_SMTP_URL": mailbox.config.smtp_url, "STOEP_MAIL_FROM": SENDER}


def test_a_message_arrives_within_seconds_and_sigterm_ends_the_worker(filled: Database, url: str) -> None:
    with receiving(real_clock) as receiver:
        endpoint = endpoint_at(filled, receiver)
        with running_worker(url) as worker:
            message = add_message(filled, LAMPS, endpoint, next_try_at=real_clock())
            began = time.perf_counter()
            receiver.wait_for(1)
            took = time.perf_counter() - began
            worker.send_signal(signal.SIGTERM)
            assert worker.wait(10) == 0
    assert took < 5
    assert (receiver.ids, receiver.received[0].verified) == ([message], True)
    assert state(filled, message) == "passed_on"


def test_it_sweeps_and_fetches_driving_times_by_itself(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    database.write(add_two_merchants)
    old = {"merchant_id": LAMPS, "key": "k", "fingerprint": "f", "created_at": START - timedelta(days=400)}
    database.write(lambda session: session.execute(insert(idempotency).values(old)))
    with map_server() as maps:
        on_the_road(database, with_server(database, "osrm", maps.url), 2, day=real_clock().date() + timedelta(days=1))
        with running_worker(sqlite_url):
            ends_at = time.monotonic() + 10
            while (count_of_keys(database) or not kept(database)) and time.monotonic() < ends_at:
                time.sleep(0.05)
    assert (count_of_keys(database), kept(database)) == (0, 6)
    database.close()


def count_of_keys(database: Database) -> int:
    with database.reading() as session:
        query = select(func.count()).select_from(idempotency).where(idempotency.c.merchant_id == LAMPS)
        return session.execute(query).scalar_one()


def test_sigterm_lets_the_worker_finish_what_it_is_sending(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    database.write(add_two_merchants)
    with receiving(real_clock, hang) as receiver:
        message = add_message(database, LAMPS, endpoint_at(database, receiver), next_try_at=real_clock())
        with running_worker(sqlite_url) as worker:
            receiver.wait_for(1)
            worker.send_signal(signal.SIGTERM)
            time.sleep(0.3)
            assert worker.poll() is None
            receiver.closing.set()
            assert worker.wait(10) == 0
    assert outbox.tries(database, message) == [(None, "It could not be reached, or closed the connection.")]
    database.close()


def test_it_stops_between_messages_when_told_to(sqlite_database: Database) -> None:
    clock = Clock()
    sqlite_database.write(add_two_merchants)
    with receiving(clock) as receiver:
        endpoint, _ = outbox.add_endpoint(sqlite_database, LAMPS, receiver.url)
        for number in range(5):
            add_message(sqlite_database, LAMPS, endpoint, f"bk_{number}")
        tools = Tools(sqlite_database, clock, SIGNER, Config(allow_private_targets=True))
        assert hand_over_due(tools, stopping=lambda: len(receiver.received) >= 2) == {"passed_on": 2}
        assert hand_over_due(tools, most=1) == {"passed_on": 1}


def test_the_command_says_what_it_needs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STOEP_DATABASE_URL", f"sqlite:///{tmp_path / 'new.sqlite'}")
    runner = CliRunner()
    help_text = runner.invoke(stoep, ["worker", "--help"])
    assert help_text.exit_code == 0
    assert "--workers" in help_text.output
    unmigrated = runner.invoke(stoep, ["worker"], obj={"clock": real_clock})
    assert unmigrated.exit_code == 1
    assert "stoep migrate" in unmigrated.output


def test_a_queue_address_that_is_none_is_refused_with_its_name(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STOEP_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("STOEP_QUEUE_URL", "amqp://somewhere")
    result = CliRunner().invoke(stoep, ["worker"], obj={"clock": real_clock})
    assert result.exit_code == 1
    assert "STOEP_QUEUE_URL" in result.output
    for given in ("mysql://x/y", "nonsense"):
        with pytest.raises(BadConfig):
            open_storage(Config(database_url=sqlite_url, queue_url=given))


def test_by_default_the_queue_lies_beside_the_database(tmp_path: Path) -> None:
    storage = open_storage(Config(database_url=f"sqlite:///{tmp_path / 'stoep.sqlite'}"))
    assert (tmp_path / "stoep-queue.sqlite").exists()
    storage.storage.close()


def test_hastening_reaches_the_worker_of_another_process(url: str, tmp_path: Path) -> None:
    config = Config(database_url=url)
    hasten = Hastener(config)
    hasten()
    hasten.close()
    done: list[str] = []
    storage = open_storage(config)
    Queue(storage, hand_over=lambda: done.append("handed over"))
    storage.execute(storage.dequeue())
    assert done == ["handed over"]
    assert storage.dequeue() is None
    storage.storage.close()


@pytest.mark.parametrize(
    "queue_url", ["redis://127.0.0.1:9/0", "postgresql://nobody@127.0.0.1:9/none", "sqlite:////proc/none/queue"]
)
def test_a_queue_out_of_reach_never_fails_nor_delays_the_request(sqlite_url: str, queue_url: str) -> None:
    hasten = Hastener(Config(database_url=sqlite_url, queue_url=queue_url))
    with structlog.testing.capture_logs() as logs:
        began = time.perf_counter()
        for _ in range(100):
            hasten()
        assert time.perf_counter() - began < 2
    assert [entry["event"] for entry in logs] == ["queue_unreachable"]


def test_the_queue_carries_names_only() -> None:
    class Message:
        id, name = "1", "plugin.queue.hand_over"

    text = Names().serialize(Message())
    assert text == b'["1","plugin.queue.hand_over"]'
    assert Names().deserialize(text).name == Message.name


def test_a_sweep_that_fails_is_logged_and_the_others_run(sqlite_database: Database) -> None:
    swept: list[datetime] = []

    def broken(_session: Session, _now: datetime) -> int:
        raise RuntimeError("broken")

    def working(_session: Session, now: datetime) -> int:
        swept.append(now)
        return 3

    with structlog.testing.capture_logs() as logs:
        sweep_all(sqlite_database, START, {"broken": broken, "working": working})
    assert swept == [START]
    assert [(entry["event"], entry["sweep"]) for entry in logs] == [("sweep_failed", "broken"), ("swept", "working")]


def test_every_sweep_runs_on_an_empty_database(database: Database) -> None:
    with structlog.testing.capture_logs() as logs:
        sweep_all(database, START + timedelta(days=1))
    assert [entry for entry in logs if entry["event"] == "sweep_failed"] == []


def test_it_says_that_it_is_alive_and_says_goodbye(filled: Database, url: str) -> None:
    with running_worker(url) as worker:
        ends_at = time.monotonic() + 30
        while workers_alive(filled) != 1 and time.monotonic() < ends_at:
            time.sleep(0.05)
        assert workers_alive(filled) == 1
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(30) == 0
    assert workers_alive(filled) == 0


def workers_alive(database: Database) -> int:
    with database.reading() as session:
        return workers.alive(session, real_clock())
