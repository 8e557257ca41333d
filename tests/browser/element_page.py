"""A shop's page and a stand-in service on two origins, for the element's own tests. Offers are made by hand."""

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from json import dumps, loads
from pathlib import Path
from threading import Thread
from time import sleep
from urllib.parse import parse_qsl, urlsplit

from delivery.options import DayHours, Held, Location, Offer, PickupOption, ShippingOption, SlotOption, Window
from delivery.rules.estimate import Estimate, Step
from delivery.rules.prices import Money
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

ZONE = "Europe/Amsterdam"
FIRST_DAY = date(2026, 11, 24)
CENTRES = (
    ("Bakkerij De Korenmolen", ["Prinsengracht 112"], "1015 EA", "Amsterdam", 450),
    ("Fietsenmaker Wiel & Zoon", ["Elandsgracht 7"], "1016 TM", "Amsterdam", 820),
    ("Boekhandel De Bladzijde", ["Overtoom 88-A", "1e verdieping"], "1054 HM", "Amsterdam", 1620),
    ("Buurtwinkel Noord", ["Van der Pekstraat 4"], "1031 CT", "Amsterdam", 3140),
    ("Tuincentrum Amstelveen", ["Bovenkerkerkade 2"], "1185 CS", "Amstelveen", 9340),
    ("Kringloop Zuidoost", ["Bijlmerdreef 1200"], "1103 TT", "Amsterdam", 11020),
)


def make_offer(
    *,
    locale: str = "nl-NL",
    offer_id: str = "of_test",
    days: int = 14,
    windows: int = 6,
    centres: int = 6,
    currency: str = "EUR",
    shipping: bool = True,
    mark: str = "1",
) -> Offer:
    """An offer of all three types, the option ids told apart by `mark`."""
    options = (
        *((make_shipping(f"op_{mark}.ship", currency),) if shipping else ()),
        *make_slots(days, windows, currency, mark),
        *(make_pickup(number, currency, mark) for number in range(centres)),
    )
    return Offer(
        id=offer_id,
        expires_at=datetime(2026, 11, 23, 15, 0, tzinfo=UTC),
        time_zone=ZONE,
        estimate=make_estimate() if shipping else None,
        options=options,
        locale=locale,
        currency=currency,
    )


def make_estimate() -> Estimate:
    return Estimate(
        earliest_day=FIRST_DAY,
        latest_day=FIRST_DAY + timedelta(days=1),
        order_before=datetime(2026, 11, 23, 16, 0, tzinfo=UTC),
        dispatch_day=date(2026, 11, 23),
        origin_ids=("o1",),
        service_id="s1",
        steps=(
            Step("cut_off", date(2026, 11, 23), {"cut_off": "17:00", "time_zone": ZONE, "met": 1}),
            Step("collection", date(2026, 11, 23)),
            Step("transit", FIRST_DAY, {"least": 1, "most": 2}),
            Step("delivery_day", FIRST_DAY, {"earliest": "2026-11-24", "latest": "2026-11-25"}),
        ),
    )


def make_shipping(option_id: str, currency: str = "EUR", amount: int = 395) -> ShippingOption:
    return ShippingOption(
        id=option_id,
        title="PostNL standaard",
        fee=Money(amount, currency),
        time_zone=ZONE,
        service_id="s1",
        earliest_day=FIRST_DAY,
        latest_day=FIRST_DAY + timedelta(days=1),
    )


def make_slots(days: int, windows: int, currency: str, mark: str) -> tuple[SlotOption, ...]:
    return tuple(
        SlotOption(
            id=f"op_{mark}.slot-{day}-{number}",
            title="",
            fee=Money(495 if number < 4 else 695, currency),
            time_zone=ZONE,
            pattern_id=f"p{number}",
            day=FIRST_DAY + timedelta(days=day),
            window=_window(FIRST_DAY + timedelta(days=day), 9 + 2 * number, 11 + 2 * number),
            places_left=2 if (day, number) == (0, 1) else None,
        )
        for day in range(days)
        for number in range(windows)
    )


def make_pickup(number: int, currency: str = "EUR", mark: str = "1") -> PickupOption:
    name, lines, postal_code, city, distance = CENTRES[number % len(CENTRES)]
    centre = Location(
        id=f"c{number}",
        name=name if number < len(CENTRES) else f"{name} {number}",
        address={"lines": lines, "postal_code": postal_code, "city": city, "country": "NL"},
        latitude=52.37,
        longitude=4.88,
        distance_m=distance,
        opening_hours=tuple(_hours(FIRST_DAY + timedelta(days=day - 1)) for day in range(7)),
    )
    return PickupOption(
        id=f"op_{mark}.pick-{number}",
        title=f"Afhalen bij {name}",
        fee=Money(0, currency),
        time_zone=ZONE,
        location=centre,
        ready_by=datetime(2026, 11, 23, 15, 0, tzinfo=UTC),
        pickup_by=datetime(2026, 11, 30, 17, 0, tzinfo=UTC),
    )


def held(offer: Offer, option_id: str, *, seconds: float, longer: float = 900) -> Offer:
    """The offer with a hold on one of its options that lasts so many seconds from now."""
    now = datetime.now(UTC)
    hold = Held(
        "ho_1", option_id, now + timedelta(seconds=seconds), now + timedelta(seconds=longer), f"choice:{option_id}"
    )
    return replace(offer, held=hold)


def _window(day: date, start: int, end: int) -> Window:
    """Winter time in Amsterdam: an hour ahead of UTC."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=1)
    return Window(midnight + timedelta(hours=start), midnight + timedelta(hours=end))


def _hours(day: date) -> DayHours:
    if day.isoweekday() == 7:
        return DayHours(day, ())
    return DayHours(day, (_window(day, 9, 12), _window(day, 13, 18)))


class Service:
    """A stand-in for Stoep on loopback: the real fragment and static files, holds kept in memory.

    `broken` answers 500, `hang` waits so many seconds, `full` holds the slot ids that are taken by others.
    """

    def __init__(self) -> None:
        self.offer = make_offer(days=3, windows=3, centres=6)
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
        return render_picker(offer)

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
