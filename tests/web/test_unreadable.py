"""What is no text, or not what is expected, is refused by name wherever it stands; nothing of it is ever our fault."""

import base64
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from urllib.parse import quote

import orjson
import pytest
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests.plugin.desk import CSRF
from tests.plugin.planted import Call, Planted, body_for, every_call, form_for

BAD_PARTS = ("a%00b", "%00", "%ED%A0%80", "%FF%FE", "x" * 5000, "%F0%9F%A6%94", "..%2F..", "%0A", "'")
HEADERS = ("Accept-Language", "Idempotency-Key", "If-None-Match", "Origin", "Referer", "User-Agent")
BAD_CURSORS = (
    "2026-11-24T09:00:00+00:00|a\0b",
    "0001-01-01T00:00:00+00:00|x",
    "9999-12-31T23:59:59+00:00|x",
    "2026-11-24T09:00:00|x",
    "no moment|x",
    "",
)
METHODS = ("POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND")


def sent(shop: Planted, method: str, path: str, **options: Any) -> TestResponse:
    """A call of somebody who may do everything: only what is sent can be wrong."""
    headers = {} if path.startswith("/plugin") else {"Authorization": f"Bearer {shop.door.secret}"}
    answer = shop.owner.client.open(path, method=method, headers=headers | options.pop("headers", {}), **options)
    assert answer.status_code < 500, (method, path[:200], options, answer.text)
    return answer


def bad_paths(shop: Planted, rule: Rule, bad: str) -> Iterator[str]:
    """The rule's address with each of its parts bad in turn."""
    adapter = shop.app.url_map.bind("localhost")
    for name in rule.arguments:
        values = {each: "MARK" if each == name else "x" for each in rule.arguments}
        yield adapter.build(rule.endpoint, values, method=next(iter(rule.methods or ()))).replace("MARK", bad)


@pytest.mark.parametrize("bad", BAD_PARTS, ids=lambda bad: bad[:10])
def test_what_is_no_text_is_at_no_address(planted: Planted, bad: str) -> None:
    form = {CSRF: planted.owner.token()}
    for rule in planted.app.url_map.iter_rules():
        for path in bad_paths(planted, rule, bad):
            for method in (rule.methods or set()) - {"OPTIONS", "HEAD"}:
                body: dict[str, Any] = (
                    {"json": {}} if method in ("POST", "PUT") and path.startswith(("/v1", "/widget")) else {}
                )
                answer = sent(planted, method, path, **body or {"data": form if method == "POST" else None})
                assert not bad.endswith(("%00", "%00b", "%0A")) or answer.status_code == 404, (method, path)


def gets(shop: Planted) -> Iterator[Call]:
    return (call for call in every_call(shop) if call.method == "GET")


def test_what_is_no_text_is_no_question(planted: Planted) -> None:
    for call in gets(planted):
        for name in ("cursor", "a%00b"):
            assert sent(planted, "GET", f"{call.path}?{name}=a%00b").status_code == 422, str(call)


def test_what_is_no_text_is_not_taken_from_a_form(planted: Planted) -> None:
    for call in every_call(planted, "/plugin"):
        # What Stripe and its shoppers' pages send is no form.
        if call.method == "POST" and not call.path.startswith("/plugin/stripe/"):
            form = form_for(planted, call) | {CSRF: planted.owner.token(), "name": "a\0b"}
            assert sent(planted, "POST", call.path, data=form).status_code == 422, str(call)
            del form["name"]
            assert sent(planted, "POST", call.path, data=form | {"na\0me": "a"}).status_code == 422, str(call)


def test_what_is_no_text_is_not_taken_from_a_body(planted: Planted) -> None:
    calls = [call for call in every_call(planted) if call.path.startswith(("/v1", "/widget"))]
    bodies = list(with_each_text(body_for(planted, planted.door.shop), "a\0b"))
    assert len(bodies) > 20
    for call in calls:
        if call.method in ("POST", "PUT"):
            for body in bodies:
                sent(planted, call.method, call.path, json=body)
            half = orjson.dumps(bodies[0]).replace(b"a\\u0000b", b"a\\ud800b")
            assert sent(planted, call.method, call.path, data=half, content_type="application/json").status_code == 400


def with_each_text(value: Any, text: str) -> Iterator[Any]:
    """The document with each of its texts, and each of its names, replaced in turn."""
    if isinstance(value, str):
        yield text
    elif isinstance(value, list):
        for position, one in enumerate(value):
            for other in with_each_text(one, text):
                yield [*value[:position], other, *value[position + 1 :]]
    elif isinstance(value, dict):
        for name, one in value.items():
            for other in with_each_text(one, text):
                yield value | {name: other}
        yield value | {text: "a"}


def test_what_is_no_text_in_a_header_is_not_our_fault(planted: Planted) -> None:
    calls = {call.endpoint: call for call in every_call(planted)}.values()
    for names in (HEADERS, ("Authorization",)):
        for bad in ("a\0b", "\xff\xfe", "=;,"):
            for call in calls:
                body: dict[str, Any] = {"json": {}} if call.method in ("POST", "PUT") else {}
                sent(planted, call.method, call.path, headers=dict.fromkeys(names, bad), **body)


def test_a_cursor_that_is_none_of_ours_is_refused(planted: Planted) -> None:
    for bad in BAD_CURSORS:
        cursor = quote(base64.urlsafe_b64encode(bad.encode()).decode().rstrip("="))
        for path in ("/v1/bookings", "/plugin/deliveries"):
            sent(planted, "GET", f"{path}?cursor={cursor}")
            sent(planted, "GET", f"{path}?cursor={quote(bad)}")


def test_what_is_not_done_at_an_address_is_said(plainly_planted: Planted) -> None:
    for call in gets(plainly_planted):
        for method in METHODS:
            answer = sent(plainly_planted, method, call.path)
            assert answer.status_code >= 400 or method == "POST", (method, call.path)
            assert method != "PROPFIND" or answer.status_code == 405, (method, call.path)


def test_a_file_with_what_is_no_text_is_refused(planted: Planted) -> None:
    files = {
        "/plugin/to-send/file": b"order,event\n10\x0001,packed\n",
        "/plugin/settings/files": b'{"format": "stoep-settings", "version": 1, "settings": {"shop": {"\\ud800": 1}}}',
    }
    for path, content in files.items():
        for what in ("everything", "zones", "windows", "centres"):
            form = {CSRF: planted.owner.token(), "what": what, "file": (BytesIO(content), "file")}
            assert sent(planted, "POST", path, data=form).status_code == 422, path
