"""GET and POST /choose/{token}: the choice for an order that came without one, in a plain form."""

from typing import Any

from flask import Blueprint, Response, request

from delivery.booking_states import CHOICE_OPEN
from delivery.offers import make_offer
from delivery.open_choices import known_of
from delivery.pages import CHOOSE_AGAIN, Page, choose_later, open_page, question_of
from delivery.problems import Problem, WrongState
from delivery.store.engine import Session
from delivery.texts.catalogues import say
from delivery.texts.choosing import how_long, why_chosen
from delivery.texts.offers import problem_note
from web.picker import render_picker
from web.service import now, service
from widget.pages.looks import beside, locale_for, look_of, page, see_other

NAME = "delivery_choice"
OPTION = f"{NAME}_option"
OFFER = "offer"


def add_to(blueprint: Blueprint) -> None:
    """Put the routes on the blueprint.

    The form needs no token against forgery: there is no cookie or other login that a foreign page could ride on. The
    address itself is the permission, and who can send to it can read it.
    """

    @blueprint.get("/choose/<string:token>")
    def choose(token: str) -> Response:
        """What can be chosen now, for the order's own address and basket."""
        with service().database.reading() as session:
            return _shown(session, _opened(session, token))

    @blueprint.post("/choose/<string:token>")
    def chosen(token: str) -> Response:
        """Take the option, confirm the booking and lead to its page."""
        offer, option = request.form.get(OFFER, ""), request.form.get(OPTION, "")
        try:
            address = service().database.write(lambda session: _choose(session, token, offer, option))
        except CHOOSE_AGAIN as problem:
            return _again(token, problem if option else None)
        except WrongState:
            return see_other(token)
        service().hasten()
        return see_other(beside(address))


def _choose(session: Session, token: str, offer: str, option: str) -> str:
    known = service()
    found = _opened(session, token)
    made = choose_later(
        session, now(), known.memory, known.signer, known.links, found, offer_id=offer, option_id=option
    )
    return known.links.page(made.booking.id, made.booking.page_version)


def _again(token: str, problem: Problem | None) -> Response:
    """The form once more, and why."""
    with service().database.reading() as session:
        found = _opened(session, token)
        locale = locale_for(found)
        if problem is None:
            return _shown(session, found, say(locale, "Please choose how you would like to receive your order."), 422)
        note = problem_note(problem.code, locale) or say(locale, "That did not work. Please choose again.")
        return _shown(session, found, note, problem.status)


def _shown(session: Session, found: Page, note: str = "", status: int = 200) -> Response:
    booking, locale = found.booking, locale_for(found)
    facts: dict[str, Any] = {
        "look": look_of(found),
        "shop": found.setup.name,
        "order": booking.order,
        "part": booking.part,
        "delivery": beside(service().links.page(booking.id, booking.page_version)),
    }
    known = known_of(session, booking.merchant_id, booking.id)
    if booking.state != CHOICE_OPEN:
        service_name = found.setup.service_name(booking.service_id)
        return page(
            "chosen.html", locale, **facts, why=why_chosen(known.chosen_by if known else None, service_name, locale)
        )
    until = known.choose_until if known and known.choose_until and known.choose_until > now() else None
    default = found.setup.service_name(found.setup.afterwards.choice_default)
    offer = make_offer(session, now(), service().memory, service().signer, found.setup, question_of(found, locale))
    texts = found.setup.texts_in(locale)
    picker = render_picker(offer, name=NAME, heading_level=2, texts=texts) if offer.options else None
    facts["until"] = how_long(until, default, found.setup.time_zone.key, locale)
    return page("choose.html", locale, status, **facts, note=note, offer=offer.id, offer_field=OFFER, picker=picker)


def _opened(session: Session, token: str) -> Page:
    return open_page(session, service().memory, service().signer, "choose", token)
