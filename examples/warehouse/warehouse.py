"""The warehouse: takes signed messages, shows the orders."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask, render_template, request
from flask.typing import ResponseReturnValue
from standardwebhooks.webhooks import Webhook, WebhookVerificationError
from werkzeug.wrappers import Response

from examples.warehouse.received import Received

LARGEST_MESSAGE = 1_000_000
STATES = {
    "confirmed": "to pack",
    "choice_open": "choice open",
    "awaiting_payment": "not paid",
    "packed": "packed",
    "dispatched": "on its way",
    "cancelled": "cancelled",
}


def create_warehouse(secret: str, file: Path) -> Flask:
    """The warehouse as a Flask application; `secret` is the endpoint's `whsec_…`."""
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_MESSAGE
    webhook, received = Webhook(secret), Received(file)

    @app.post("/hooks")
    def hooks() -> ResponseReturnValue:
        """204 when the message is safe in the file, and again when it comes again; 400 when it was not signed for us."""
        try:
            message = webhook.verify(request.get_data(), dict(request.headers.items()))
        except (WebhookVerificationError, json.JSONDecodeError, UnicodeDecodeError):
            return {"problem": "the signature does not fit"}, 400
        received.take(request.headers["webhook-id"], message)
        return "", 204

    @app.get("/")
    def page() -> str:
        return render_template("warehouse.html", **_facts(received))

    @app.get("/orders")
    def orders() -> str:
        """The list alone, for the script that keeps the page fresh."""
        return render_template("orders.html", **_facts(received))

    @app.get("/health")
    def health() -> dict[str, str]:
        return {"status": "ok"}

    app.after_request(_with_headers)
    app.add_template_filter(day)
    app.add_template_filter(clock_time)
    return app


def _facts(received: Received) -> dict[str, Any]:
    orders = received.orders()
    return {
        "orders": orders,
        "open_orders": sum(order["state"] != "cancelled" for order in orders),
        "messages": received.count_messages(),
        "states": STATES,
    }


def day(text: str | None) -> str:
    """ "2026-11-24" as "Tue 24 Nov"."""
    return date.fromisoformat(text[:10]).strftime("%a %-d %b") if text else "not set"


def clock_time(text: str, time_zone: str) -> str:
    """An instant as the clock shows it there: "14:00"."""
    return datetime.fromisoformat(text).astimezone(ZoneInfo(time_zone)).strftime("%H:%M")


def _with_headers(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = "default-src 'self'"
    response.headers["X-Content-Type-Options"] = "nosniff"
    if request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
    return response
