"""GET /plugin/deliveries: the list, searched and filtered, newest first."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, Response, request

from delivery import handovers, stripe_ledger
from delivery.accounts import Role
from delivery.booking_rows import Booking
from delivery.deliveries import PAGE, Wanted, search
from delivery.descriptions import promise
from delivery.problems import InvalidInput
from delivery.texts.deliveries import handover_word, state_word, type_word
from delivery.texts.stories import promise_line
from plugin.deliveries import query
from plugin.pages.forms import typed
from plugin.pages.frame import locale, page
from plugin.pages.visitors import shop, visitor
from web.service import service

PATH = "/plugin/deliveries"
LOOKS_OF_STATES = {
    "choice_open": "attention",
    "awaiting_payment": "attention",
    "delivery_failed": "wrong",
    "delivered": "good",
    "collected": "good",
}
LOOKS_OF_HANDOVERS = {"parked": "wrong", "refused": "wrong", "waiting": "attention", "passed_on": "good"}


@dataclass(frozen=True, slots=True)
class Badge:
    """A state in a word, and the class of its look."""

    words: str
    look: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A row of the list."""

    id: str
    order: str
    name: str
    place: str
    state: Badge
    promise: str
    ship_by: date | None
    handover: Badge | None


def add_to(blueprint: Blueprint) -> None:
    """Put the route on the blueprint."""

    @blueprint.get("/deliveries")
    def deliveries() -> Response:
        """One page of what is looked for; with a day that is none, the form and why."""
        try:
            wanted = query.wanted()
        except InvalidInput as error:
            return _page(typed(query.typed_again(), error.faults), 422)
        cursor = request.args.get("cursor") or None
        rows, more = _found(wanted, cursor)
        return _page(typed(query.typed_again()), rows=rows, more=more, is_first=cursor is None)


def _found(wanted: Wanted, cursor: str | None) -> tuple[list[Shown], str | None]:
    merchant_id = visitor().merchant_id
    with service().database.reading() as session:
        found = search(
            session, merchant_id=merchant_id, country=shop().country, wanted=wanted, cursor=cursor, limit=PAGE
        )
        states = handovers.states_of(session, merchant_id, [booking.id for booking in found.bookings])
    return [_shown(booking, states[booking.id]["state"]) for booking in found.bookings], found.cursor


def _page(form: Any, status: int = 200, **facts: Any) -> Response:
    asked = query.asked()
    usual: dict[str, Any] = {"rows": [], "more": None, "is_first": True}
    return page(
        "deliveries/list.html",
        status,
        form=form,
        asked=asked,
        filtered=bool(asked.keys() - {"text"}),
        choices=query.choices(),
        may_download=visitor().role.covers(Role.CONFIGURE),
        money_waits=_money_waits(),
        **usual | facts,
    )


def _money_waits() -> int:
    """How much the owner has still to decide about money at Stripe."""
    if not visitor().role.covers(Role.OWNER):
        return 0
    with service().database.reading() as session:
        return stripe_ledger.how_many_wait(session, visitor().merchant_id)


def _shown(booking: Booking, handover: str) -> Shown:
    there = booking.address
    return Shown(
        id=booking.id,
        order=called(booking),
        name=booking.recipient.get("name") or "",
        place=" ".join(filter(None, (there.get("postal_code"), there.get("city")))) or there["country"],
        state=state_badge(booking.state),
        promise=promised(booking),
        ship_by=booking.ship_by,
        handover=handover_badge(handover) if booking.is_known_to_fulfilment else None,
    )


def called(booking: Booking) -> str:
    """An order as people name it: its number, and the part if it has several."""
    return f"{booking.order} {booking.part}".strip()


def promised(booking: Booking) -> str:
    """What was promised, in one line."""
    if booking.option is None:
        return type_word(None, locale())
    return promise_line(booking.option, promise(booking.option), locale())


def state_badge(state: str) -> Badge:
    """A booking's state."""
    return Badge(state_word(state, locale()), LOOKS_OF_STATES.get(state, ""))


def handover_badge(state: str) -> Badge:
    """How far its handing over is."""
    return Badge(handover_word(state, locale()), LOOKS_OF_HANDOVERS[state])
