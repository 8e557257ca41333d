"""POST /plugin/counter/<centre>/find: what was scanned or typed, a collect code, an order's number or a name.

What is looked for travels in a form, never in an address. A script asks for JSON: `to`, the page of what was found; `several`,
when the page of the form says more; or `words`, why nothing was found.
"""

from collections.abc import Sequence
from typing import NamedTuple

from flask import Blueprint, Response, jsonify, request

from delivery import codes, collect_codes, counter_lists, plans
from delivery.collect_codes import Looked
from delivery.counter_lists import Waiting
from delivery.problems import CodeOfAnotherCentre, CodesLocked, Problem
from delivery.rules.pickup import Centre
from delivery.texts import formats
from delivery.texts.catalogues import say
from delivery.texts.sentences import N_
from plugin.counter import proofs
from plugin.counter.centres import centre_of, path_of
from plugin.counter.shown import called, line
from plugin.counter.today import listed
from plugin.pages.frame import locale, see_other
from plugin.pages.visitors import by, shop
from web.service import now, service

LONGEST = 200
NOTHING = N_("There is no “{text}” here. Ask for the order number, or for the name and an ID.")
ANOTHER_CENTRE = N_("This code is for another pick-up centre: {centre}.")
LOCKED = N_(
    "Too many wrong codes were typed. Codes can be tried again at {time}; ask for name, order number and an ID."
)


class Sought(NamedTuple):
    """What it led to: one booking, several orders, or words why there is none."""

    booking_id: str = ""
    several: Sequence[Waiting] = ()
    words: str = ""
    status: int = 200


def add_to(blueprint: Blueprint) -> None:
    """Put the routes on the blueprint."""

    @blueprint.post("/counter/<string:centre>/find")
    def find(centre: str) -> Response:
        """The page of the order, or what fits, or why nothing does."""
        here = centre_of(centre)
        text = request.form.get("text", "").strip()[:LONGEST]
        sought = _sought(here, text)
        to = path_of(here.id, "orders", sought.booking_id) if sought.booking_id else None
        if request.accept_mimetypes.best == "application/json":
            return _as_json(sought, to)
        if to:
            return see_other(to)
        found = [line(one, here) for one in sought.several]
        return listed(here.id, sought.status, text=text, wrong=sought.words, found=found)


def _as_json(sought: Sought, to: str | None) -> Response:
    address = request.script_root + to if to else None
    response = jsonify(to=address, several=len(sought.several), words=sought.words)
    response.status_code = sought.status
    return response


def _sought(here: Centre, text: str) -> Sought:
    """An order's number here, then a code, then names and the beginnings of numbers, then any order of the shop."""
    if not text:
        return Sought(words=say(locale(), N_("Scan or type a code, an order number or a name.")), status=422)
    with service().database.reading() as session:
        named = counter_lists.named(session, shop(), here.id, text)
        elsewhere = () if named else plans.orders_called(session, shop().merchant_id, text)
    exact = [one for one in named if text.casefold() in {one.order.casefold(), called(one.order, one.part).casefold()}]
    if len(exact) == 1:
        return Sought(exact[0].booking_id)
    looked = _by_code(here, text) if codes.read(text) and not exact else Looked()
    if looked.booking:
        proofs.remember(looked.booking)
        return Sought(looked.booking.id)
    if len(named) == 1:
        return Sought(named[0].booking_id)
    if named:
        return Sought(several=named)
    if elsewhere:
        return Sought(elsewhere[0].id)
    return Sought(words=_why(looked.problem, here, text), status=looked.problem.status if looked.problem else 422)


def _by_code(here: Centre, text: str) -> Looked:
    """Committed whatever comes of it, so that the try it cost is counted."""
    signer, who = service().signer, by().who
    return service().database.write(
        lambda session: collect_codes.found(session, now(), signer, shop(), here.id, text, who)
    )


def _why(problem: Problem | None, here: Centre, text: str) -> str:
    if isinstance(problem, CodeOfAnotherCentre):
        return say(locale(), ANOTHER_CENTRE, centre=problem.name)
    if isinstance(problem, CodesLocked) and problem.until:
        return say(locale(), LOCKED, time=formats.time_at(problem.until, here.zone.key, locale()))
    return say(locale(), NOTHING, text=text)
