"""The third screen: a carrier, and the shop's own courier."""

from typing import Any

from delivery.guide import CarrierSchema, CourierSchema, save_carrier, save_courier
from delivery.problems import Fault, InvalidInput
from delivery.settings import items
from delivery.settings.collections import Group
from delivery.settings.fields import SettingsSchema, Switch
from delivery.store.engine import Session
from delivery.texts.catalogues import say
from delivery.texts.sentences import N_, sentence
from plugin.install.screens import Answers, Begun, Screen
from plugin.install.screens.words import place_words
from plugin.pages.forms import document_of, filled, minor_units
from plugin.pages.frame import locale
from plugin.pages.visitors import by
from web.service import now

NO_ORIGIN = N_("First say where your goods leave from: your courier starts there.")


class SendingSchema(SettingsSchema):
    """The screen's form: two switches, and what each needs."""

    by_carrier = Switch(default=False)
    carrier = Group(CarrierSchema, nullable=True)
    own_courier = Switch(default=False)
    courier = Group(CourierSchema, nullable=True)


ASKED = SendingSchema()


def _begin(session: Session, merchant_id: str) -> Begun:
    currency = items.item(session, merchant_id, "shop")["currency"]
    services = items.items(session, merchant_id, "services")
    windows = items.items(session, merchant_id, "windows")
    carrier = _carrier(next(iter(services.values()))) if services else _usual_carrier(currency)
    shown = {"by_carrier": bool(services) or not windows, "carrier": carrier, "courier": _usual_courier(currency)}
    facts = place_words() | {
        "currency": currency,
        "windows_there": len(windows),
        "has_origin": bool(items.items(session, merchant_id, "origins")),
    }
    return Begun(filled(ASKED, shown, currency), facts)


def _carrier(service: dict[str, Any]) -> dict[str, Any]:
    transit: dict[str, Any] = next(iter(service["transits"]), {})
    days = {name: transit.get(name) for name in ("least_days", "most_days")}
    return {"name": service["name"], **days, **{name: service["fee"].get(name) for name in ("amount", "free_from")}}


def _usual_carrier(currency: str) -> dict[str, Any]:
    name = say(locale(), N_("Parcel post"))
    return {"name": name, "least_days": 1, "most_days": 2, "amount": minor_units("5", currency)}


def _usual_courier(currency: str) -> dict[str, Any]:
    return {
        "weekdays": [1, 2, 3, 4, 5],
        "times": [{"start_time": "18:00", "end_time": "20:00"}],
        "capacity": 10,
        "amount": minor_units("5", currency),
    }


def _keep(session: Session, answers: Answers) -> None:
    merchant_id = answers.merchant_id
    sent = document_of(ASKED, answers.form, items.item(session, merchant_id, "shop")["currency"])
    if sent["by_carrier"]:
        save_carrier(session, now(), by(), merchant_id, sent["carrier"] or {})
    if sent["own_courier"]:
        if not items.items(session, merchant_id, "origins"):
            raise InvalidInput(sentence(NO_ORIGIN), (Fault("/own_courier", sentence(NO_ORIGIN)),))
        save_courier(session, now(), by(), merchant_id, sent["courier"] or {})


SCREEN = Screen(_begin, _keep)
