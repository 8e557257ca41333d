"""That the shop's server calls is noted at its key, once an hour: the install page says that it was seen."""

from datetime import datetime
from weakref import WeakKeyDictionary

import structlog
from flask import Flask, Response, request
from sqlalchemy.exc import SQLAlchemyError

from delivery import keys
from delivery.memory import Memory
from delivery.store.engine import Busy, DatabaseAway
from web.service import now, service

BEARER = "Bearer sk_"

log = structlog.get_logger(__name__)

_noted: WeakKeyDictionary[Memory, dict[str, datetime]] = WeakKeyDictionary()
"""By process: when each key was last written down."""


def register(app: Flask) -> None:
    """Look at every answer; one without a secret key costs nothing."""
    app.after_request(_note)


def _note(response: Response) -> Response:
    said = request.headers.get("Authorization", "")
    if said.startswith(BEARER) and response.status_code < 400:
        _write_down(said.removeprefix("Bearer ").strip())
    return response


def _write_down(key: str) -> None:
    ours = service()
    known = _noted.setdefault(ours.memory, {})
    mark = ours.signer.key_hash(key)
    if mark in known and now() - known[mark] < keys.KNOWN_TO:
        return
    known[mark] = now()
    try:
        ours.database.write(lambda session: keys.used(session, now(), ours.signer, key))
    except (Busy, DatabaseAway, SQLAlchemyError):
        # The call itself was answered: this can wait an hour.
        log.warning("call_not_noted")
