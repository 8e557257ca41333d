"""The forms for words, looks and contact, and how the looks would be before they are kept."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple
from urllib.parse import urlencode

from flask import Blueprint, Response, request
from markupsafe import Markup
from marshmallow import ValidationError

from delivery.appearance import looks_of
from delivery.product_estimates import ANY_SKU
from delivery.questions import Question
from delivery.rehearsal import rehearse
from delivery.rules.looks import COLOURS, OURS, Looks, contrasts, declarations
from delivery.rules.parcels import Basket, Line
from delivery.rules.places import Destination
from delivery.settings.appearance import TriedLooksSchema
from delivery.settings.areas import Document
from delivery.settings.items import items
from delivery.texts.catalogues import languages, reader, say
from delivery.texts.looks import contrast_sentence
from delivery.texts.offers import heading
from plugin.pages.forms import document_of
from plugin.pages.frame import locale
from plugin.pages.visitors import shop
from plugin.settings.driving import driving_facts
from plugin.settings.message_words import messages_facts
from web.bodies import loaded
from web.picker import render_picker
from web.service import now, service

TRIED = TriedLooksSchema()
HEADINGS = ("shipping", "local_delivery", "pickup")


class Remark(NamedTuple):
    """How well a chosen colour is seen."""

    sentence: str
    is_enough: bool


class Preview(NamedTuple):
    """The picker in light or in dark."""

    scheme: str
    picker: Markup


def add_to(blueprint: Blueprint) -> None:
    """Put the route on the blueprint."""

    @blueprint.get("/settings/looks/preview.css")
    def preview_sheet() -> Response:
        """The looks that stand in the address, as the picker's shadow root takes them: nothing of them is kept."""
        looks = looks_of(loaded(TRIED, document_of(TRIED, request.args)))
        return Response(f":host {{ {declarations(looks)} }}\n", content_type="text/css; charset=utf-8")


def texts_facts(_document: Document) -> dict[str, Any]:
    """For each language its name as the visitor reads it, and our own words for the headings."""
    names = reader(locale()).formats.languages
    return {
        "spoken": [(language, names[language].capitalize()) for language in languages()],
        "ours": {language: {kind: heading(kind, language) for kind in HEADINGS} for language in languages()},
    }


def looks_facts(document: Document) -> dict[str, Any]:
    """How well the colours are seen, and the picker in them."""
    looks, address = _tried(document)
    return {
        "colours": COLOURS,
        "ours": OURS,
        "remarks": _remarks(looks),
        "sheet": address,
        "previews": _previews(),
    }


FORMS: Mapping[str, Callable[[Document], dict[str, Any]]] = {
    "texts": texts_facts,
    "looks": looks_facts,
    "driving": driving_facts,
    "contact": lambda _document: {},
    "messages": messages_facts,
    "retention": lambda _document: {},
}
"""Areas whose form is laid out in a template of its own name, and what that needs of the document it shows."""


def _tried(document: Document) -> tuple[Looks, str]:
    """The looks of a form, and their sheet's query; our own when the form cannot be read."""
    try:
        tried = TRIED.load(document)
    except ValidationError:
        tried = TRIED.load({})
    named = {f"{scheme}-{name}": colour for scheme in OURS for name, colour in (tried[scheme] or {}).items()}
    named |= {"radius": tried["radius"], "font": tried["font"]}
    return looks_of(tried), urlencode({name: value for name, value in named.items() if value is not None})


def _remarks(looks: Looks) -> dict[str, list[Remark]]:
    """By the name of the field."""
    found: dict[str, list[Remark]] = {}
    for each in contrasts(looks):
        sentence = contrast_sentence(each)
        remark = Remark(say(locale(), sentence.message, **sentence.facts), each.is_enough)
        found.setdefault(f"{each.scheme}-{each.field}", []).append(remark)
    return found


def _previews() -> list[Preview]:
    """What a shopper would be offered now near the first pick-up centre or, without one, near the first origin."""
    setup = shop()
    with service().database.reading() as session:
        near = [place for area in ("centres", "origins") for place in items(session, setup.merchant_id, area).values()]
        there = Destination(setup.country, near[0]["address"]["postal_code"] if near else None)
        basket = Basket((Line(ANY_SKU, 1),), setup.currency)
        question = Question(setup.merchant_id, there, basket, setup.locale_for(locale()))
        offer = rehearse(session, now(), service().memory, setup, question).offer
    # One is chosen: most of the accent is seen there.
    offer = replace(offer, preselected=next((option.id for option in offer.options), None))
    texts = setup.texts_in(offer.locale)
    # The picker's templates escape everything.
    return [
        Preview(scheme, Markup(render_picker(offer, name=f"preview-{scheme}", heading_level=2, texts=texts)))  # noqa: S704
        for scheme in OURS
    ]
