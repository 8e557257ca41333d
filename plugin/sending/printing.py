"""Labels and packing lists: pages to be printed, of what is ticked or of all that leaves by today."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import segno
from flask import Blueprint, Response, request
from markupsafe import Markup

from delivery.plans import Sending, plan, sendings
from delivery.texts.catalogues import reader
from plugin.pages.frame import locale, page
from plugin.pages.visitors import shop
from plugin.sending.worklist import window_of
from web.service import now, service

FORMATS = {"a4": 8, "10x15": 1}
"""How many labels a sheet of each format takes."""
ROOMY_LINES, ROOMY_LETTERS = 6, 34
"""An address with more lines, or longer ones, is printed smaller."""


@dataclass(frozen=True, slots=True)
class Printed:
    """A sending as it is printed: `to` are the lines of its address, or of the centre where it is collected."""

    sending: Sending
    called: str
    to: tuple[str, ...]
    window: str
    code: Markup

    @property
    def is_long(self) -> bool:
        return len(self.to) > ROOMY_LINES or any(len(line) > ROOMY_LETTERS for line in self.to)


def add_to(blueprint: Blueprint) -> None:
    """Put the routes on the blueprint. Ticked orders are posted, because many do not fit into an address."""

    @blueprint.route("/to-send/labels", methods=["GET", "POST"])
    def labels() -> Response:
        """Address labels, eight to an A4 sheet or one to a sheet of 10 × 15 cm."""
        size = request.args.get("format", "")
        size = size if size in FORMATS else "a4"
        printed, each = _printed(), FORMATS[size]
        sheets = [printed[first : first + each] for first in range(0, len(printed), each)]
        return page("sending/labels.html", sheets=sheets, size=size)

    @blueprint.route("/to-send/packing-lists", methods=["GET", "POST"])
    def packing_lists() -> Response:
        """A page for each order: what goes into it."""
        return page("sending/packing_lists.html", printed=_printed())


def _printed() -> list[Printed]:
    ticked = request.values.getlist("booking")
    with service().database.reading() as session:
        if ticked:
            found: Sequence[Sending] = sendings(session, shop(), ticked)
        else:
            todays = plan(session, now(), shop(), request.values.get("origin") or None)
            found = (*todays.overdue, *todays.today)
    return [_print(sending) for sending in found]


def _print(sending: Sending) -> Printed:
    centre = sending.centre
    if centre:
        to = (sending.recipient, centre.name, *address_lines(centre.address))
    else:
        to = (sending.recipient, *address_lines(sending.address))
    called = f"{sending.order} {sending.part}".strip()
    return Printed(sending, called, tuple(line for line in to if line), window_of(sending), _code(called))


def address_lines(address: Mapping[str, Any]) -> tuple[str, ...]:
    """An address as it was typed, then postcode and town, and the country when it is abroad."""
    town = " ".join(address[name] for name in ("postal_code", "city") if address.get(name))
    country = address.get("country") or shop().country
    abroad = reader(locale()).formats.territories.get(country, country).upper() if country != shop().country else ""
    lines = (*(address.get("lines") or ()), town, address.get("region") or "", abroad)
    return tuple(line for line in lines if line)


def _code(text: str) -> Markup:
    """A QR code of what a scanner is to type."""
    return Markup(segno.make(text, error="m", micro=False).svg_inline(border=2, omitsize=True))  # noqa: S704
