"""POST …/orders/<booking>/take-in and …/gone: a shopper brings something back, or what nobody collected leaves."""

from flask import Blueprint, Response, request

from delivery import counter, evidence
from delivery.evidence import LONGEST_WHO, LONGEST_WORDS, Collection
from delivery.problems import AtAnotherCentre, Fault, InvalidInput, WrongState
from delivery.store.engine import Session
from delivery.texts.catalogues import say
from delivery.texts.sentences import N_
from plugin.counter.arriving import NOT_NOW
from plugin.counter.centres import centre_of, path_of
from plugin.counter.handing import NOT_KEPT
from plugin.counter.one import order_page
from plugin.counter.shown import WHY_NOT
from plugin.pages.frame import locale, see_other, tell
from plugin.pages.visitors import by, shop
from web.service import now, service

TOO_LONG = N_("A name has at most 200 letters, a remark 300.")


def add_to(blueprint: Blueprint) -> None:
    """Put the routes on the blueprint."""

    @blueprint.post("/counter/<string:centre>/orders/<string:booking>/take-in")
    def take_in(centre: str, booking: str) -> Response:
        """A return is taken in, of all of the order or of something in it; fulfilment hears of it."""
        here, form = centre_of(centre), request.form
        who, words = form.get("brought_by", "").strip(), form.get("remark", "").strip()
        if len(who) > LONGEST_WHO or len(words) > LONGEST_WORDS:
            return order_page(here.id, booking, 422, faults=[Fault("/remark", TOO_LONG)])
        what = _collection(here.id, booking, who, words)

        def work(session: Session) -> counter.Done:
            return counter.take_in(session, now(), shop(), service().links, what, whole=form.get("whole") == "all")

        done = service().database.write(work)
        if done.kept.conflict:
            return order_page(here.id, booking, 409, faults=[Fault("", WHY_NOT[done.kept.conflict])])
        service().hasten()
        tell(say(locale(), N_("The return of order {order} was taken in."), order=done.booking.order))
        return see_other(path_of(here.id))

    @blueprint.post("/counter/<string:centre>/orders/<string:booking>/gone")
    def gone_back(centre: str, booking: str) -> Response:
        """Whoever takes it back has it: its place on the shelf is free."""
        here = centre_of(centre)
        once = request.form.get("once", "")[:30] or booking
        try:
            sent = service().database.write(
                lambda session: counter.sent_back(
                    session, now(), shop(), booking_id=booking, centre_id=here.id, by=by().who, once=once
                )
            )
        except (AtAnotherCentre, WrongState):
            return order_page(here.id, booking, 409, faults=[Fault("", NOT_NOW)])
        service().hasten()
        tell(say(locale(), N_("Order {order} has left, its shelf is free."), order=sent.order))
        return see_other(path_of(here.id))


def _collection(centre_id: str, booking_id: str, who: str, words: str) -> Collection:
    try:
        return Collection(
            id=request.form.get("once", ""),
            booking_id=booking_id,
            centre_id=centre_id,
            kind=evidence.TAKEN_IN,
            shown=evidence.NOTHING,
            staff=by().who,
            at=now(),
            who=who,
            words=words,
        )
    except ValueError as error:
        raise InvalidInput(NOT_KEPT) from error
