"""Runs the warehouse: python -m examples.warehouse --port 8002."""

import argparse
import logging
import os
from pathlib import Path

from werkzeug.serving import make_server

from examples.warehouse.warehouse import create_warehouse


def main() -> None:
    parser = argparse.ArgumentParser(prog="warehouse", description="An example warehouse that listens to Stoep.")
    parser.add_argument("--port", type=int, default=8002)
    port = parser.parse_args().port
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    secret = os.environ.get("WAREHOUSE_SECRET")
    if not secret:
        raise SystemExit("set WAREHOUSE_SECRET: see examples/README.md")
    app = create_warehouse(secret, Path(os.environ.get("WAREHOUSE_ORDERS", "var/warehouse.sqlite")))
    make_server("127.0.0.1", port, app, threaded=True).serve_forever()


if __name__ == "__main__":
    main()
