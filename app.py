"""The application: engine, blueprints, languages, headers. No rules. The only place that reads the clock."""

from collections.abc import Callable
from datetime import UTC, datetime

from flask import Flask, jsonify
from flask.typing import ResponseReturnValue

from web.config import Config, read_config

Clock = Callable[[], datetime]


def clock() -> datetime:
    """Now, aware, UTC."""
    return datetime.now(UTC)


def create_app(config: Config | None = None, clock: Clock = clock) -> Flask:
    """A Flask application that serves both doors."""
    config = config or read_config()
    app = Flask("stoep", static_folder=None)

    @app.get("/health")
    def health() -> ResponseReturnValue:
        return jsonify(status="ok", at=clock().isoformat())

    return app


def main() -> None:
    """The `stoep` command."""
    from plugin.commands import stoep

    stoep(obj={"clock": clock})
