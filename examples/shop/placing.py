"""From what was chosen to orders: pickers for browsers without scripts, the choices of a form, and the orders they come to."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from flask import g, session
from markupsafe import Markup

from examples.shop.basket import BasketLine, basket_facts, named_facts
from examples.shop.parts import Part, parts_of
from examples.shop.shop import orders, stoep
from examples.shop.stoep import ChoiceLost, Refused, StoepAway

Wanted = Sequence[tuple[Part, str | None]]
"""The parts of an order, each with its signed choice; None when Stoep was away."""


def plain_pickers(
    lines: Sequence[BasketLine], collected: Sequence[str], to: Mapping[str, str], checkout: str
) -> dict[str, Any] | None:
    """The pickers for browsers that run no script, one for each part, and what of the basket is collected; None when Stoep is
    away.

    A server cannot see whether scripts run, so this stands inside <noscript> on every delivery page.
    """
    known = [line.product.sku for line in lines if line.product.sku in collected]
    try:
        parts = [_plain(part, part.question(checkout, to, g.say.locale)) for part in parts_of(lines, known)]
        basket = named_facts(lines, g.say.language)
        ticks = stoep().ticks(basket, known, g.say.locale) if len(lines) > 1 else ""
    except (StoepAway, ChoiceLost, Refused):
        return None
    # Stoep escapes what it writes; it is the one other site whose HTML this page trusts.
    return {"parts": parts, "ticks": Markup(ticks), "collected": known}  # noqa: S704


def _plain(part: Part, question: dict[str, Any]) -> dict[str, Any]:
    html = stoep().picker(question)
    offer = re.search(r'data-offer="([^"]+)"', html)
    if offer is None:
        raise StoepAway("the picker names no offer")
    return {"name": part.name, "html": Markup(html), "offer": offer[1], "field": _offer_field(part)}  # noqa: S704


def _offer_field(part: Part) -> str:
    return part.field.replace("delivery_choice", "plain_offer")


def choice_of(part: Part, form: Mapping[str, str]) -> str | None:
    """The signed choice: from the element; or made from the plain form's option; or none, when Stoep was away."""
    offer = form.get(_offer_field(part))
    if offer is None:
        return form.get(part.field) or None
    option = form.get(f"{part.field}_option")
    if not option:
        raise ChoiceLost("no_choice")
    try:
        return stoep().choose(offer, option)
    except StoepAway:
        return None
    except Refused as refused:
        raise ChoiceLost("refused") from refused


def place(wanted: Wanted, to: dict[str, str], notes: str) -> str:
    """Places an order for each part, unpaid, all by one number, which is returned. Sent twice, or gone back for another
    choice: one of each is left. When one part's choice is lost the others stay as they are, for the next try."""
    first, *others = [_request(part, choice, to, notes) for part, choice in wanted]
    before = orders().find(session.get("unpaid", ""))
    if before and (before["state"] != "unpaid" or _said(before["request"]) != first):
        if before["state"] == "unpaid":
            _give_up(before)
        before = None
    number = before["number"] if before else orders().new_number()
    lines = [line for part, _ in wanted for line in part.lines]
    order = before or _placed(number, number, first, lines, to)
    session["unpaid"] = number
    _place_others(order, others, to)
    return str(number)


def _place_others(order: dict[str, Any], wanted: list[dict[str, Any]], to: dict[str, str]) -> None:
    """The order's other parts: those that stand already are left, those that are no longer wanted are given up."""
    standing = {number: orders().find(number) for number in order.get("with", [])}
    kept = [number for number, other in standing.items() if other and _said(other["request"]) in wanted]
    for number, other in standing.items():
        if other and number not in kept:
            orders().move_to(number, "failed")
    orders().note(order["number"], {"with": kept})
    said = [_said(other["request"]) for number, other in standing.items() if other and number in kept]
    for request in wanted:
        if request in said:
            continue
        # A part that was given up keeps its name at Stoep, so that its successor needs another one.
        tries = order.get("tries", 1)
        name = f"{request['part']}-{tries}" if tries > 1 else request["part"]
        orders().note(order["number"], {"tries": tries + 1})
        key = f"{order['number']}-{name}"
        _placed(key, order["number"], request | {"part": name}, [], to)
        kept.append(key)
        orders().note(order["number"], {"with": kept})


def _placed(
    key: str, number: str, request: dict[str, Any], lines: Sequence[BasketLine], to: dict[str, str]
) -> dict[str, Any]:
    return orders().place(
        {
            "number": key,
            "state": "unpaid",
            "sent": False,
            "request": {"order": number, **request},
            "booking": None,
            "lines": [[line.product.sku, line.quantity, line.price] for line in lines],
            "goods": sum(line.price for line in lines),
            "address": to,
            "with": [],
            "tries": 1,
        }
    )


def _give_up(order: dict[str, Any]) -> None:
    for number in (order["number"], *order.get("with", [])):
        orders().move_to(number, "failed")


def _said(request: dict[str, Any]) -> dict[str, Any]:
    """What was asked, whatever its number and whichever try it was."""
    asked = {name: value for name, value in request.items() if name != "order"}
    return asked | ({"part": asked["part"].partition("-")[0]} if "part" in asked else {})


def _request(part: Part, choice: str | None, to: dict[str, str], notes: str) -> dict[str, Any]:
    """What Stoep is asked at POST /v1/orders, but for the order's number."""
    recipient = {"name": to["name"], "email": to["email"], "phone": to["phone"], "locale": g.say.locale}
    asked = {
        "choice": choice,
        "recipient": {name: value for name, value in recipient.items() if value},
        "address": {
            "country": to["country"],
            "postal_code": to["postal_code"],
            "city": to["city"],
            "lines": [to["street"]],
        },
        "basket": basket_facts(part.lines),
        "notes": notes,
    }
    return asked | ({"part": part.name} if part.name else {})
