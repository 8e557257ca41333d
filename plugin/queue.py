"""The queue that tells workers there is something to do. It may lose what it is told: the outbox may not.

Only names of tasks travel in it, as JSON: whoever can write to the queue can make us look, and nothing more.
"""

import time
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from urllib.parse import parse_qsl, urlencode, urlsplit

import orjson
import structlog
from huey import Huey, MemoryHuey, PostgresHuey, RedisHuey, SqliteHuey, crontab
from huey.exceptions import ConfigurationError
from huey.registry import Message
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from web.config import BadConfig, Config

NAME = "stoep"
REST_SECONDS = 30.0
"""How long a queue that could not be reached is left alone, so that requests do not wait for it one after another."""

Work = Callable[[], object]
log = structlog.get_logger(__name__)


class Names:
    """Serializes tasks without arguments: their id and name."""

    def serialize(self, message: Message) -> bytes:
        return orjson.dumps([message.id, message.name])

    def deserialize(self, text: bytes) -> Message:
        task_id, name = orjson.loads(bytes(text))
        return Message(str(task_id), str(name))


def _nothing() -> None:
    """What a process that only hastens does with the tasks: nothing, it never runs them."""


class Queue:
    """The tasks and where they wait. A worker gives the work itself; the others only say that there is some."""

    def __init__(
        self,
        huey: Huey,
        hand_over: Work = _nothing,
        sweep: Work = _nothing,
        tell: Work = _nothing,
        hear: Work = _nothing,
        replan: Work = _nothing,
    ) -> None:
        self.huey = huey
        self._hand_over = huey.task(name="hand_over")(lambda: _without_result(hand_over))
        self._tell = huey.task(name="tell")(lambda: _without_result(tell))
        self._hear = huey.task(name="hear")(lambda: _without_result(hear))
        self._replan = huey.task(name="replan")(lambda: _without_result(replan))
        huey.periodic_task(crontab(), name="sweep")(lambda: _without_result(sweep))

    def hasten(self) -> None:
        """Ask for a handing over now. May raise whatever the storage raises."""
        self._hand_over()

    def hasten_telling(self) -> None:
        """Ask for the mails to shoppers now. May raise whatever the storage raises."""
        self._tell()

    def hasten_hearing(self) -> None:
        """Ask for what shop platforms told, and for what they are to do. May raise whatever the storage raises."""
        self._hear()

    def hasten_replanning(self) -> None:
        """Ask for the routes of vans to be made anew now. May raise whatever the storage raises."""
        self._replan()


def _without_result(work: Work) -> None:
    work()


class Hastener:
    """For the web process: call it after the commit that wrote to the outbox. It never raises, nor is it slow for long.

    When the queue cannot be reached it says so in the log and rests; the worker looks at the outbox by itself.
    """

    def __init__(self, config: Config) -> None:
        self._config = config
        self._queue: Queue | None = None
        self._rests_until = 0.0
        self._lock = Lock()

    def __call__(self) -> None:
        if time.monotonic() < self._rests_until:
            return
        try:
            self._opened().hasten()
        except Exception as error:
            self._rests_until = time.monotonic() + REST_SECONDS
            log.warning("queue_unreachable", error=type(error).__name__)

    def close(self) -> None:
        """Let go of the connection; the next call opens another."""
        with self._lock:
            queue, self._queue = self._queue, None
        if queue is not None:
            queue.huey.storage.close()

    def _opened(self) -> Queue:
        with self._lock:
            self._queue = self._queue or Queue(open_storage(self._config))
            return self._queue


def open_storage(config: Config) -> Huey:
    """Where tasks wait: as STOEP_QUEUE_URL says, else beside the SQLite database, or inside the PostgreSQL database.

    Raises BadConfig when it is none that we know.
    """
    given = config.queue_url
    scheme = urlsplit(given).scheme
    try:
        if scheme in {"redis", "rediss"}:
            return RedisHuey(NAME, url=_impatient(given), **_options())
        return _sql_storage(make_url(given) if given else _beside(make_url(config.database_url)))
    except (ArgumentError, ConfigurationError) as error:
        raise BadConfig("STOEP_QUEUE_URL must begin with sqlite:///, postgresql:// or redis://") from error


def _sql_storage(url: URL) -> Huey:
    if url.get_backend_name() == "postgresql":
        dsn = url.set(drivername="postgresql").render_as_string(hide_password=False)
        return PostgresHuey(NAME, dsn=dsn, **_options())
    if url.get_backend_name() != "sqlite":
        raise ArgumentError("not a queue")
    if not url.database or url.database == ":memory:":
        return MemoryHuey(NAME, **_options())
    Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    # No fsync: what a power cut takes from the queue, the next look at the outbox finds.
    return SqliteHuey(NAME, filename=url.database, fsync=False, timeout=1, **_options())


def _options() -> dict[str, object]:
    return {"results": False, "serializer": Names()}


def _beside(database: URL) -> URL:
    if database.get_backend_name() != "sqlite" or not database.database or database.database == ":memory:":
        return database
    path = Path(database.database)
    return database.set(database=str(path.with_name(f"{path.stem}-queue{path.suffix}")))


def _impatient(url: str) -> str:
    """The driver would wait for ever for a Redis that is away."""
    parts = urlsplit(url)
    waits = {"socket_connect_timeout": "1", "socket_timeout": "5"} | dict(parse_qsl(parts.query))
    return parts._replace(query=urlencode(waits)).geturl()
