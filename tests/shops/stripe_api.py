"""A stand-in for Stripe's API: real HTTP on loopback for the real SDK, and stricter than Stripe where in doubt.

Not Stripe: what it does stands in the SDK's words about its parameters and in docs/stripe.md. `stripe_api()` starts it.
"""

import contextlib
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from tests.shops.stripe_accounts import API_VERSION, Account, Kept, Object, not_allowed, shown
from tests.shops.stripe_calls import Call, call_for
from tests.shops.stripe_params import checked, read_form
from tests.shops.stripe_refusals import Refused, invalid

Granted = frozenset[str] | None
"""What a restricted key may do; None: everything."""
LONGEST_KEY = 255
KEYS_ARE_KEPT = 24 * 60 * 60
"""Seconds. Stripe keeps them for at least as long; here not a second longer."""


@dataclass
class Asked:
    """One request as it came, and how it was answered."""

    method: str
    path: str
    params: Object
    key: str | None
    status: int


@dataclass
class Fault:
    """How the next call that fits goes wrong: with `status`, or by hanging up; after its work was done, or instead of it."""

    status: int | None = None
    after: bool = False
    path: str = ""
    gate: threading.Event | None = None
    """The call waits for it, before its work or after it, and then answers rightly."""
    reached: threading.Event = field(default_factory=threading.Event)
    """Set when a call waits at the gate."""


@dataclass
class StripeApi:
    """All accounts, what was asked, and what is to go wrong next."""

    clock: Callable[[], datetime]
    url: str = ""
    accounts: list[Account] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def add_account(self) -> Account:
        """Another merchant's account."""
        self.accounts.append(Account(self.clock))
        return self.accounts[-1]

    @property
    def account(self) -> Account:
        """The first account."""
        return self.accounts[0]

    def calls(self, method: str, path_begins: str) -> list[Asked]:
        """What was asked of these calls."""
        return [one for one in self.asked if one.method == method and one.path.startswith(path_begins)]

    def answer(self, method: str, target: str, headers: Any, body: str) -> tuple[int, str, bool] | None:
        """Status, JSON and whether it is a stored answer. None: hang up."""
        parts = urlsplit(target)
        key = headers.get("Idempotency-Key") if method == "POST" else None
        form = parts.query if method == "GET" else body
        params: Object = {}
        try:
            account, api_key = self._whose(headers)
            if method == "POST" and body and headers.get("Content-Type") != "application/x-www-form-urlencoded":
                raise invalid("The body is a form.")
            params = read_form(form)
            call, named = call_for(method, parts.path)
            granted = account.keys[api_key]
            if granted is not None and call.needs not in granted:
                raise not_allowed(api_key, call.needs)
            told = checked(call.params, params)
            said = self._once(
                account, key, (method, parts.path, form), lambda: self._do(account, call, told, named, granted)
            )
        except Refused as refused:
            said = refused.status, json.dumps(refused.body()), False
        with self.lock:
            self.asked.append(Asked(method, parts.path, params, key, said[0] if said else 0))
        return said

    def _whose(self, headers: Any) -> tuple[Account, str]:
        scheme, _, api_key = headers.get("Authorization", "").partition(" ")
        account = next((one for one in self.accounts if api_key in one.keys), None)
        if scheme != "Bearer" or account is None:
            raise Refused(401, "invalid_request_error", f"Invalid API Key provided: {api_key[:8]}…")
        if headers.get("Stripe-Version") != API_VERSION:
            raise invalid(f"The stand-in speaks version {API_VERSION}, not {headers.get('Stripe-Version')}.")
        return account, api_key

    def _once(
        self,
        account: Account,
        key: str | None,
        request: tuple[str, str, str],
        work: Callable[[], tuple[int, str] | None],
    ) -> tuple[int, str, bool] | None:
        """Do it unless this key was answered before: then that answer again, refusals and 500s too. Another request: an error.

        What was wrong with the parameters was said before, and is not kept.
        """
        if key is None:
            done = work()
            return done and (*done, False)
        if len(key) > LONGEST_KEY:
            raise invalid(f"An idempotency key has at most {LONGEST_KEY} characters.")
        with self.lock:
            known = account.kept.get(key)
            if known is None or account.now - known.since >= KEYS_ARE_KEPT:
                known, account.kept[key] = None, Kept(request, account.now)
        if known is not None:
            return _again(known, request)
        account.request_key = key
        done = work()
        kept = account.kept[key]
        if kept.status is None and done is not None:
            kept.status, kept.body = done
        if kept.status in (None, 429):
            del account.kept[key]
        return done and (*done, False)

    def _do(
        self, account: Account, call: Call, params: Object, named: tuple[str, ...], granted: Granted
    ) -> tuple[int, str] | None:
        fault = self._fault(call, named)
        if fault and fault.gate and not fault.after:
            fault = _waited(fault)
        if fault and not fault.after:
            return None if fault.status is None else (fault.status, _broken(fault.status))
        done = self._work(account, call, params, named, granted)
        if fault and fault.gate:
            self._keep(account, done)
            fault = _waited(fault)
        if fault is None:
            return done
        if fault.status is None:
            # What was done is kept under its key, though nobody hears the answer.
            self._keep(account, done)
            return None
        return fault.status, _broken(fault.status)

    def _keep(self, account: Account, done: tuple[int, str]) -> None:
        kept = account.kept.get(account.request_key or "")
        if kept is not None:
            kept.status, kept.body = done

    def _work(
        self, account: Account, call: Call, params: Object, named: tuple[str, ...], granted: Granted
    ) -> tuple[int, str]:
        try:
            with self.lock:
                answer = call.answer(account, params, *named)
                return 200, json.dumps(shown(account.expanded(answer, params.get("expand", []), granted)), default=str)
        except Refused as refused:
            return refused.status, json.dumps(refused.body())

    def _fault(self, call: Call, named: tuple[str, ...]) -> Fault | None:
        with self.lock:
            path = call.path.replace("{id}", named[0]) if named else call.path
            found = next((fault for fault in self.faults if path.startswith(fault.path)), None)
            if found is not None:
                self.faults.remove(found)
            return found


