"""What became of deliveries at Stoep: a shopper moved one to another window, chose by the link, or it was delivered. The shop's
own pages say so too."""

import logging
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.utils import timezone

from stoep_oscar import service
from stoep_oscar.deliveries import take_in
from stoep_oscar.models import Delivery, Heard

log = logging.getLogger(__name__)

BETWEEN = timedelta(minutes=5)
CLOCKS_APART = timedelta(minutes=2)
"""How far the clocks of the shop and of Stoep may be apart; what changed just then is read twice."""
MOST_PAGES = 40


def hear() -> int:
    """Asks what has changed since it was asked last, if that is a while ago; how many deliveries are other than they were.

    The very first time asks nothing: what stands here is what Stoep has answered.
    """
    now = timezone.now()
    heard, is_first = Heard.objects.get_or_create(pk=1, defaults={"at": now})
    if is_first or now - heard.at < BETWEEN:
        return 0
    try:
        changed = _changed_since(heard.at - CLOCKS_APART)
    except (service.Away, service.Lost, service.Refused, KeyError, TypeError, ValueError) as problem:
        log.warning("what became of deliveries is asked again later: %r", problem)
        return 0
    Heard.objects.filter(pk=1).update(at=now)
    return changed


def _changed_since(since: datetime) -> int:
    changed, asked = 0, {"updated_after": since.isoformat(), "limit": "200"}
    for _page in range(MOST_PAGES):
        answer = service.bookings(urlencode(asked))
        changed += sum(map(_take_in, answer["bookings"]))
        if not answer["next_cursor"]:
            break
        asked["cursor"] = answer["next_cursor"]
    return changed


def _take_in(booking: dict[str, Any]) -> bool:
    """One booking, if it is of an order here, and other than it was."""
    delivery = Delivery.objects.filter(booking=booking["booking"], is_told=True).first()
    if delivery is None:
        return False
    before = _known(delivery)
    take_in(delivery, booking)
    if _known(delivery) == before:
        return False
    # What it was called was what the shopper chose first.
    delivery.facts.pop("title", None)
    delivery.save()
    return True


def _known(delivery: Delivery) -> tuple[Any, ...]:
    facts = {name: fact for name, fact in delivery.facts.items() if name != "title"}
    return delivery.state, delivery.type, facts, delivery.delivery_page, delivery.choose_page
