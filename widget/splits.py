"""Ship some, collect some: which lines of a basket the shopper collects, and what both parts cost together."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from flask import Response
from flask_smorest import Blueprint

from delivery.choices import open_choice
from delivery.setups import Setup
from delivery.signing import Signer
from delivery.texts.catalogues import reader, say
from delivery.texts.formats import money
from web.bodies import read_body
from web.openapi import documented_by
from web.picker_cache import rendered
from web.service import now, service
from web.shops import shop_of
from widget.schemas import SplitBody

SPLIT = SplitBody()


class SplitLine(NamedTuple):
    """A sku of the basket, what the shop calls it, and how many of it."""

    sku: str
    name: str
    quantity: int


def add_to(blueprint: Blueprint) -> None:
    """Put the routes on the blueprint."""

    @blueprint.route("/fragments/split", methods=["POST"])
    @documented_by(
        blueprint.arguments(SPLIT),
        blueprint.response(200, content_type="text/html", description="An HTML fragment"),
        blueprint.alt_response(409, "CONFLICT"),
    )
    def split() -> Response:
        """A tick for each line that is collected instead of delivered, and the sum of what both choices cost. Writes nothing."""
        body = read_body(SPLIT)
        with service().database.reading() as session:
            setup = shop_of(session, body["shop"])
        speech = reader(setup.locale_for(body["locale"]))
        html = rendered(
            "split.html",
            speech.tag,
            tag=speech.tag,
            direction=speech.direction,
            look_css=setup.look,
            lines=_lines(body["basket"]["lines"]),
            collected=body["collected"],
            name=body["name"],
            total=_total(service().signer, setup, body["choices"], now(), speech.tag),
        )
        response = Response(html.encode(), content_type="text/html; charset=utf-8")
        response.headers["Cache-Control"] = "no-store"
        return response


def _lines(told: Sequence[Mapping[str, Any]]) -> list[SplitLine]:
    """One for each sku: what is the same thing goes the same way."""
    found: dict[str, SplitLine] = {}
    for line in told:
        before = found.get(line["sku"], SplitLine(line["sku"], line["name"] or line["sku"], 0))
        found[line["sku"]] = before._replace(quantity=before.quantity + line["quantity"])
    return list(found.values())


def _total(signer: Signer, setup: Setup, choices: Sequence[str], moment: datetime, locale: str) -> str:
    """What the choices cost together, in words; nothing for less than two. The fees are those inside the signed choices.
    Raises InvalidToken and ChoiceStale."""
    amounts = [open_choice(signer, each, setup.merchant_id, moment).option["fee"]["amount"] for each in choices]
    if len(amounts) < 2:
        return ""
    fee = money(sum(amounts), setup.currency, locale) if sum(amounts) else say(locale, "Free")
    return say(locale, "Delivering and collecting together: {fee}", fee=fee)
