"""The application: engine, blueprints, languages, headers. No rules. The only place that reads the clock."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Flask, Response
from werkzeug.middleware.proxy_fix import ProxyFix
from whitenoise import WhiteNoise

import widget
from delivery.links import PageLinks
from delivery.memory import Memory
from delivery.signing_keys import load_signer
from delivery.store.engine import Database
from plugin import (
    counter,
    deliveries,
    handovers,
    install,
    orders,
    people,
    promises,
    rehearsal,
    sending,
    settings,
    staff,
    vans,
)
from plugin.orders import key_use
from plugin.pages import keep_logins, sign_cookies
from plugin.queue import Hastener
from plugin.shops import stripe
from web import health, logs, openapi, problems, unreadable
from web.config import Config, read_config
from web.limits import Limits
from web.service import NAME, Service
from widget import pages

Clock = Callable[[], datetime]

LARGEST_BODY = 256 * 1024
STATIC = Path(__file__).parent / "static"


class Application(Flask):
    """Flask, told that no view is a coroutine: it would look fourteen times for every call."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        return func


def clock() -> datetime:
    """Now, aware, UTC."""
    return datetime.now(UTC)


def create_app(config: Config | None = None, clock: Clock = clock) -> Flask:
    """A Flask application that serves both doors."""
    config = config or read_config()
    logs.configure(config.log_level)
    app = Application(NAME, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    serve_by(app, make_service(config, clock))
    keep_logins(app, config.public_url)
    unreadable.register(app)
    api = openapi.make_api(app)
    problems.register(app)
    limits = Limits(config.limits_storage, config.limit_per_minute, clock)
    api.register_blueprint(widget.make_blueprint(limits))
    api.register_blueprint(orders.make_blueprint())
    api.register_blueprint(stripe.make_blueprint(limits))
    app.register_blueprint(health.blueprint)
    app.register_blueprint(pages.make_blueprint(limits))
    app.register_blueprint(staff.make_blueprint(config, clock))
    app.register_blueprint(settings.make_blueprint())
    app.register_blueprint(install.make_blueprint())
    app.register_blueprint(rehearsal.make_blueprint())
    app.register_blueprint(sending.make_blueprint())
    app.register_blueprint(deliveries.make_blueprint())
    app.register_blueprint(counter.make_blueprint())
    app.register_blueprint(promises.make_blueprint())
    app.register_blueprint(vans.make_blueprint())
    app.register_blueprint(handovers.make_blueprint())
    app.register_blueprint(people.make_blueprint())
    app.register_blueprint(stripe.webhooks.make_blueprint())
    app.after_request(_headers)
    key_use.register(app)
    _serve_static(app)
    if config.trusted_proxies:
        hops = config.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    return app


def serve_by(app: Flask, service: Service) -> None:
    """Let the application serve from this database, by this clock and with these keys."""
    app.extensions[NAME] = service
    sign_cookies(app, service.signer)


def make_service(config: Config, clock: Clock, database: Database | None = None) -> Service:
    """What requests need of the process around them; the database is opened here unless it is open."""
    database = database or Database(config.database_url)
    signer = load_signer(database, clock(), config.secret_keys)
    return Service(
        config=config,
        database=database,
        memory=Memory(signer),
        signer=signer,
        links=PageLinks(config.public_url, signer),
        clock=clock,
        hasten=Hastener(config),
    )


def _serve_static(app: Flask) -> None:
    """The element's files, for any page; a version in the address could be cached for ever, this one for ten minutes."""
    files = WhiteNoise(app.wsgi_app, root=str(STATIC), prefix="static/", max_age=600, allow_all_origins=True)
    app.wsgi_app = files  # type: ignore[method-assign]


HEADERS = [
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Content-Security-Policy", "default-src 'self'; frame-ancestors 'none'"),
    ("Cross-Origin-Resource-Policy", "cross-origin"),
]


def _headers(response: Response) -> Response:
    """What every answer says; a page that has said its own policy keeps it."""
    response.headers.extend([(name, value) for name, value in HEADERS if name not in response.headers])
    return response


def main() -> None:
    """The `stoep` command."""
    from plugin.commands import stoep

    stoep(obj={"clock": clock})
