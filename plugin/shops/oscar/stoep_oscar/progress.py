"""An order's way: what its status is called at Stoep, and telling it there."""

import logging
from typing import Any

from django.db import transaction
from django.utils import timezone

from stoep_oscar import service
from stoep_oscar.configuration import configuration
from stoep_oscar.models import Delivery, Report

log = logging.getLogger(__name__)

CANCEL = "cancel"
EVENTS: dict[str, str] = {
    "packed": "packed",
    "shipped": "dispatched",
    "dispatched": "dispatched",
    "sent": "dispatched",
    "complete": "dispatched",
    "in transit": "in_transit",
    "out for delivery": "out_for_delivery",
    "delivery failed": "delivery_failed",
    "delivered": "delivered",
    "ready for pickup": "ready_for_pickup",
    "ready for collection": "ready_for_pickup",
    "collected": "collected",
    "picked up": "collected",
    "returned": "returned",
    "cancelled": CANCEL,
    "canceled": CANCEL,
}
"""A shop's status in small letters, and Stoep's event. Each shop names its own; STOEP_EVENTS has more, or other ones.
`complete` is the last status of Oscar's own example, whose lines are "Shipped" then."""


def event_of(status: str) -> str | None:
    """Stoep's event for a status; None for one that says nothing of the order's way, such as "Pending"."""
    try:
        own = {name.casefold(): event for name, event in configuration().events.items()}
    except ValueError as error:
        log.error("%s", error)
        return None
    known = EVENTS | own
    return known.get(" ".join(status.replace("_", " ").replace("-", " ").split()).casefold()) or own.get(
        status.casefold()
    )


def status_changed(order: Any, status: str) -> None:
    """Keeps what is to be told, and tells it once the new status is certain."""
    event = event_of(status)
    if not event:
        return
    delivery = Delivery.objects.filter(order_number=order.number).first()
    if delivery is None:
        return
    Report.objects.create(delivery=delivery, type=event, status=status[:100], at=timezone.now())
    transaction.on_commit(lambda: send(delivery.pk), robust=True)


def send(delivery_id: int) -> bool:
    """Tells Stoep what it was not told yet of this order, in turn; whether nothing waits any more."""
    delivery = Delivery.objects.get(pk=delivery_id)
    waiting = list(delivery.reports.filter(is_sent=False))
    if not delivery.is_told:
        return not waiting
    return all(_sent(delivery, report) for report in waiting)


def _sent(delivery: Delivery, report: Report) -> bool:
    try:
        if delivery.booking:
            booking = _tell(delivery.booking, report)
            Delivery.objects.filter(pk=delivery.pk).update(state=booking.get("state", delivery.state))
        else:
            report.refused = "Stoep does not know the order."
    except service.Away as away:
        log.warning("order %s: %s waits to be told: %s", delivery.order_number, report.type, away)
        return False
    except (service.Refused, service.Lost) as refused:
        log.error("order %s: Stoep will not take %s: %s", delivery.order_number, report.type, refused)
        report.refused = str(refused)
    report.is_sent = True
    report.save()
    return True


def _tell(booking: str, report: Report) -> dict[str, Any]:
    if report.type == CANCEL:
        return service.cancel(booking)
    event = {"type": report.type, "at": report.at.isoformat(), "id": f"oscar-{report.pk}", "status": report.status}
    return service.report(booking, event)
