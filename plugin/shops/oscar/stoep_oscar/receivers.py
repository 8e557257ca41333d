"""What Oscar says: an order was placed, an order's status changed."""

from typing import Any

from oscar.apps.order.signals import order_placed, order_status_changed


def connect() -> None:
    """Once, when Django is ready."""
    order_placed.connect(_placed, dispatch_uid="stoep_oscar.placed")
    order_status_changed.connect(_status_changed, dispatch_uid="stoep_oscar.status_changed")


def _placed(order: Any, **_facts: Any) -> None:
    from stoep_oscar import deliveries

    deliveries.placed(order)


def _status_changed(order: Any, new_status: str, **_facts: Any) -> None:
    from stoep_oscar import progress

    progress.status_changed(order, new_status)
