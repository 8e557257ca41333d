"""A map server on loopback: it answers as OSRM's and Valhalla's documents say, refuses what they refuse, misbehaves as told."""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from delivery.rules.places import Point, distance_m

TABLE = re.compile(r"/maps/table/v1/driving/(-?\d+\.\d+,-?\d+\.\d+(?:;-?\d+\.\d+,-?\d+\.\d+)*)")
MOST_PLACES, MOST_PAIRS = 100, 2500
SECONDS_PER_METRE = 0.25
"""Crow's metres: 14 km/h, much slower than the settings think."""


@dataclass
class MapServer:
    """`asked` are the sizes of the tables that it gave; `behaves` is None, or how it misbehaves; `islands` are places no road
    leads to (thousandths of degrees of latitude and longitude)."""

    port: int = 0
    asked: list[tuple[int, int]] = field(default_factory=list)
    behaves: str | None = None
    islands: set[tuple[int, int]] = field(default_factory=set)
    closing: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/maps/"

    def seconds(self, start: Point, end: Point) -> float | None:
        if {(round(1000 * one.latitude), round(1000 * one.longitude)) for one in (start, end)} & self.islands:
            return None
        return round(distance_m(start, end) * SECONDS_PER_METRE, 1)

    def table(self, starts: list[Point], ends: list[Point]) -> list[list[float | None]]:
        self.asked.append((len(starts), len(ends)))
        return [[self.seconds(start, end) for end in ends] for start in starts]


class Refused(Exception):
    """400, with a body of the server's own kind."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer(self._osrm)

    def do_POST(self) -> None:
        self._answer(self._valhalla)

    def _answer(self, how: Any) -> None:
        server: MapServer = self.server.maps  # type: ignore[attr-defined]
        if server.behaves == "hangs":
            server.closing.wait(20)
            return
        try:
            status, answer = 200, how(server)
        except Refused as refusal:
            status, answer = 400, refusal.args[0]
        if server.behaves == "refuses":
            status = 500
        body = b"<html>" if server.behaves == "talks" else json.dumps(answer).encode()
        if server.behaves == "leads on":
            status = 302
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if status == 302:
            self.send_header("Location", server.url)
        self.end_headers()
        self.wfile.write(body)

    def _osrm(self, server: MapServer) -> dict[str, Any]:
        parts = urlsplit(self.path)
        found, query = TABLE.fullmatch(parts.path), parse_qs(parts.query, strict_parsing=True)
        if found is None or set(query) != {"sources", "destinations", "annotations"}:
            raise Refused({"code": "InvalidUrl", "message": self.path})
        pairs = [pair.split(",") for pair in found[1].split(";")]
        places = [Point(float(latitude), float(longitude)) for longitude, latitude in pairs]
        if len(places) > MOST_PLACES:
            raise Refused({"code": "TooBig", "message": "Too many table coordinates"})
        wanted = [[int(number) for number in query[name][0].split(";")] for name in ("sources", "destinations")]
        if query["annotations"] != ["duration"] or not all(0 <= n < len(places) for side in wanted for n in side):
            raise Refused({"code": "InvalidOptions", "message": parts.query})
        starts, ends = ([places[n] for n in side] for side in wanted)
        rows: Any = server.table(starts, ends)
        if server.behaves == "too few":
            rows = rows[:-1]
        if server.behaves == "words":
            rows = [["soon" for _ in row] for row in rows]
        return {"code": "Ok", "durations": rows, "sources": [], "destinations": []}

    def _valhalla(self, server: MapServer) -> dict[str, Any]:
        if self.path != "/maps/sources_to_targets" or self.headers["Content-Type"] != "application/json":
            raise Refused({"error_code": 106, "error": "Try any of: '/sources_to_targets'", "status_code": 404})
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if set(asked) != {"sources", "targets", "costing"} or asked["costing"] != "auto":
            raise Refused({"error_code": 125, "error": "No costing method found", "status_code": 400})
        starts, ends = ([Point(one["lat"], one["lon"]) for one in asked[side]] for side in ("sources", "targets"))
        if len(starts) * len(ends) > MOST_PAIRS:
            raise Refused({"error_code": 150, "error": "Exceeded max locations", "status_code": 400})
        rows: Any = [
            [
                {"distance": 1.0, "time": seconds, "to_index": to, "from_index": row}
                for to, seconds in enumerate(of_start)
            ]
            for row, of_start in enumerate(server.table(starts, ends))
        ]
        if server.behaves == "too few":
            rows = [row[:-1] for row in rows]
        if server.behaves == "words":
            rows = [["soon" for _ in row] for row in rows]
        return {"sources_to_targets": rows, "units": "kilometers"}

    def log_message(self, *_args: object) -> None:
        """Nothing: the tests have their own words."""


@contextmanager
def map_server() -> Iterator[MapServer]:
    """One that serves on a free port."""
    maps = MapServer()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.maps = maps  # type: ignore[attr-defined]
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    maps.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield maps
    finally:
        maps.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()
