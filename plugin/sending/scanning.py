"""GET and POST /plugin/to-send/scan: one order after the other, by a scanner that types and presses Enter."""

import secrets
from typing import NamedTuple

from flask import Blueprint, Response, request

from delivery.booking_states import STEPS
from delivery.plans import orders_called
from delivery.texts.catalogues import say
from delivery.texts.progress import step_name
from delivery.texts.sentences import N_
from plugin.pages.frame import locale, page
from plugin.pages.visitors import visitor
from plugin.sending.marking import UNKNOWN, mark
from web.service import service


class Result(NamedTuple):
    """What to say of the order that was scanned."""

    is_done: bool
    words: str


def add_to(blueprint: Blueprint) -> None:
    """Put the routes on the blueprint."""

    @blueprint.get("/to-send/scan")
    def scan() -> Response:
        """An empty field that waits for the first order."""
        return _shown(request.args.get("step", ""))

    @blueprint.post("/to-send/scan")
    def scanned() -> Response:
        """Mark the order and wait for the next."""
        step, text = request.form.get("step", ""), request.form.get("order", "").strip()
        result = _result(step, text)
        return _shown(step, result, "" if result.is_done else text)


def _result(step: str, text: str) -> Result:
    if step not in STEPS or not text:
        return Result(False, say(locale(), N_("Choose a step, then scan or type an order number.")))
    with service().database.reading() as session:
        found = orders_called(session, visitor().merchant_id, text)
    if not found:
        return Result(False, say(locale(), UNKNOWN, order=text[:100]))
    if len(found) > 1:
        parts = ", ".join(f"“{booking.order} {booking.part}”" for booking in found)
        return Result(False, say(locale(), N_("The order has several parts. Type one of {parts}."), parts=parts))
    once = request.form.get("once") or secrets.token_urlsafe(12)
    marked = mark(found[0].id, step, once[:40], {})
    return Result(marked.is_done, marked.words)


def _shown(step: str, result: Result | None = None, text: str = "") -> Response:
    return page(
        "sending/scan.html",
        422 if result and not result.is_done else 200,
        chosen=step,
        steps=[(one, step_name(one, locale())) for one in STEPS],
        result=result,
        text=text,
        once=secrets.token_urlsafe(12),
    )
