"""How the log of changes calls what was changed, and how it shows a value: as the page of that setting does."""

from collections.abc import Mapping
from typing import Any

from marshmallow import fields

from delivery.settings.areas import AREAS as SETTINGS
from delivery.settings.collections import ByDay, ByWeekday, Group, Rows, Weekday, Weekdays
from delivery.settings.fields import Amount, Percent
from delivery.texts import formats
from delivery.texts.catalogues import reader, say
from delivery.texts.sentences import N_
from delivery.texts.settings import AREAS, label

OTHER_AREAS = {
    "staff": N_("Staff"),
    "keys": N_("Keys"),
    "endpoints": N_("Handing over"),
    "gateway": N_("Text messages"),
    "deliveries": N_("Deliveries"),
    "people": N_("Erased people"),
    "stripe": N_("Stripe"),
    "money": N_("Money at Stripe"),
}
OTHER_FIELDS = {
    "name": N_("Name"),
    "email": N_("E-mail address"),
    "role": N_("Role"),
    "password": N_("Password"),
    "second_factor": N_("Code at each login"),
    "url": N_("Address"),
    "kind": N_("How"),
    "send_at": N_("Every day at"),
    "enabled": N_("On"),
    "secret_renewed_at": N_("Secret renewed"),
    "found_by": N_("Found by"),
    "erased": N_("Orders erased at once"),
    "kept_until_done": N_("Orders erased when they are over"),
    "hint": N_("Last four characters"),
    "choice": N_("Delivery"),
    "link_sent_at": N_("Link to choose sent again"),
    "mode": N_("Mode"),
    "tax_behavior": N_("Tax on the delivery fee"),
    "settles_alone": N_("Give money back without asking us"),
    "decision": N_("Decision"),
    "what": N_("What"),
}
"""What is no setting, and so has no words among them."""

OTHER_VALUES = {
    "owner": N_("Owner"),
    "configure": N_("Sets things up"),
    "counter": N_("Counter only"),
    "webhook": N_("Another system"),
    "phone": N_("Phone"),
    "order": N_("Order number"),
    "mail": N_("A mail for each order"),
    "daily_list": N_("A daily list by mail"),
    "proposed": N_("Waits for your approval"),
    "failed": N_("Stripe refused"),
    "approved": N_("Approved"),
    "declined": N_("Not through Stripe"),
}

LONGEST = 500

Field = fields.Field[Any] | None


def area_called(name: str, locale: str) -> str:
    """An area's words; its name when nobody gave it any."""
    if name in AREAS:
        return say(locale, AREAS[name].label)
    return say(locale, OTHER_AREAS[name]) if name in OTHER_AREAS else name


def called(area: str, path: tuple[str, ...], locale: str) -> tuple[str, Field]:
    """A value's words, from the outside in, and what kind of setting it is, None for what is no setting."""
    if area not in SETTINGS:
        return " · ".join(say(locale, OTHER_FIELDS[part]) if part in OTHER_FIELDS else part for part in path), None
    words, names, found = [], [area], None
    inside: Mapping[str, Any] = SETTINGS[area].schema.fields
    for part in path:
        if isinstance(found, ByDay):
            words.append(_weekday(int(part), locale) if isinstance(found, ByWeekday) else part)
            found = found.value_field
        elif isinstance(found, Rows):
            words.append(part)
            inside, found = found.schema.fields, None
        else:
            inside = found.schema.fields if isinstance(found, Group) else inside
            names.append(part)
            words.append(_label(names, locale))
            found = inside.get(part)
    return " · ".join(words), found


def shown(value: object, field: Field, currency: str, locale: str) -> str:
    """A value in one line; empty for nothing."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return say(locale, "Yes") if value else say(locale, "No")
    if isinstance(value, list):
        kind = Weekday() if isinstance(field, Weekdays) else None
        return ", ".join(shown(one, kind, currency, locale) for one in value)
    if isinstance(value, int):
        return _number(value, field, currency, locale)
    text = say(locale, OTHER_VALUES[value]) if field is None and value in OTHER_VALUES else str(value)
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"


def _number(value: int, field: Field, currency: str, locale: str) -> str:
    if isinstance(field, Amount):
        return formats.money(value, currency, locale)
    if isinstance(field, Percent):
        return formats.percent(value, locale)
    return _weekday(value, locale) if isinstance(field, Weekday) else str(value)


def _label(names: list[str], locale: str) -> str:
    try:
        return label(".".join(names), locale)
    except KeyError:
        return names[-1]


def _weekday(number: int, locale: str) -> str:
    names: Mapping[int, str] = reader(locale).formats.days["format"]["wide"]
    return names[number - 1]
