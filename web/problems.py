"""Errors as problem documents (RFC 9457): the one place that turns them into HTTP."""

from collections.abc import Mapping
from typing import Any

import orjson
import structlog
from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, TooManyRequests

from delivery.faults import faults_in
from delivery.problems import Fault, InvalidInput, Problem
from delivery.store.engine import Busy, DatabaseAway

log = structlog.get_logger("stoep.web")

TYPE = "/problems/"
RETRY_S = {429: "60", 503: "1"}
"""When to try again, where whoever refuses does not know it better."""

CODES = {
    400: ("bad_request", "The request cannot be read"),
    404: ("not_found", "There is nothing at this address"),
    405: ("method_not_allowed", "This cannot be done at this address"),
    413: ("too_large", "The body is too large"),
    415: ("unsupported_media_type", "The body must be application/json"),
    422: (InvalidInput.code, InvalidInput.title),
    429: ("too_many_requests", "Too many calls from this address"),
}


class OriginNotAllowed(Problem):
    code, status, title = "origin_not_allowed", 403, "This web origin may not call in the shop's name"


class KeyNeeded(Problem):
    code, status, title = "key_needed", 401, "A secret key is needed"


class KeyUnknown(Problem):
    code, status, title = "key_unknown", 401, "The secret key is not one of ours, or no longer counts"


class KeyMismatch(Problem):
    code, status, title = "key_mismatch", 403, "The secret key belongs to another shop"


class InvalidJson(Problem):
    code, status, title = "invalid_json", 400, "The body is not JSON"


class UnsupportedMediaType(Problem):
    code, status, title = "unsupported_media_type", 415, "The body must be application/json"


def problem_response(problem: Problem, extra: Mapping[str, object] | None = None) -> Response:
    """The document of a problem, with what the door adds (such as a fresh offer)."""
    body = _document(problem.code, problem.status, problem.title, problem.detail, problem.faults)
    response = _response(body | dict(extra or {}), problem.status)
    if problem.status in RETRY_S:
        response.headers["Retry-After"] = RETRY_S[problem.status]
    return response


def register(app: Flask) -> None:
    """Answer every error of this application with a problem document."""
    app.register_error_handler(Problem, problem_response)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Busy, _busy)
    app.register_error_handler(DatabaseAway, _away)
    app.register_error_handler(Exception, _unforeseen)


def _document(code: str, status: int, title: str, detail: str, faults: tuple[Fault, ...] = ()) -> dict[str, object]:
    body: dict[str, object] = {"type": TYPE + code, "title": title, "status": status, "detail": detail or title}
    body["code"] = code
    if faults:
        body["errors"] = [{"pointer": fault.pointer, "detail": fault.detail} for fault in faults]
    return body


def _response(body: Mapping[str, object], status: int) -> Response:
    return Response(orjson.dumps(body), status, content_type="application/problem+json")


def _http(error: HTTPException) -> Response:
    status = error.code or 500
    if status < 400:
        return Response(status=status, headers=error.get_headers())
    code, title = CODES.get(status, ("http_error", error.name))
    faults = _faults(getattr(error, "data", None))
    detail = "The input is not valid." if faults else (error.description or "")
    response = _response(_document(code, status, title, detail, faults), status)
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods))
    if isinstance(error, TooManyRequests):
        response.headers["Retry-After"] = str(error.retry_after or 60)
    return response


def _busy(_error: Busy) -> Response:
    body = _document("busy", 503, "Too much is happening at once", "Please try again in a moment.")
    response = _response(body, 503)
    response.headers["Retry-After"] = "1"
    return response


def _away(error: DatabaseAway) -> Response:
    log.error("database cannot be used", path=request.path, error=str(error.orig)[:200])
    response = _response(_document("unavailable", 503, "The service is not available", "Please try again later."), 503)
    response.headers["Retry-After"] = "5"
    return response


def _unforeseen(error: Exception) -> Response:
    log.exception("request failed", path=request.path, method=request.method, error=type(error).__name__)
    return _response(_document("internal_error", 500, "Something went wrong with us", ""), 500)


def _faults(data: Any) -> tuple[Fault, ...]:
    """The faults in a message tree of marshmallow, as JSON pointers; the place (json, query) is left out."""
    messages = data.get("messages") if isinstance(data, Mapping) else None
    if not isinstance(messages, Mapping):
        return ()
    return tuple(fault for tree in messages.values() for fault in faults_in(tree))
