"""The shop's side of Stoep's HTTP interface: every call is over within STOEP_SECONDS, and every answer has a meaning."""

import json
import time
from collections.abc import Callable
from typing import Any

import requests
from urllib3.exceptions import HTTPError
from urllib3.util import Timeout

from stoep_oscar.configuration import Configuration, configuration

LARGEST_ANSWER = 4_000_000
"""Bytes. Stoep's largest, a picker of six weeks of windows, has some 100,000."""


class Away(Exception):
    """No answer, or none that can be used: go on without, and ask again later."""


class Lost(Exception):
    """What was chosen cannot be had any more: choose again. `code` is Stoep's own."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Refused(Exception):
    """Stoep will not take this however often it is asked: somebody must look at it. `code` is Stoep's own."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code


LOST = {
    "choice_gone",
    "choice_stale",
    "choice_used",
    "hold_expired",
    "invalid_token",
    "offer_expired",
    "option_gone",
    "option_unknown",
    "slot_full",
}
"""The codes after which choosing again helps."""


def picker(question: dict[str, Any]) -> str:
    """The picker as HTML, for a form that needs no script."""
    return _call("POST", "/widget/v1/fragments/choices", question | _shop()).decode()


def offer(question: dict[str, Any]) -> dict[str, Any]:
    """All options, and what this checkout holds. Writes nothing."""
    return _json("POST", "/widget/v1/offers", question | _shop())


def hold(offer_id: str, option: str) -> dict[str, Any]:
    """Keeps the option for its checkout; what was held before is let go. The answer has the signed choice."""
    return _json("POST", "/widget/v1/holds", {"offer": offer_id, "option": option} | _shop())


def place_order(order: dict[str, Any]) -> dict[str, Any]:
    """The booking of an order; the same order and part sent again give the same booking."""
    return _json("POST", "/v1/orders", order)


def bookings(query: str) -> dict[str, Any]:
    """A page of bookings, from the one untouched longest to the one touched last."""
    return _json("GET", f"/v1/bookings?{query}", {})


def report_paid(booking: str) -> dict[str, Any]:
    """The order stands: hand it over."""
    return _json("POST", f"/v1/bookings/{booking}/paid", {})


def report_payment_failed(booking: str) -> dict[str, Any]:
    """No order came of it: its place is free again."""
    return _json("POST", f"/v1/bookings/{booking}/payment_failed", {})


def cancel(booking: str) -> dict[str, Any]:
    """The order was cancelled."""
    return _json("POST", f"/v1/bookings/{booking}/cancel", {})


def report(booking: str, event: dict[str, Any]) -> dict[str, Any]:
    """A step of the order's way; sent again with the same id it does nothing."""
    return _json("POST", f"/v1/bookings/{booking}/events", event)


def _shop() -> dict[str, str]:
    return {"shop": _ours().publishable_key}


def _ours() -> Configuration:
    try:
        return configuration()
    except ValueError as error:
        raise Away(str(error)) from error


def _json(method: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
    try:
        answer = json.loads(_call(method, path, body))
    except ValueError as error:
        raise Away(f"{path}: the answer is not JSON") from error
    if not isinstance(answer, dict):
        raise Away(f"{path}: the answer is not an object")
    return answer


def _call(method: str, path: str, body: dict[str, Any]) -> bytes:
    ours = _ours()
    begun = time.monotonic()
    try:
        # allow_redirects: the key must not follow to another address. auth, and not a header: a .netrc would win over that.
        with requests.request(
            method,
            ours.url + path,
            json=body,
            auth=_with_key(ours.secret_key),
            timeout=Timeout(total=ours.seconds),
            allow_redirects=False,
            stream=True,
        ) as response:
            content = _read(response, begun + ours.seconds)
    except (requests.RequestException, HTTPError, UnicodeError) as error:
        raise Away(f"{path}: {type(error).__name__}") from error
    return _sorted_out(path, response, content)


def _with_key(secret_key: str) -> Callable[[requests.PreparedRequest], requests.PreparedRequest]:
    def add(request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {secret_key}"
        return request

    return add


def _read(response: requests.Response, until: float) -> bytes:
    """The whole body: an answer that drips in is as late as none."""
    content = bytearray()
    # read1, because read waits until it has as much as it was asked for.
    while piece := response.raw.read1(65536, decode_content=True):
        content += piece
        if time.monotonic() > until or len(content) > LARGEST_ANSWER:
            raise Away("the answer takes too long")
    return bytes(content)


def _sorted_out(path: str, response: requests.Response, content: bytes) -> bytes:
    status = response.status_code
    if 200 <= status < 300:
        return content
    problem = _problem(content)
    code, detail = str(problem.get("code", "")), str(problem.get("detail", ""))
    if code in LOST:
        raise Lost(code)
    if status in {400, 404, 409, 413, 422} and code and code != "request_in_progress":
        raise Refused(code, detail)
    # Also a wrong key: once it is put right, what waits goes out.
    raise Away(f"{path}: {status} {code}")


def _problem(content: bytes) -> dict[str, Any]:
    try:
        problem = json.loads(content)
    except ValueError:
        return {}
    return problem if isinstance(problem, dict) else {}
