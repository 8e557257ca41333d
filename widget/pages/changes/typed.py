"""An address as it is typed into a form, and what is wrong with it, field by field."""

from collections.abc import Mapping
from typing import Any

from flask import request

from delivery.pages import Page
from delivery.rules.addresses import has_region, wrong_in
from delivery.texts import changes as words

LONGEST_LINE, LONGEST_CITY, LONGEST_CODE, MOST_LINES = 200, 100, 32, 6
NAMES = ("lines", "postal_code", "city", "region")


def address_typed(found: Page) -> dict[str, Any]:
    """The address in the form. The country is the order's own unless the form has one."""
    lines = [line for text in request.form.getlist("lines") for line in _lines(text)]
    typed: dict[str, Any] = {
        "country": request.form.get("country") or found.booking.address["country"],
        "postal_code": _plain(request.form.get("postal_code", "")) or None,
        "city": _plain(request.form.get("city", "")) or None,
        "lines": lines,
    }
    region = _plain(request.form.get("region", ""))
    return typed | ({"region": region} if region else {})


def faults_of(address: Mapping[str, Any], countries: frozenset[str], locale: str) -> dict[str, str]:
    """A sentence for each field that is wrong."""
    if address["country"] not in countries:
        return {"country": words.fault("country", "unknown", locale)}
    wrong = wrong_in(address)
    texts = {"city": (address["city"], LONGEST_CITY), "region": (address.get("region"), LONGEST_CITY)}
    texts["postal_code"] = (address["postal_code"], LONGEST_CODE)
    wrong |= {name: "long" for name, (text, most) in texts.items() if text and len(text) > most}
    if len(address["lines"]) > MOST_LINES or any(len(line) > LONGEST_LINE for line in address["lines"]):
        wrong["lines"] = "long"
    return {name: words.fault(name, reason, locale) for name, reason in wrong.items()}


def fields_of(address: Mapping[str, Any], locale: str) -> dict[str, Any]:
    """What a form with this address in it needs."""
    return {
        "address": {name: address.get(name) or "" for name in NAMES}
        | {"lines": list(address.get("lines") or ()), "country": address["country"]},
        "country_name": words.country_name(address["country"], locale),
        "asks_region": has_region(address["country"]) or bool(address.get("region")),
    }


def _lines(text: str) -> list[str]:
    return [line for line in map(_plain, text.splitlines()) if line]


def _plain(text: str) -> str:
    """Without what cannot be seen."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
