"""Writes: one transaction each, and the same answer to the same request sent again."""

from collections.abc import Callable
from typing import Any

import orjson
from flask import Response, request

from delivery.idempotency import Answer as Kept
from delivery.idempotency import once
from delivery.problems import Fault, InvalidInput
from delivery.setups import Setup
from delivery.store.engine import Session
from web.service import now, service
from web.shops import fingerprint

Answer = tuple[int, dict[str, Any] | None]
LONGEST_KEY = 255


def write(whose: Callable[[Session], Setup], work: Callable[[Session, Setup], Answer]) -> Response:
    """Find out whose call it is, do the work and answer, all in one transaction.

    With an `Idempotency-Key` the answer is stored in it: a repeat gets that answer and does nothing.
    """
    key = _idempotency_key()
    said = fingerprint(request.method.encode(), request.path.encode(), request.get_data())

    def transaction(session: Session) -> Kept:
        setup = whose(session)

        def answer() -> Kept:
            status, body = work(session, setup)
            return Kept(status, "" if body is None else orjson.dumps(body).decode())

        return once(session, now(), setup.merchant_id, key, said, answer)

    answer = service().database.write(transaction)
    response = Response(answer.body, answer.status, content_type="application/json" if answer.body else None)
    response.headers["Cache-Control"] = "no-store"
    return response


def _idempotency_key() -> str | None:
    """The header's text, bare or as a quoted string (RFC 8941)."""
    text = request.headers.get("Idempotency-Key")
    if text is None:
        return None
    if len(text) >= 2 and text[0] == text[-1] == '"':
        text = text[1:-1]
    if not text or len(text) > LONGEST_KEY or not text.isprintable():
        fault = Fault("", f"Idempotency-Key has 1 to {LONGEST_KEY} printable characters.")
        raise InvalidInput("The Idempotency-Key cannot be used.", (fault,))
    return text
