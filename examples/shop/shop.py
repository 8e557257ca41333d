"""The shop: catalogue and basket. The checkout is in checkout.py."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Flask, abort, current_app, flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from examples.shop.basket import BasketLine, lines_of, with_quantity
from examples.shop.catalogue import PRODUCTS
from examples.shop.orders import Orders
from examples.shop.settings import Settings
from examples.shop.stoep import Stoep
from examples.shop.words import LOCALES, NAMES, Speech

pages = Blueprint("pages", __name__)


def create_shop(settings: Settings) -> Flask:
    """The shop as a Flask application. Orders that wait are sent by `keep_trying`, which whoever runs it starts."""
    from examples.shop.checkout import checkout

    app = Flask(__name__)
    app.config.update(
        SECRET_KEY=settings.cookie_secret,
        # Two shops on one host name share its cookies; and Lax keeps other sites from posting our forms.
        SESSION_COOKIE_NAME="shop",
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_HTTPONLY=True,
    )
    stoep = Stoep(settings)
    app.extensions["shop"] = {"settings": settings, "stoep": stoep, "orders": Orders(settings.orders_file, stoep)}
    app.register_blueprint(pages)
    app.register_blueprint(checkout)
    app.before_request(_choose_language)
    app.context_processor(_for_every_page)
    app.after_request(_with_headers(settings.stoep_url))
    app.register_error_handler(404, _not_found)
    return app


def settings() -> Settings:
    found: Settings = current_app.extensions["shop"]["settings"]
    return found


def stoep() -> Stoep:
    found: Stoep = current_app.extensions["shop"]["stoep"]
    return found


def orders() -> Orders:
    found: Orders = current_app.extensions["shop"]["orders"]
    return found


def basket_lines() -> list[BasketLine]:
    return lines_of(session.get("basket", {}))


@pages.get("/")
def home() -> str:
    return render_template("home.html", products=PRODUCTS.values())


@pages.get("/health")
def health() -> dict[str, str]:
    return {"status": "ok"}


@pages.get("/products/<sku>")
def product(sku: str) -> str:
    if sku not in PRODUCTS:
        abort(404)
    postal_code = request.args.get("postal_code", session.get("postal_code", "")).strip()[:12]
    session["postal_code"] = postal_code
    return render_template("product.html", product=PRODUCTS[sku], postal_code=postal_code)


@pages.get("/basket")
def basket() -> str:
    return render_template("basket.html")


@pages.post("/basket")
def change_basket() -> Response:
    """`add` puts so many more in; `quantity` alone sets how many there are."""
    sku = request.form.get("sku", "")
    quantity = request.form.get("quantity", 1, type=int)
    before = session.get("basket", {})
    if "add" in request.form:
        quantity += before.get(sku, 0)
        flash(g.say("added"))
    session["basket"] = with_quantity(before, sku, quantity)
    return redirect(url_for("pages.basket"), 303)


@pages.post("/language")
def change_language() -> Response:
    session["language"] = request.form.get("language", "en")
    path = request.form.get("path", "/")
    # Only a path of ours: "//elsewhere" would lead away.
    return redirect(path if path.startswith("/") and not path.startswith(("//", "/\\")) else "/", 303)


def _choose_language() -> None:
    wanted = session.get("language") or request.accept_languages.best_match(list(LOCALES)) or "en"
    g.say = Speech(wanted)


def _for_every_page() -> dict[str, Any]:
    lines = basket_lines()
    return {
        "say": g.say,
        "languages": NAMES,
        "shop": settings(),
        "lines": lines,
        "goods": sum(line.price for line in lines),
        "pieces": sum(line.quantity for line in lines),
        "here": request.full_path.rstrip("?") if request.method == "GET" else "/",
    }


def _with_headers(stoep_url: str) -> Callable[[Response], Response]:
    policy = f"default-src 'self'; script-src 'self' {stoep_url}; connect-src {stoep_url}; style-src 'self'"

    def add(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = policy
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "same-origin"
        if request.endpoint != "static":
            response.headers["Cache-Control"] = "no-store"
        return response

    return add


def _not_found(_error: Exception) -> ResponseReturnValue:
    return render_template("not_found.html"), 404
