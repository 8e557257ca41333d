"""/plugin/deliveries/<booking>/choose and …/link: choosing for a shopper who did not, and sending them the link once more."""

from flask import Blueprint, Response, request
from markupsafe import Markup

from delivery import audit, bookings, messages
from delivery.booking_rows import Booking
from delivery.booking_states import CHOICE_OPEN
from delivery.offers import make_offer
from delivery.open_choices import STAFF, Chooser
from delivery.pages import CHOOSE_AGAIN, Page, choose_later, question_of
from delivery.problems import Problem, WrongState
from delivery.store.engine import Session
from delivery.texts.catalogues import say
from delivery.texts.offers import problem_note
from delivery.texts.sentences import N_
from plugin.deliveries.listed import PATH, called
from plugin.pages.frame import locale, page, see_other, tell
from plugin.pages.visitors import by, shop, visitor
from web.picker import render_picker
from web.service import now, service

NAME = "delivery_choice"
OPTION, OFFER = f"{NAME}_option", "offer"
AREA = "deliveries"
KIND = "choose"
"""The message with the link."""


def add_to(blueprint: Blueprint) -> None:
    """Put the routes on the blueprint."""

    @blueprint.get("/deliveries/<string:booking>/choose")
    def choose(booking: str) -> Response:
        """What the shopper could choose now."""
        with service().database.reading() as session:
            return _shown(session, _get(session, booking))

    @blueprint.post("/deliveries/<string:booking>/choose")
    def choose_for_shopper(booking: str) -> Response:
        """Take the option and confirm the booking."""
        offer, option = request.form.get(OFFER, ""), request.form.get(OPTION, "")
        try:
            service().database.write(lambda session: _choose(session, booking, offer, option))
        except CHOOSE_AGAIN as problem:
            return _again(booking, problem if option else None)
        except WrongState:
            tell(say(locale(), N_("It had been chosen already.")))
        else:
            tell(say(locale(), N_("The delivery was chosen.")))
            service().hasten()
        return see_other(f"{PATH}/{booking}")

    @blueprint.post("/deliveries/<string:booking>/link")
    def send_link(booking: str) -> Response:
        """Send the link to the shopper once more."""
        if service().database.write(lambda session: _send_link(session, booking)):
            tell(say(locale(), N_("The link is being sent again.")))
            service().hasten()
        else:
            tell(
                say(
                    locale(),
                    N_("Nothing was sent: a message with the link is on its way already, or need not go any more."),
                )
            )
        return see_other(f"{PATH}/{booking}")


def can_send_link(session: Session, booking: Booking) -> bool:
    """Whether a message with the link can go to somebody."""
    return booking.state == CHOICE_OPEN and bool(messages.channels(session, booking, KIND))


def _get(session: Session, booking_id: str) -> Booking:
    return bookings.get(session, merchant_id=visitor().merchant_id, booking_id=booking_id)


def _choose(session: Session, booking_id: str, offer: str, option: str) -> None:
    known, who = service(), by()
    found = Page(shop(), _get(session, booking_id))
    made = choose_later(
        session,
        now(),
        known.memory,
        known.signer,
        known.links,
        found,
        offer_id=offer,
        option_id=option,
        who=Chooser(STAFF, visitor().name),
    )
    chosen = {"choice": (made.booking.option or {})["title"]}
    audit.record(session, now(), visitor().merchant_id, who, AREA, booking_id, "changed", {"choice": None}, chosen)


def _send_link(session: Session, booking_id: str) -> bool:
    booking = _get(session, booking_id)
    if not can_send_link(session, booking) or not messages.tell_again(session, now(), booking, KIND):
        return False
    sent = {"link_sent_at": now().isoformat(timespec="seconds")}
    audit.record(session, now(), visitor().merchant_id, by(), AREA, booking_id, "changed", {"link_sent_at": None}, sent)
    return True


def _again(booking_id: str, problem: Problem | None) -> Response:
    with service().database.reading() as session:
        found = _get(session, booking_id)
        if problem is None:
            return _shown(session, found, say(locale(), N_("Please choose one of these.")), 422)
        note = problem_note(problem.code, locale()) or say(locale(), "That did not work. Please choose again.")
        return _shown(session, found, note, problem.status)


def _shown(session: Session, booking: Booking, note: str = "", status: int = 200) -> Response:
    """The picker in the shopper's language: what is chosen in it is what the shopper reads later."""
    if booking.state != CHOICE_OPEN:
        return see_other(f"{PATH}/{booking.id}")
    setup = shop()
    spoken = setup.locale_for(booking.recipient.get("locale"))
    question = question_of(Page(setup, booking), spoken)
    offer = make_offer(session, now(), service().memory, service().signer, setup, question)
    html = render_picker(offer, name=NAME, heading_level=2, texts=setup.texts_in(spoken)) if offer.options else ""
    return page(
        "deliveries/choose.html",
        status,
        booking=booking,
        called=called(booking),
        note=note,
        offer=offer.id,
        # Every piece of it has come out of a template that escapes.
        picker=Markup(html),  # noqa: S704
    )
