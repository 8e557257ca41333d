"""`stoep serve`: both doors over HTTP, by gunicorn."""

import os
import socket
import sys

import click

from plugin.commands.operator import Operator, with_operator

APPLICATION = "app:create_app()"


@click.command()
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="The address to listen on. 0.0.0.0: every one of this machine.",
)
@click.option(
    "--workers",
    default=1,
    show_default=True,
    type=click.IntRange(1, 256),
    help="Processes. With several, set STOEP_LIMITS_STORAGE, or each counts requests for itself.",
)
@click.option("--threads", default=8, show_default=True, type=click.IntRange(1, 256), help="Threads of each process.")
@click.option("--access-log", is_flag=True, help="Write a line for each request to standard output.")
@with_operator
def serve(operator: Operator, port: int, host: str, workers: int, threads: int, access_log: bool) -> None:
    """Serve Stoep on PORT.

    The tables must be there: run `stoep migrate` first. Ctrl-C or SIGTERM stops it once the requests under way are
    answered. What else gunicorn can do is set by its own variable, GUNICORN_CMD_ARGS.
    """
    operator.need_migrated()
    operator.database.close()
    need_free_port(host, port)
    # In place of this process, so that whoever started it stops the server by the same process id.
    os.execv(sys.executable, gunicorn_command(host, port, workers, threads, access_log))  # noqa: S606


def gunicorn_command(host: str, port: int, workers: int = 1, threads: int = 8, access_log: bool = False) -> list[str]:
    """The command that serves, with this very Python."""
    arguments = {
        "bind": f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
        "workers": str(workers),
        "worker-class": "gthread",
        "threads": str(threads),
        "log-level": "warning",
        # Offers travel in addresses; 8190 bytes is the most that gunicorn takes.
        "limit-request-line": "8190",
    }
    switches = ["--no-control-socket", *(["--access-logfile", "-"] if access_log else [])]
    settings = [f"--{name}={value}" for name, value in arguments.items()]
    return [sys.executable, "-m", "gunicorn", *settings, *switches, APPLICATION]


def need_free_port(host: str, port: int) -> None:
    """Stops the command with a plain sentence when nothing can listen there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise click.ClickException(f"cannot listen on {host}, port {port}: {error.strerror}") from error
