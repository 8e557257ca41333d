"""The OpenAPI document: valid, complete, and what the service does."""

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, given, settings
from openapi_spec_validator import OpenAPIV31SpecValidator
from schemathesis import Case
from schemathesis.checks import (
    content_type_conformance,
    not_a_server_error,
    response_schema_conformance,
    status_code_conformance,
)

from tests.databases import Database
from tests.doors import Door, open_door

PUBLISHED = {
    ("POST", "/widget/v1/offers"),
    ("GET", "/widget/v1/offers/{offer}"),
    ("POST", "/widget/v1/fragments/choices"),
    ("POST", "/widget/v1/fragments/split"),
    ("POST", "/widget/v1/holds"),
    ("POST", "/widget/v1/holds/{hold}/extend"),
    ("DELETE", "/widget/v1/holds/{hold}"),
    ("GET", "/widget/v1/estimate"),
    ("GET", "/widget/v1/pickup-points"),
    ("GET", "/widget/v1/looks/{merchant}.css"),
    ("POST", "/plugin/stripe/checkout-sessions/{payment}/delivery"),
    ("POST", "/plugin/stripe/payment-intents/{payment}/delivery"),
    ("POST", "/v1/orders"),
    ("GET", "/v1/bookings"),
    ("GET", "/v1/bookings/{booking}"),
    ("POST", "/v1/bookings/{booking}/paid"),
    ("POST", "/v1/bookings/{booking}/payment_failed"),
    ("POST", "/v1/bookings/{booking}/cancel"),
    ("POST", "/v1/bookings/{booking}/changes"),
    ("POST", "/v1/changes/{change}/answer"),
    ("POST", "/v1/bookings/{booking}/settlements/{settlement}/settled"),
    ("POST", "/v1/bookings/{booking}/events"),
    ("PUT", "/v1/stock"),
    ("GET", "/v1/people/export"),
    ("POST", "/v1/people/erase"),
    ("GET", "/v1/vans/{origin}/{day}"),
}


def test_the_document_is_valid_and_names_every_call(plain_door: Door) -> None:
    document = plain_door.client.get("/openapi.json").get_json()
    OpenAPIV31SpecValidator(document).validate()
    found = {
        (method.upper(), path)
        for path, item in document["paths"].items()
        for method in item
        if method in {"get", "post", "put", "delete"}
    }
    assert found == PUBLISHED


@pytest.fixture
def fuzzed(sqlite_database: Database) -> Iterator[Door]:
    url = sqlite_database.url.render_as_string(hide_password=False)
    opened = open_door(sqlite_database, url, limit_per_minute=1_000_000)
    yield opened
    opened.service.database.close()


@pytest.fixture
def document(fuzzed: Door) -> Any:
    return _document_of(fuzzed.client.application)


@cache
def _document_of(app: Flask) -> Any:
    return schemathesis.openapi.from_wsgi("/openapi.json", app)


CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.mark.parametrize(("method", "path"), sorted(PUBLISHED))
def test_whatever_is_sent_is_answered_as_documented(fuzzed: Door, document: Any, method: str, path: str) -> None:
    headers = {"Authorization": f"Bearer {fuzzed.secret}"} if path.startswith("/v1") else {}

    @settings(suppress_health_check=list(HealthCheck), max_examples=settings().max_examples // 2)
    @given(case=document[path][method].as_strategy())
    def sent(case: Case) -> None:
        if isinstance(case.body, dict) and "shop" in case.body:
            case.body["shop"] = fuzzed.shop
        if "shop" in (case.query or {}):
            case.query["shop"] = fuzzed.shop
        case.call_and_validate(headers=headers, checks=CHECKS)

    sent()
