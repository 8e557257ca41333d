"""Orders at Stoep: booked before they are paid, told of when they stand, and told again later when Stoep was away."""

import logging
from datetime import datetime
from typing import Any

from django.db import transaction
from oscar.core.loading import get_model

from stoep_oscar import service
from stoep_oscar.chosen import Chosen
from stoep_oscar.models import Delivery
from stoep_oscar.questions import address_of, basket_of, basket_of_order, recipient_of

log = logging.getLogger(__name__)

PROMISED = ("earliest", "latest", "window", "ready_by", "pickup_by", "time_zone")
MOST_PARTS = 5
"""So often an order may be tried anew before it goes on without its choice."""


# --- before the payment ---


def book(order_number: str, chosen: Chosen, basket: Any, address: Any, email: str | None) -> Delivery:
    """Books what was chosen, unpaid. When Stoep is away the order goes on, and Stoep hears of it later.

    Sent again after a payment that failed, it is the same booking. Raises Lost when the choice cannot be had any more.
    """
    delivery = _begun(order_number, chosen)
    request = {
        "choice": chosen.choice,
        "recipient": recipient_of(address, email),
        "address": address_of(address),
        "basket": basket_of(basket),
        "notes": _notes_of(address),
    }
    try:
        _book_as_chosen(delivery, chosen, request)
    except service.Lost:
        delivery.choice = ""
        delivery.save()
        raise
    except (service.Away, KeyError, TypeError, ValueError) as away:
        log.warning("order %s goes on, Stoep hears of it later: %r", order_number, away)
    except service.Refused as refused:
        log.error("order %s: Stoep will not take it: %s", order_number, refused)
        delivery.refused = str(refused)
    delivery.save()
    return delivery


def note(order_number: str, chosen: Chosen) -> None:
    """Keeps what was chosen for an order that a view of the shop's own places, if `book` was not called for it."""
    _begun(order_number, chosen).save()


def _begun(order_number: str, chosen: Chosen) -> Delivery:
    """The order's row, for this choice. What an earlier try booked for another choice is given up."""
    delivery, is_new = Delivery.objects.get_or_create(order_number=order_number)
    if not is_new and delivery.choice and delivery.choice != chosen.choice:
        if delivery.booking:
            _give_up(delivery.booking)
        delivery.part += 1
        delivery.booking = delivery.state = delivery.delivery_page = delivery.refused = ""
    if not delivery.booking:
        delivery.choice, delivery.type, delivery.facts = chosen.choice, chosen.type, dict(chosen.facts)
    return delivery


def _book_as_chosen(delivery: Delivery, chosen: Chosen, request: dict[str, Any]) -> None:
    """A booking of exactly this choice. An order of this number that Stoep knows from a try that was lost here (a crash, an
    answer that came too late) is another booking: it is given up."""
    for _try in range(MOST_PARTS):
        booking = service.place_order(_asked(delivery, request, paid=False))
        if _is_of(booking, chosen) and booking["state"] != "cancelled":
            take_in(delivery, booking)
            return
        if booking["state"] == "awaiting_payment":
            _give_up(booking["booking"])
        delivery.part += 1
    raise service.Lost("choice_gone")


def _is_of(booking: dict[str, Any], chosen: Chosen) -> bool:
    """Whether this is what the shopper saw: the same fee, the same kind, the same window, days or centre."""
    promise, facts = booking.get("promise") or {}, chosen.facts
    place = booking.get("location") or {}
    return (
        booking.get("type") == chosen.type
        and booking.get("fee") == facts["fee"]
        and place.get("id") == facts.get("place", {}).get("id")
        and _window(promise.get("window")) == _window(facts.get("delivery_window"))
        and (chosen.type != "shipping" or promise.get("latest") == facts.get("latest_delivery_time"))
    )


def _window(window: dict[str, str] | None) -> tuple[datetime, ...]:
    return tuple(datetime.fromisoformat(window[end]) for end in ("start", "end")) if window else ()


def _give_up(booking: str) -> None:
    try:
        service.report_payment_failed(booking)
    except (service.Away, service.Lost, service.Refused) as problem:
        # Stoep lets it go by itself, when its payment is overdue.
        log.warning("booking %s was not given up: %s", booking, problem)


