"""The OpenAPI 3.1 document at /openapi.json, made from the schemas."""

from collections.abc import Callable
from importlib.metadata import version
from typing import Any, TypeVar

import orjson
from flask import Flask, Response, request
from flask.json.provider import JSONProvider
from flask_smorest import Api

from web.problems import InvalidJson, UnsupportedMediaType
from web.schemas import ProblemSchema

DOORS = ("/widget/v1/", "/v1/")
SIGNED = "/plugin/stripe/webhooks/"
"""There a signature over the very bytes comes before anything that they say."""
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
"""Bodies of the doors are JSON; pages have forms."""

View = TypeVar("View", bound=Callable[..., Response])


class OrjsonProvider(JSONProvider):
    """Strict and fast: refuses what is not JSON, lone surrogates included."""

    def dumps(self, obj: Any, **_options: Any) -> str:
        return orjson.dumps(obj).decode()

    def loads(self, s: str | bytes, **_options: Any) -> Any:
        return orjson.loads(s)


class ProblemApi(Api):
    """An API whose errors are problem documents."""

    ERROR_SCHEMA = ProblemSchema

    def _register_responses(self) -> None:
        usual: str = Api.DEFAULT_RESPONSE_CONTENT_TYPE
        self.DEFAULT_RESPONSE_CONTENT_TYPE = "application/problem+json"
        super()._register_responses()
        self.DEFAULT_RESPONSE_CONTENT_TYPE = usual


def make_api(app: Flask) -> Api:
    """The API whose blueprints make the document."""
    app.json = OrjsonProvider(app)
    app.config.update(
        API_TITLE="Stoep",
        API_VERSION=version("stoep"),
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/",
        OPENAPI_JSON_PATH="openapi.json",
    )
    app.before_request(_check_body)
    return ProblemApi(app)


def documented_by(*decorators: Callable[[Any], Any]) -> Callable[[View], View]:
    """Document a view as these decorators of flask-smorest do, without what they do on every call: for the two calls that
    a checkout waits for."""

    def document(view: View) -> View:
        told: Any = view
        for decorate in reversed(decorators):
            told = decorate(told)
        view._apidoc = told._apidoc  # type: ignore[attr-defined]
        return view

    return document


def _check_body() -> Response | None:
    """Refuse a body that is not JSON before anybody reads it as an empty one."""
    if request.method not in ("POST", "PUT", "PATCH") or not request.content_length:
        return None
    if request.endpoint is None or request.mimetype == "text/csv" or request.path.startswith(SIGNED):
        return None
    if request.mimetype in FORMS and not request.path.startswith(DOORS):
        return None
    if request.mimetype != "application/json":
        raise UnsupportedMediaType("Send `Content-Type: application/json`.")
    try:
        request.get_json()
    except Exception as error:
        if getattr(error, "code", None) == 413:
            raise
        raise InvalidJson("The body is not JSON.") from error
    return None
