"""The checkout, as a guest: address, delivery, payment, confirmation."""

import secrets
from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from examples.shop.basket import basket_attribute
from examples.shop.parts import parts_of
from examples.shop.placing import choice_of, place, plain_pickers
from examples.shop.shop import basket_lines, orders
from examples.shop.stoep import ChoiceLost

checkout = Blueprint("checkout", __name__, url_prefix="/checkout")

NEEDED = ("name", "email", "street", "postal_code", "city", "country")
FIELDS = (*NEEDED, "phone")
FALLBACK_FEE = 495
"""What delivery costs when Stoep cannot say: the shop's own price."""


@checkout.get("/")
def address() -> ResponseReturnValue:
    if not basket_lines():
        return redirect(url_for("pages.basket"))
    known = {"country": "NL", "postal_code": session.get("postal_code", ""), **session.get("address", {})}
    return render_template("address.html", values=known, missing=())


@checkout.post("/")
def take_address() -> ResponseReturnValue:
    values = {field: request.form.get(field, "").strip()[:200] for field in FIELDS}
    missing = [field for field in NEEDED if not values[field]]
    if missing:
        return render_template("address.html", values=values, missing=missing), 422
    session["address"] = values
    # Stoep keeps a chosen place for this checkout: hard to guess, the same on every page of it.
    session.setdefault("checkout", secrets.token_urlsafe(16))
    return redirect(url_for("checkout.delivery"), 303)


@checkout.get("/delivery")
def delivery() -> ResponseReturnValue:
    lines, to = basket_lines(), session.get("address")
    if not lines or not to:
        return redirect(url_for("checkout.address"))
    return render_template(
        "delivery.html",
        to=to,
        checkout=session["checkout"],
        basket=basket_attribute(lines, g.say.language),
        plain=plain_pickers(lines, session.get("collected", []), to, session["checkout"]),
        fallback_fee=FALLBACK_FEE,
    )


@checkout.post("/collected")
def take_collected() -> ResponseReturnValue:
    """Without scripts: what is collected, so that the pickers are those of the two parts."""
    session["collected"] = request.form.getlist("delivery_choice_collected")[:50]
    return redirect(url_for("checkout.delivery"), 303)


@checkout.post("/delivery")
def take_delivery() -> ResponseReturnValue:
    lines, to = basket_lines(), session.get("address")
    if not lines or not to:
        return redirect(url_for("checkout.address"), 303)
    is_plain = "is_plain" in request.form
    collected = request.form.getlist("plain_collected" if is_plain else "delivery_choice_collected")
    try:
        wanted = [(part, choice_of(part, request.form)) for part in parts_of(lines, collected)]
        number = place(wanted, to, request.form.get("notes", "").strip()[:500])
    except ChoiceLost as lost:
        return _choose_again(lost.code)
    return redirect(url_for("checkout.payment", number=number), 303)


@checkout.get("/payment/<number>")
def payment(number: str) -> ResponseReturnValue:
    order = orders().find(number)
    if order is None:
        abort(404)
    if order["state"] != "unpaid":
        return redirect(url_for("checkout.order", number=number))
    return render_template("payment.html", **_facts(order))


@checkout.post("/payment/<number>")
def take_payment(number: str) -> ResponseReturnValue:
    """What a payment provider would report to the shop's server."""
    paid = request.form.get("outcome") == "pay"
    order = orders().move_to(number, "paid" if paid else "failed")
    if order is None:
        abort(404)
    for other in order.get("with", []):
        orders().move_to(other, order["state"])
    if order["state"] == "paid":
        for name in ("basket", "checkout", "unpaid", "collected"):
            session.pop(name, None)
    return redirect(url_for("checkout.order", number=number), 303)


@checkout.get("/order/<number>")
def order(number: str) -> ResponseReturnValue:
    found = orders().find(number)
    if found is None:
        abort(404)
    if found["state"] == "unpaid":
        return redirect(url_for("checkout.payment", number=number))
    page = "thanks.html" if found["state"] == "paid" else "failed.html"
    return render_template(page, **_facts(found))


def _choose_again(code: str) -> Response:
    known = {"choice_gone", "choice_stale", "no_choice"}
    same = {"slot_full": "choice_gone", "option_gone": "choice_gone"}.get(code, code)
    flash(g.say(f"problem_{same}" if same in known else "problem_choice_lost"), "problem")
    return redirect(url_for("checkout.delivery"), 303)


def _facts(order: dict[str, Any]) -> dict[str, Any]:
    """The order, its parts (itself the first), and what their delivery costs together."""
    others = [orders().find(number) for number in order.get("with", [])]
    parts = [order, *(other for other in others if other)]
    return {"order": order, "parts": parts, "fee": sum(map(_fee, parts))}


def _fee(order: dict[str, Any]) -> int:
    """The fee that Stoep set; the shop's own when there is no booking with one."""
    booking = order["booking"]
    if booking and booking["promise"]:
        return int(booking["fee"]["amount"])
    return FALLBACK_FEE
