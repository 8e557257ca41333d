"""A shop's website on loopback: it serves whatever checkout a test wants."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

Answer = Callable[["Handler"], None]


@dataclass
class Website:
    """Serves `pages` by path on a free port; any other path is 404. `asked` are the paths that were asked for."""

    pages: dict[str, Answer] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    port: int = 0
    closing: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Self:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = False
        self._server.website = self  # type: ignore[attr-defined]
        self._server.handle_error = lambda *_: None  # type: ignore[method-assign]
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def address(self, path: str = "/checkout") -> str:
        return self.origin + path

    def serve(self, html: str, path: str = "/checkout", **headers: str) -> str:
        """Serve this page; returns its address."""
        self.pages[path] = page(html, **headers)
        return self.address(path)


class Handler(BaseHTTPRequestHandler):
    server: ThreadingHTTPServer

    def do_GET(self) -> None:
        website: Website = self.server.website  # type: ignore[attr-defined]
        website.asked.append(self.path)
        website.pages.get(self.path, status(404))(self)

    def log_message(self, *_anything: object) -> None:
        """Say nothing."""

    def answer(self, code: int, body: bytes, **headers: str) -> None:
        self.send_response(code)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def page(html: str, **headers: str) -> Answer:
    """This HTML, with 200."""
    return lambda handler: handler.answer(200, html.encode(), **{"Content_Type": "text/html; charset=utf-8"} | headers)


def status(code: int) -> Answer:
    """This status, and a page that says so."""
    return lambda handler: handler.answer(code, b"<h1>No</h1>", Content_Type="text/html")


def redirect(to: str) -> Answer:
    """Look elsewhere."""
    return lambda handler: handler.answer(302, b"", Location=to)


def drip(handler: Handler) -> None:
    """A page that never ends, a letter now and then."""
    website: Website = handler.server.website  # type: ignore[attr-defined]
    handler.send_response(200)
    handler.send_header("Content-Type", "text/html")
    handler.end_headers()
    while not website.closing.wait(0.02):
        handler.wfile.write(b"<p>")
        handler.wfile.flush()
