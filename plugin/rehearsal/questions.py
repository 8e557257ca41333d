"""What is rehearsed: a moment, a place, a basket and a shopper's language, as a form asks for them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import session as cookie

from delivery.problems import InvalidInput
from delivery.questions import Question
from delivery.rules.parcels import Basket, Line
from delivery.rules.places import Destination
from delivery.settings.collections import Group
from delivery.settings.fields import Amount, Country, Language, SettingsSchema, Text, Whole
from delivery.settings.items import items
from delivery.setups import Setup
from delivery.store.engine import Session
from plugin.pages.forms import Form, Typed, document_of, filled, typed
from plugin.pages.visitors import shop
from plugin.rehearsal.times import Moment, moment_of, typed_moment
from web.bodies import loaded
from web.fields import LARGEST_QUANTITY, LARGEST_WEIGHT_G, LONGEST_HANDLING_DAYS
from web.service import now

KEPT = "rehearsal"
BESIDE = "rehearsal"
"""How these fields are called beside those of another form."""
EXAMPLE = "example"
"""The article that is in the basket at first: nobody counts it, so every origin has it."""


class QuestionSchema(SettingsSchema):
    """One line of a basket on its way to somewhere. `weight` in grams and `value` are those of one piece."""

    at = Text(40, nullable=True)
    country = Country()
    postal_code = Text(20, nullable=True)
    sku = Text(100, default=EXAMPLE)
    quantity = Whole(1, LARGEST_QUANTITY, default=1)
    weight = Whole(0, LARGEST_WEIGHT_G, default=0)
    value = Amount(nullable=True)
    handling_days = Whole(0, LONGEST_HANDLING_DAYS, default=0)
    locale = Language(nullable=True)


class BesideSchema(SettingsSchema):
    """The same beside another form: its names begin with "rehearsal-"."""

    rehearsal = Group(QuestionSchema)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a form asks to be rehearsed. Without `moment` it could not be read; `form` says why."""

    form: Form
    moment: Moment | None = None
    document: Mapping[str, Any] | None = None

    def question(self, setup: Setup) -> Question:
        """The question of a shopper of this shop. Only for a document that could be read."""
        facts = self.document or {}
        line = Line(facts["sku"], facts["quantity"], facts["weight"], facts["handling_days"], facts["value"])
        return Question(
            merchant_id=setup.merchant_id,
            destination=Destination(facts["country"], facts["postal_code"]),
            basket=Basket((line,), setup.currency),
            locale=setup.locale_for(facts["locale"]),
        )


def from_address(session: Session, sent: Typed) -> Wanted:
    """What the address asks. Nothing asked: what was rehearsed last, at this moment; at first a usual basket."""
    return _read(sent, "") if sent else _wanted(_last(session) | {"at": None}, "")


def from_form(session: Session, sent: Typed) -> Wanted:
    """What stands in the fields "rehearsal-…" of a form; without them what was rehearsed last."""
    asks = any(name.startswith(BESIDE + "-") for name in sent)
    return _read(sent, BESIDE) if asks else _wanted(_last(session), BESIDE)


def keep(wanted: Wanted) -> None:
    """Remember what was rehearsed, for the next visit and for changes."""
    cookie[KEPT] = dict(wanted.document or {})


def _read(sent: Typed, group: str) -> Wanted:
    data = document_of(BesideSchema() if group else QuestionSchema(), sent, shop().currency)
    asked = data[group] if group else data
    try:
        document = loaded(QuestionSchema(), {name: value for name, value in asked.items() if value is not None})
        return _wanted(document, group)
    except InvalidInput as problem:
        before = f"/{group}" if group else ""
        faults = [replace(fault, pointer=before + fault.pointer) for fault in problem.faults]
        return Wanted(typed(sent, faults))


def _wanted(document: dict[str, Any], group: str) -> Wanted:
    zone, currency = shop().time_zone, shop().currency
    moment = moment_of(document["at"] or "", zone, now())
    shown = document | {"at": typed_moment(moment.at, zone) if document["at"] else None}
    form = filled(BesideSchema(), {group: shown}, currency) if group else filled(QuestionSchema(), shown, currency)
    return Wanted(form, moment, document)


def _last(session: Session) -> dict[str, Any]:
    return cookie.get(KEPT) or _usual(session)


def _usual(session: Session) -> dict[str, Any]:
    """A small parcel to where the shop's own goods lie."""
    origins = items(session, shop().merchant_id, "origins").values()
    postal_code = next((origin["address"]["postal_code"] for origin in origins), None)
    document: dict[str, Any] = loaded(QuestionSchema(), {"country": shop().country, "postal_code": postal_code})
    return document