# --- once the order stands ---


def placed(order: Any) -> None:
    """The order stands: Stoep is told, once it is certain that it does."""
    if order.shipping_address is None:
        return
    delivery, _is_new = Delivery.objects.get_or_create(order_number=order.number)
    if not (order.shipping_code or "").startswith("stoep-"):
        # The shop's own method, while Stoep was away; an earlier try's choice is not what was bought.
        _without_choice(delivery)
    delivery.is_placed = True
    delivery.save()
    transaction.on_commit(lambda: tell(delivery.pk), robust=True)


def _without_choice(delivery: Delivery) -> None:
    if delivery.booking:
        _give_up(delivery.booking)
    if delivery.choice:
        delivery.part += 1
    delivery.choice = delivery.booking = delivery.state = delivery.type = delivery.delivery_page = ""
    delivery.facts = {}


def tell(delivery_id: int) -> bool:
    """Brings Stoep to where this order is, if it answers; whether it is."""
    delivery = Delivery.objects.get(pk=delivery_id)
    if delivery.is_told or not delivery.is_placed:
        return delivery.is_told
    order = get_model("order", "Order").objects.filter(number=delivery.order_number).first()
    if order is None or order.shipping_address is None:
        # Deleted since: there is nothing to deliver.
        delivery.is_told = True
    else:
        _tell(delivery, order)
    delivery.save()
    return delivery.is_told


def _tell(delivery: Delivery, order: Any) -> None:
    try:
        take_in(delivery, _told(delivery, order))
        delivery.is_told, delivery.refused, delivery.choice = True, "", ""
    except (service.Away, KeyError, TypeError, ValueError) as away:
        log.warning("order %s waits to be told: %r", order.number, away)
    except service.Refused as refused:
        log.error("order %s: Stoep will not take it: %s", order.number, refused)
        delivery.is_told, delivery.refused = True, str(refused)


def _told(delivery: Delivery, order: Any) -> dict[str, Any]:
    try:
        return service.report_paid(delivery.booking) if delivery.booking else _placed_and_paid(delivery, order)
    except service.Lost as lost:
        # The order is paid: Stoep asks the shopper by a link. The fee stays what was paid.
        log.warning("order %s goes on without its choice: %s", order.number, lost.code)
        _without_choice(delivery)
        return _placed_and_paid(delivery, order)


def _placed_and_paid(delivery: Delivery, order: Any) -> dict[str, Any]:
    """A booking that is paid, also where Stoep had made one, unpaid, whose answer never came here."""
    booking = service.place_order(_asked(delivery, _request_of(delivery, order), paid=True))
    if booking["state"] in {"awaiting_payment", "cancelled"}:
        return service.report_paid(booking["booking"])
    return booking


def _request_of(delivery: Delivery, order: Any) -> dict[str, Any]:
    return {
        "choice": delivery.choice or None,
        "recipient": recipient_of(order.shipping_address, order.email),
        "address": address_of(order.shipping_address),
        "basket": basket_of_order(order),
        "notes": _notes_of(order.shipping_address),
    }


def _asked(delivery: Delivery, request: dict[str, Any], *, paid: bool) -> dict[str, Any]:
    return {"order": delivery.order_number, "part": delivery.part_name, "paid": paid, **request}


def _notes_of(address: Any) -> str:
    return (getattr(address, "notes", "") or "")[:1000]


def take_in(delivery: Delivery, booking: dict[str, Any]) -> None:
    """What Stoep has answered. The title stays the one that the shopper chose by."""
    promise, place = booking.get("promise") or {}, booking.get("location")
    facts = {name: promise[name] for name in PROMISED if promise.get(name) is not None}
    if place:
        facts["place"] = {name: place[name] for name in ("id", "name", "address")}
    if booking.get("expected"):
        facts["expected"] = {end: booking["expected"][end] for end in ("earliest", "latest")}
    if delivery.facts.get("title"):
        facts["title"] = delivery.facts["title"]
    delivery.facts = facts
    delivery.booking, delivery.state = booking["booking"], booking["state"]
    delivery.type = booking.get("type") or ""
    delivery.delivery_page = booking.get("delivery_page") or ""
    delivery.choose_page = booking.get("choose_page") or ""
