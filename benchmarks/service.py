"""The service with the measured merchant, its clock standing still: the same answers in every run."""

import io
import sys
from collections.abc import Callable
from typing import Any

import orjson
from flask import Flask

from app import create_app
from benchmarks import merchant
from delivery.keys import KeyKind, issue_key
from delivery.store.engine import Database
from web.config import Config
from web.service import NAME

NO_LIMIT = 100_000_000
PATHS = {"offer": "/widget/v1/offers", "fragment": "/widget/v1/fragments/choices"}


def make_service(url: str) -> Flask:
    """The application on this database, without a limit that a benchmark would meet."""
    config = Config(database_url=url, queue_url="sqlite:///:memory:", limit_per_minute=NO_LIMIT, log_level="WARNING")
    return create_app(config, lambda: merchant.TUESDAY_MORNING)


def with_health(app: Flask) -> None:
    """GET /health, by which a started server is known to be up."""
    app.add_url_rule("/health", "health", lambda: "")


def seed_service(url: str) -> str:
    """Make the merchant in a migrated database; its publishable key."""
    database = Database(url)
    now = merchant.TUESDAY_MORNING
    database.write(lambda session: merchant.seed(session, now))
    signer = make_service(url).extensions[NAME].signer
    key = database.write(lambda session: issue_key(session, now, signer, merchant.MERCHANT_ID, KeyKind.PUBLISHABLE))
    database.close()
    return key


def question(key: str) -> bytes:
    """The body that asks for an offer."""
    return orjson.dumps(merchant.QUESTION | {"shop": key})


def call(app: Flask, path: str, body: bytes) -> bytes:
    """One request without a server or a test client around it: as gunicorn would call the application."""
    status: list[str] = []

    def start(line: str, _headers: Any, _error: Any = None) -> Callable[[bytes], object]:
        status.append(line)
        return lambda _piece: None

    answer = app.wsgi_app(environ(path, body), start)
    try:
        said = b"".join(answer)
    finally:
        if hasattr(answer, "close"):
            answer.close()
    assert status[0].startswith("200"), (status, said[:500])
    return said


def environ(path: str, body: bytes) -> dict[str, Any]:
    """What a WSGI server says about such a request."""
    return {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "127.0.0.1:8000",
        "HTTP_ORIGIN": merchant.SHOP_ORIGIN,
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.url_scheme": "http",
        "wsgi.version": (1, 0),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
