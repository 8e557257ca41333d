"""What a delivery is called in the shopper's calendar."""

from delivery.texts.catalogues import say


def name(shop: str, order: str, locale: str) -> str:
    """The name of the calendar."""
    return say(locale, "Order {order} at {shop}", order=order, shop=shop)


def summary(shop: str, order: str, is_pickup: bool, locale: str) -> str:
    """The name of the event."""
    if is_pickup:
        return say(locale, "Collect order {order} ({shop})", order=order, shop=shop)
    return say(locale, "Delivery of order {order} ({shop})", order=order, shop=shop)
