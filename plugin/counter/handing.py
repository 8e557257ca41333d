"""POST …/orders/<booking>/hand-over and …/refuse: parcels are given out, or the shopper does not want them."""

from flask import Blueprint, Response, request

from delivery import counter, evidence
from delivery.booking_rows import Booking, get
from delivery.collect_codes import code_of
from delivery.counter import Done
from delivery.evidence import LONGEST_WHO, LONGEST_WORDS, Collection
from delivery.problems import Fault, InvalidInput
from delivery.rules.pickup import Centre
from delivery.store.engine import Session
from delivery.texts.catalogues import say, say_number
from delivery.texts.sentences import N_
from plugin.counter import proofs
from plugin.counter.centres import centre_of, path_of
from plugin.counter.one import order_page
from plugin.counter.shown import WHY_NOT, called
from plugin.counter.signing import signature_in
from plugin.pages.frame import locale, see_other, tell
from plugin.pages.visitors import by, shop
from web.service import now, service

OTHER = "other"
NO_ID = N_("Look at an ID first, or ask for the collect code.")
NO_CODE = N_("Somebody else needs the collect code; without it, only who is named here can collect.")
NO_NAME = N_("Write down who takes it.")
NO_PARCEL = N_("Tick at least one parcel.")
NO_REASON = N_("Say why, in at most 300 letters.")
NO_SIGNATURE = N_("This centre asks for a signature: sign on the screen, or type the name.")
NOT_KEPT = N_("This form is too old. Look at the order again.")


def add_to(blueprint: Blueprint) -> None:
    """Put the routes on the blueprint."""

    @blueprint.post("/counter/<string:centre>/orders/<string:booking>/hand-over")
    def hand_over(centre: str, booking: str) -> Response:
        """Give out what is ticked, by the code that was shown or after a look at an ID."""
        here, found = centre_of(centre), _found(booking)
        faults = _faults(here, found)
        if faults:
            return order_page(here.id, booking, 422, faults=faults)
        return _kept(here, found, _collection(here, found, evidence.COLLECTED))

    @blueprint.post("/counter/<string:centre>/orders/<string:booking>/refuse")
    def refuse(centre: str, booking: str) -> Response:
        """What is ticked stays here until it goes back; why is told to fulfilment."""
        here, found = centre_of(centre), _found(booking)
        if not 0 < len(_reason()) <= LONGEST_WORDS:
            return order_page(here.id, booking, 422, faults=[Fault("/reason", NO_REASON)])
        return _kept(here, found, _collection(here, found, evidence.REFUSED))


def _found(booking_id: str) -> Booking:
    with service().database.reading() as session:
        return get(session, merchant_id=shop().merchant_id, booking_id=booking_id)


def _faults(here: Centre, booking: Booking) -> list[Fault]:
    """What is missing before it may be given out."""
    form, faults = request.form, []
    if "several" in form and not form.getlist("parcel"):
        faults.append(Fault("/parcel", NO_PARCEL))
    has_proof = proofs.holds(booking)
    if not has_proof and "seen_id" not in form:
        faults.append(Fault("/seen_id", NO_ID))
    if form.get("who") == OTHER and not has_proof:
        faults.append(Fault("/who", NO_CODE))
    elif not 0 < len(_who(booking)) <= LONGEST_WHO:
        faults.append(Fault("/other_name", NO_NAME))
    if here.asks_signature and not signature_in(form):
        faults.append(Fault("/signed_name", NO_SIGNATURE))
    return faults


def _who(booking: Booking) -> str:
    """Who takes it: the recipient, whom they named, or whoever has the code."""
    said = request.form.get("who", "")
    if said == OTHER:
        return request.form.get("other_name", "").strip()
    named = str(booking.instructions.get("collector") or "")
    return named if named and said == named else str(booking.recipient.get("name") or "") or "–"


def _reason() -> str:
    return request.form.get("reason", "").strip()


def _collection(here: Centre, booking: Booking, kind: str) -> Collection:
    form, has_proof = request.form, proofs.holds(booking)
    shown = evidence.CODE if has_proof else evidence.ID if "seen_id" in form else evidence.NOTHING
    parcels = [int(text) for text in form.getlist("parcel") if text.isascii() and text.isdigit() and len(text) < 3]
    try:
        return Collection(
            id=form.get("once", ""),
            booking_id=booking.id,
            centre_id=here.id,
            kind=kind,
            shown=shown,
            staff=by().who,
            at=now(),
            parcels=tuple(parcels),
            who=_who(booking),
            words=_reason() if kind == evidence.REFUSED else "",
            signature=signature_in(form),
            code=code_of(service().signer, booking) if has_proof else "",
        )
    except ValueError as error:
        raise InvalidInput(NOT_KEPT) from error


def _kept(here: Centre, booking: Booking, what: Collection) -> Response:
    def work(session: Session) -> Done:
        return counter.collect(session, now(), shop(), service().links, what)

    done = service().database.write(work)
    if done.kept.conflict:
        return order_page(here.id, booking.id, 409, faults=[Fault("", WHY_NOT[done.kept.conflict])])
    service().hasten()
    if not done.left:
        proofs.use_up(booking)
    _tell(done)
    return see_other(path_of(here.id))


def _tell(done: Done) -> None:
    number = called(done.booking.order, done.booking.part)
    if done.kept.kind == evidence.REFUSED:
        tell(say(locale(), N_("Order {order} was refused. It lies here until it goes back."), order=number))
    else:
        tell(say(locale(), N_("Order {order} was handed to {who}."), order=number, who=done.kept.who))
    if done.left:
        tell(say_number(locale(), "{number} parcel stays here.", "{number} parcels stay here.", len(done.left)))