def _waited(fault: Fault) -> None:
    fault.reached.set()
    assert fault.gate is not None
    fault.gate.wait(10)


def _again(known: Kept, request: tuple[str, str, str]) -> tuple[int, str, bool]:
    if known.request != request:
        raise Refused(
            400,
            "idempotency_error",
            "Keys for idempotent requests can only be used with the same parameters they were first used with.",
        )
    if known.status is None:
        raise Refused(409, "idempotency_error", "Another request with this key is at work.", "idempotency_key_in_use")
    return known.status, known.body, True


def _broken(status: int) -> str:
    kind = "rate_limit" if status == 429 else None
    return json.dumps(Refused(status, "api_error", "An unknown error occurred.", kind).body())


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer("")

    def do_POST(self) -> None:
        self._answer(self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode())

    def _answer(self, body: str) -> None:
        self.close_connection = True
        api: StripeApi = self.server.api  # type: ignore[attr-defined]
        said = api.answer(self.command, self.path, self.headers, body)
        if said is None:
            return
        status, text, stored = said
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text.encode())))
        self.send_header("Connection", "close")
        self.send_header("Request-Id", f"req_{len(api.asked)}")
        self.send_header("Stripe-Should-Retry", "false")
        if stored:
            self.send_header("Idempotent-Replayed", "true")
        self.end_headers()
        with contextlib.suppress(OSError):
            self.wfile.write(text.encode())

    def log_message(self, *_words: object) -> None:
        return


@contextlib.contextmanager
def stripe_api(clock: Callable[[], datetime]) -> Iterator[StripeApi]:
    """The stand-in with one account, on a free port of loopback, by this clock."""
    api = StripeApi(clock)
    api.add_account()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.api = api  # type: ignore[attr-defined]
    server.daemon_threads = False
    api.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield api
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
