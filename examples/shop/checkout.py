"""The checkout, as a guest: address, delivery, payment, confirmation."""

import re
import secrets
from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from werkzeug.wrappers import Response

from examples.shop.basket import BasketLine, basket_attribute, basket_facts
from examples.shop.shop import basket_lines, orders, stoep
from examples.shop.stoep import ChoiceLost, Refused, StoepAway

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
        basket=basket_attribute(lines),
        plain=_plain_picker(lines, to),
        fallback_fee=FALLBACK_FEE,
    )


@checkout.post("/delivery")
def take_delivery() -> ResponseReturnValue:
    lines, to = basket_lines(), session.get("address")
    if not lines or not to:
        return redirect(url_for("checkout.address"), 303)
    try:
        choice = _choice(request.form)
        number = _place(choice, lines, to, request.form.get("notes", "").strip()[:500])
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
    return render_template("payment.html", order=order, fee=_fee(order))


@checkout.post("/payment/<number>")
def take_payment(number: str) -> ResponseReturnValue:
    """What a payment provider would report to the shop's server."""
    paid = request.form.get("outcome") == "pay"
    order = orders().move_to(number, "paid" if paid else "failed")
    if order is None:
        abort(404)
    if order["state"] == "paid":
        for name in ("basket", "checkout", "unpaid"):
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
    return render_template(page, order=found, fee=_fee(found))


def _choice(form: Any) -> str | None:
    """The signed choice: from the element; or made from the plain form's option; or none, when Stoep was away."""
    offer = form.get("plain_offer")
    if offer is None:
        return form.get("delivery_choice") or None
    option = form.get("delivery_choice_option")
    if not option:
        raise ChoiceLost("no_choice")
    try:
        return stoep().choose(offer, option)
    except StoepAway:
        return None
    except Refused as refused:
        raise ChoiceLost("refused") from refused


def _place(choice: str | None, lines: list[BasketLine], to: dict[str, str], notes: str) -> str:
    """Places the order, unpaid; returns its number. Sent twice, or gone back for another choice: one order is left."""
    before = orders().find(session.get("unpaid", ""))
    if before and before["state"] == "unpaid":
        if before["request"] == _request(before["number"], choice, lines, to, notes):
            return str(before["number"])
        orders().move_to(before["number"], "failed")
    number = orders().new_number()
    orders().place(
        {
            "number": number,
            "state": "unpaid",
            "sent": False,
            "request": _request(number, choice, lines, to, notes),
            "booking": None,
            "lines": [[line.product.sku, line.quantity, line.price] for line in lines],
            "goods": sum(line.price for line in lines),
            "address": to,
        }
    )
    session["unpaid"] = number
    return number


def _request(
    number: str, choice: str | None, lines: list[BasketLine], to: dict[str, str], notes: str
) -> dict[str, Any]:
    """What Stoep is asked at POST /v1/orders."""
    recipient = {"name": to["name"], "email": to["email"], "phone": to["phone"], "locale": g.say.locale}
    return {
        "order": number,
        "choice": choice,
        "recipient": {name: value for name, value in recipient.items() if value},
        "address": {
            "country": to["country"],
            "postal_code": to["postal_code"],
            "city": to["city"],
            "lines": [to["street"]],
        },
        "basket": basket_facts(lines),
        "notes": notes,
    }


def _plain_picker(lines: list[BasketLine], to: dict[str, str]) -> dict[str, Any] | None:
    """The picker for browsers that run no script, and the offer it shows; None when Stoep is away.

    A server cannot see whether scripts run, so this stands inside <noscript> on every delivery page.
    """
    question = {
        "destination": {"country": to["country"], "postal_code": to["postal_code"], "city": to["city"]},
        "basket": basket_facts(lines),
        "locale": g.say.locale,
        "checkout": session["checkout"],
    }
    try:
        html = stoep().picker(question)
    except (StoepAway, ChoiceLost, Refused):
        return None
    offer = re.search(r'data-offer="([^"]+)"', html)
    # Stoep escapes what it writes; it is the one other site whose HTML this page trusts.
    return {"html": Markup(html), "offer": offer[1]} if offer else None  # noqa: S704


def _choose_again(code: str) -> Response:
    known = {"choice_gone", "choice_stale", "no_choice"}
    same = {"slot_full": "choice_gone", "option_gone": "choice_gone"}.get(code, code)
    flash(g.say(f"problem_{same}" if same in known else "problem_choice_lost"), "problem")
    return redirect(url_for("checkout.delivery"), 303)


def _fee(order: dict[str, Any]) -> int:
    """The fee that Stoep set; the shop's own when there is no booking with one."""
    booking = order["booking"]
    if booking and booking["promise"]:
        return int(booking["fee"]["amount"])
    return FALLBACK_FEE
