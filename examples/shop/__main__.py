"""Runs the shop: python -m examples.shop --port 8001."""

import argparse
import logging

from werkzeug.serving import make_server

from examples.shop.orders import keep_trying
from examples.shop.settings import read_settings
from examples.shop.shop import create_shop


def main() -> None:
    parser = argparse.ArgumentParser(prog="shop", description="An example webshop that uses Stoep.")
    parser.add_argument("--port", type=int, default=8001)
    port = parser.parse_args().port
    logging.basicConfig(level=logging.WARNING, format="shop: %(message)s")
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    settings = read_settings()
    app = create_shop(settings)
    keep_trying(app.extensions["shop"]["orders"], settings.seconds_between_retries)
    make_server("127.0.0.1", port, app, threaded=True).serve_forever()


if __name__ == "__main__":
    main()
