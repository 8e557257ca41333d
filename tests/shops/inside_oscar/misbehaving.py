"""Stoep's answers as they should not be: slow, dripping, elsewhere, nonsense. The shop goes on."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

from django.test import SimpleTestCase, override_settings
from stoep_oscar import service


class _Answers(BaseHTTPRequestHandler):
    """Each path has its own way to go wrong."""

    asked: ClassVar[list[tuple[str, str | None]]] = []

    def do_POST(self) -> None:
        self.asked.append((self.path, self.headers["Authorization"]))
        kind = self.path.split("/")[3]
        getattr(self, f"_{kind}", self._problem)()

    def _silent(self) -> None:
        time.sleep(1.6)

    def _dripping(self) -> None:
        self._begin(200, {"Content-Length": "1000"})
        for _ in range(30):
            try:
                self.wfile.write(b" ")
            except OSError:
                return
            time.sleep(0.1)

    def _elsewhere(self) -> None:
        self._begin(307, {"Location": "/v1/bookings/caught/paid", "Content-Length": "0"})

    def _nonsense(self) -> None:
        self._answer(200, b"<html>")

    def _list(self) -> None:
        self._answer(200, b"[]")

    def _problem(self) -> None:
        status, code = self.path.split("/")[3].split("-")
        body = {"code": code, "detail": "Why."} if code else {}
        self._answer(int(status), json.dumps(body).encode())

    def _answer(self, status: int, body: bytes) -> None:
        self._begin(status, {"Content-Length": str(len(body))})
        self.wfile.write(body)

    def _begin(self, status: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *_args: Any) -> None: ...


@contextmanager
def _misbehaving() -> Iterator[None]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Answers)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    _Answers.asked.clear()
    try:
        url = f"http://127.0.0.1:{server.server_port}"
        with override_settings(STOEP_URL=url, STOEP_KEYS=("pk_shop", "sk_shop"), STOEP_SECONDS=1):
            yield
    finally:
        server.shutdown()
        server.server_close()


class Misbehaving(SimpleTestCase):
    def test_an_answer_that_cannot_be_used_is_none_and_takes_a_second_at_most(self) -> None:
        with _misbehaving():
            for kind in (
                "silent",
                "dripping",
                "elsewhere",
                "nonsense",
                "list",
                "401-unauthorized",
                "403-",
                "500-",
                "429-x",
            ):
                with self.subTest(kind):
                    begun = time.monotonic()
                    with self.assertRaises(service.Away):
                        service.report_paid(kind)
                    self.assertLess(time.monotonic() - begun, 1.4)
            with self.assertRaises(service.Away):
                service.report_paid("409-request_in_progress")
        self.assertEqual({key for _path, key in _Answers.asked}, {"Bearer sk_shop"})
        self.assertNotIn("/v1/bookings/caught/paid", [path for path, _key in _Answers.asked])

    def test_a_refusal_says_whether_choosing_again_helps(self) -> None:
        with _misbehaving():
            for code in sorted(service.LOST):
                with self.subTest(code), self.assertRaises(service.Lost) as lost:
                    service.report_paid(f"409-{code}")
                self.assertEqual(lost.exception.code, code)
            with self.assertRaises(service.Refused) as refused:
                service.report_paid("422-invalid_input")
        self.assertEqual(str(refused.exception), "invalid_input: Why.")

    @override_settings(STOEP_KEYS=None)
    def test_a_shop_without_keys_sells_without_stoep(self) -> None:
        with self.assertRaises(service.Away):
            service.picker({})
