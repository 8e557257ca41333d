"""What Stoep was not told while it was away."""

from datetime import timedelta

from django.utils import timezone

from stoep_oscar import deliveries, progress
from stoep_oscar.models import Delivery

ORDERS_AT_ONCE = 200
DAYS_UNPLACED = 7
"""So long the row of an order is kept that was never placed; Stoep lets its place go after an hour."""


def send_waiting() -> tuple[int, int]:
    """Tells again: orders, then their steps. How many orders were brought up to date, and how many still wait."""
    _forget_unplaced()
    told = waiting = 0
    for delivery_id in _untold():
        done = deliveries.tell(delivery_id) and progress.send(delivery_id)
        told, waiting = told + done, waiting + (not done)
    return told, waiting


def _untold() -> list[int]:
    untold = Delivery.objects.filter(is_placed=True, is_told=False) | Delivery.objects.filter(
        is_placed=True, reports__is_sent=False
    )
    return list(untold.order_by("id").values_list("id", flat=True).distinct()[:ORDERS_AT_ONCE])


def _forget_unplaced() -> None:
    before = timezone.now() - timedelta(days=DAYS_UNPLACED)
    Delivery.objects.filter(is_placed=False, made_at__lt=before).delete()
