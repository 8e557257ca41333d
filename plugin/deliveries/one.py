"""/plugin/deliveries/<booking>: one delivery, its whole story, and what can be done about it now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, request

from delivery import bookings, handovers, stripe_ledger
from delivery.accounts import Role
from delivery.booking_rows import Booking
from delivery.booking_states import CHOICE_OPEN, STILL_HERE
from delivery.handovers import PASSED_ON, WAITING
from delivery.problems import WrongState
from delivery.store.engine import Session
from delivery.story import Entry, story_of
from delivery.texts.catalogues import say
from delivery.texts.formats import money
from delivery.texts.sentences import N_
from delivery.texts.stories import Told, Words, address_lines, told
from plugin.deliveries import money as money_room
from plugin.deliveries.choosing import can_send_link
from plugin.deliveries.listed import PATH, Badge, called, handover_badge, promised, state_badge
from plugin.pages.frame import locale, page, see_other, tell
from plugin.pages.visitors import needs, shop, visitor
from web.service import now, service

RETRY, BY_HAND = "retry", "by_hand"


@dataclass(frozen=True, slots=True)
class Said:
    """An entry of the story in words, with its moment."""

    at: datetime
    what: str
    words: Told


@dataclass(frozen=True, slots=True)
class Message:
    """A message for fulfilment that has not arrived; `to` None: somebody has to see to it by hand.

    `can_retry`: it has been tried, so that sending it now does not only say again what happens anyway.
    """

    id: str
    words: str
    to: str | None
    state: Badge
    can_retry: bool


def add_to(blueprint: Blueprint) -> None:
    """Put the routes on the blueprint."""

    @blueprint.get("/deliveries/<string:booking>")
    def one(booking: str) -> Response:
        """The delivery and its story."""
        with service().database.reading() as session:
            found = _get(session, booking)
            story = story_of(session, shop(), found)
            has_link = can_send_link(session, found)
            at_stripe = _at_stripe(session, found)
        return _page(found, story, has_link, at_stripe)

    @blueprint.get("/deliveries/<string:booking>/cancel")
    @needs(Role.CONFIGURE)
    def ask_to_cancel(booking: str) -> Response:
        """Whether it is really meant."""
        with service().database.reading() as session:
            found = _get(session, booking)
        return page("deliveries/cancel.html", booking=found, called=called(found), promised=promised(found))

    @blueprint.post("/deliveries/<string:booking>/cancel")
    @needs(Role.CONFIGURE)
    def cancel(booking: str) -> Response:
        """Give the place back and tell fulfilment."""
        whose = {"merchant_id": visitor().merchant_id, "booking_id": booking}
        try:
            service().database.write(lambda session: bookings.cancel(session, now(), **whose, links=service().links))
        except WrongState:
            tell(say(locale(), N_("It can no longer be cancelled: the goods have left.")))
        else:
            tell(say(locale(), N_("The order was cancelled.")))
            service().hasten()
        return see_other(f"{PATH}/{booking}")

    @blueprint.post("/deliveries/<string:booking>/handovers/<string:message>")
    @needs(Role.CONFIGURE)
    def hand_over(booking: str, message: str) -> Response:
        """Send a message again, or say that somebody saw to it."""
        deed = handovers.sent_by_hand if request.form.get("deed") == BY_HAND else handovers.retry
        if service().database.write(lambda session: deed(session, now(), visitor().merchant_id, message)):
            words = N_("Marked as seen to.") if deed is handovers.sent_by_hand else N_("It is being sent again.")
            tell(say(locale(), words))
            service().hasten()
        else:
            tell(say(locale(), N_("There was nothing left to do: it has been passed on.")))
        return see_other(f"{PATH}/{booking}")


def _get(session: Session, booking_id: str) -> Booking:
    return bookings.get(session, merchant_id=visitor().merchant_id, booking_id=booking_id)


def _at_stripe(session: Session, booking: Booking) -> dict[str, Any] | None:
    """By what it was paid at Stripe, and what became of the money; for those who see to that."""
    if not visitor().role.covers(Role.CONFIGURE):
        return None
    paid = stripe_ledger.paid_of(session, booking.merchant_id, booking.id)
    lines = stripe_ledger.lines_of(session, booking.merchant_id, booking.id)
    return {"paid": [money_room.trouble(one) for one in paid], "lines": [money_room.shown(one) for one in lines]}


def _page(booking: Booking, story: Sequence[Entry], has_link: bool, at_stripe: Mapping[str, Any] | None) -> Response:
    words = Words(locale(), shop().time_zone.key)
    may_change = visitor().role.covers(Role.CONFIGURE)
    return page(
        "deliveries/one.html",
        booking=booking,
        called=called(booking),
        state=state_badge(booking.state),
        promised=promised(booking),
        address=address_lines(booking.address),
        centre=_centre(booking),
        fee=money(booking.fee_amount, booking.currency, locale()),
        delivery_page=service().links.page(booking.id, booking.page_version),
        choose=_choose(booking),
        write=_write(booking),
        can_send_link=has_link,
        at_stripe=at_stripe,
        messages=_unfinished(story, words) if may_change else [],
        can_cancel=may_change and booking.state in STILL_HERE,
        story=[Said(entry.at, entry.what, told(entry.what, entry.facts, words)) for entry in story],
    )


def _centre(booking: Booking) -> list[str]:
    location = (booking.option or {}).get("location")
    return [location["name"], *address_lines(location["address"])] if location else []


def _choose(booking: Booking) -> str | None:
    if booking.state != CHOICE_OPEN:
        return None
    return service().links.choose(booking.id, booking.page_version)


def _write(booking: Booking) -> str | None:
    """A mail to the shopper, begun: the link by which the delivery can still be chosen."""
    choose, to = _choose(booking), booking.recipient.get("email")
    if choose is None or not to:
        return None
    language = booking.recipient.get("locale") or shop().language
    subject = say(language, N_("Choose the delivery of your order {order}"), order=booking.order)
    body = say(language, N_("Choose here how you would like to receive your order: {link}"), link=choose)
    return f"mailto:{quote(to)}?subject={quote(subject)}&body={quote(body)}"


def _unfinished(story: Sequence[Entry], words: Words) -> list[Message]:
    waiting = [entry.facts for entry in story if entry.what == "handed" and entry.facts["state"] != PASSED_ON]
    return [
        Message(
            facts["message"],
            told("handed", facts, words).heading,
            facts["to"],
            handover_badge(facts["state"]),
            can_retry=facts["to"] is not None and (facts["state"] != WAITING or facts["tries"] > 0),
        )
        for facts in waiting
    ]
