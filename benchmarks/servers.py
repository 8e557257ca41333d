"""gunicorn as `stoep serve` runs it, with another application in it; and what processor time it takes."""

import contextlib
import os
import socket
from collections.abc import Iterator, Mapping
from pathlib import Path

from benchmarks.service import NO_LIMIT
from plugin.commands.processes import LOOPBACK, Program, running
from plugin.commands.serve import APPLICATION, gunicorn_command

HERE = Path(__file__).parent.parent


class Served:
    """A running server."""

    def __init__(self, port: int, process_id: int) -> None:
        self.port = port
        self._process_id = process_id

    def cpu_seconds(self) -> float | None:
        """Processor time that the server's processes have taken so far; None where /proc does not tell."""
        try:
            return sum(_cpu_seconds(process) for process in (self._process_id, *_children(self._process_id)))
        except (OSError, ValueError):
            return None


@contextlib.contextmanager
def served(name: str, variables: Mapping[str, str]) -> Iterator[Served]:
    """`benchmarks.served:<name>()` under gunicorn: the same worker class, workers and threads as `stoep serve`."""
    port = _free_port()
    command = gunicorn_command(LOOPBACK, port)
    assert command.pop() == APPLICATION
    command += ["--chdir", str(HERE), f"benchmarks.served:{name}()"]
    started = {"STOEP_LIMIT_PER_MINUTE": str(NO_LIMIT), "STOEP_LOG_LEVEL": "WARNING", **variables}
    with running([Program(name, command, port, started)]):
        yield Served(port, _listener(port))


def _listener(port: int) -> int:
    """The child of ours that was started for this port."""
    for process in _children(os.getpid()):
        said = Path(f"/proc/{process}/cmdline").read_bytes()
        if f"{LOOPBACK}:{port}".encode() in said:
            return process
    return -1


def _children(process: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{process}/task").glob("*/children"):
        found += [int(child) for child in task.read_text().split()]
    return found


def _cpu_seconds(process: int) -> float:
    facts = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(facts[11]) + int(facts[12])) / os.sysconf("SC_CLK_TCK")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])
