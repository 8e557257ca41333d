"""A shop's page and a stand-in service on two origins, for the element's own tests."""

from contextlib import suppress
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from json import dumps, loads
from pathlib import Path
from threading import Thread
from time import sleep
from urllib.parse import parse_qsl, urlsplit

from tests.browser.element_offers import held, make_offer
from web.picker import render_picker

STATIC = Path(__file__).parents[2] / "static"
TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}

HOST_PAGE = """<!doctype html><html lang="nl"><head><meta charset="utf-8"><title>Afrekenen</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/host.css"><script src="/host.js"></script></head>
<body><main><h1>Afrekenen</h1><h2>Levering</h2>INNER</main></body></html>"""

HOST_STYLE = """:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 0; background: Canvas; color: CanvasText; }
main { max-inline-size: 44rem; margin: 0 auto; padding: 1rem; box-sizing: border-box; }
button { min-block-size: 44px; }"""

# Writes the element's events down and counts timers; a page of a shop could do the same.
HOST_SCRIPT = """
const timers = new Set();
const { setTimeout: set, clearTimeout: clear } = window;
window.setTimeout = (run, delay) => {
  const id = set(() => { timers.delete(id); run(); }, delay);
  timers.add(id);
  return id;
};
window.clearTimeout = (id) => { timers.delete(id); clear(id); };
window.liveTimers = () => timers.size;
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => window.violations.push(event.violatedDirective));
window.heard = [];
for (const name of ["ready", "change", "expiring", "expired", "error"]) {
  document.addEventListener(`stoep:${name}`, (event) => window.heard.push([name, event.detail]));
}
"""


class Service:
    """A stand-in for Stoep on loopback: the real fragment and static files, holds kept in memory.

    `broken` answers 500, `hang` waits so many seconds, `full` holds the slot ids that are taken by others.
    """

    def __init__(self) -> None:
        self.offer = make_offer(days=3, windows=3, centres=6)
        self.look_css = ""
        self.mark = 1
        self.held: str | None = None
        self.hold_seconds = 600.0
        self.longer_seconds = 900.0
        self.broken = False
        self.hang = 0.0
        self.hold_delay = 0.0
        self.full: set[str] = set()
        self.estimate: dict[str, object] = {"estimate": {"earliest_day": "2026-11-24"}, "text": "Morgen in huis"}
        self.calls: list[tuple[str, dict[str, object]]] = []
        self.host_html = ""
        self._servers: list[ThreadingHTTPServer] = []
        self.origin = self._serve(self._service_handler())
        self.host = self._serve(self._host_handler())

    def close(self) -> None:
        for server in self._servers:
            server.shutdown()
            server.server_close()

    def stop(self) -> None:
        """The service goes away; the shop's own page stays."""
        server = self._servers.pop(0)
        server.shutdown()
        server.server_close()

    def asked(self, path: str) -> list[dict[str, object]]:
        """The bodies of the calls to one path, in order."""
        return [body for called, body in list(self.calls) if called == path]

    def page(self, inner: str) -> str:
        """Put this into the body of the shop's page; returns its address."""
        self.host_html = inner.replace("SERVICE", self.origin)
        return f"{self.host}/"

    def fragment(self) -> str:
        offer = self.offer
        if self.held is not None:
            offer = held(offer, self.held, seconds=self.hold_seconds, longer=self.longer_seconds)
        return render_picker(offer, look_css=self.look_css)

    def take(self, option: str) -> tuple[int, dict[str, object]]:
        if option in self.full:
            self.mark += 1
            self.offer = replace(self.offer, options=tuple(one for one in self.offer.options if one.id != option))
            answer = {"code": "slot_full", "status": 409, "title": "Full", "offer": {"offer": f"of_{self.mark}"}}
            return 409, dict(answer)
        self.held = option
        return 201, self._hold(option)

    def extend(self) -> tuple[int, dict[str, object]]:
        self.hold_seconds = self.longer_seconds
        return 200, self._hold(self.held or "")

    def _hold(self, option: str) -> dict[str, object]:
        hold = held(self.offer, option, seconds=self.hold_seconds, longer=self.longer_seconds).held
        assert hold is not None
        return {
            "hold": hold.id,
            "expires_at": hold.expires_at.isoformat(),
            "extendable_until": hold.extendable_until.isoformat(),
            "choice": hold.choice,
            "option": {"id": option},
        }

    def _serve(self, handler: type[BaseHTTPRequestHandler]) -> str:
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._servers.append(server)
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}"

    def _service_handler(service) -> type[BaseHTTPRequestHandler]:  # noqa: N805 - `self` is the handler's below
        class Handler(_Quiet):
            def do_OPTIONS(self) -> None:
                self.answer(204, b"", "text/plain")

            def do_GET(self) -> None:
                path = urlsplit(self.path).path
                if path.startswith("/static/"):
                    return self.file(path)
                service.calls.append((path, dict(parse_qsl(urlsplit(self.path).query))))
                return self.widget(path, {})

            def do_POST(self) -> None:
                body = loads(self.rfile.read(int(self.headers["Content-Length"])))
                path = urlsplit(self.path).path
                service.calls.append((path, body))
                self.widget(path, body)

            def do_DELETE(self) -> None:
                service.calls.append((self.path, {"deleted": True}))
                service.held = None
                self.answer(204, b"", "text/plain")

            def widget(self, path: str, body: dict[str, object]) -> None:
                sleep(service.hang)
                if service.broken:
                    return self.json(500, {"code": "internal"})
                if path.endswith("/fragments/choices"):
                    return self.answer(200, service.fragment().encode(), "text/html; charset=utf-8")
                if path.endswith("/estimate"):
                    return self.json(200, service.estimate)
                if path.endswith("/extend"):
                    return self.json(*service.extend())
                sleep(service.hold_delay)
                return self.json(*service.take(str(body["option"])))

            def json(self, status: int, body: dict[str, object]) -> None:
                self.answer(status, dumps(body).encode(), "application/json")

            def file(self, path: str) -> None:
                found = STATIC / path.removeprefix("/static/")
                self.answer(200, found.read_bytes(), TYPES[found.suffix])

            def answer(self, status: int, body: bytes, kind: str) -> None:
                cors = {
                    "Access-Control-Allow-Origin": "*",
                    "Access-Control-Allow-Methods": "GET, POST, DELETE",
                    "Access-Control-Allow-Headers": "Content-Type",
                    "Access-Control-Expose-Headers": "Date",
                }
                self.send(status, body, kind, cors)

        return Handler

    def _host_handler(service) -> type[BaseHTTPRequestHandler]:  # noqa: N805
        class Handler(_Quiet):
            def do_GET(self) -> None:
                path = urlsplit(self.path).path
                policy = (
                    f"default-src 'self'; script-src 'self' {service.origin}; connect-src {service.origin}; "
                    "style-src 'self'"
                )
                content, kind = {
                    "/host.js": (HOST_SCRIPT, "text/javascript"),
                    "/host.css": (HOST_STYLE, "text/css"),
                    "/favicon.ico": ("", "image/x-icon"),
                }.get(path, (HOST_PAGE.replace("INNER", service.host_html), "text/html; charset=utf-8"))
                self.send(200, content.encode(), kind, {"Content-Security-Policy": policy})

        return Handler


class _Quiet(BaseHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Tests keep no access log."""

    def send(self, status: int, body: bytes, kind: str, headers: dict[str, str]) -> None:
        with suppress(ConnectionError):
            self.send_response(status)
            for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)
