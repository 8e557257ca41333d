"""Choosing another option: the picker, then what it costs and when it comes, then the confirmation."""

from collections.abc import Mapping
from typing import Any

from flask import Response, request

from delivery import moves
from delivery.moves import Preview
from delivery.pages import CHOOSE_AGAIN, Page
from delivery.store.engine import Session
from delivery.texts import changes as words
from delivery.texts.catalogues import say
from delivery.texts.offers import problem_note
from web.picker import render_picker
from web.service import now, service
from widget.pages.changes.frame import done, opened, promised, shown
from widget.pages.changes.typed import fields_of
from widget.pages.looks import locale_for

NAME = "delivery_choice"
OPTION, OFFER, STEP = f"{NAME}_option", "offer", "step"
Address = Mapping[str, Any] | None


def options(session: Session, found: Page, kind: str, address: Address, note: str = "", status: int = 200) -> Response:
    """What can be chosen, and why it is asked once more."""
    return shown(found, "options.html", status, **choices(session, found, kind, address, note))


def choices(session: Session, found: Page, kind: str, address: Address, note: str = "") -> dict[str, Any]:
    """What a template with the picker needs."""
    locale = locale_for(found)
    offer = moves.offer_for(
        session,
        now(),
        service().memory,
        service().signer,
        found.setup,
        found.booking,
        kind=kind,
        locale=locale,
        address=address,
    )
    texts = found.setup.texts_in(locale)
    return {
        "heading": words.heading(kind, locale),
        "promised": promised(found.booking.option, locale),
        "note": note,
        "offer": offer.id,
        "offer_field": OFFER,
        "picker": render_picker(offer, name=NAME, heading_level=2, texts=texts) if offer.options else None,
        "fields": fields_of(address, locale) if address else None,
    }


def chosen(token: str, kind: str, address: Address) -> Response:
    """The form was sent: look at the option first, and take it once that was confirmed."""
    offer, option = request.form.get(OFFER, ""), request.form.get(OPTION, "")
    try:
        if request.form.get(STEP) == "confirm":
            return done(token, lambda session, found: _move(session, found, kind, offer, option, address))
        with service().database.reading() as session:
            found = opened(session, token)
            if not option:
                return options(
                    session, found, kind, address, say(locale_for(found), "Please choose one of these."), 422
                )
            return _preview(session, found, kind, offer, option, address)
    except CHOOSE_AGAIN as problem:
        with service().database.reading() as session:
            found = opened(session, token)
            locale = locale_for(found)
            note = problem_note(problem.code, locale) or say(locale, "That did not work. Please choose again.")
            return options(session, found, kind, address, note, problem.status)


def _preview(session: Session, found: Page, kind: str, offer: str, option: str, address: Address) -> Response:
    seen = moves.look(
        session,
        now(),
        service().memory,
        service().signer,
        found.setup,
        found.booking,
        kind=kind,
        offer_id=offer,
        option_id=option,
        address=address,
    )
    locale = locale_for(found)
    return shown(
        found,
        "confirm.html",
        **compared(seen, locale),
        heading=words.heading(kind, locale),
        hidden={OFFER: offer, OPTION: option},
        fields=fields_of(address, locale) if address else None,
        meant=None,
        asks=words.asked_first(found.booking.state, locale),
    )


def compared(seen: Preview, locale: str) -> dict[str, Any]:
    """The promise now and then, and what that costs, in words."""
    return {
        "old": promised(seen.old, locale),
        "new": promised(seen.new, locale),
        "difference": words.difference(seen.difference, seen.currency, locale),
    }


def _move(session: Session, found: Page, kind: str, offer: str, option: str, address: Address) -> None:
    known = service()
    moves.move(
        session,
        now(),
        known.memory,
        known.signer,
        found.setup,
        known.links,
        booking_id=found.booking.id,
        kind=kind,
        offer_id=offer,
        option_id=option,
        address=address,
    )
