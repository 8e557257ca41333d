"""The second screen: where goods leave from, until when orders of a day are packed that day, and on which days."""

from typing import Any

from delivery.guide import save_origin
from delivery.places import find_place
from delivery.rules.places import Point
from delivery.settings import items
from delivery.settings.areas import Document
from delivery.settings.places import OriginSchema
from delivery.store.engine import Session
from plugin.install.screens import Answers, Begun, Screen
from plugin.install.screens.words import place_words
from plugin.pages.forms import document_of, filled
from plugin.pages.visitors import by
from web.service import now

ASKED = OriginSchema(only=("name", "address", "latitude", "longitude", "usual_cut_off", "weekdays"))


def _without_known_point(session: Session, place: Document) -> Document:
    """A place without coordinates where those are its postcode's: then they need not be typed, nor shown."""
    address = place["address"]
    found = find_place(session, address["country"], address["postal_code"])
    if found != Point(place["latitude"], place["longitude"]):
        return place
    return {name: value for name, value in place.items() if name not in {"latitude", "longitude"}}


def _begin(session: Session, merchant_id: str) -> Begun:
    shop = items.item(session, merchant_id, "shop")
    first = next(iter(items.items(session, merchant_id, "origins").values()), None)
    if first is not None:
        return Begun(filled(ASKED, _without_known_point(session, first)), place_words(), items.mark(first))
    usual: dict[str, Any] = {
        "name": shop["name"],
        "address": {"country": shop["country"]},
        "usual_cut_off": "17:00",
        "weekdays": [1, 2, 3, 4, 5],
    }
    return Begun(filled(ASKED, usual), place_words())


def _keep(session: Session, answers: Answers) -> None:
    save_origin(session, now(), by(), answers.merchant_id, document_of(ASKED, answers.form), answers.seen)


SCREEN = Screen(_begin, _keep)
