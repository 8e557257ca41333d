"""The fourth screen: whether people collect from the shop, and when it is open."""

from typing import Any

from delivery.guide import CollectingSchema, save_centre
from delivery.problems import Fault, InvalidInput
from delivery.settings import items
from delivery.settings.fields import Switch
from delivery.store.engine import Session
from delivery.texts.sentences import N_, sentence
from plugin.install.screens import Answers, Begun, Screen
from plugin.install.screens.words import place_words
from plugin.pages.forms import document_of, filled
from plugin.pages.visitors import by
from web.service import now

NO_ORIGIN = N_("First say where your goods leave from: what is collected comes from there.")
SWITCH = "can_collect"


class AskedSchema(CollectingSchema):
    """The screen's form: a switch, and what it needs."""

    can_collect = Switch(default=False)


ASKED = AskedSchema()


def _begin(session: Session, merchant_id: str) -> Begun:
    shop = items.item(session, merchant_id, "shop")
    origins, centres = (items.items(session, merchant_id, area) for area in ("origins", "centres"))
    origin = next(iter(origins.values()), None)
    usual: dict[str, Any] = {"name": shop["name"], "address": {"country": shop["country"]}, "preparation_minutes": 60}
    if origin is not None:
        weekdays = [str(weekday) for weekday in origin["weekdays"]]
        usual |= {"opens": dict.fromkeys(weekdays, "09:00"), "closes": dict.fromkeys(weekdays, "17:00")}
        usual["address"] = origin["address"]
    facts = place_words() | {"centres_there": len(centres), "has_origin": origin is not None}
    return Begun(filled(ASKED, usual), facts)


def _keep(session: Session, answers: Answers) -> None:
    sent = document_of(ASKED, answers.form)
    if not sent.pop(SWITCH):
        return
    if not items.items(session, answers.merchant_id, "origins"):
        raise InvalidInput(sentence(NO_ORIGIN), (Fault(f"/{SWITCH}", sentence(NO_ORIGIN)),))
    save_centre(session, now(), by(), answers.merchant_id, sent)


SCREEN = Screen(_begin, _keep)
