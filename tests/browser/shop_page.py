"""A checkout page of a shop of one's own, served on loopback with the strict policy that such shops have."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Checkout</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
HEAD</head><body><main><h1>Checkout</h1><form>
FORM
<button>Order</button></form></main></body></html>"""


@dataclass
class ShopPage:
    """One page at /checkout: what stands in its head and in its form, and its policy."""

    origin: str = ""
    head: str = ""
    form: str = ""
    policy: str = "default-src 'self'"

    @property
    def address(self) -> str:
        return f"{self.origin}/checkout"

    @property
    def html(self) -> str:
        return PAGE.replace("HEAD", self.head).replace("FORM", self.form)

    def shows(self, service: str, key: str, postal_code: str, locale: str = "en-GB") -> str:
        """Puts a shop's picker into the page; returns its address."""
        basket = '{"lines": [{"sku": "LAMP", "quantity": 1}], "currency": "EUR"}'
        self.policy = f"default-src 'self'; script-src 'self' {service}; connect-src 'self' {service}"
        self.head = f'<script type="module" src="{service}/static/stoep.js"></script>'
        self.form = (
            f'<stoep-delivery shop="{key}" country="NL" postal-code="{postal_code}" locale="{locale}" '
            f"basket='{basket}' name=\"delivery_choice\"></stoep-delivery>"
        )
        return self.address


@contextmanager
def served_page() -> Iterator[ShopPage]:
    """The page, on a free port."""
    page = ShopPage()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            there = self.path.startswith("/checkout")
            body = page.html.encode() if there else b""
            with suppress(ConnectionError):
                self.send_response(200 if there else 204)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.send_header("Content-Security-Policy", page.policy)
                self.end_headers()
                self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Tests keep no access log."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    page.origin = f"http://127.0.0.1:{server.server_port}"
    try:
        yield page
    finally:
        server.shutdown()
        server.server_close()
