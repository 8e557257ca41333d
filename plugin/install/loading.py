"""Loads a merchant's checkout as a shopper's browser would come to it: by public addresses only, soon, and not all of it."""

from dataclasses import dataclass
from http.client import HTTPException
from urllib.parse import urljoin

import requests
import urllib3

from delivery.endpoint_kinds import check_url
from delivery.problems import InvalidInput
from plugin.notify.targets import CONNECT_SECONDS, Deadline, TargetRefused, checked_session

TOTAL_SECONDS = 15.0
READ_SECONDS = 8.0
MOST_BYTES = 1_000_000
MOST_REDIRECTS = 3

_HEADERS = {
    "user-agent": "Stoep-Self-Check/1.0",
    "accept": "text/html,application/xhtml+xml",
    "accept-encoding": "identity",
}


@dataclass(frozen=True, slots=True)
class Loaded:
    """A page as it came: where it was in the end, its HTML (its first million bytes), the content policies of its header."""

    url: str
    html: str
    policies: tuple[str, ...]


class CannotLoad(Exception):
    """The page did not come. `reason` is one of REASONS; `status` the answer's, when there was one."""

    def __init__(self, reason: str, status: int | None = None) -> None:
        super().__init__(reason)
        self.reason, self.status = reason, status


REASONS = ("address", "private", "time", "certificate", "connection", "redirects", "status", "not_a_page")


def load(url: str, allow_private: bool, seconds: float = TOTAL_SECONDS) -> Loaded:
    """The page at this address, after three redirects at most, each held to the same rules. Raises CannotLoad.

    Whatever the other side does, it ends within `seconds`; only a name server may take longer.
    """
    with Deadline(seconds) as deadline:
        try:
            with checked_session(allow_private, deadline) as http:
                return _follow(http, url, deadline)
        except TargetRefused as error:
            raise CannotLoad("private") from error
        except requests.exceptions.SSLError as error:
            raise CannotLoad("certificate") from error
        except (requests.RequestException, urllib3.exceptions.HTTPError, HTTPException, OSError, ValueError) as error:
            late = deadline.is_over or isinstance(error, requests.Timeout)
            raise CannotLoad("time" if late else "connection") from error


def _follow(http: requests.Session, url: str, deadline: Deadline) -> Loaded:
    for _ in range(MOST_REDIRECTS + 1):
        _check(url)
        with http.get(
            url,
            headers=_HEADERS,
            timeout=(CONNECT_SECONDS, min(READ_SECONDS, max(deadline.left, 0.1))),
            allow_redirects=False,
            stream=True,
        ) as response:
            if not response.is_redirect:
                return _read(url, response, deadline)
            url = urljoin(url, response.headers["location"])
    raise CannotLoad("redirects")


def _check(url: str) -> None:
    try:
        check_url(url)
    except InvalidInput as error:
        raise CannotLoad("address") from error


def _read(url: str, response: requests.Response, deadline: Deadline) -> Loaded:
    if response.status_code != 200:
        raise CannotLoad("status", response.status_code)
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in {"text/html", "application/xhtml+xml"}:
        raise CannotLoad("not_a_page")
    body: bytes = response.raw.read(MOST_BYTES, decode_content=True)
    if deadline.is_over:
        # A connection that was shut looks like the page's end.
        raise CannotLoad("time")
    # Only names and addresses are looked for, and those are ASCII: an unknown charset does no harm.
    html = body.decode("utf-8", errors="replace")
    return Loaded(url, html, tuple(response.raw.headers.getlist("content-security-policy")))
