"""A typing error in the address, put right. The promise stays as long as the new postcode lies where the old one did."""

import unicodedata
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from delivery import change_rows, deadlines
from delivery.booking_rows import Booking, destination_of, get_locked
from delivery.change_rows import CORRECT, SHOPPER
from delivery.changes import Change, carry_out
from delivery.links import PageLinks
from delivery.moves import check_in_time
from delivery.places import town_of
from delivery.problems import ChoiceStale
from delivery.setups import Setup
from delivery.store.engine import Session
from delivery.van_days import VAN


def correct(
    session: Session, now: datetime, setup: Setup, links: PageLinks, *, booking_id: str, address: Mapping[str, Any]
) -> Change:
    """Put the address in place of the old one, which the change keeps as it was typed.

    Raises TooLate, ChangeWaiting, TooManyChanges, and ChoiceStale when the promise does not hold there: then it takes a
    new choice, by `moves.move`.
    """
    booking = get_locked(session, merchant_id=setup.merchant_id, booking_id=booking_id)
    check_in_time(now, setup, booking, deadlines.CORRECT)
    if not promise_holds(setup, booking, address):
        raise ChoiceStale("The promise was made for another part of the country.")
    change_rows.check_may_change(session, now, booking)
    return carry_out(session, now, links, booking, {"address": dict(address)}, kind=CORRECT, made_by=SHOPPER)


def promise_holds(setup: Setup, booking: Booking, address: Mapping[str, Any]) -> bool:
    """Whether day, window and fee stay as they are: nothing was promised yet, it is collected, the postcode is the same, or
    the same zone covers both and no van's route leads there."""
    option, old, new = booking.option, booking.destination, destination_of(address)
    if option is None or booking.type == "pickup":
        return True
    if old.country != new.country:
        return False
    if old.normal_postal_code == new.normal_postal_code:
        return True
    if booking.place is not None and booking.place.kind == VAN:
        # A van is on its way to the old one.
        return False
    if booking.type == "local_delivery":
        pattern = setup.patterns.get(option["ref"])
        return pattern is not None and pattern.zone.covers(new)
    priced = setup.services.get(option["ref"])
    if priced is None:
        return False
    zones = [transit.zone for transit in priced.service.transits]
    found = [next((zone.id for zone in zones if zone.covers(there)), None) for there in (old, new)]
    return found[0] is not None and found[0] == found[1]


def town_meant(session: Session, address: Mapping[str, Any]) -> str | None:
    """The town that the postcode lies in, when another one was typed: "did you mean …". None: nothing to ask."""
    code, typed = address.get("postal_code"), address.get("city") or ""
    town = town_of(session, address["country"], code) if code else None
    if town is None or _words(typed) <= _words(town) or _words(town) <= _words(typed):
        return None
    return town


def _words(text: str) -> set[str]:
    """Its words without capitals, accents and signs."""
    letters = unicodedata.normalize("NFKD", text).casefold()
    plain = (letter for letter in letters if not unicodedata.combining(letter))
    return set("".join(letter if letter.isalnum() else " " for letter in plain).split())
