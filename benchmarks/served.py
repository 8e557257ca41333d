"""What gunicorn serves while it is measured: the service, or a bare Flask view that gives the same bytes."""

from os import environ
from pathlib import Path

from flask import Flask, Response, request

from benchmarks.service import NO_LIMIT, PATHS, make_service, with_health

ANSWERS = "STOEP_BENCH_ANSWERS"
"""The folder with the bytes that the bare view gives, a file for each path."""
CONTENT_TYPES = {"offer": "application/json", "fragment": "text/html; charset=utf-8"}


def ours() -> Flask:
    """The service, on the database of STOEP_DATABASE_URL."""
    assert int(environ["STOEP_LIMIT_PER_MINUTE"]) == NO_LIMIT
    return make_service(environ["STOEP_DATABASE_URL"])


def bare() -> Flask:
    """Flask and nothing else: the body is read, the bytes are given."""
    app = Flask("bare")
    for name, path in PATHS.items():
        _add(app, name, path, (Path(environ[ANSWERS]) / name).read_bytes())
    with_health(app)
    return app


def _add(app: Flask, name: str, path: str, answer: bytes) -> None:
    def view() -> Response:
        request.get_data()
        return Response(answer, content_type=CONTENT_TYPES[name])

    app.add_url_rule(path, name, view, methods=["POST"])
