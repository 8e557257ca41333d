"""An application on a port of loopback, and a browser to look at it with."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

from flask import Flask
from playwright.sync_api import Browser, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.browser.chromium import FLAGS, chromium_path


class Quiet(WSGIRequestHandler):
    def log_request(self, *_args: object) -> None: ...


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The address at which the application answers until the block ends."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def launched(*more: str) -> Iterator[Browser]:
    """Chromium, with `more` flags than usual, until the block ends."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=[*FLAGS, *more])
        try:
            yield browser
        finally:
            browser.close()
