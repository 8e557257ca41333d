"""Marking by hand: one booking, one step, in a transaction of its own, and what to say of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from delivery import van_arrivals
from delivery.booking_rows import Booking, get
from delivery.booking_states import STATE_AFTER
from delivery.problems import BookingNotFound, ImpossibleStep
from delivery.progress import Event, is_link
from delivery.store.engine import Session
from delivery.texts.catalogues import say
from delivery.texts.progress import step_name, why_not
from delivery.texts.sentences import N_
from plugin.pages.frame import locale
from plugin.pages.visitors import by, shop, visitor
from web.service import now, service

LONGEST_CARRIER = 100
BAD_CARRIER = N_("A carrier's name has at most 100 letters.")
BAD_LINK = N_("A link begins with http:// or https://.")
UNKNOWN = N_("There is no order {order}.")


@dataclass(frozen=True, slots=True)
class Marked:
    """How it went with one booking, in words. `is_done` also when it had been marked before."""

    booking_id: str
    is_done: bool
    words: str


def mark(booking_id: str, step: str, once: str, facts: Mapping[str, Any]) -> Marked:
    """Report the step for now. `once` is the form's own mark: sent twice, it counts once."""
    event = Event(step, now(), f"{once} {step}", signed(facts))

    def work(session: Session) -> tuple[Booking, bool]:
        booking = get(session, merchant_id=visitor().merchant_id, booking_id=booking_id)
        # Nothing new is said of it: who ticks or scans an order twice means it once.
        if booking.state == STATE_AFTER[step] and not facts:
            return booking, False
        return report(session, booking, event), True

    try:
        booking, is_new = service().database.write(work)
    except BookingNotFound:
        return Marked(booking_id, False, say(locale(), N_("One of the orders is no longer there.")))
    except ImpossibleStep as problem:
        return Marked(booking_id, False, _refused(booking_id, problem))
    words = N_("Order {order}: {step}.") if is_new else N_("Order {order} had been marked before: {step}.")
    return Marked(booking_id, True, say(locale(), words, order=called(booking), step=step_name(step, locale())))


def report(session: Session, booking: Booking, event: Event) -> Booking:
    """Keep the event of a booking that is the visitor's own. Raises ImpossibleStep."""
    return van_arrivals.report(session, now(), shop(), booking_id=booking.id, event=event)


def signed(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts, with who says so."""
    return dict(facts) | {"by": by().who}


def read_facts(carrier: str, tracking_url: str) -> tuple[dict[str, str], dict[str, str]]:
    """What was typed about the carrier, as facts of an event; and what is wrong with it, by field."""
    facts = {"carrier": carrier.strip(), "tracking_url": tracking_url.strip()}
    faults = {}
    if len(facts["carrier"]) > LONGEST_CARRIER or not facts["carrier"].isprintable():
        faults["carrier"] = BAD_CARRIER
    if facts["tracking_url"] and not is_link(facts["tracking_url"]):
        faults["tracking_url"] = BAD_LINK
    return {name: text for name, text in facts.items() if text}, faults


def called(booking: Booking) -> str:
    """An order as people name it: its number, and the part if it has several. A scanner reads the same."""
    return f"{booking.order} {booking.part}".strip()


def why(problem: ImpossibleStep) -> str:
    """Why a step cannot be, in the visitor's language."""
    return why_not(problem.reason, problem.facts, locale())


def _refused(booking_id: str, problem: ImpossibleStep) -> str:
    with service().database.reading() as session:
        booking = get(session, merchant_id=visitor().merchant_id, booking_id=booking_id)
    return say(locale(), N_("Order {order} was not marked. {why}"), order=called(booking), why=why(problem))
