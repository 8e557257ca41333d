"""Processes that the demo starts, waits for and stops; each by its own process id."""

import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from os import environ

import click

HEALTH_SECONDS = 30
STOP_SECONDS = 10
LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Program:
    """Something to start. With a `port` it is up when GET /health there answers 200."""

    name: str
    arguments: Sequence[str]
    port: int | None = None
    variables: Mapping[str, str] = field(default_factory=dict)


class Running:
    """A started program."""

    def __init__(self, program: Program) -> None:
        self.program = program
        # A session of its own: Ctrl-C at the terminal reaches us alone, and we stop the others in order.
        self._process = subprocess.Popen(  # noqa: S603 - the programs are our own
            program.arguments,
            env={**environ, **program.variables},
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )

    def need_alive(self) -> None:
        """Stops the command when the program has ended."""
        status = self._process.poll()
        if status is not None:
            raise click.ClickException(f"{self.program.name} ended by itself (exit status {status}); see above")

    def wait_until_up(self) -> None:
        deadline = time.monotonic() + HEALTH_SECONDS
        while self.program.port and not _is_healthy(self.program.port):
            self.need_alive()
            if time.monotonic() > deadline:
                raise click.ClickException(f"{self.program.name} did not start within {HEALTH_SECONDS} seconds")
            time.sleep(0.05)

    def ask_to_stop(self) -> None:
        if self._process.poll() is None:
            self._process.terminate()

    def wait_until_stopped(self) -> None:
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


@contextmanager
def running(programs: Sequence[Program]) -> Iterator[list[Running]]:
    """All of them up; stopped at the end, the last one first, whatever happens."""
    started: list[Running] = []
    try:
        for program in programs:
            started.append(Running(program))
        for one in started:
            one.wait_until_up()
        yield started
    finally:
        for one in reversed(started):
            one.ask_to_stop()
        for one in reversed(started):
            one.wait_until_stopped()


def _is_healthy(port: int) -> bool:
    connection = HTTPConnection(LOOPBACK, port, timeout=2)
    try:
        connection.request("GET", "/health")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
